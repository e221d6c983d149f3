//! The route table of the console's port, to be read as documentation.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;

use door::app::App;
use door::failure::Failure;
use door::guard::guard;
use door::limits::BODY_BYTES_MAX;
use door::{assets, ceremony, live, session};

use crate::{api, console, phones};

/// Everything that people, programs and phones reach.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(console::routes())
        .merge(api::routes())
        .merge(session::routes())
        .merge(ceremony::routes())
        .merge(live::routes())
        .merge(phones::routes())
        .merge(assets::routes())
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app)
}
