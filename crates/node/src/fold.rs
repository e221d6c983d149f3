//! Folds two ledgers into one state, in the host's order.
//!
//! The state at (n, m) is a pure function of the first n entries of the host's ledger and the
//! first m of the guest's. Canonical order: before host entry i stand all guest entries that it
//! or an earlier host entry had seen; guest entries that no host entry has seen yet come last.
//! That order respects causality, it is the host's to make (the host's ledger is the
//! serialisation point of its territory), and it is the same whatever arrived first.

use std::collections::VecDeque;
use std::sync::Arc;

use words::act::Act;
use words::audience::Audience;
use words::hash::Hash;
use words::letter::stands_alone;
use words::limit::HEARD_AHEAD_MAX_MS;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Side;

use crate::judge::{entitled_words, judge};
use joint::asking::Asking;
use joint::state::State;
use ledger::outcome::Outcome;
use ledger::reader::Entry;

/// The fold of two ledgers.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    // Host entries and every guest entry that they have seen: fixed for ever.
    base: Arc<State>,
    // Base and the guest entries that no host entry has seen, in order. Shared while nothing has
    // been folded since a replay or a copy: a long ledger's state is large.
    joint: Arc<State>,
    tail: VecDeque<(Entry, Outcome)>,
    host: u64,
    guest: u64,
    guest_in_base: u64,
    // When each host entry was, so that nobody claims to have heard more than it has seen.
    times: Arc<Vec<Moment>>,
}

impl Fold {
    /// The joint state of both ledgers as far as they have been folded.
    pub fn state(&self) -> &State {
        &self.joint
    }

    /// Sizes folded: host, guest.
    pub fn sizes(&self) -> (u64, u64) {
        (self.host, self.guest)
    }

    /// Hash of the joint state at [`Fold::sizes`].
    pub fn hash(&self) -> Hash {
        self.joint.hash()
    }

    /// Guest entries whose place in the order the host has fixed.
    pub fn guest_fixed(&self) -> u64 {
        self.guest_in_base
    }

    /// Can this entry be folded now, or does it wait for entries of the other ledger that its
    /// author had seen?
    pub fn ready(&self, entry: &Entry) -> bool {
        match entry.side {
            Side::Host => entry.seen.size <= self.guest,
            Side::Guest => entry.seen.size <= self.host,
        }
    }

    /// Folds the next entry of its ledger. Call only when [`Fold::ready`].
    ///
    /// The outcome of a guest entry is preliminary until the host has seen it.
    pub fn take(&mut self, entry: Entry) -> Outcome {
        assert!(self.ready(&entry), "an entry is folded after all that its author had seen");
        match entry.side {
            Side::Host => self.take_host(entry),
            Side::Guest => {
                assert_eq!(entry.index, self.guest, "guest entries are folded in order");
                self.guest += 1;
                let entry = self.bounded(entry);
                let outcome = step(Arc::make_mut(&mut self.joint), &entry);
                self.tail.push_back((entry, outcome.clone()));
                outcome
            }
        }
    }

    fn bounded(&self, mut entry: Entry) -> Entry {
        bound(&mut entry, &self.times);
        entry
    }

    fn take_host(&mut self, entry: Entry) -> Outcome {
        assert_eq!(entry.index, self.host, "host entries are folded in order");
        self.host += 1;
        while self.guest_in_base < entry.seen.size {
            let Some((seen, outcome)) = self.tail.pop_front() else { break };
            // It was judged on this very state: joint is base and the tail up to it.
            last_enact(Arc::make_mut(&mut self.base), seen, &outcome);
            self.guest_in_base += 1;
        }
        Arc::make_mut(&mut self.times).push(entry.at);
        let unseen = self.tail.iter_mut().map(|(later, _)| later);
        unseen.for_each(|later| bound(later, &self.times));
        let outcome = step(Arc::make_mut(&mut self.base), &entry);
        if self.tail.is_empty() {
            // The joint state went through the same entries in the same order.
            last_enact(Arc::make_mut(&mut self.joint), entry, &outcome);
        } else {
            let mut joint = State::clone(&self.base);
            for (later, outcome) in &mut self.tail {
                *outcome = step(&mut joint, later);
            }
            self.joint = Arc::new(joint);
        }
        outcome
    }
}

