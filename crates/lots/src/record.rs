//! What became of each draw, as the ledgers alone tell it.

use joint::draw::{Defaulted, DrawFault};
use joint::movement::Movement;
use joint::state::State;
use words::hash::Seed;
use words::id::MovementId;
use words::moment::Moment;
use words::role::Side;

use crate::drawn::{Drawn, drawn};
use crate::share::missing_from;

/// A draw and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which movement's.
    pub movement: MovementId,
    /// The outcome, computed anew from what both sides have shown.
    pub drawn: Option<Drawn>,
    /// The seeds that made it, host and guest: what else is drawn may start from them.
    pub seeds: Option<[Seed; 2]>,
    /// How it failed, if it did.
    pub defaulted: Option<Defaulted>,
    /// Shares that were not what they should be.
    pub faults: Vec<DrawFault>,
    /// Whose share is missing after the agreed time, though nobody has said so yet.
    pub overdue: Vec<Side>,
}

impl Record {
    /// Did both sides do what they had bound themselves to?
    pub fn clean(&self) -> bool {
        self.defaulted.is_none() && self.faults.is_empty() && self.overdue.is_empty()
    }
}

/// Every draw whose plan was sealed, by movement.
pub fn records(state: &State, now: Moment) -> Vec<Record> {
    let sealed = state.movements.iter().filter(|(_, known)| known.plan.is_some());
    sealed.map(|(movement, known)| record(state, movement, known, now)).collect()
}

/// What became of one draw by a moment.
pub fn record(state: &State, movement: &MovementId, known: &Movement, now: Moment) -> Record {
    let late = missing_from(state, known).is_some_and(|until| until <= now);
    let open = !known.drawn() && !known.draw.failed() && !known.standing.ended();
    Record {
        movement: movement.clone(),
        drawn: drawn(known),
        seeds: known.shares().map(|[(host, _), (guest, _)]| [host, guest]),
        defaulted: known.draw.defaulted.clone(),
        faults: known.draw.faults.clone().unwrap_or_default(),
        overdue: if late && open { known.draw.missing() } else { Vec::new() },
    }
}
