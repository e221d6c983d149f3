//! The ceremonies of passkeys: register one, sign in with one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use note::assertion::Assertion;
use note::key::key_id;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    CreationChallengeResponse, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, RequestChallengeResponse, Uuid,
};
use words::act::Act;
use words::hash::Hash;
use words::id::PersonId;

use crate::app::{App, lock};
use crate::failure::Failure;
use crate::limits::{CEREMONIES_MAX, CEREMONY_KEPT};
use crate::passkey::{self, Kept, Ticket};
use crate::sent::Sent;
use crate::session::{Caller, Session, not_enrolled};

/// COSE's number of ECDSA with P-256 and SHA-256, the only one that ledgers verify.
const ES256: i64 = -7;

/// Ceremonies that wait for their authenticator, by challenge; the oldest makes room.
#[derive(Debug, Default)]
pub struct Ceremonies(Mutex<BTreeMap<String, (Instant, Waiting)>>);

#[derive(Debug)]
enum Waiting {
    Register { state: PasskeyRegistration, ticket: Ticket, word: Option<String> },
    SignIn { state: PasskeyAuthentication, person: PersonId },
    // Where the browser goes after the draft of this hash is signed.
    Draft { location: String },
}

impl Ceremonies {
    fn begin(&self, challenge: String, waiting: Waiting) {
        let (mut table, now) = (lock(&self.0), Instant::now());
        table.retain(|_, (since, _)| now.duration_since(*since) < CEREMONY_KEPT);
        if table.len() >= CEREMONIES_MAX {
            let oldest = table.iter().min_by_key(|(_, (since, _))| *since);
            if let Some(oldest) = oldest.map(|(challenge, _)| challenge.clone()) {
                table.remove(&oldest);
            }
        }
        table.insert(challenge, (now, waiting));
    }

    // A challenge is answered once.
    fn end(&self, challenge: &str) -> Option<Waiting> {
        let (since, waiting) = lock(&self.0).remove(challenge)?;
        (since.elapsed() < CEREMONY_KEPT).then_some(waiting)
    }
}

/// What the browser asks the authenticator to sign (console/CONTRACT.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drafted {
    /// The draft's name.
    pub draft: String,
    /// SHA-256 of the bytes to sign.
    pub hash: String,
    /// The same, as authenticators take it.
    pub challenge: String,
    /// The caller's passkeys.
    pub credential_ids: Vec<String>,
    /// What the signature binds to, exactly as the dialog shows it.
    pub summary: String,
    /// The host that they are bound to.
    pub rp_id: String,
}

impl App {
    /// Drafts an act for the caller's passkey; `location` is where the browser goes once it is
    /// signed at `POST /act/sign`.
    pub async fn draft_for_passkey(
        self: &Arc<Self>,
        caller: &Caller,
        act: Act,
        summary: String,
        location: String,
    ) -> Result<Drafted, Failure> {
        let (key, person) = (caller.key, caller.person.clone());
        let (hash, kept) = self
            .with(move |engine| {
                let audience = act.audience();
                let prepared = engine.prepare(key, act, audience)?;
                Ok::<_, Failure>((prepared.hash, passkey::of(engine, &person)?))
            })
            .await??;
        let mine = kept.iter().filter(|kept| kept.key == key);
        let credential_ids =
            mine.map(|kept| URL_SAFE_NO_PAD.encode(kept.passkey.cred_id())).collect();
        let name = hash.to_string();
        self.passkeys.ceremonies.begin(name.clone(), Waiting::Draft { location });
        Ok(Drafted {
            draft: name.clone(),
            hash: name,
            challenge: URL_SAFE_NO_PAD.encode(hash.0),
            credential_ids,
            summary,
            rp_id: self.host().to_owned(),
        })
    }
}

/// `/passkey/…` and `POST /act/sign`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/passkey/register/start", post(register_start))
        .route("/passkey/register/finish", post(register_finish))
        .route("/passkey/signin/start", post(signin_start))
        .route("/passkey/signin/finish", post(signin_finish))
        .route("/act/sign", post(sign))
}

// The form's fields; others belong to the page.
#[derive(Deserialize)]
struct Who {
    #[serde(default)]
    username: String,
    #[serde(default)]
    ticket: String,
}

// Whoever is signed in registers for himself; whoever is not needs an invitation.
async fn register_start(
    State(app): State<Arc<App>>,
    caller: Result<Caller, Failure>,
    Sent(who): Sent<Who>,
) -> Result<Json<CreationChallengeResponse>, Failure> {
    let word = (!who.ticket.is_empty()).then_some(who.ticket);
    let ticket = ticket(&app, caller, word.clone()).await?;
    let person = ticket.person.clone();
    let kept = app.with(move |engine| passkey::of(engine, &person)).await??;
    let known = kept.iter().map(|kept| kept.passkey.cred_id().clone()).collect();
    let name = ticket.person.as_str();
    let started =
        app.passkeys.webauthn.start_passkey_registration(handle(name), name, name, Some(known));
    let (mut asked, state) = started.map_err(|cause| Failure::fault(&cause))?;
    asked.public_key.pub_key_cred_params.retain(|kind| kind.alg == ES256);
    let challenge = URL_SAFE_NO_PAD.encode(&asked.public_key.challenge);
    app.passkeys.ceremonies.begin(challenge, Waiting::Register { state, ticket, word });
    Ok(Json(asked))
}

