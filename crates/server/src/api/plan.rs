//! `/games` and `/predictability`: for whoever plans.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use outlook::ground::{may_foresee, may_plan};
use outlook::{past, told};
use wire::v1::plan::{GameRequest, GameView, PredictabilityView};
use words::refusal::{Reason, Refusal};

use crate::api::asker::{Answered, Asker, Posted};
use crate::api::route::{Route, json};
use crate::console::plan::solving;
use door::app::App;
use door::failure::Failure;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            ("/games", "create_game"),
            "The mixture of routes that no ambush beats, for whoever seals plans; nothing is kept.",
            json::<GameView>(),
            create_game,
        )
        .taking::<GameRequest>(),
        Route::get(
            ("/predictability", "get_predictability"),
            "How hard the movements of the last 30 days were to guess, for whoever plans.",
            json::<PredictabilityView>(),
            get_predictability,
        )
        .refusable(),
    ]
}

async fn create_game(
    State(app): State<Arc<App>>,
    asker: Asker,
    Posted(request): Posted<GameRequest>,
) -> Answered<GameView> {
    if !may_plan(&asker.viewer) {
        return Err(not_for_you().into());
    }
    let solved = solving(&app, move |terrain, go_on| {
        terrain.map(|terrain| told::game(terrain, request, go_on))
    });
    match solved.await? {
        Some(Ok(view)) => Ok(Json(view)),
        Some(Err(no)) => Err(Failure::Malformed(format!("{no}: {}", no.remedy()))),
        None => Err(Failure::Malformed("this node has no roads: name a file of them".into())),
    }
}

async fn get_predictability(
    State(app): State<Arc<App>>,
    asker: Asker,
) -> Answered<PredictabilityView> {
    asker
        .read(&app, |engine, viewer| {
            let may = may_foresee(viewer);
            may.then(|| told::predictability(&past::measured(engine)))
                .ok_or_else(|| not_for_you().into())
        })
        .await
}

// That there are plans is no secret; who seals them reads them.
fn not_for_you() -> Refusal {
    Refusal::new(Reason::NotPermitted, "this is for whoever seals plans")
}
