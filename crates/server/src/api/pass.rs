//! `/passes`, and the file that verifies them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use reply::no::No;
use reply::pass;
use wire::v1::road::PaperView;
use words::id::PassId;

use crate::api::asker::{Answered, Asker, Named};
use crate::api::route::{Answer, Route, json};
use door::app::App;
use door::failure::Failure;

pub(super) fn routes() -> Vec<Route> {
    let one = ("/passes/{id}", "get_pass");
    let (kit, list) = (("/kit", "get_kit"), ("/dead-passes", "get_dead_passes"));
    let about = "What a checkpoint carries to verify passes offline (docs/formats/pass.md).";
    let cbor = || Answer::File("application/cbor");
    vec![
        Route::get(one, "A pass as it is printed.", json::<PaperView>(), get_pass).refusable(),
        Route::get(kit, about, cbor(), get_kit).refusable(),
        Route::get(list, "The signed list of dead passes alone.", cbor(), get_dead_passes),
    ]
}

async fn get_pass(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<PassId>,
) -> Answered<PaperView> {
    asker.read(&app, move |engine, viewer| pass::paper(engine, viewer, &id)).await
}

async fn get_kit(State(app): State<Arc<App>>, asker: Asker) -> Result<Response, Failure> {
    let Json(file) = asker.read(&app, |engine, _| pass::kit(engine)).await?;
    Ok(([(CONTENT_TYPE, "application/cbor")], file).into_response())
}

async fn get_dead_passes(State(app): State<Arc<App>>, asker: Asker) -> Result<Response, Failure> {
    let Json(file) = asker.read(&app, |engine, _| engine.dead_passes().map_err(No::from)).await?;
    Ok(([(CONTENT_TYPE, "application/cbor")], file).into_response())
}
