//! What if: a past ledger under a draft, and what it would change.
//!
//! History stays as it was: every act is judged on the state that it met, once by the text that
//! was in force and once by the draft, and what truly happened is applied. So one difference
//! does not hide the next, and the answer says of each act what the draft alone would change.

use std::sync::Arc;

use accord::rules::Rules;
use words::act::Act;
use words::id::{AgreementId, PersonId};
use words::moment::Moment;
use words::refusal::Refusal;
use words::role::Side;

use crate::fold::{bound, judged, last_enact};
use joint::state::{Agreement, State};
use ledger::outcome::Outcome;
use ledger::reader::Entry;

/// An act that the draft would have decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In whose ledger it stands.
    pub side: Side,
    /// Where in that ledger.
    pub index: u64,
    /// When it was done.
    pub at: Moment,
    /// By whom.
    pub by: PersonId,
    /// The word of the act.
    pub act: &'static str,
    /// Which way the answer turns.
    pub turn: Turn,
    /// The refusal: the draft's, or the one that the draft lifts. Its articles are of the text
    /// that refuses.
    pub refusal: Refusal,
}

/// Which way an answer turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It was done, and the draft would have refused it.
    Refused,
    /// It was refused, and the draft would have allowed it.
    Allowed,
}

impl Turn {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Allowed => "allowed",
        }
    }
}

/// What a replay found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of both ledgers.
    pub entries: u64,
    /// Acts that asked the agreement, and were asked again of the draft.
    pub asked: u64,
    /// Refusals on record whose acts never came into a ledger: only their hashes are known.
    pub unseen: u64,
    /// Acts that the draft would have decided otherwise, in the order of the fold.
    pub differences: Vec<Difference>,
}

impl Report {
    /// How many answers turn that way.
    pub fn count(&self, turn: Turn) -> usize {
        self.differences.iter().filter(|one| one.turn == turn).count()
    }
}

/// Replays both ledgers and asks the draft what it would have said. The draft takes the place of
/// its own family; if the ledgers do not know that family, of every agreement, and a lower text
/// joins whatever it stands under.
pub fn replay(host: Vec<Entry>, guest: Vec<Entry>, draft: &Arc<Rules>) -> Report {
    let (mut state, mut report) = (State::default(), Report::default());
    let family = &draft.document().agreement;
    let own = host.iter().chain(&guest).any(|entry| proposes(entry, family));
    let mut times = Vec::with_capacity(host.len());
    for mut entry in in_order(host, guest) {
        report.entries += 1;
        match entry.side {
            Side::Host => times.push(entry.at),
            Side::Guest => bound(&mut entry, &times),
        }
        let then = judged(&state, &entry);
        report.unseen += u64::from(matches!(entry.act, Some(Act::RefusalRecorded(_))));
        if entry.act.as_ref().is_some_and(asks) && then != Outcome::Silent {
            report.asked += 1;
            let now = under(&mut state, &entry, draft, own);
            report.differences.extend(difference(&entry, &then, now));
        }
        last_enact(&mut state, entry, &then);
    }
    report
}

fn proposes(entry: &Entry, family: &AgreementId) -> bool {
    let Some(Act::AgreementProposed(act)) = &entry.act else { return false };
    act.agreement == *family
}

// The order of the fold: before each host entry the guest entries that it had seen.
fn in_order(host: Vec<Entry>, guest: Vec<Entry>) -> impl Iterator<Item = Entry> {
    let mut host = host.into_iter().peekable();
    let mut guest = guest.into_iter().peekable();
    std::iter::from_fn(move || {
        let seen = host.peek().map(|next| next.seen.size);
        guest.next_if(|next| seen.is_none_or(|seen| next.index < seen)).or_else(|| host.next())
    })
}

// Acts whose answer may depend on the agreement.
fn asks(act: &Act) -> bool {
    matches!(
        act,
        Act::DeploymentRequested(_)
            | Act::ConsentGranted(_)
            | Act::ConsentRenewed(_)
            | Act::TaskOrdered(_)
            | Act::TaskStarted(_)
            | Act::CapacityNoticed(_)
            | Act::MovementSubmitted(_)
            | Act::PlanSealed(_)
            | Act::Departed(_)
    )
}

// Judges with the draft in place of the text in force, and puts that text back.
fn under(state: &mut State, entry: &Entry, draft: &Arc<Rules>, own: bool) -> Outcome {
    let family = &draft.document().agreement;
    if let Some(under) = draft.document().under.as_ref().filter(|_| !own) {
        state.agreements.insert(family.clone(), Agreement::imagined(draft, under));
        let now = judged(state, entry);
        state.agreements.remove(family);
        return now;
    }
    let mut before = Vec::new();
    for (id, agreement) in &mut state.agreements {
        if !own || id == family {
            before.push((id.clone(), agreement.replace_rules(draft)));
        }
    }
    let now = judged(state, entry);
    for (id, rules) in before {
        if let Some(agreement) = state.agreements.get_mut(&id) {
            agreement.restore_rules(rules);
        }
    }
    now
}

fn difference(entry: &Entry, then: &Outcome, now: Outcome) -> Option<Difference> {
    let (turn, refusal) = match (then, now) {
        (Outcome::Acted, Outcome::Void(refusal)) => (Turn::Refused, refusal),
        (Outcome::Void(refusal), Outcome::Acted) => (Turn::Allowed, refusal.clone()),
        (Outcome::Acted | Outcome::Silent | Outcome::Void(_), _) => return None,
    };
    let act = entry.act.as_ref()?.word();
    let (side, index, at, by) = (entry.side, entry.index, entry.at, entry.by.clone());
    Some(Difference { side, index, at, by, act, turn, refusal })
}
