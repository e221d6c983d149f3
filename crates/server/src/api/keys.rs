//! `/keys`.

use std::sync::Arc;

use axum::extract::State;
use custody::answer;
use wire::v1::Page;
use wire::v1::keys::RootView;

use crate::api::asker::{Answered, Asker};
use crate::api::route::{Route, json};
use door::app::App;

pub(super) fn routes() -> Vec<Route> {
    let about = "Who holds each party's root, and how its keys stand.";
    vec![Route::get(("/keys", "list_keys"), about, json::<Page<RootView>>(), list_keys)]
}

async fn list_keys(State(app): State<Arc<App>>, asker: Asker) -> Answered<Page<RootView>> {
    asker.read(&app, |engine, _| Ok(answer::list(engine))).await
}
