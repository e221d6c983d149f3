//! Who sits before which screen, and how a page reaches it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use custody::hindrance;
use desk::page::Viewer;
use desk::page::frame::{self, Sitting};
use engine::engine::Engine;
use sheet::frame::{Frame, Page, Theme};
use tongue::speech::Lang;
use words::act::KeyKind;

use crate::console::told;
use door::app::App;
use door::failure::{Failure, with_status};
use door::guard::{Nonce, RequestId, lang_of};
use door::session::{Caller, cookie_of};

/// The cookie in which the browser keeps light or dark.
const THEME_COOKIE: &str = "theme";

/// A screen, whoever sits before it.
#[derive(Debug, Clone)]
pub struct Screen {
    /// In which language it reads.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// Does a script ask, that shows one line of text instead of a page?
    pub enhanced: bool,
    nonce: String,
    request: String,
    query: String,
}

impl FromRequestParts<Arc<App>> for Screen {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Failure> {
        let text = |of: Option<Arc<str>>| of.as_deref().unwrap_or_default().to_owned();
        let theme = match cookie_of(&parts.headers, THEME_COOKIE) {
            Some("dark") => Theme::Dark,
            Some("light") => Theme::Light,
            Some(_) | None => Theme::Auto,
        };
        Ok(Self {
            lang: lang_of(&parts.headers, &parts.uri),
            theme,
            enhanced: parts.headers.contains_key("x-enhance"),
            nonce: text(parts.extensions.get::<Nonce>().map(|nonce| Arc::clone(&nonce.0))),
            query: without_lang(parts.uri.query().unwrap_or_default()),
            request: text(parts.extensions.get::<RequestId>().map(|id| Arc::clone(&id.0))),
        })
    }
}

// What an address asks for, but the language: another language shows the same.
fn without_lang(query: &str) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    kept.collect::<Vec<_>>().join("&")
}

impl Screen {
    /// The number under which the operator finds this request.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// What the frame around a page needs of this screen.
    pub fn sitting(&self, app: &App, key: KeyKind) -> Sitting {
        Sitting {
            key,
            theme: self.theme,
            exercise: app.setup().exercise,
            nonce: self.nonce.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            query: self.query.clone(),
        }
    }

    /// A view and its frame, as a page.
    pub async fn see<V: Send + 'static>(
        &self,
        app: &Arc<App>,
        (viewer, page, key): (Viewer, Page, KeyKind),
        view: impl FnOnce(&Engine, &Viewer) -> V + Send + 'static,
    ) -> Result<(V, Frame), Failure> {
        let sitting = self.sitting(app, key);
        app.with(move |engine| {
            let mut frame = frame::view(engine, &viewer, page, sitting);
            frame.hindrance = hindrance::view(engine);
            (view(engine, &viewer), frame)
        })
        .await
    }
}

/// An officer before a screen.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who.
    pub caller: Caller,
    /// Before which screen.
    pub screen: Screen,
}

impl FromRequestParts<Arc<App>> for Seat {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let screen = Screen::from_request_parts(parts, app).await?;
        Ok(Self { caller: Caller::from_request_parts(parts, app).await?, screen })
    }
}

impl Seat {
    /// The officer as the desk knows a viewer.
    pub fn viewer(&self) -> Viewer {
        let Caller { person, roles, .. } = self.caller.clone();
        Viewer::officer(person, roles, self.screen.lang)
    }

    /// A page of what the desk shows; not found where it shows nothing.
    pub async fn page<V: Send + 'static, M: Into<String>>(
        &self,
        app: &Arc<App>,
        page: Page,
        view: impl FnOnce(&Engine, &Viewer) -> Option<V> + Send + 'static,
        render: fn(&V, &Frame) -> M,
    ) -> Result<Response, Failure> {
        let who = (self.viewer(), page, self.caller.kind);
        match self.screen.see(app, who, view).await? {
            (Some(view), frame) => {
                let html: String = render(&view, &frame).into();
                Ok(Html(html).into_response())
            }
            (None, _) => self.no(app, Failure::NotFound).await,
        }
    }

    /// A no: for a script one line, for a person a page with the way back.
    pub async fn no(&self, app: &Arc<App>, failure: Failure) -> Result<Response, Failure> {
        let fault = matches!(failure, Failure::Fault(_) | Failure::Unauthorized);
        if self.screen.enhanced || fault {
            return Err(failure);
        }
        let mut told = failure.told();
        self.screen.request().clone_into(&mut told.problem.request);
        let who = (self.viewer(), Page::Problem, self.caller.kind);
        let asked = told.clone();
        let view = move |engine: &Engine, _: &Viewer| told::view(engine, &asked);
        let (view, frame) = self.screen.see(app, who, view).await?;
        let page = Html(sheet::problem::page(&view, &frame).into_string());
        Ok(with_status(&told.problem, page))
    }
}
