//! Who is signed in, by what, and for how long.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::acts::Accepted;
use note::digest::sha256;
use note::key::SigningKey;
use serde::{Deserialize, Serialize};
use sheet::frame::Theme;
use tokio::task::spawn_blocking;
use tongue::speech::Lang;
use words::act::{Act, KeyKind};
use words::hash::{Hash, KeyId};
use words::id::PersonId;
use words::refusal::{Reason, Refusal};
use words::role::Role;

use crate::app::{App, lock};
use crate::failure::{Failure, done};
use crate::limits::{SESSION_IDLE, SESSIONS_MAX, TRIES_MAX, TRIES_WITHIN};
use crate::sent::Sent;

/// One person at one screen or in one program.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub person: PersonId,
    /// The key that signs, or the passkey that signed in.
    pub key: KeyId,
    /// The opened file key; with a passkey each act is signed by its own ceremony.
    pub signer: Option<SigningKey>,
    /// The language chosen at this screen.
    pub lang: Option<Lang>,
    /// Light or dark.
    pub theme: Theme,
    used: Instant,
}

impl Session {
    /// A session of a person with a key.
    pub fn new(person: PersonId, key: KeyId, signer: Option<SigningKey>, now: Instant) -> Self {
        Self { person, key, signer, lang: None, theme: Theme::Auto, used: now }
    }
}

/// Everyone who is signed in. Tokens are kept as their hashes: a memory dump opens no door.
#[derive(Debug, Default)]
pub struct Sessions {
    table: Mutex<BTreeMap<Hash, Session>>,
    tries: Mutex<BTreeMap<PersonId, VecDeque<Instant>>>,
}

impl Sessions {
    /// Opens a session and gives its token, which is shown once.
    pub fn open(&self, session: Session) -> Result<String, Failure> {
        let token = token()?;
        let mut table = lock(&self.table);
        let now = session.used;
        table.retain(|_, old| now.duration_since(old.used) < SESSION_IDLE);
        if table.len() >= SESSIONS_MAX {
            return Err(Failure::Busy);
        }
        table.insert(sha256(token.as_bytes()), session);
        Ok(token)
    }

    /// The session of a token, if it has not been idle for too long; it starts to idle anew.
    pub fn find(&self, token: &Hash, now: Instant) -> Option<Session> {
        let mut table = lock(&self.table);
        let session = table.get_mut(token)?;
        if now.duration_since(session.used) >= SESSION_IDLE {
            table.remove(token);
            return None;
        }
        session.used = now;
        Some(session.clone())
    }

    /// Is there still such a session? Asking does not keep it alive.
    pub fn lives(&self, token: &Hash, now: Instant) -> bool {
        let table = lock(&self.table);
        table.get(token).is_some_and(|it| now.duration_since(it.used) < SESSION_IDLE)
    }

    /// Changes a session's language or theme.
    pub fn change(&self, token: &Hash, change: impl FnOnce(&mut Session)) {
        if let Some(session) = lock(&self.table).get_mut(token) {
            change(session);
        }
    }

    /// Ends a session.
    pub fn close(&self, token: &Hash) {
        lock(&self.table).remove(token);
    }

    /// Counts a try of a person's passphrase, and refuses one too many.
    pub fn may_try(&self, person: &PersonId, now: Instant) -> Result<(), Failure> {
        let mut tries = lock(&self.tries);
        let tries = tries.entry(person.clone()).or_default();
        tries.retain(|at| now.duration_since(*at) < TRIES_WITHIN);
        if tries.len() >= TRIES_MAX {
            return Err(Failure::TooOften);
        }
        tries.push_back(now);
        Ok(())
    }

    fn forgive(&self, person: &PersonId) {
        lock(&self.tries).remove(person);
    }
}

/// The person who asks, on any route that takes it as an argument.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub person: PersonId,
    /// The key of the session.
    pub key: KeyId,
    /// How that key signs.
    pub kind: KeyKind,
    /// What it may sign, at this moment.
    pub roles: Vec<Role>,
    /// The opened file key, if it is one.
    pub signer: Option<SigningKey>,
    /// The language chosen at this screen.
    pub lang: Option<Lang>,
    /// Light or dark.
    pub theme: Theme,
    /// Which session; for [`Sessions::change`] and [`Sessions::close`].
    pub token: Hash,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let token = presented(&parts.headers, &app.cookie()).ok_or(Failure::Unauthorized)?;
        let session = app.sessions.find(&token, Instant::now()).ok_or(Failure::Unauthorized)?;
        let key = session.key;
        // A key that was voided a second ago opens nothing now.
        let enrolled = app
            .with(move |engine| engine.own().reader().signer(&key, engine.now()).cloned())
            .await?
            .ok_or(Failure::Unauthorized)?;
        Ok(Self {
            person: session.person,
            key,
            kind: enrolled.key.kind,
            roles: enrolled.roles,
            signer: session.signer,
            lang: session.lang,
            theme: session.theme,
            token,
        })
    }
}

impl App {
    /// Signs and submits an act with the caller's opened file key.
    pub async fn act(
        self: &Arc<Self>,
        caller: &Caller,
        act: impl Into<Act>,
    ) -> Result<Accepted, Failure> {
        let act = act.into();
        let Some(key) = caller.signer.clone() else {
            let detail = "this session has no key file open: sign the act with the passkey";
            return Err(Refusal::new(Reason::UnknownKey, detail).into());
        };
        self.ask(move |engine| engine.act(&key, act)).await
    }

