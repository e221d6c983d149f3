//! Rungs of presence, as the board shows them.

use engine::engine::Engine;
use folio::rungs::{Cell, Closure, Place, Row, Step};
use sheet::term::Term;
use wire::v1::rungs::{ClosureView, PresenceView, RungCellView, RungView, RungsView};

use desk::page::{Viewer, rungs};

/// The whole board.
pub fn all(engine: &Engine, viewer: &Viewer) -> RungsView {
    let board = rungs::view(engine, viewer);
    RungsView {
        agreement: board.agreement.map(|id| id.to_string()),
        ladder: board.steps.iter().map(step).collect(),
        presence: board.places.iter().flat_map(place).collect(),
    }
}

fn step(step: &Step) -> RungView {
    RungView {
        rung: step.rung.to_string(),
        state: step.state().word().to_owned(),
        consented: step.consented,
        on_duty: step.on_duty,
        closures: step.closures.iter().map(closure).collect(),
    }
}

fn closure(closure: &Closure) -> ClosureView {
    ClosureView {
        zone: closure.zone.as_ref().map(|(zone, _)| zone.to_string()),
        by: closure.by.clone(),
        at: closure.at.unix_ms,
        reason: closure.reason.clone(),
    }
}

fn place(place: &Place) -> impl Iterator<Item = PresenceView> {
    place.rows.iter().map(|row| presence(place, row))
}

fn presence(place: &Place, row: &Row) -> PresenceView {
    let (rung, article) = row.permitted.clone().unzip();
    PresenceView {
        zone: place.zone.to_string(),
        category: row.category.to_string(),
        permitted_up_to: rung.map(|rung| rung.to_string()),
        article,
        ceiling: row.ceiling,
        rungs: row.cells.iter().map(cell).collect(),
    }
}

fn cell(cell: &Cell) -> RungCellView {
    RungCellView {
        rung: cell.rung.to_string(),
        permitted: cell.permitted,
        closed: cell.closed,
        consented: cell.consented,
        on_duty: cell.on_duty,
    }
}
