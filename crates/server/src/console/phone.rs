//! The page of a protected person's phone: I am safe, help, who sees me.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use desk::page::{Viewer, frame as desk_frame, me as desk_me};
use engine::engine::Engine;
use note::digest::sha256;
use pages::me::View;
use serde::Deserialize;
use sheet::frame::{Frame, Page};
use watch::alarm::AlarmKind;
use words::act::KeyKind;
use words::hash::KeyId;
use words::id::{PersonId, UnitId};
use words::refusal::{Reason, Refusal};

use crate::console::seat::Screen;
use door::app::App;
use door::failure::{Failure, done, with_status};
use door::sent::Fields;
use door::session::{Session, cookie_of};

/// A phone signs nothing: its sessions name a key that no ledger can enrol, so that they open
/// no desk.
const NO_KEY: KeyId = KeyId([0; 8]);

/// How a session names a phone; persons of a ledger never begin so.
const PREFIX: &str = "unit:";

/// A page sends its call again until it is answered; for so long it is one and the same call.
const SAME_CALL_MS: i64 = 60_000;

/// A phone whose holder is enrolled and signed in.
#[derive(Debug, Clone)]
pub struct Phone(pub UnitId);

impl FromRequestParts<Arc<App>> for Phone {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let token = cookie_of(&parts.headers, &app.cookie()).ok_or(Failure::Unauthorized)?;
        let session = app.sessions.find(&sha256(token.as_bytes()), Instant::now());
        let session = session.filter(|session| session.key == NO_KEY);
        let person = session.ok_or(Failure::Unauthorized)?.person;
        let unit = person.as_str().strip_prefix(PREFIX).and_then(|unit| UnitId::new(unit).ok());
        let unit = unit.ok_or(Failure::Unauthorized)?;
        let whose = unit.clone();
        let known = move |engine: &mut Engine| engine.post().people().get(&whose).is_some();
        if app.with(known).await? { Ok(Self(unit)) } else { Err(Failure::Unauthorized) }
    }
}

/// A phone's own name and password.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    username: String,
    passphrase: String,
}

/// `GET /me`; whoever is not signed in is asked for the phone's name and password.
pub async fn me(
    State(app): State<Arc<App>>,
    screen: Screen,
    phone: Result<Phone, Failure>,
) -> Result<Response, Failure> {
    let Ok(phone) = phone else {
        return Ok(Html(door(&app, &screen, false).await?).into_response());
    };
    let (view, frame) = view(&app, &screen, phone).await?;
    Ok(Html(pages::me::page(&view, &frame).into_string()).into_response())
}

/// `GET /fragment/me`.
pub async fn fragment(
    State(app): State<Arc<App>>,
    screen: Screen,
    phone: Phone,
) -> Result<Html<String>, Failure> {
    let (view, frame) = view(&app, &screen, phone).await?;
    Ok(Html(pages::me::fragment_me(&view, &frame).into_string()))
}

/// `POST /me/signin`.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    screen: Screen,
    Fields(with): Fields<SignIn>,
) -> Result<Response, Failure> {
    match open(&app, with).await {
        Ok(token) => {
            Ok(([(SET_COOKIE, app.set_cookie(&token))], Redirect::to("/me")).into_response())
        }
        Err(failure @ Failure::Unauthorized) => {
            let page = Html(door(&app, &screen, true).await?);
            Ok(with_status(&failure.told().problem, page))
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /me/checkin`.
pub async fn check_in(
    State(app): State<Arc<App>>,
    screen: Screen,
    Phone(unit): Phone,
) -> Result<Response, Failure> {
    report(&app, unit, false).await?;
    Ok(if screen.enhanced { done() } else { Redirect::to("/me").into_response() })
}

/// `GET /me/sos`: asks once more.
pub async fn confirm(
    State(app): State<Arc<App>>,
    screen: Screen,
    phone: Phone,
) -> Result<Html<String>, Failure> {
    let (_, frame) = view(&app, &screen, phone).await?;
    Ok(Html(pages::me::confirm_page(&frame).into_string()))
}

/// What a call for help carries: a script held the button and sends `once`, a form confirms.
#[derive(Debug, Deserialize)]
pub struct Call {
    confirm: Option<String>,
    once: Option<String>,
}

/// `POST /me/sos`.
pub async fn sos(
    State(app): State<Arc<App>>,
    screen: Screen,
    Phone(unit): Phone,
    Fields(call): Fields<Call>,
) -> Result<Response, Failure> {
    if !screen.enhanced && call.confirm.as_deref() != Some("yes") {
        return Ok(Redirect::to("/me/sos").into_response());
    }
    let whose = unit.clone();
    let heard = app.with(move |engine| is_heard(engine, &whose)).await?;
    if !(heard && call.once.is_some()) {
        report(&app, unit, true).await?;
    }
    Ok(if screen.enhanced { done() } else { Redirect::to("/me").into_response() })
}

// Is this very call on the watch already?
fn is_heard(engine: &Engine, unit: &UnitId) -> bool {
    let now = engine.now();
    let mut alarms = engine.post().watch().alarms();
    alarms.any(|alarm| {
        let recent = now.ms_since(alarm.raised) < SAME_CALL_MS;
        &alarm.unit == unit && alarm.kind == AlarmKind::Sos && recent
    })
}

async fn report(app: &Arc<App>, unit: UnitId, sos: bool) -> Result<(), Failure> {
    let taken = move |engine: &mut Engine| engine.from_page(&unit, sos).map_err(Failure::from);
    let taken = app.with(taken).await??;
    // Never a comforting answer to a call that nobody saw: the page then offers a text message.
    let detail = "this phone has not reported a position yet: call, or send a text message";
    if taken { Ok(()) } else { Err(Refusal::new(Reason::WrongState, detail).into()) }
}

async fn open(app: &Arc<App>, with: SignIn) -> Result<String, Failure> {
    let tried = PersonId::new(&format!("phone:{}", with.username)).ok();
    let tried = tried.ok_or(Failure::Unauthorized)?;
    app.sessions.may_try(&tried, Instant::now())?;
    let phone = move |engine: &mut Engine| engine.phone(&with.username, &with.passphrase);
    let unit = app.with(phone).await?.ok_or(Failure::Unauthorized)?;
    let name = PersonId::new(&format!("{PREFIX}{unit}")).ok().ok_or(Failure::Unauthorized)?;
    app.sessions.open(Session::new(name, NO_KEY, None, Instant::now()))
}

async fn view(
    app: &Arc<App>,
    screen: &Screen,
    Phone(unit): Phone,
) -> Result<(View, Frame), Failure> {
    let (lang, sitting) = (screen.lang, screen.sitting(app, KeyKind::Ed25519));
    let behind = Arc::clone(app);
    app.with(move |engine| {
        let viewer = Viewer::phone(engine, unit, lang);
        let frame = desk_frame::view(engine, &viewer, Page::Me, sitting);
        (desk_me::view(engine, &viewer, behind.setup().sms.as_deref()), frame)
    })
    .await
}

async fn door(app: &Arc<App>, screen: &Screen, failed: bool) -> Result<String, Failure> {
    let who = (Viewer::nobody(screen.lang), Page::Me, KeyKind::Ed25519);
    let ((), frame) = screen.see(app, who, |_, _| ()).await?;
    Ok(pages::me::door(failed, &frame).into_string())
}