/// A head of the time that a guest says it has heard would have shown it the next host entry, if
/// that was there already: it has heard no more than that entry's time, and what a draft and two
/// clocks may differ. So authority that a revocation ended cannot be kept alive by not looking.
pub(crate) fn bound(guest: &mut Entry, host: &[Moment]) {
    let next = usize::try_from(guest.seen.size).ok().and_then(|next| host.get(next));
    if let Some(next) = next {
        guest.seen.at = guest.seen.at.min(next.plus_ms(HEARD_AHEAD_MAX_MS));
    }
}

/// Judges an entry on a state and applies what follows; the entry may be folded again.
fn step(state: &mut State, entry: &Entry) -> Outcome {
    let outcome = judged(state, entry);
    enact(state, entry, entry.act.clone(), &outcome);
    outcome
}

/// As [`step`], for an entry that nobody needs any more.
fn last_step(state: &mut State, entry: Entry) {
    let outcome = judged(state, &entry);
    last_enact(state, entry, &outcome);
}

/// What becomes of an entry on a state.
pub(crate) fn judged(state: &State, entry: &Entry) -> Outcome {
    if let Some(reason) = entry.void {
        return Outcome::Void(reason.into());
    }
    if entry.audience != Audience::Joint {
        return Outcome::Silent;
    }
    // The body may be erased, and may differ in what it says: the header alone is judged.
    let answer = match entry.act.as_ref().filter(|_| !stands_alone(entry.number)) {
        Some(act) => judge(state, &asking(entry), act),
        None if stands_alone(entry.number) => entitled_words(&asking(entry), entry.number),
        None => return Outcome::Silent,
    };
    match answer {
        Ok(()) => Outcome::Acted,
        Err(refusal) => Outcome::Void(refusal),
    }
}

/// Applies an entry that was judged on this very state, and moves its act there.
pub(crate) fn last_enact(state: &mut State, mut entry: Entry, outcome: &Outcome) {
    let act = entry.act.take();
    enact(state, &entry, act, outcome);
}

fn enact(state: &mut State, entry: &Entry, act: Option<Act>, outcome: &Outcome) {
    match (outcome, act) {
        (Outcome::Acted, _) if stands_alone(entry.number) => state.apply_words(entry.number),
        (Outcome::Silent, _) | (Outcome::Acted, None) => {}
        (Outcome::Acted, Some(act)) => state.apply(&asking(entry), act),
        (Outcome::Void(refusal), act) => {
            let reason = refusal.reasons.first().copied().unwrap_or(Reason::NotPermitted);
            // What is void by itself was not judged, so it admits nothing.
            let act = act.as_ref().filter(|_| entry.void.is_none());
            state.apply_void(&asking(entry), act, reason);
        }
    }
}

fn asking(entry: &Entry) -> Asking<'_> {
    Asking {
        by: &entry.by,
        key: entry.key,
        roles: &entry.roles,
        side: entry.side,
        at: entry.at,
        heard: entry.seen.at,
        index: entry.index,
        seen: entry.seen.size,
    }
}

/// Folds both ledgers from the start in canonical order, touching each entry once.
pub fn replay(host: Vec<Entry>, guest: Vec<Entry>) -> Fold {
    let (mut fold, mut base) = (Fold::default(), State::default());
    let mut waiting = guest.into_iter().peekable();
    let mut times = Vec::with_capacity(host.len());
    for entry in host {
        while let Some(mut seen) = waiting.next_if(|guest| guest.index < entry.seen.size) {
            bound(&mut seen, &times);
            last_step(&mut base, seen);
            fold.guest_in_base += 1;
        }
        times.push(entry.at);
        last_step(&mut base, entry);
        fold.host += 1;
    }
    fold.times = Arc::new(times);
    fold.base = Arc::new(base);
    fold.joint = Arc::clone(&fold.base);
    fold.guest = fold.guest_in_base;
    for mut entry in waiting {
        bound(&mut entry, &fold.times);
        let outcome = step(Arc::make_mut(&mut fold.joint), &entry);
        fold.guest += 1;
        fold.tail.push_back((entry, outcome));
    }
    fold
}
