//! `/acts`, `/drafts` and `/statements`: everything that anyone decides.

use std::sync::Arc;

use axum::extract::State;
use reply::act;
use wire::v1::{ActAccepted, ActRequest, DraftRequest, DraftView, SignRequest};
use words::refusal::{Reason, Refusal};

use crate::api::asker::{Answered, Asker, Posted};
use crate::api::route::{Route, json};
use door::app::App;

pub(super) fn routes() -> Vec<Route> {
    let (acts, drafts) = (("/acts", "create_act"), ("/drafts", "create_draft"));
    let statements = ("/statements", "create_statement");
    let about = "Does an act at once, signed with the key file that the session has open.";
    vec![
        Route::post(acts, about, json::<ActAccepted>(), create_act).taking::<ActRequest>(),
        Route::post(
            drafts,
            "Judges an act and drafts what its author signs.",
            json::<DraftView>(),
            create_draft,
        )
        .taking::<DraftRequest>(),
        Route::post(
            statements,
            "Takes the author's signature of a draft: judged again, durable, then applied.",
            json::<ActAccepted>(),
            create_statement,
        )
        .taking::<SignRequest>(),
    ]
}

async fn create_act(
    State(app): State<Arc<App>>,
    asker: Asker,
    Posted(request): Posted<ActRequest>,
) -> Answered<ActAccepted> {
    let Some(key) = asker.signer.clone() else {
        let text = "this session has no key file open: draft the act and sign it";
        return Err(Refusal::new(Reason::UnknownKey, text).into());
    };
    asker.write(&app, move |engine, asker| act::at_once(engine, &asker.viewer, &key, request)).await
}

async fn create_draft(
    State(app): State<Arc<App>>,
    asker: Asker,
    Posted(request): Posted<DraftRequest>,
) -> Answered<DraftView> {
    asker
        .write(&app, move |engine, asker| act::draft(engine, &asker.viewer, asker.key, request))
        .await
}

async fn create_statement(
    State(app): State<Arc<App>>,
    asker: Asker,
    Posted(request): Posted<SignRequest>,
) -> Answered<ActAccepted> {
    asker.write(&app, move |engine, asker| act::submit(engine, asker.key, request)).await
}
