//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse, Redirect, Response};
use desk::page::{Viewer, signin};
use note::digest::sha256;
use serde::Deserialize;
use sheet::frame::Page;
use words::act::KeyKind;

use crate::console::seat::Screen;
use door::app::App;
use door::failure::{Failure, with_status};
use door::sent::{Asked, Fields};
use door::session::{Caller, cookie_of};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub struct Then {
    then: Option<String>,
}

/// Who signs in, and where to.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    person: String,
    passphrase: String,
    then: Option<String>,
}

/// `GET /signin`.
pub async fn signin_page(
    State(app): State<Arc<App>>,
    screen: Screen,
    caller: Result<Caller, Failure>,
    Asked(then): Asked<Then>,
) -> Result<Response, Failure> {
    Ok(page(&app, &screen, caller.ok(), (then.then, false)).await?.into_response())
}

/// `POST /signin`.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    screen: Screen,
    Fields(with): Fields<SignIn>,
) -> Result<Response, Failure> {
    let to = with.then.clone().filter(|path| is_ours(path)).unwrap_or_else(|| "/watch".to_owned());
    match app.sign_in(&with.person, with.passphrase).await {
        Ok(token) => {
            Ok(([(SET_COOKIE, app.set_cookie(&token))], Redirect::to(&to)).into_response())
        }
        Err(failure @ Failure::Unauthorized) => {
            let page = page(&app, &screen, None, (with.then, true)).await?;
            Ok(with_status(&failure.told().problem, page))
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /signout`, of an officer or of a phone.
pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(token) = cookie_of(&headers, &app.cookie()) {
        app.sessions.close(&sha256(token.as_bytes()));
    }
    ([(SET_COOKIE, app.clear_cookie())], Redirect::to("/signin")).into_response()
}

async fn page(
    app: &Arc<App>,
    screen: &Screen,
    caller: Option<Caller>,
    (then, failed): (Option<String>, bool),
) -> Result<Html<String>, Failure> {
    let behind = Arc::clone(app);
    // Whoever is signed in may register a passkey here.
    let (viewer, key) = match caller {
        Some(Caller { person, roles, kind, .. }) => {
            (Viewer::officer(person, roles, screen.lang), kind)
        }
        None => (Viewer::nobody(screen.lang), KeyKind::Ed25519),
    };
    let who = (viewer, Page::Signin, key);
    let view = move |engine: &engine::engine::Engine, _: &Viewer| {
        let mut view = signin::view(engine, behind.config.key_files.keys());
        view.hint.clone_from(&behind.setup().hint);
        (view.then, view.failed) = (then.filter(|path| is_ours(path)), failed);
        view
    };
    let (view, frame) = screen.see(app, who, view).await?;
    Ok(Html(pages::signin::page(&view, &frame).into_string()))
}

// A path of this node: a stranger's link must not lead away from here after signing in.
fn is_ours(path: &str) -> bool {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    path.starts_with('/') && !path.starts_with("//") && plain
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn nobody_is_led_away_after_signing_in() {
        for path in ["/watch", "/m/m-1?lang=ur", "/ledger/host/3"] {
            assert!(is_ours(path), "{path}");
        }
        for path in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb"] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
