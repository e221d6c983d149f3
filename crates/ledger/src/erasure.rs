//! What was erased, by whom, and what is due; folded from the ledgers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use words::act::Act;
use words::hash::StatementId;
use words::id::{PartyId, PersonId};
use words::letter::ErasureRule;
use words::moment::Moment;
use words::role::Side;

use crate::outcome::Outcome;
use crate::reader::Entry;

/// A statement, by the ledger that holds it.
pub type Place = (PartyId, StatementId);

/// A party's word that its copy of a body is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which side.
    pub side: Side,
    /// Who said so.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// Where in that side's ledger.
    pub index: u64,
    /// Under which rule.
    pub rule: Option<ErasureRule>,
    /// Why, in words.
    pub reason: String,
}

/// Every erasure that the ledgers tell of, and what one party still has to do about them.
#[derive(Debug, Clone, Default)]
pub struct Erasures {
    told: BTreeMap<Place, Vec<Told>>,
    // To be erased here.
    here: VecDeque<Place>,
    // The other party erased its own words, and we have not said that ours of them are gone.
    owed: BTreeSet<Place>,
    // Our letters, oldest first.
    letters: VecDeque<(Moment, StatementId)>,
}

impl Erasures {
    /// Takes an entry of a party's ledger with what became of it; `ours` is our own party.
    pub fn take(&mut self, (party, ours): (&PartyId, &PartyId), entry: &Entry, outcome: &Outcome) {
        let stands = matches!(outcome, Outcome::Acted | Outcome::Silent);
        if let Some(id) = entry.id.filter(|_| stands && entry.number == 94 && party == ours) {
            self.letters.push_back((entry.at, id));
        }
        let (Outcome::Acted, Some(Act::BodyErased(act))) = (outcome, &entry.act) else { return };
        let holder = act.ledger.as_ref().unwrap_or(party);
        let place = (holder.clone(), act.statement);
        // A party decides over its own words, and over its copy of the other's.
        if party == ours {
            self.owed.remove(&place);
            self.here.push_back(place.clone());
        } else if holder == party {
            if !self.by(entry.side.other(), &place) {
                self.owed.insert(place.clone());
            }
            self.here.push_back(place.clone());
        }
        self.told.entry(place).or_default().push(Told {
            side: entry.side,
            by: entry.by.clone(),
            at: entry.at,
            index: entry.index,
            rule: act.rule,
            reason: act.reason.clone(),
        });
    }

    /// What was said about the body of a statement; nothing if it was never erased.
    pub fn of(&self, place: &Place) -> &[Told] {
        self.told.get(place).map_or(&[], Vec::as_slice)
    }

    /// Has a side said that it erased it?
    pub fn by(&self, side: Side, place: &Place) -> bool {
        self.of(place).iter().any(|told| told.side == side)
    }

    /// Is it gone here, or going?
    pub fn is_gone(&self, (ours, side): (&PartyId, Side), place: &Place) -> bool {
        self.by(side, place) || &place.0 != ours && self.by(side.other(), place)
    }

    /// What is to be erased here and was not handed out yet.
    pub fn hand_out(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.here).into()
    }

    /// What the other party erased of its own words and we have not answered.
    pub fn owed(&self) -> impl Iterator<Item = &Place> {
        self.owed.iter()
    }

    /// The next of our letters from before a moment, which is then no longer waited for.
    pub fn overdue(&mut self, before: Moment) -> Option<StatementId> {
        let (_, id) = self.letters.pop_front_if(|(at, _)| *at < before)?;
        Some(id)
    }
}
