//! Phones of protected people: they post where they are.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, header};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::engine::Engine;
use gateway::owntracks::{BODY_BYTES_MAX, Message, parse};
use serde_json::Value;

use door::app::App;
use door::failure::Failure;
use door::sent::bytes;

/// `POST /pub` and `/owntracks`, with the phone's own name and password.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/pub", post(report))
        .route("/owntracks", post(report))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

// The answer is an empty list of commands: nobody steers a phone from here.
async fn report(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, Failure> {
    let (user, password) = basic(request.headers()).ok_or(Failure::Unauthorized)?;
    let body = bytes(request, &app).await?;
    app.with(move |engine| take(engine, &user, &password, &body)).await??;
    Ok(Json(Value::Array(Vec::new())))
}

fn take(engine: &mut Engine, user: &str, password: &str, body: &[u8]) -> Result<(), Failure> {
    let unit = engine.phone(user, password).ok_or(Failure::Unauthorized)?;
    match parse(body).map_err(|cause| Failure::Malformed(cause.to_string()))? {
        Message::Location(location) => Ok(engine.sighting(&unit, &location)?),
        // Only positions concern us; a phone that is told otherwise would try again.
        Message::Transition(_) | Message::Status | Message::Other(_) | Message::Empty => Ok(()),
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let pair = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let (user, password) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::basic;

    #[test]
    fn a_phone_names_itself_and_its_password_may_hold_colons() {
        let with = |value| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            basic(&headers)
        };
        assert_eq!(with("Basic d2xlaTpzZWM6cmV0"), Some(("wlei".into(), "sec:ret".into())));
        for wrong in ["Basic d2xlaQ==", "Basic %%", "Bearer d2xlaTpz", ""] {
            assert_eq!(with(wrong), None, "{wrong}");
        }
    }
}
