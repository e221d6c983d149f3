//! `/agreements`, and trials of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use reply::list::Paging;
use reply::review::Wanted;
use reply::{agreement, review, trial};
use wire::v1::Page;
use wire::v1::agreement::{AgreementView, TryAnswer, TryRequest};
use wire::v1::review::ReviewView;
use words::id::AgreementId;

use crate::api::asker::{Answered, Asker, Named, Posted};
use crate::api::route::{Answer, Member, PAGING, Route, json};
use door::app::App;
use door::failure::Failure;
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
        Route::get(
            ("/agreements/{id}/review", "get_review"),
            "The review of a text: states, agencies, checks, redlines, remarks; internal words \
             are this party's own.",
            json::<ReviewView>(),
            get_review,
        )
        .asking(TEXT),
        Route::get(
            ("/agreements/{id}/redacted", "get_redacted"),
            "A copy without the restricted articles, with the same root; for signatories and \
             inspectors.",
            Answer::File("application/toml"),
            get_redacted,
        )
        .asking(TEXT),
    ]
}

const TEXT: &[Member] = &[Member {
    name: "text",
    about: "The root of the text; the newest (of a copy: the one in force), if it is not said.",
    number: None,
}];

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

async fn get_review(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<AgreementId>,
    Asked(wanted): Asked<Wanted>,
) -> Answered<ReviewView> {
    asker.read(&app, move |engine, viewer| review::one(engine, viewer, &id, &wanted)).await
}

async fn get_redacted(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<AgreementId>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Failure> {
    let read = move |engine: &_, viewer: &_| review::redacted(engine, viewer, &id, &wanted);
    let Json(copy) = asker.read(&app, read).await?;
    Ok(([(CONTENT_TYPE, "application/toml")], copy).into_response())
}
