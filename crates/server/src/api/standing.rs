//! `/accreditations` and `/licences`.

use std::sync::Arc;

use axum::extract::State;
use reply::list::Paging;
use reply::standing;
use wire::v1::Page;
use wire::v1::standing::{AccreditationView, LicenceView};

use crate::api::asker::{Answered, Asker};
use crate::api::route::{PAGING, Route, json};
use door::app::App;
use door::sent::Asked;

pub(super) fn routes() -> Vec<Route> {
    let shown = ("/accreditations", "list_accreditations");
    let about = "What the guest's people have shown, and what the host accepted.";
    let licensed = ("/licences", "list_licences");
    let companies = "Security companies that may field people.";
    vec![
        Route::get(shown, about, json::<Page<AccreditationView>>(), list_accreditations)
            .asking(PAGING),
        Route::get(licensed, companies, json::<Page<LicenceView>>(), list_licences).asking(PAGING),
    ]
}

async fn list_accreditations(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<AccreditationView>> {
    let list = move |engine: &_, viewer: &_| standing::accreditations(engine, viewer, &paging);
    asker.read(&app, list).await
}

async fn list_licences(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<LicenceView>> {
    asker.read(&app, move |engine, _| standing::licences(engine, &paging)).await
}
