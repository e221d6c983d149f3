//! `/deployments`, `/consents` and `/tasks`.

use std::sync::Arc;

use axum::extract::State;
use reply::list::Paging;
use reply::presence;
use wire::v1::Page;
use wire::v1::presence::{ConsentView, DeploymentView, TaskView};
use words::id::DeploymentId;

use crate::api::asker::{Answered, Asker, Named};
use crate::api::route::{PAGING, Route, json};
use door::app::App;
use door::sent::Asked;

pub(super) fn routes() -> Vec<Route> {
    let deployments = ("/deployments", "list_deployments");
    let deployment = ("/deployments/{id}", "get_deployment");
    let (consents, tasks) = (("/consents", "list_consents"), ("/tasks", "list_tasks"));
    let about = "Deployments of guest personnel, each with its leases and task orders.";
    vec![
        Route::get(deployments, about, json::<Page<DeploymentView>>(), list_deployments)
            .asking(PAGING),
        Route::get(deployment, "One deployment.", json::<DeploymentView>(), get_deployment),
        Route::get(
            consents,
            "Leases of consent, living and dead.",
            json::<Page<ConsentView>>(),
            list_consents,
        )
        .asking(PAGING),
        Route::get(tasks, "Task orders.", json::<Page<TaskView>>(), list_tasks).asking(PAGING),
    ]
}

async fn list_deployments(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<DeploymentView>> {
    asker.read(&app, move |engine, _| presence::deployments(engine, &paging)).await
}

async fn get_deployment(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(id): Named<DeploymentId>,
) -> Answered<DeploymentView> {
    asker.read(&app, move |engine, _| presence::one(engine, &id)).await
}

async fn list_consents(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<ConsentView>> {
    asker.read(&app, move |engine, _| presence::consents(engine, &paging)).await
}

async fn list_tasks(
    State(app): State<Arc<App>>,
    asker: Asker,
    Asked(paging): Asked<Paging>,
) -> Answered<Page<TaskView>> {
    asker.read(&app, move |engine, _| presence::tasks(engine, &paging)).await
}