async fn ticket(
    app: &Arc<App>,
    caller: Result<Caller, Failure>,
    word: Option<String>,
) -> Result<Ticket, Failure> {
    let Some(word) = word else {
        let caller = caller?;
        return Ok(Ticket { person: caller.person, roles: caller.roles, until: app.now() });
    };
    app.with(move |engine| passkey::invited(engine, &word)).await??.ok_or(Failure::Unauthorized)
}

async fn register_finish(
    State(app): State<Arc<App>>,
    Sent(made): Sent<RegisterPublicKeyCredential>,
) -> Result<Json<Value>, Failure> {
    let waiting = answered(&app, &made.response.client_data_json)?;
    let Waiting::Register { state, ticket, word } = waiting else {
        return Err(Failure::Unauthorized);
    };
    let passkey = app.passkeys.webauthn.finish_passkey_registration(&made, &state);
    let passkey = passkey.map_err(|cause| Failure::Malformed(cause.to_string()))?;
    let key = passkey::key_of(&passkey, app.host())
        .ok_or_else(|| Failure::Malformed("the authenticator made no P-256 key".into()))?;
    let root = app.config.root.clone();
    app.with(move |engine| {
        if passkey::is_known(engine, passkey.cred_id())? {
            return Err(Failure::Malformed("this authenticator is registered already".into()));
        }
        let kept = Kept { person: ticket.person.clone(), key: key_id(&key), passkey };
        passkey::keep(engine, &kept)?;
        if let Some(word) = word {
            passkey::tear(engine, &word)?;
        }
        let wish = passkey::wish(engine, &ticket, key);
        passkey::enrol(engine, root.as_ref(), wish)
    })
    .await??;
    Ok(Json(json!({ "location": "/signin" })))
}

async fn signin_start(
    State(app): State<Arc<App>>,
    Sent(who): Sent<Who>,
) -> Result<Json<RequestChallengeResponse>, Failure> {
    let Ok(person) = PersonId::new(&who.username) else { return Err(Failure::Unauthorized) };
    let whose = person.clone();
    let kept = app.with(move |engine| passkey::of(engine, &whose)).await??;
    let passkeys: Vec<_> = kept.into_iter().map(|kept| kept.passkey).collect();
    if passkeys.is_empty() {
        return Err(Failure::Unauthorized);
    }
    let started = app.passkeys.webauthn.start_passkey_authentication(&passkeys);
    let (asked, state) = started.map_err(|cause| Failure::fault(&cause))?;
    let challenge = URL_SAFE_NO_PAD.encode(&asked.public_key.challenge);
    app.passkeys.ceremonies.begin(challenge, Waiting::SignIn { state, person });
    Ok(Json(asked))
}

async fn signin_finish(
    State(app): State<Arc<App>>,
    Sent(given): Sent<PublicKeyCredential>,
) -> Result<Response, Failure> {
    let waiting = answered(&app, &given.response.client_data_json)?;
    let Waiting::SignIn { state, person } = waiting else { return Err(Failure::Unauthorized) };
    let result = app.passkeys.webauthn.finish_passkey_authentication(&given, &state);
    let Ok(result) = result else { return Err(Failure::Unauthorized) };
    let whose = person.clone();
    let key = app
        .with(move |engine| {
            let kept = passkey::of(engine, &whose)?;
            let used = kept.into_iter().find(|kept| kept.passkey.cred_id() == result.cred_id());
            let mut used = used.ok_or(Failure::Unauthorized)?;
            if used.passkey.update_credential(&result) == Some(true) {
                passkey::keep(engine, &used)?;
            }
            let enrolled = engine.own().reader().signer(&used.key, engine.now());
            let mine = enrolled.is_some_and(|enrolled| enrolled.person == whose);
            if mine { Ok(used.key) } else { Err(not_enrolled()) }
        })
        .await??;
    let token = app.sessions.open(Session::new(person, key, None, Instant::now()))?;
    let cookie = [(SET_COOKIE, app.set_cookie(&token))];
    Ok((cookie, Json(json!({ "location": "/" }))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    draft: String,
    authenticator_data: String,
    client_data_json: String,
    signature: String,
}

async fn sign(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Sent(signed): Sent<Signed>,
) -> Result<Json<Value>, Failure> {
    let bytes = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text);
        bytes.map_err(|cause| Failure::Malformed(cause.to_string()))
    };
    let draft: Hash = serde_json::from_value(Value::String(signed.draft.clone()))
        .map_err(|cause| Failure::Malformed(cause.to_string()))?;
    let assertion = Assertion {
        authenticator_data: bytes(&signed.authenticator_data)?,
        client_data_json: bytes(&signed.client_data_json)?,
        signature: bytes(&signed.signature)?,
    };
    app.submit_assertion(draft, assertion).await?;
    let location = match app.passkeys.ceremonies.end(&signed.draft) {
        Some(Waiting::Draft { location }) => location,
        Some(Waiting::Register { .. } | Waiting::SignIn { .. }) | None => "/".to_owned(),
    };
    Ok(Json(json!({ "location": location })))
}

fn answered(app: &App, client_data: &[u8]) -> Result<Waiting, Failure> {
    #[derive(Deserialize)]
    struct ClientData {
        challenge: String,
    }
    let data: ClientData = serde_json::from_slice(client_data)
        .map_err(|cause| Failure::Malformed(cause.to_string()))?;
    app.passkeys.ceremonies.end(&data.challenge).ok_or(Failure::Unauthorized)
}

// What authenticators know a person by: nothing that could be read there.
fn handle(person: &str) -> Uuid {
    let digest = note::digest::sha256(person.as_bytes()).0;
    Uuid::from_bytes(digest.first_chunk().copied().unwrap_or_default())
}
