//! What a request of the API carries: who asks, for what by name, the body.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use desk::page::Viewer;
use engine::engine::Engine;
use note::key::SigningKey;
use reply::no::No;
use reply::posted::object;
use serde::de::DeserializeOwned;
use words::hash::KeyId;

use door::app::App;
use door::failure::Failure;
use door::guard::lang_of;
use door::sent::bytes;
use door::session::Caller;

/// What a handler answers.
pub type Answered<T> = Result<Json<T>, Failure>;

/// The person who asks, as the desk knows a viewer.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who, with which roles, in which language.
    pub viewer: Viewer,
    /// The key of the session.
    pub key: KeyId,
    /// The opened file key, if it is one.
    pub signer: Option<SigningKey>,
}

impl Asker {
    /// Reads from the engine.
    pub async fn read<T: Send + 'static>(
        self,
        app: &Arc<App>,
        work: impl FnOnce(&Engine, &Viewer) -> Result<T, No> + Send + 'static,
    ) -> Answered<T> {
        let read = app.with(move |engine| work(engine, &self.viewer)).await?;
        Ok(Json(read?))
    }

    /// Asks the engine to do something.
    pub async fn write<T: Send + 'static>(
        self,
        app: &Arc<App>,
        work: impl FnOnce(&mut Engine, &Self) -> Result<T, No> + Send + 'static,
    ) -> Answered<T> {
        let written = app.with(move |engine| work(engine, &self)).await?;
        Ok(Json(written?))
    }
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let lang = caller.lang.unwrap_or_else(|| lang_of(&parts.headers, &parts.uri));
        let viewer = Viewer::officer(caller.person, caller.roles, lang);
        Ok(Self { viewer, key: caller.key, signer: caller.signer })
    }
}

/// What the path names. What cannot be a name names nothing.
#[derive(Debug, Clone)]
pub struct Named<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(Failure::NotFound),
        }
    }
}

/// A body: one JSON object, whose mistakes are named by their member.
#[derive(Debug, Clone)]
pub struct Posted<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Posted<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = bytes(request, state).await?;
        let value = serde_json::from_slice(&bytes);
        let value = value.map_err(|cause| Failure::Malformed(cause.to_string()))?;
        Ok(Self(object("", value)?))
    }
}
