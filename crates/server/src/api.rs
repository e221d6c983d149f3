//! The JSON API, version 1: handlers that introduce and do not argue.
//!
//! A resource's file holds its handlers and the table of its routes; router and `OpenAPI`
//! document are made of the same tables, so that neither knows a route that the other lacks.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use wire::problem::Problem;

use crate::api::route::Route;
use door::app::App;
use door::failure::problem;

pub mod asker;
pub mod document;
pub mod route;

mod session;
mod status;

mod ledger;

mod agreement;

mod movement;
mod pass;
mod presence;
mod rungs;
mod standing;

mod keys;
mod watch;

mod duty;
mod plan;

mod act;
mod me;

/// Where every route of this version begins.
pub const BASE: &str = "/api/v1";

/// Its routes.
pub fn routes() -> Router<Arc<App>> {
    let served = table().into_iter().filter_map(|route| Some((route.path, route.handler?)));
    let router = served.fold(Router::new(), |router, (path, handler)| {
        router.route(&format!("{BASE}{path}"), handler)
    });
    router.method_not_allowed_fallback(wrong_method)
}

/// Every route, in reading order.
pub fn table() -> Vec<Route> {
    [
        session::routes(),
        status::routes(),
        keys::routes(),
        ledger::routes(),
        agreement::routes(),
        presence::routes(),
        rungs::routes(),
        standing::routes(),
        movement::routes(),
        pass::routes(),
        watch::routes(),
        duty::routes(),
        plan::routes(),
        act::routes(),
        me::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

// Told as it stands, so that the `Allow` that belongs to it stays with it.
async fn wrong_method() -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED.as_u16();
    problem(&Problem::new(status, "wrong-method", "nothing is done here by that method"))
}
