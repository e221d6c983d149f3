//! `/passes`, and the file that verifies them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use reply::pass;
use wire::v1::road::PaperView;
use words::id::PassId;

use crate::api::asker::{Answered, Asker, Named};
use crate::api::route::{Answer, Route, json};
use door::app::App;
use door::failure::Failure;

pub(super) fn routes() -> Vec<Route> {
    let (one, trust) = (("/passes/{id}", "get_pass"), ("/trust", "get_trust"));
    let about = "What a checkpoint carries to verify passes offline (docs/formats/pass.md).";
    vec![
        Route::get(one, "A pass as it is printed.", json::<PaperView>(), get_pass).refusable(),
        Route::get(trust, about, Answer::File("application/cbor"), get_trust),
    ]
}

async fn get_pass(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<PassId>,
) -> Answered<PaperView> {
    asker.read(&app, move |engine, viewer| pass::paper(engine, viewer, &id)).await
}

async fn get_trust(State(app): State<Arc<App>>, asker: Asker) -> Result<Response, Failure> {
    let Json(file) = asker.read(&app, |engine, _| Ok(pass::trust(engine))).await?;
    Ok(([(CONTENT_TYPE, "application/cbor")], file).into_response())
}
