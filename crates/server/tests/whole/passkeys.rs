//! A software authenticator registers, signs in and signs an act.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use door::app::App;
use door::passkey;
use door::session::Caller;
use note::digest::sha256;
use note::key::key_id;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use serde_json::{Value, json};
use server::routes::router;
use tower::ServiceExt;
use words::act::{Act, AgreementProposed, KeyKind};
use words::hash::Hash;
use words::id::{AgreementId, PersonId};
use words::role::Role;

use crate::home::{app, clock, in_memory};

const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const HOST: &str = "localhost";
const CREDENTIAL: [u8; 16] = [7; 16];

struct Authenticator(SigningKey);

impl Authenticator {
    fn new() -> Self {
        Self(SigningKey::from_slice(&[5; 32]).unwrap())
    }

    fn client_data(kind: &str, challenge: &str) -> Vec<u8> {
        let origin = "http://localhost:8443";
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(flags: u8, counter: u32, more: &[u8]) -> Vec<u8> {
        [&sha256(HOST.as_bytes()).0[..], &[flags], &counter.to_be_bytes(), more].concat()
    }

    fn register(&self, asked: &Value) -> Value {
        let challenge = asked["publicKey"]["challenge"].as_str().unwrap();
        let point = self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        let mut key = Vec::new();
        let mut e = minicbor::Encoder::new(&mut key);
        e.map(5).unwrap().i8(1).unwrap().i8(2).unwrap().i8(3).unwrap().i8(-7).unwrap();
        e.i8(-1).unwrap().i8(1).unwrap().i8(-2).unwrap().bytes(&point[1..33]).unwrap();
        e.i8(-3).unwrap().bytes(&point[33..]).unwrap();
        let attested = [&[0; 16][..], &[0, 16], &CREDENTIAL, &key].concat();
        let mut object = Vec::new();
        let mut e = minicbor::Encoder::new(&mut object);
        e.map(3).unwrap().str("fmt").unwrap().str("none").unwrap();
        e.str("attStmt").unwrap().map(0).unwrap();
        e.str("authData").unwrap().bytes(&Self::data(0x45, 0, &attested)).unwrap();
        let id = URL_SAFE_NO_PAD.encode(CREDENTIAL);
        let client_data = Self::client_data("webauthn.create", challenge);
        json!({ "id": id, "rawId": id, "type": "public-key", "extensions": {}, "response": {
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "transports": ["internal"],
        }})
    }

    fn assert(&self, challenge: &str, counter: u32) -> [String; 3] {
        let data = Self::data(0x05, counter, &[]);
        let client_data = Self::client_data("webauthn.get", challenge);
        let signed = [&data[..], &sha256(&client_data).0].concat();
        let signature: DerSignature = self.0.sign(&signed);
        [data, client_data, signature.as_bytes().to_vec()].map(|it| URL_SAFE_NO_PAD.encode(it))
    }

    fn sign_in(&self, asked: &Value, counter: u32) -> Value {
        let challenge = asked["publicKey"]["challenge"].as_str().unwrap();
        let [data, client_data, signature] = self.assert(challenge, counter);
        let id = URL_SAFE_NO_PAD.encode(CREDENTIAL);
        json!({ "id": id, "rawId": id, "type": "public-key", "extensions": {}, "response": {
            "authenticatorData": data, "clientDataJSON": client_data, "signature": signature,
            "userHandle": null,
        }})
    }
}

// Posts JSON as the browser does; gives status, cookie and answer.
async fn post(app: &Arc<App>, path: &str, cookie: &str, body: &Value) -> (u16, String, Value) {
    let mut request = Request::post(path).header("host", "localhost:8443");
    request = request.header("sec-fetch-site", "same-origin").header("accept", "application/json");
    if !cookie.is_empty() {
        request = request.header("cookie", cookie);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = router(Arc::clone(app)).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let set = response.headers().get("set-cookie").map(|it| it.to_str().unwrap().to_owned());
    let cookie = set.and_then(|it| Some(it.split_once(';')?.0.to_owned())).unwrap_or_default();
    let bytes = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    (status, cookie, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

fn signatory() -> PersonId {
    PersonId::new("host/signatory").unwrap()
}

async fn invited(app: &Arc<App>) {
    app.with(|engine| passkey::invite(engine, "blue heron", signatory(), vec![Role::Signatory]))
        .await
        .unwrap()
        .unwrap();
}

async fn registered(app: &Arc<App>, authenticator: &Authenticator) {
    let who = json!({ "username": "host/signatory", "ticket": "blue heron" });
    let (status, _, asked) = post(app, "/passkey/register/start", "", &who).await;
    assert_eq!(status, 200, "{asked}");
    let kinds: Vec<i64> = asked["publicKey"]["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["alg"].as_i64().unwrap())
        .collect();
    assert_eq!(kinds, [-7], "only what ledgers verify");
    let made = authenticator.register(&asked);
    let (status, _, answer) = post(app, "/passkey/register/finish", "", &made).await;
    assert_eq!(status, 200, "{answer}");
    let (again, ..) = post(app, "/passkey/register/finish", "", &made).await;
    assert_eq!(again, 401, "a challenge is answered once");
    let (used, ..) = post(app, "/passkey/register/start", "", &who).await;
    assert_eq!(used, 401, "an invitation is used once");
}

#[tokio::test]
async fn a_passkey_is_enrolled_signs_in_and_signs_what_binds_its_party() {
    let (app, authenticator) = (app("host", in_memory("host", &clock())), Authenticator::new());
    let nobody = json!({ "username": "host/signatory" });
    assert_eq!(post(&app, "/passkey/register/start", "", &nobody).await.0, 401);
    assert_eq!(post(&app, "/passkey/signin/start", "", &nobody).await.0, 401);
    invited(&app).await;
    registered(&app, &authenticator).await;

    let (_, _, asked) = post(&app, "/passkey/signin/start", "", &nobody).await;
    let given = authenticator.sign_in(&asked, 1);
    let (status, cookie, answer) = post(&app, "/passkey/signin/finish", "", &given).await;
    assert_eq!((status, &answer), (200, &json!({ "location": "/" })));

    let caller = caller(&app, &cookie).await;
    assert_eq!((&caller.person, caller.kind), (&signatory(), KeyKind::PasskeyP256));
    let agreement = AgreementId::new("karachi-exercise").unwrap();
    let act: Act =
        AgreementProposed { agreement: agreement.clone(), text: AGREEMENT.into() }.into();
    let drafted = app.draft_for_passkey(&caller, act, "Propose".into(), "/agreement".into());
    let drafted = drafted.await.unwrap();
    assert_eq!(drafted.credential_ids, [URL_SAFE_NO_PAD.encode(CREDENTIAL)]);
    let wrong = URL_SAFE_NO_PAD.encode(Hash([1; 32]).0);
    // Only a signature that holds spends the draft.
    let forged = signed(&authenticator, &drafted.draft, &wrong);
    assert_eq!(post(&app, "/act/sign", &cookie, &forged).await.0, 403);
    let signed = signed(&authenticator, &drafted.draft, &drafted.challenge);
    assert_eq!(post(&app, "/act/sign", "", &signed).await.0, 401, "nobody is signed in");
    let (status, _, answer) = post(&app, "/act/sign", &cookie, &signed).await;
    assert_eq!((status, answer), (200, json!({ "location": "/agreement" })));
    let known = app.with(move |engine| engine.state().agreements.contains_key(&agreement)).await;
    assert!(known.unwrap());
}

fn signed(authenticator: &Authenticator, draft: &str, challenge: &str) -> Value {
    let [data, client_data, signature] = authenticator.assert(challenge, 2);
    json!({ "draft": draft, "authenticator_data": data, "client_data_json": client_data,
            "signature": signature })
}

async fn caller(app: &Arc<App>, cookie: &str) -> Caller {
    let (mut parts, ()) = Request::get("/").header("cookie", cookie).body(()).unwrap().into_parts();
    Caller::from_request_parts(&mut parts, app).await.unwrap()
}

#[tokio::test]
async fn without_the_root_at_hand_a_key_waits_and_signs_nobody_in() {
    let engine = in_memory("host", &clock());
    let with_root = app("host", engine);
    let mut config = with_root.config.clone();
    config.root = None;
    let app = App::new(in_memory("host", &clock()), config).unwrap();
    let authenticator = Authenticator::new();
    invited(&app).await;
    registered(&app, &authenticator).await;
    let pending = app.with(|engine| passkey::pending(engine)).await.unwrap().unwrap();
    let [wish] = pending.as_slice() else { panic!("{pending:?}") };
    assert_eq!((&wish.person, wish.roles.as_slice()), (&signatory(), &[Role::Signatory][..]));

    let who = json!({ "username": "host/signatory" });
    let (_, _, asked) = post(&app, "/passkey/signin/start", "", &who).await;
    let given = authenticator.sign_in(&asked, 2);
    let (status, cookie, _) = post(&app, "/passkey/signin/finish", "", &given).await;
    assert_eq!((status, cookie.as_str()), (403, ""), "the ledger does not know the key yet");

    let (root, wish, id) = (crate::home::key("host", "root"), wish.clone(), key_id(&wish.key));
    app.ask(move |engine| engine.act(&root, wish)).await.unwrap();
    assert!(app.with(|engine| passkey::pending(engine)).await.unwrap().unwrap().is_empty());
    let (_, _, asked) = post(&app, "/passkey/signin/start", "", &who).await;
    let given = authenticator.sign_in(&asked, 3);
    let (status, cookie, answer) = post(&app, "/passkey/signin/finish", "", &given).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(caller(&app, &cookie).await.key, id);
}
