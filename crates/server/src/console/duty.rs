//! The obligations board and the records.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use desk::page;
use serde::Deserialize;
use sheet::frame::{Frame, Page};
use sheet::term::Term;
use words::id::RecordId;
use words::role::Side;

use crate::console::seat::Seat;
use door::app::App;
use door::failure::Failure;
use door::sent::Asked;

type Answer = Result<Response, Failure>;

/// What one side owes; the whole board if it names no side.
#[derive(Debug, Deserialize)]
pub struct Owing {
    side: Option<String>,
}

impl Owing {
    fn side(&self) -> Option<Side> {
        let word = self.side.as_deref()?;
        [Side::Host, Side::Guest].into_iter().find(|side| side.word() == word)
    }
}

async fn of_board<M: Into<String>>(
    (app, seat): (Arc<App>, Seat),
    owing: Owing,
    render: fn(&folio::duty::View, &Frame) -> M,
) -> Answer {
    seat.page(
        &app,
        Page::Obligations,
        move |engine, viewer| page::duty::view(engine, viewer, owing.side()),
        render,
    )
    .await
}

async fn of_records<M: Into<String>>(
    app: Arc<App>,
    seat: Seat,
    render: fn(&folio::record::View, &Frame) -> M,
) -> Answer {
    seat.page(&app, Page::Records, page::record::view, render).await
}

/// `GET /obligations`; `side` names whose.
pub async fn board(State(app): State<Arc<App>>, seat: Seat, Asked(owing): Asked<Owing>) -> Answer {
    of_board((app, seat), owing, folio::duty::page).await
}

/// `GET /fragment/obligations`.
pub async fn board_fragment(
    State(app): State<Arc<App>>,
    seat: Seat,
    Asked(owing): Asked<Owing>,
) -> Answer {
    of_board((app, seat), owing, folio::duty::fragment_board).await
}

/// `GET /records`.
pub async fn records(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    of_records(app, seat, folio::record::page).await
}

/// `GET /fragment/records`.
pub async fn records_fragment(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    of_records(app, seat, folio::record::fragment_list).await
}

/// `GET /records/ID`.
pub async fn record(State(app): State<Arc<App>>, seat: Seat, Path(id): Path<String>) -> Answer {
    seat.page(
        &app,
        Page::Records,
        move |engine, viewer| page::record::detail(engine, viewer, &RecordId::new(&id).ok()?),
        folio::record::detail_page,
    )
    .await
}
