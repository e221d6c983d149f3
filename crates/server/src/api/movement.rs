//! `/movements`, as the caller may know them.

use std::sync::Arc;

use axum::extract::State;
use reply::list::Paging;
use reply::movement;
use wire::v1::Page;
use wire::v1::road::{GateView, MovementView};
use words::id::MovementId;

use crate::api::asker::{Answered, Asker, Named};
use crate::api::route::{PAGING, Route, json};
use door::app::App;
use door::sent::Asked;

pub(super) fn routes() -> Vec<Route> {
    let (all, one) = (("/movements", "list_movements"), ("/movements/{id}", "get_movement"));
    let gate = ("/movements/{id}/gate", "get_gate");
    let about = "Movements, each as far as the caller may know it at this moment.";
    vec![
        Route::get(all, about, json::<Page<MovementView>>(), list).asking(PAGING),
        Route::get(one, "One movement.", json::<MovementView>(), get_movement),
        Route::get(gate, "The departure gate, line by line.", json::<GateView>(), get_gate),
    ]
}

async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<MovementView>> {
    asker.read(&app, move |engine, viewer| movement::list(engine, viewer, &paging)).await
}

async fn get_movement(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<MovementId>,
) -> Answered<MovementView> {
    asker.read(&app, move |engine, viewer| movement::one(engine, viewer, &id)).await
}

async fn get_gate(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<MovementId>,
) -> Answered<GateView> {
    asker.read(&app, move |engine, viewer| movement::gate(engine, viewer, &id)).await
}
