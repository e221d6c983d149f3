//! Letters, statements, and the file that shows a body to others.

use std::sync::Arc;

use ::letters::revealed::NoFile;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sheet::frame::Page;
use words::id::PartyId;
use words::refusal::{Reason, Refusal};

use crate::console::seat::Seat;
use door::app::App;
use door::failure::Failure;

type Answer = Result<Response, Failure>;

/// `GET /letters`.
pub async fn letters(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Letters,
        |engine, viewer| Some(::letters::page::view(engine, viewer)),
        pages::letters::page,
    )
    .await
}

/// `GET /fragment/letters`.
pub async fn fragment(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Letters,
        |engine, viewer| Some(::letters::page::view(engine, viewer)),
        pages::letters::fragment,
    )
    .await
}

/// `GET /ledger/PARTY/INDEX`.
pub async fn statement(
    State(app): State<Arc<App>>,
    seat: Seat,
    Path((party, index)): Path<(String, String)>,
) -> Answer {
    seat.page(
        &app,
        Page::Statement,
        move |engine, viewer| {
            let (party, index) = (PartyId::new(&party).ok()?, index.parse().ok()?);
            ::letters::page::statement(engine, viewer, &party, index)
        },
        pages::statement::page,
    )
    .await
}

/// `GET /revealed/PARTY/INDEX`: the file that shows a body to others.
pub async fn revealed(
    State(app): State<Arc<App>>,
    seat: Seat,
    Path((party, index)): Path<(String, String)>,
) -> Answer {
    let viewer = seat.viewer();
    let made = app.with(move |engine| {
        let place = PartyId::new(&party).ok().zip(index.parse().ok());
        let (party, index) = place.ok_or(NoFile::Unknown)?;
        ::letters::revealed::file(engine, &viewer, (&party, index))
    });
    match made.await? {
        Ok(file) => {
            let named = [
                (CONTENT_TYPE, "application/cbor"),
                (CONTENT_DISPOSITION, "attachment; filename=\"revealed.cbor\""),
            ];
            Ok((named, file).into_response())
        }
        Err(no) => seat.no(&app, failure(no)).await,
    }
}

fn failure(no: NoFile) -> Failure {
    match no {
        NoFile::Unknown => Failure::NotFound,
        NoFile::NotTold => {
            Refusal::new(Reason::WrongState, "state first to whom it is shown").into()
        }
        NoFile::NoHead => Refusal::new(Reason::TooEarly, "no signed head covers it yet").into(),
        NoFile::Fault(fault) => (*fault).into(),
    }
}
