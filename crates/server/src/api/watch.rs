//! `/alarms`, `/headcount` and `/units`.

use std::sync::Arc;

use axum::extract::State;
use desk::scene::follows;
use reply::list::{ITEMS_MAX, Paging};
use reply::watch;
use serde::Deserialize;
use wire::v1::Page;
use wire::v1::watch::{AlarmView, HeadcountView, UnitView};
use words::refusal::{Reason, Refusal};

use crate::api::asker::{Answered, Asker};
use crate::api::route::{Member, PAGING, Route, json};
use door::app::App;
use door::sent::Asked;

const MOST: &[Member] =
    &[Member { name: "limit", about: "At most so many.", number: Some((1, Some(ITEMS_MAX))) }];

pub(super) fn routes() -> Vec<Route> {
    let (alarms, headcount) = (("/alarms", "list_alarms"), ("/headcount", "get_headcount"));
    let (units, about) = (("/units", "list_units"), "Open alarms, the most urgent first.");
    vec![
        Route::get(alarms, about, json::<Page<AlarmView>>(), list_alarms).asking(MOST),
        Route::get(
            headcount,
            "Who of the protected persons is accounted for.",
            json::<HeadcountView>(),
            get_headcount,
        ),
        Route::get(
            units,
            "Enrolled people and vehicles, and where each was last seen.",
            json::<Page<UnitView>>(),
            list_units,
        )
        .asking(PAGING)
        .refusable(),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Most {
    limit: Option<u32>,
}

async fn list_alarms(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(most): Asked<Most>,
) -> Answered<Page<AlarmView>> {
    asker.read(&app, move |engine, viewer| watch::alarms(engine, viewer, most.limit)).await
}

async fn get_headcount(State(app): State<Arc<App>>, asker: Asker) -> Answered<HeadcountView> {
    asker.read(&app, |engine, _| Ok(watch::headcount(engine))).await
}

async fn list_units(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<UnitView>> {
    if !follows(&asker.viewer.roles) {
        return Err(Refusal::new(Reason::NotYourRole, "units are for those who follow them").into());
    }
    asker.read(&app, move |engine, viewer| watch::units(engine, viewer, &paging)).await
}
