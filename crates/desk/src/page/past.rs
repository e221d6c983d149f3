//! Who said what and when, where the ledgers know more than the state.

use engine::engine::Engine;
use ledger::held::{Ledger, Line};
use ledger::outcome::Outcome;
use ledger::reader::Entry;
use words::act::{Act, Names};
use words::id::PartyId;
use words::role::Side;

/// How anybody checks a statement, a reveal or a draw on another machine: both ledgers in one
/// file, verified and folded anew from nothing but its bytes.
pub const CHECK: &str = "safeconduct export --folder FOLDER --audit ledgers.audit\n\
                         safeconduct audit ledgers.audit";

/// The ledger of a side, if this node holds it.
pub fn ledger(engine: &Engine, side: Side) -> Option<&Ledger> {
    if side == engine.side() { Some(engine.own()) } else { engine.peer() }
}

/// The ledger of a party, if this node holds it.
pub fn ledger_of<'e>(engine: &'e Engine, party: &PartyId) -> Option<&'e Ledger> {
    let mut both = std::iter::once(engine.own()).chain(engine.peer());
    both.find(|ledger| ledger.party() == party)
}

/// The newest entry of a side that acted and whose act fits.
pub fn last(engine: &Engine, side: Side, fits: impl Fn(&Act) -> bool) -> Option<&Entry> {
    let acted = |line: &&Line| matches!(line.outcome, Some(Outcome::Acted));
    let mut lines = ledger(engine, side)?.lines().iter().rev().filter(acted);
    lines.find(|line| line.entry.act.as_ref().is_some_and(&fits)).map(|line| &line.entry)
}

/// How the party of a side is called; its id before its first entry is here.
pub fn names(engine: &Engine, side: Side) -> Names {
    if let Some(party) = engine.state().parties.get(&side) {
        return party.founded.names.clone();
    }
    let id = ledger(engine, side).map_or_else(String::new, |ledger| ledger.party().to_string());
    Names { en: id.clone(), zh: id.clone(), ur: id }
}
