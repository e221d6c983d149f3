//! Rungs of presence: agreed, consented, on duty, open or closed.

use crate::v1::UnixMs;

views! {
    /// A rung that the host has closed.
    ClosureView {
        /// In which zone; null is everywhere.
        zone: Option<String>,
        /// Who closed it.
        by: String,
        /// When.
        at: UnixMs,
        /// Why.
        reason: String,
    }

    /// One rung of the ladder.
    RungView {
        /// Its word, such as `advise`.
        rung: String,
        /// `open`, `closed_in_part` or `closed`.
        state: String,
        /// Persons consented to at this moment.
        consented: u32,
        /// Persons on duty at this moment.
        on_duty: u32,
        /// What is closed, by whom, when and why.
        closures: Vec<ClosureView>,
    }

    /// A rung of one category in one zone.
    RungCellView {
        /// Its word.
        rung: String,
        /// Does the agreement reach so far?
        permitted: bool,
        /// Has the host closed it here?
        closed: bool,
        /// Persons consented to at this moment.
        consented: u32,
        /// Persons on duty at this moment.
        on_duty: u32,
    }

    /// How far one category may go in one zone, and how far it goes.
    PresenceView {
        /// Where.
        zone: String,
        /// Who.
        category: String,
        /// The highest rung that the agreement permits, if it permits any.
        permitted_up_to: Option<String>,
        /// The article that says so.
        article: Option<String>,
        /// The highest number of persons at once.
        ceiling: u32,
        /// Every rung, from the lightest to the heaviest.
        rungs: Vec<RungCellView>,
    }

    /// The ladder of an agreement in force, with what stands under it.
    RungBoardView {
        /// Which.
        agreement: String,
        /// The ladder, from the lightest to the heaviest.
        ladder: Vec<RungView>,
        /// Every zone and category that may come.
        presence: Vec<PresenceView>,
    }

    /// The rungs board.
    RungsView {
        /// One for each agreement in force; empty before one is.
        boards: Vec<RungBoardView>,
    }
}
