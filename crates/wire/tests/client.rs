//! The client against a socket of its own: answers, refusals, silence, TLS.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use wire::client::{Client, ClientError};
use wire::problem::Problem;

// Reads one request and writes one answer; returns the request's head and body.
fn serve_one(stream: &mut (impl Read + Write), status: &str, body: &str) -> (String, String) {
    let mut reader = BufReader::new(&mut *stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the request ends early: {head}");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut asked = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut asked).unwrap();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
    stream.flush().unwrap();
    (head, String::from_utf8(asked).unwrap())
}

fn node(status: &'static str, body: String) -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || serve_one(&mut listener.accept().unwrap().0, status, &body));
    (base, served)
}

#[test]
fn a_question_carries_the_token_and_reads_the_answer() {
    let (base, served) = node("200 OK", json!({"size": 7}).to_string());
    let answer: Value = Client::new(&format!("{base}/"), "s3cret").get("/v1/head?x=1").unwrap();
    assert_eq!(answer, json!({"size": 7}));
    let (head, _) = served.join().unwrap();
    assert!(head.starts_with("GET /v1/head?x=1 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: Bearer s3cret\r\n"), "{head}");
}

#[test]
fn a_submission_carries_its_json() {
    let (base, served) = node("201 Created", "[]".to_owned());
    let answer: Vec<u8> = Client::new(&base, "t").post("/v1/try", &json!({"a": [1]})).unwrap();
    assert!(answer.is_empty());
    let (head, body) = served.join().unwrap();
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert_eq!(body, r#"{"a":[1]}"#);
}

#[test]
fn a_refusal_arrives_as_its_problem() {
    let mut problem = Problem::new(409, "refused", "the act is refused");
    problem.reasons = vec!["no-live-consent".to_owned()];
    let (base, served) = node("409 Conflict", serde_json::to_string(&problem).unwrap());
    let error = Client::new(&base, "t").get::<Value>("/v1/x").unwrap_err();
    let ClientError::Problem(told) = error else { panic!("{error:?}") };
    assert_eq!(*told, problem);
    served.join().unwrap();
}

#[test]
fn an_answer_that_is_not_ours_is_named() {
    for (status, body) in [("200 OK", "<html>"), ("502 Bad Gateway", "<html>"), ("302 Found", "")] {
        let (base, served) = node(status, body.to_owned());
        let error = Client::new(&base, "t").get::<Value>("/v1/x").unwrap_err();
        let ClientError::NotJson { status: told, .. } = &error else { panic!("{error:?}") };
        assert!(status.starts_with(&told.to_string()));
        assert!(error.to_string().contains("same version?"), "{error}");
        served.join().unwrap();
    }
}

#[test]
fn silence_names_the_remedy_and_keeps_the_token() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::new(&format!("http://{free}"), "s3cret");
    let error = client.get::<Value>("/v1/status").unwrap_err();
    let text = format!(
        "no answer from `http://{free}`: is the node running? `safeconduct serve` starts it"
    );
    assert_eq!(error.to_string(), text);
    assert!(error.source().is_some());
    assert!(!format!("{client:?} {error:?}").contains("s3cret"));
}

#[test]
fn only_the_trusted_certificate_is_spoken_to() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let ask = |client: &dyn Fn(&str) -> Client| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        let served = thread::spawn(move || {
            let mut stream = StreamOwned::new(tls, listener.accept().unwrap().0);
            let shaken = stream.conn.complete_io(&mut stream.sock).is_ok();
            shaken.then(|| serve_one(&mut stream, "200 OK", "true"))
        });
        let answer = client(&format!("https://localhost:{port}")).get::<bool>("/");
        (answer, served.join().unwrap().is_some())
    };
    let pem = cert.pem();
    let (answer, _) = ask(&|base| Client::trusting(base, "t", pem.as_bytes()).unwrap());
    assert!(answer.unwrap());
    let other = generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    let (answer, served) = ask(&|base| Client::trusting(base, "t", other.as_bytes()).unwrap());
    assert!(matches!(answer, Err(ClientError::Unreachable { .. })) && !served);
    let (answer, served) = ask(&|base| Client::new(base, "t"));
    assert!(matches!(answer, Err(ClientError::Unreachable { .. })) && !served);
}

#[test]
fn a_file_without_a_certificate_is_refused() {
    for pem in ["", "nothing", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let answer = Client::trusting("https://localhost", "t", pem.as_bytes());
        assert!(matches!(answer, Err(ClientError::NoCertificate)), "{pem}");
    }
}
