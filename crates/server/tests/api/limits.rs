//! What cannot be read, what is too much, and what is not there.

use axum::body::{Body, Bytes};
use axum::http::header::ALLOW;
use futures_util::stream::iter;
use serde_json::{Value, json};

use crate::world::{PASSPHRASE, Pair, ask};

const DRAFTS: &str = "/api/v1/drafts";

#[tokio::test]
async fn what_cannot_be_read_is_malformed_and_says_where() {
    let pair = Pair::new();
    let desk = pair.desk("host/officer");
    let wrong = |text: &'static str, place: &'static str| (text.to_owned(), place);
    for (body, place) in [
        wrong("", "EOF"),
        wrong("{\"act\":", "EOF"),
        wrong("[1, 2", "line 1 column"),
        wrong("\u{feff}{}", "column 1"),
        wrong("[{\"act\": \"closed\", \"movement\": \"m-1\"}, null]", "`body`"),
        wrong("{}", "missing field `act`"),
        wrong(r#"{"act": {"act": "closed", "movement": "m-1"}, "as": "root"}"#, "`as`"),
        wrong(r#"{"act": {"act": "closed", "movement": 7}}"#, "`act.movement`"),
        wrong(r#"{"act": {"act": "closed", "movement": "m-1", "force": 1}}"#, "`act.force`"),
        wrong(r#"{"act": {"wish": "submit"}}"#, "`movement`"),
        wrong(r#"{"act": {"act": "closed", "movement": "m"}, "audience": "all"}"#, "`all`"),
        wrong(r#"{"act": "closed"}"#, "`act`"),
        (json!({ "act": nested(200) }).to_string(), "recursion"),
    ] {
        let answer = desk.ask("POST", DRAFTS, Some(body.clone())).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "malformed"), "{body}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(place), "{body}: {detail}");
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_not_read_to_its_end() {
    let pair = Pair::new();
    let bearer = format!("Bearer {}", pair.desk("host/officer").token);
    let headers = [("authorization", bearer.as_str())];
    let part = Bytes::from(vec![b' '; 1_000_000]);
    let parts = (0..100).map(move |_| Ok::<_, std::io::Error>(part.clone()));
    let answer = ask(&pair.host, "POST", DRAFTS, &headers, Body::from_stream(iter(parts))).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too-large"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_a_wrong_method_says_the_right_ones() {
    let pair = Pair::new();
    let desk = pair.desk("host/officer");
    for path in [
        "/api/v1/nothing",
        "/api/v2/status",
        "/api/v1/movements/m-9",
        "/api/v1/movements/m-9/gate",
        "/api/v1/movements/NOT%20AN%20ID",
        "/api/v1/movements/%ff",
        "/api/v1/deployments/d-9",
        "/api/v1/agreements/none",
        "/api/v1/passes/p-9",
        "/api/v1/ledgers/nobody/head",
        "/api/v1/ledgers/host/statements/999",
        "/api/v1/ledgers/host/statements/-1",
        "/api/v1/ledgers/host/proof/999",
    ] {
        let answer = desk.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{path}");
    }
    let answer = desk.ask("DELETE", "/api/v1/movements/m-1", None).await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "wrong-method"));
    assert_eq!(answer.headers[ALLOW], "GET,HEAD");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_query_that_is_not_known_or_beyond_its_limit_is_malformed() {
    let pair = Pair::new();
    let desk = pair.desk("host/officer");
    for path in [
        "/api/v1/movements?limit=0",
        "/api/v1/movements?limit=1001",
        "/api/v1/movements?limit=many",
        "/api/v1/movements?offset=3",
        "/api/v1/alarms?limit=0",
        "/api/v1/ledgers/host/statements?limit=101",
        "/api/v1/ledgers/host/statements?from=-1",
        "/api/v1/ledgers/host/statements?from=99999999999999999999",
    ] {
        let answer = desk.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "malformed"), "{path}");
    }
}

#[tokio::test]
async fn a_session_is_opened_by_a_passphrase_and_closed_by_its_owner() {
    let pair = Pair::new();
    let enter = |passphrase: &str| {
        json!({ "person": "host/officer", "passphrase": passphrase }).to_string()
    };
    let session = "/api/v1/session";
    let answer = ask(&pair.host, "POST", session, &[], enter("wrong")).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "sign-in"));
    let answer = ask(&pair.host, "POST", session, &[], enter(PASSPHRASE)).await;
    assert_eq!(answer.status, 200);
    let bearer = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(ask(&pair.host, "GET", "/api/v1/status", &headers, "").await.status, 200);
    assert_eq!(ask(&pair.host, "DELETE", session, &headers, "").await.status, 204);
    assert_eq!(ask(&pair.host, "GET", "/api/v1/status", &headers, "").await.status, 401);
}
