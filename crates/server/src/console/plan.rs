//! The planner's table and the predictability board.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::response::Response;
use outlook::ground::{may_foresee, may_plan, roads};
use outlook::{past, plan};
use planner::terrain::Terrain;
use sheet::frame::Page;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::console::seat::Seat;
use door::app::App;
use door::failure::Failure;
use door::limits::SOLVED_WITHIN;
use door::sent::Fields;

type Answer = Result<Response, Failure>;

/// One mixture is solved at a time: a second planner waits a second, a node with two cores does
/// not stop for ten.
static SOLVING: Semaphore = Semaphore::const_new(1);

/// `GET /plan`: the form.
pub async fn table(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    if !may_plan(&seat.viewer()) {
        return seat.no(&app, Failure::NotFound).await;
    }
    let ground = ground(&app).await?;
    let view = spawn_blocking(move || plan::blank(ground.as_deref())).await;
    let view = view.map_err(|cause| Failure::fault(&cause))?;
    seat.page(&app, Page::Plan, |_, _| Some(view), pages::plan::page).await
}

/// `POST /plan`: the form and its answer. It is posted although it changes nothing, so that
/// nothing of it is in an address, a history or a log.
pub async fn ask(
    State(app): State<Arc<App>>,
    seat: Seat,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Answer {
    if !may_plan(&seat.viewer()) {
        return seat.no(&app, Failure::NotFound).await;
    }
    let solved = solving(&app, move |terrain, go_on| match terrain {
        Some(terrain) => plan::answered(terrain, &fields, go_on),
        None => plan::blank(None),
    });
    let view = solved.await?;
    let render = if seat.screen.enhanced { pages::plan::fragment } else { pages::plan::page };
    seat.page(&app, Page::Plan, |_, _| Some(view), render).await
}

/// Solves without the engine's lock, one at a time, and no longer than a person waits.
pub async fn solving<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(Option<&Terrain>, &mut dyn FnMut() -> bool) -> T + Send + 'static,
) -> Result<T, Failure> {
    let ground = ground(app).await?;
    let place = SOLVING.acquire().await.map_err(|cause| Failure::fault(&cause))?;
    let done = spawn_blocking(move || {
        let until = Instant::now() + SOLVED_WITHIN;
        work(ground.as_deref(), &mut || Instant::now() < until)
    });
    let done = done.await.map_err(|cause| Failure::fault(&cause));
    drop(place);
    done
}

async fn ground(app: &Arc<App>) -> Result<Option<Arc<Terrain>>, Failure> {
    let behind = Arc::clone(app);
    app.with(move |engine| roads(engine, behind.setup().terrain.as_ref())).await
}

/// `GET /predictability`.
pub async fn board(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Predictability,
        |engine, viewer| may_foresee(viewer).then(|| past::view(engine)),
        pages::predictability::page,
    )
    .await
}

/// `GET /fragment/predictability`.
pub async fn board_fragment(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Predictability,
        |engine, viewer| may_foresee(viewer).then(|| past::view(engine)),
        pages::predictability::fragment,
    )
    .await
}
