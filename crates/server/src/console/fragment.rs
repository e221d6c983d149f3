//! The live parts of pages, fetched anew when they change.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use desk::page;
use pages::watch::View;
use sheet::frame::{Frame, Page, fragment_heard};
use words::id::MovementId;

use crate::console::seat::Seat;
use door::app::App;
use door::failure::Failure;

type Answer = Result<Response, Failure>;

async fn of_watch<M: Into<String>>(
    app: Arc<App>,
    seat: Seat,
    render: fn(&View, &Frame) -> M,
) -> Answer {
    let behind = Arc::clone(&app);
    seat.page(
        &app,
        Page::Watch,
        move |engine, viewer| Some(page::watch::view(engine, viewer, &behind.setup().backdrop)),
        render,
    )
    .await
}

/// `GET /fragment/alarms`.
pub async fn alarms(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    of_watch(app, seat, pages::watch::fragment_alarms).await
}

/// `GET /fragment/headcount`.
pub async fn headcount(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    of_watch(app, seat, pages::watch::fragment_headcount).await
}

/// `GET /fragment/movements`: those in hand.
pub async fn movements(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    of_watch(app, seat, pages::watch::fragment_movements).await
}

/// `GET /fragment/presence`.
pub async fn presence(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    of_watch(app, seat, pages::watch::fragment_presence).await
}

/// `GET /fragment/movement-list`: all of them.
pub async fn movement_list(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Movements,
        |engine, viewer| Some(page::movements::view(engine, viewer)),
        pages::movements::fragment_list,
    )
    .await
}

/// `GET /fragment/movement/ID`.
pub async fn movement(State(app): State<Arc<App>>, seat: Seat, Path(id): Path<String>) -> Answer {
    seat.page(
        &app,
        Page::Movement,
        move |engine, viewer| page::movement::view(engine, viewer, &MovementId::new(&id).ok()?),
        pages::movement::fragment_strip,
    )
    .await
}

/// `GET /fragment/consent`.
pub async fn consent(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Consent,
        |engine, viewer| Some(page::consent::view(engine, viewer)),
        pages::consent::fragment_queue,
    )
    .await
}

/// `GET /fragment/rungs`: the ladder and the zones.
pub async fn rungs(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Rungs,
        |engine, viewer| Some(page::rungs::view(engine, viewer)),
        folio::rungs::fragment_board,
    )
    .await
}

/// `GET /fragment/standing`: items, licences, officers, emergencies.
pub async fn standing(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Rungs,
        |engine, viewer| Some(page::standing::view(engine, viewer)),
        folio::standing::fragment,
    )
    .await
}

/// `GET /fragment/ledger`.
pub async fn ledger(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Ledger,
        |engine, viewer| Some(page::ledger::view(engine, viewer, 0)),
        pages::ledger::fragment_heads,
    )
    .await
}

/// `GET /fragment/heard`: how fresh the counterpart's ledger is.
pub async fn heard(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(&app, Page::Watch, |_, _| Some(()), |(), frame| fragment_heard(frame)).await
}
