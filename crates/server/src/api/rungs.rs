//! `/rungs`.

use std::sync::Arc;

use axum::extract::State;
use reply::rungs;
use wire::v1::rungs::RungsView;

use crate::api::asker::{Answered, Asker};
use crate::api::route::{Route, json};
use door::app::App;

pub(super) fn routes() -> Vec<Route> {
    let about = "The ladder of presence: permitted, consented, on duty, open or closed.";
    vec![Route::get(("/rungs", "get_rungs"), about, json::<RungsView>(), get_rungs)]
}

async fn get_rungs(State(app): State<Arc<App>>, asker: Asker) -> Answered<RungsView> {
    asker.read(&app, |engine, viewer| Ok(rungs::all(engine, viewer))).await
}
