//! `/obligations` and `/records`.

use std::sync::Arc;

use axum::extract::State;
use reply::duty;
use reply::list::Paging;
use wire::v1::Page;
use wire::v1::duty::{ObligationView, RecordView};
use words::id::RecordId;

use crate::api::asker::{Answered, Asker, Named};
use crate::api::route::{PAGING, Route, json};
use door::app::App;
use door::sent::Asked;

pub(super) fn routes() -> Vec<Route> {
    let obligations = ("/obligations", "list_obligations");
    let (records, record) = (("/records", "list_records"), ("/records/{id}", "get_record"));
    let about = "What the sides owe each other, by when, and what was not kept.";
    vec![
        Route::get(obligations, about, json::<Page<ObligationView>>(), list_obligations)
            .asking(PAGING),
        Route::get(
            records,
            "Records that duties asked for.",
            json::<Page<RecordView>>(),
            list_records,
        )
        .asking(PAGING),
        Route::get(record, "One record.", json::<RecordView>(), get_record),
    ]
}

async fn list_obligations(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<ObligationView>> {
    asker.read(&app, move |engine, _| duty::obligations(engine, &paging)).await
}

async fn list_records(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<RecordView>> {
    asker.read(&app, move |engine, _| duty::records(engine, &paging)).await
}

async fn get_record(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<RecordId>,
) -> Answered<RecordView> {
    asker.read(&app, move |engine, _| duty::record(engine, &id)).await
}
