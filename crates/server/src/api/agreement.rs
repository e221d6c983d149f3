//! `/agreements`, and trials of them.

use std::sync::Arc;

use axum::extract::State;
use desk::api::list::Paging;
use desk::api::{agreement, trial};
use wire::v1::Page;
use wire::v1::agreement::{AgreementView, TryAnswer, TryRequest};
use words::id::AgreementId;

use crate::api::asker::{Answered, Asker, Named, Posted};
use crate::api::route::{PAGING, Route, json};
use door::app::App;
use door::sent::Asked;

pub(super) fn routes() -> Vec<Route> {
    let (all, one) = (("/agreements", "list_agreements"), ("/agreements/{id}", "get_agreement"));
    let attempt = ("/agreements/{id}/try", "try_agreement");
    vec![
        Route::get(all, "Agreements, without texts.", json::<Page<AgreementView>>(), list)
            .asking(PAGING),
        Route::get(
            one,
            "One agreement: articles beside their rules, signatures, suspensions.",
            json::<AgreementView>(),
            get_agreement,
        ),
        Route::post(
            attempt,
            "What the agreement in force says to a question; nothing is kept.",
            json::<TryAnswer>(),
            try_agreement,
        )
        .taking::<TryRequest>(),
    ]
}

async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<AgreementView>> {
    asker.read(&app, move |engine, _| agreement::list(engine, &paging)).await
}

async fn get_agreement(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<AgreementId>,
) -> Answered<AgreementView> {
    asker.read(&app, move |engine, _| agreement::one(engine, &id)).await
}

async fn try_agreement(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<AgreementId>,
    Posted(question): Posted<TryRequest>,
) -> Answered<TryAnswer> {
    asker.read(&app, move |engine, _| trial::ask(engine, &id, &question)).await
}
