//! The witness over HTTP: `add-checkpoint`, and what it last cosigned.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use note::digest::sha256;
use tlog::witness::{Declined, REQUEST_BYTES_MAX};
use tokio::task::spawn_blocking;
use words::moment::Moment;

use crate::cosigner::{Cosigner, Memory, NotCosigned};

/// What C2SP `tlog-witness` calls the answer to an old size that is another.
const SIZE_TYPE: &str = "text/x.tlog.size";

/// A witness that serves.
pub struct Serving<M> {
    cosigner: Mutex<Cosigner<M>>,
    now: fn() -> Moment,
}

impl<M> std::fmt::Debug for Serving<M> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Serving")
    }
}

/// Everything that a witness answers.
pub fn router<M: Memory + 'static>(cosigner: Cosigner<M>, now: fn() -> Moment) -> Router {
    let serving = Arc::new(Serving { cosigner: Mutex::new(cosigner), now });
    Router::new()
        .route("/", get(who::<M>))
        .route("/add-checkpoint", post(add::<M>))
        .route("/log/{digest}/checkpoint", get(newest::<M>))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .with_state(serving)
}

async fn who<M: Memory + 'static>(State(serving): State<Arc<Serving<M>>>) -> Response {
    match serving.cosigner.lock() {
        Ok(cosigner) => format!("{}\n", cosigner.vkey()).into_response(),
        Err(_) => broken(),
    }
}

async fn newest<M: Memory + 'static>(
    State(serving): State<Arc<Serving<M>>>,
    Path(digest): Path<String>,
) -> Response {
    let Ok(cosigner) = serving.cosigner.lock() else { return broken() };
    let newest = cosigner.all().find(|it| sha256(it.head.origin.as_bytes()).to_string() == digest);
    newest.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |newest| newest.to_string().into_response(),
    )
}

async fn add<M: Memory + 'static>(State(serving): State<Arc<Serving<M>>>, body: Bytes) -> Response {
    // The disk is waited for beside the threads that talk.
    let done = spawn_blocking(move || {
        let text = String::from_utf8(body.to_vec());
        let text = text.ok().ok_or(Declined::Malformed("encoding"))?;
        match serving.cosigner.lock() {
            Ok(mut cosigner) => cosigner.add(&text, (serving.now)()).map(Some),
            Err(_) => Ok(None),
        }
    });
    match done.await {
        Ok(Ok(Some(lines))) => lines.into_response(),
        Ok(Ok(None)) | Err(_) => broken(),
        Ok(Err(no)) => told(&no),
    }
}

fn told(no: &NotCosigned) -> Response {
    let declined = match no {
        NotCosigned::Declined(declined) => declined,
        NotCosigned::Keep(cause) => {
            tracing::error!(%cause, "a head cannot be kept, so it is not cosigned");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let status = match declined {
        Declined::Malformed(_) | Declined::Checkpoint(_) | Declined::OldAboveNew => {
            StatusCode::BAD_REQUEST
        }
        Declined::UnknownLog => StatusCode::NOT_FOUND,
        Declined::NotSigned => StatusCode::FORBIDDEN,
        Declined::OtherSize { known } | Declined::OtherRoot { known } => {
            let size = format!("{known}\n");
            let kind = [(header::CONTENT_TYPE, SIZE_TYPE)];
            return (StatusCode::CONFLICT, kind, size).into_response();
        }
        Declined::NoProof(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, format!("{declined}\n")).into_response()
}

// A panic left it half-done: what it would sign now it cannot answer for.
fn broken() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
