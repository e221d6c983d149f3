//! The console's port: who gets in, what every answer carries, phones.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use door::app::App;
use door::{assets, live};
use engine::topic::Topic;
use futures_util::StreamExt;
use serde_json::{Value, json};
use server::routes::router;
use tower::ServiceExt;
use words::id::UnitId;

use crate::home::{PASSPHRASE, app, clock, in_memory, until};

fn host() -> Arc<App> {
    app("host", in_memory("host", &clock()))
}

fn get(path: &str) -> Request<Body> {
    ask("GET", path, &[], "")
}

fn ask(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8443");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

async fn answer(app: &Arc<App>, request: Request<Body>) -> (u16, HeaderMap, String) {
    let response: Response = router(Arc::clone(app)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000_000).await.unwrap();
    (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
}

async fn token(app: &Arc<App>) -> String {
    let body = json!({ "person": "host/officer", "passphrase": PASSPHRASE }).to_string();
    let (status, _, text) = answer(app, ask("POST", "/api/v1/session", &[], &body)).await;
    assert_eq!(status, 200, "{text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    value["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_problem_is_told_in_the_form_that_was_asked_for() {
    let app = host();
    let (status, headers, body) = answer(&app, get("/api/v1/nothing")).await;
    assert_eq!(status, 404);
    assert_eq!(headers["content-type"], "application/problem+json");
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["code"], "not-found");
    assert_eq!(problem["request"].as_str().unwrap(), headers["x-request-id"]);
    assert!(headers["content-security-policy"].to_str().unwrap().contains("'nonce-"));
    let page = ask("GET", "/nothing", &[("accept-language", "ur")], "");
    let (status, headers, body) = answer(&app, page).await;
    assert_eq!(
        (status, headers["content-type"].as_bytes()),
        (404, &b"text/html; charset=utf-8"[..])
    );
    assert!(body.starts_with("<p>host ur there is nothing of that name"), "{body}");
    let line = ask("GET", "/nothing", &[("x-enhance", "1")], "");
    assert!(answer(&app, line).await.2.starts_with("there is nothing of that name"));
    let module = ask("GET", "/nothing", &[("accept", "application/json")], "");
    assert!(answer(&app, module).await.2.starts_with("{\"problem\":\"there is nothing"));
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_comes_back_afterwards() {
    let app = host();
    let (status, headers, _) = answer(&app, get("/live?x=1")).await;
    assert_eq!((status, headers["location"].as_bytes()), (303, &b"/signin?then=/live%3Fx%3D1"[..]));
    let stream = ask("GET", "/live", &[("sec-fetch-dest", "empty")], "");
    assert_eq!(answer(&app, stream).await.0, 401);
}

#[tokio::test]
async fn a_passphrase_opens_a_session_and_guesses_are_counted() {
    let app = host();
    let token = token(&app).await;
    let bearer = format!("Bearer {token}");
    let end = ask("DELETE", "/api/v1/session", &[("authorization", &bearer)], "");
    assert_eq!(answer(&app, end).await.0, 204);
    let again = ask("DELETE", "/api/v1/session", &[("authorization", &bearer)], "");
    assert_eq!(answer(&app, again).await.0, 401);
    let guess = json!({ "person": "host/officer", "passphrase": "wrong" }).to_string();
    for _ in 0..5 {
        assert_eq!(answer(&app, ask("POST", "/api/v1/session", &[], &guess)).await.0, 401);
    }
    assert_eq!(answer(&app, ask("POST", "/api/v1/session", &[], &guess)).await.0, 429);
}

#[tokio::test]
async fn a_voided_key_opens_nothing_from_the_next_request_on() {
    let app = host();
    let bearer = format!("Bearer {}", token(&app).await);
    let (root, key) = (crate::home::key("host", "root"), crate::home::key("host", "officer").id());
    let voided = words::act::KeyVoided { key, reason: "lost".into(), since: None };
    app.ask(move |engine| engine.act(&root, voided)).await.unwrap();
    let end = ask("DELETE", "/api/v1/session", &[("authorization", &bearer)], "");
    assert_eq!(answer(&app, end).await.0, 401);
}

#[tokio::test]
async fn another_sites_page_cannot_post_and_a_borrowed_name_cannot_ask() {
    let app = host();
    let (cookie, session) = (app.cookie(), token(&app).await);
    let cookie = format!("{cookie}={session}");
    for (headers, expected) in [
        (vec![("cookie", cookie.as_str()), ("origin", "http://evil.example")], 403),
        (vec![("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")], 403),
        (vec![("cookie", cookie.as_str())], 403),
        (vec![("cookie", cookie.as_str()), ("origin", "http://localhost:8443")], 204),
    ] {
        let end = ask("DELETE", "/api/v1/session", &headers, "");
        assert_eq!(answer(&app, end).await.0, expected, "{headers:?}");
    }
    let mut rebound = get("/api/v1/nothing");
    rebound.headers_mut().insert("host", "evil.example:8443".parse().unwrap());
    assert_eq!(answer(&app, rebound).await.0, 403);
    let mut by_address = get("/api/v1/nothing");
    by_address.headers_mut().insert("host", "192.0.2.7:8443".parse().unwrap());
    assert_eq!(answer(&app, by_address).await.0, 404);
}

#[tokio::test]
async fn a_phone_reports_where_it_is_and_only_it_may() {
    let app = host();
    let report = r#"{"_type":"location","lat":24.9,"lon":67.1,"tst":1727848800,"acc":12}"#;
    // "wlei:128-random-bits"
    let phone = [("authorization", "Basic d2xlaToxMjgtcmFuZG9tLWJpdHM=")];
    let (status, _, body) = answer(&app, ask("POST", "/pub", &phone, report)).await;
    assert_eq!((status, body.as_str()), (200, "[]"));
    let seen = |app: &App| {
        app.with_now(|engine| {
            let unit = UnitId::new("p-07").unwrap();
            engine.post().watch().positions().any(|sighting| sighting.unit == unit)
        })
        .unwrap()
    };
    assert!(seen(&app));
    assert_eq!(answer(&app, ask("POST", "/owntracks", &phone, "{}")).await.0, 400);
    let long = format!("\"{}\"", "x".repeat(16_384));
    assert_eq!(answer(&app, ask("POST", "/pub", &phone, &long)).await.0, 413);
    let stranger = [("authorization", "Basic d2xlaTpndWVzcw==")];
    assert_eq!(answer(&app, ask("POST", "/pub", &stranger, report)).await.0, 401);
    assert_eq!(answer(&app, ask("POST", "/pub", &[], report)).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_hears_beats_changes_and_positions_until_it_is_signed_out() {
    let app = host();
    let pump = tokio::spawn(live::pump(Arc::clone(&app)));
    let bearer = format!("Bearer {}", token(&app).await);
    let headers = [("authorization", bearer.as_str()), ("last-event-id", "7")];
    let request = ask("GET", "/live", &headers, "");
    let response = router(Arc::clone(&app)).oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    let mut stream = response.into_body().into_data_stream();
    let first = String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("event: beat\ndata: {\"at\":17278"), "{first}");
    assert!(first.contains("event: changed\ndata: {\"what\":[\"alarms\",\"headcount\""), "{first}");
    let report =
        r#"{"_type":"location","lat":24.9,"lon":67.1,"tst":1727848800,"cog":90,"poi":"SOS"}"#;
    let phone = [("authorization", "Basic d2xlaToxMjgtcmFuZG9tLWJpdHM=")];
    assert_eq!(answer(&app, ask("POST", "/pub", &phone, report)).await.0, 200);
    let units = loop {
        let message = stream.next().await.expect("the stream goes on").unwrap();
        let text = String::from_utf8(message.to_vec()).unwrap();
        if text.contains("\"id\":\"p-07\"") {
            break text;
        }
    };
    assert!(units.contains("event: units\n") && units.contains("\"course\":90"), "{units}");
    assert!(units.contains("\"state\":\"alarm\""), "{units}");
    let end = ask("DELETE", "/api/v1/session", &[("authorization", &bearer)], "");
    assert_eq!(answer(&app, end).await.0, 204);
    app.live.changed(&[Topic::Alarms]);
    while stream.next().await.is_some() {}
    app.stop();
    pump.await.unwrap();
    until("nobody listens", || format!("{:?}", app.live) == "Hub(0 screens)").await;
}

#[tokio::test]
async fn files_are_served_once_and_confirmed_afterwards() {
    let app = host();
    let Some(asset) = assets::find("console.js") else {
        assert!(assets::ASSETS.is_empty(), "built, but without its script");
        return;
    };
    let (status, headers, body) = answer(&app, get("/static/console.js")).await;
    assert_eq!((status, body.len()), (200, asset.bytes.len()));
    assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-cache");
    let known = ask("GET", "/static/console.js", &[("if-none-match", asset.etag)], "");
    let (status, _, body) = answer(&app, known).await;
    assert_eq!((status, body.as_str()), (304, ""));
    assert_eq!(answer(&app, get("/static/%2e%2e/Cargo.toml")).await.0, 404);
}