    /// Opens a session by key file and passphrase; gives its token.
    pub async fn sign_in(
        self: &Arc<Self>,
        person: &str,
        passphrase: String,
    ) -> Result<String, Failure> {
        let person = PersonId::new(person).ok();
        let file = person.and_then(|person| self.config.key_files.get(&person));
        let file = file.cloned().ok_or(Failure::Unauthorized)?;
        self.sessions.may_try(&file.person, Instant::now())?;
        let (person, id) = (file.person.clone(), file.key);
        let opened = spawn_blocking(move || file.open(&passphrase)).await;
        let opened = opened.map_err(|cause| Failure::fault(&cause))?;
        let Ok(signer) = opened else { return Err(Failure::Unauthorized) };
        let whose = move |engine: &mut engine::engine::Engine| {
            let enrolled = engine.own().reader().signer(&id, engine.now());
            enrolled.map(|enrolled| enrolled.person.clone())
        };
        if self.with(whose).await?.as_ref() != Some(&person) {
            return Err(not_enrolled());
        }
        self.sessions.forgive(&person);
        self.sessions.open(Session::new(person, id, Some(signer), Instant::now()))
    }

    /// The `Set-Cookie` of a token.
    pub fn set_cookie(&self, token: &str) -> HeaderValue {
        self.cookie_value(&format!("{token}; Max-Age={}", SESSION_IDLE.as_secs()))
    }

    /// The `Set-Cookie` that takes the token away.
    pub fn clear_cookie(&self) -> HeaderValue {
        self.cookie_value("; Max-Age=0")
    }

    fn cookie_value(&self, value: &str) -> HeaderValue {
        let secure = if self.secure() { "; Secure" } else { "" };
        let name = self.cookie();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&text).expect("tokens and names are letters, digits and hyphens")
    }
}

/// The key is right, and the ledger does not know it.
pub fn not_enrolled() -> Failure {
    Refusal::new(Reason::UnknownKey, "the key waits to be enrolled by the party's root").into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    person: String,
    passphrase: String,
}

#[derive(Serialize)]
struct SignedIn {
    token: String,
    idle_ms: u64,
}

/// `POST /api/v1/session` signs a program in, `DELETE` signs it out.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/session", post(sign_in).delete(sign_out))
}

async fn sign_in(
    State(app): State<Arc<App>>,
    Sent(with): Sent<SignIn>,
) -> Result<Json<SignedIn>, Failure> {
    let token = app.sign_in(&with.person, with.passphrase).await?;
    let idle_ms = u64::try_from(SESSION_IDLE.as_millis()).unwrap_or(u64::MAX);
    Ok(Json(SignedIn { token, idle_ms }))
}

async fn sign_out(State(app): State<Arc<App>>, caller: Caller) -> Response {
    app.sessions.close(&caller.token);
    done()
}

fn token() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Failure::Fault(cause.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

// The bearer's token, else the cookie's.
fn presented(headers: &HeaderMap, cookie: &str) -> Option<Hash> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let token = bearer.or_else(|| cookie_of(headers, cookie))?;
    Some(sha256(token.as_bytes()))
}

/// The value of a cookie.
pub fn cookie_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut pairs = values.flat_map(|it| it.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use axum::http::{HeaderMap, HeaderValue, header};
    use note::digest::sha256;
    use words::hash::KeyId;
    use words::id::PersonId;

    use super::{Session, Sessions, presented};
    use crate::failure::Failure;
    use crate::limits::{SESSION_IDLE, TRIES_MAX, TRIES_WITHIN};

    fn officer() -> PersonId {
        PersonId::new("host/officer").unwrap()
    }

    fn session(now: Instant) -> Session {
        Session::new(officer(), KeyId([1; 8]), None, now)
    }

    #[test]
    fn a_session_ends_when_it_has_been_idle_for_a_shift() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        let token = sha256(sessions.open(session(start)).unwrap().as_bytes());
        let nearly = SESSION_IDLE.saturating_sub(Duration::from_secs(1));
        let late = start + nearly;
        assert!(sessions.find(&token, late).is_some(), "used in time, it idles anew");
        assert!(sessions.find(&token, late + nearly).is_some());
        let later = late + SESSION_IDLE + SESSION_IDLE;
        assert!(!sessions.lives(&token, later));
        assert!(sessions.find(&token, later).is_none());
        assert!(sessions.find(&token, late).is_none(), "an ended session does not come back");
    }

    #[test]
    fn a_closed_session_and_a_guessed_token_open_nothing() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let token = sha256(sessions.open(session(now)).unwrap().as_bytes());
        assert!(sessions.find(&sha256(b"guess"), now).is_none());
        sessions.close(&token);
        assert!(sessions.find(&token, now).is_none());
    }

    #[test]
    fn the_sixth_try_within_a_minute_is_refused_and_the_next_minute_starts_anew() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        for _ in 0..TRIES_MAX {
            sessions.may_try(&officer(), now).unwrap();
        }
        assert!(matches!(sessions.may_try(&officer(), now), Err(Failure::TooOften)));
        let other = PersonId::new("host/other").unwrap();
        assert!(sessions.may_try(&other, now).is_ok(), "others are not locked out");
        assert!(sessions.may_try(&officer(), now + TRIES_WITHIN).is_ok());
    }

    #[test]
    fn a_token_comes_as_a_bearers_or_in_the_nodes_own_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; mine=t; b=2"));
        assert_eq!(presented(&headers, "mine"), Some(sha256(b"t")));
        assert_eq!(presented(&headers, "other"), None);
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer u"));
        assert_eq!(presented(&headers, "mine"), Some(sha256(b"u")));
    }
}
