//! Grants that count once witnesses have cosigned the head over them.

use std::collections::BTreeSet;

use accord::rules::Rules;
use minicbor::Encode;
use tlog::signed::SignedCheckpoint;
use tlog::vkey::Vkey;
use words::deployment::Subject;
use words::letter::WitnessQuorumShown;
use words::moment::Moment;
use words::role::Side;

use crate::asking::Asking;
use crate::consent::Consent;
use crate::state::{Agreement, Sight, State};

/// One grant or renewal that waits for witnesses, or has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Step {
    /// Its place in the host's ledger.
    #[n(0)]
    pub index: u64,
    /// The end of the lease that it gives.
    #[n(1)]
    pub until: Moment,
}

/// A cosigned head of the host's ledger that stands in that ledger.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Shown {
    /// It covers so many entries.
    #[n(0)]
    pub size: u64,
    /// Where in the ledger it is shown.
    #[n(1)]
    pub index: u64,
    /// The verifier keys of the witnesses whose cosignature holds.
    #[n(2)]
    pub by: BTreeSet<String>,
}

/// How many of how many witnesses have cosigned a head over a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// So many have.
    pub have: u32,
    /// So many must.
    pub needed: u32,
}

impl Tally {
    /// Are they enough?
    pub const fn reached(self) -> bool {
        self.have >= self.needed
    }
}

/// The witnesses that the texts of all agreements name, on the table or in force.
pub fn witness_keys(state: &State) -> Vec<Vkey> {
    let rules = state.agreements.values().filter_map(Agreement::rules);
    let named: BTreeSet<&String> = rules.flat_map(|it| &it.consent().witnesses).collect();
    named.into_iter().filter_map(|text| text.parse().ok()).collect()
}

/// The agreement's rules under which a subject is consented to.
fn rules_of<'a>(state: &'a State, subject: &Subject) -> Option<&'a Rules> {
    let agreement = match subject {
        Subject::Deployment(id) => &state.deployments.get(id)?.request.agreement,
        Subject::Movement(id) => &state.movements.get(id)?.notice.agreement,
    };
    state.agreements.get(agreement)?.rules().map(AsRef::as_ref)
}

/// Does the agreement ask for witnesses to what is granted now?
pub(crate) fn asks(state: &State, subject: &Subject) -> bool {
    rules_of(state, subject).is_some_and(|rules| rules.consent().witness_quorum > 0)
}

// Who has cosigned a head over an entry of the host's ledger, as far as whoever asks can know.
// Each witness counts once, whichever head it cosigned.
fn over(state: &State, index: u64, sight: Sight) -> BTreeSet<&String> {
    let shown = state.shown.iter().flatten();
    let known = shown.filter(|it| it.size > index && sight.reaches(Side::Host, it.index));
    known.flat_map(|it| &it.by).collect()
}

/// How many of the witnesses that an agreement names have cosigned a head over an entry of the
/// host's ledger. Nothing where no quorum is asked for.
pub fn tally(state: &State, subject: &Subject, index: u64, sight: Sight) -> Option<Tally> {
    let consent = rules_of(state, subject)?.consent();
    let needed = Some(consent.witness_quorum).filter(|needed| *needed > 0)?;
    let by = over(state, index, sight);
    let named: BTreeSet<&String> = consent.witnesses.iter().collect();
    let have = u32::try_from(named.intersection(&by).count()).unwrap_or(u32::MAX);
    Some(Tally { have, needed })
}

/// Until when a lease counts: the latest end of a grant or renewal that enough witnesses cover.
/// Nothing if none is; a revocation is another question and waits for nobody.
pub fn counts_until(state: &State, consent: &Consent, sight: Sight) -> Option<Moment> {
    let Some(steps) = &consent.steps else { return Some(consent.until) };
    // No grant is a ledger's first entry: 0 stands for what was granted before anybody asked.
    let covered = steps.iter().filter(|step| {
        step.index == 0
            || tally(state, &consent.subject, step.index, sight).is_none_or(Tally::reached)
    });
    covered.map(|step| step.until).max()
}

/// What the newest grant or renewal of a lease still waits for, if it waits.
pub fn waits(state: &State, consent: &Consent, sight: Sight) -> Option<Tally> {
    let newest = consent.steps.as_ref()?.last()?;
    tally(state, &consent.subject, newest.index, sight).filter(|tally| !tally.reached())
}

/// Would showing this head of the host's ledger bring a lease that waits nearer to its quorum?
pub fn helps(state: &State, head: &SignedCheckpoint) -> bool {
    let keys = witness_keys(state).into_iter();
    let cosigned: BTreeSet<String> =
        keys.filter(|key| head.cosigned_by(key).is_some()).map(|key| key.to_string()).collect();
    let host = Sight { side: Side::Host, seen: 0 };
    let waiting = state.consents.values().filter(|it| it.revoked.is_none());
    waiting.filter(|it| waits(state, it, host).is_some()).any(|consent| {
        let newest = consent.steps.as_ref().and_then(|steps| steps.last());
        let newest = newest.filter(|newest| newest.index < head.head.size);
        let Some((step, rules)) = newest.zip(rules_of(state, &consent.subject)) else {
            return false;
        };
        let by = over(state, step.index, host);
        let mut named = rules.consent().witnesses.iter();
        named.any(|key| cosigned.contains(key) && !by.contains(key))
    })
}

impl State {
    pub(crate) fn quorum_shown(&mut self, asking: &Asking<'_>, act: &WitnessQuorumShown) {
        // Only the host grants.
        if asking.side != Side::Host {
            return;
        }
        let Ok(head) = SignedCheckpoint::parse(&act.note) else { return };
        let keys = witness_keys(self).into_iter();
        let holds = keys.filter(|key| head.cosigned_by(key).is_some());
        let by = holds.map(|key| key.to_string()).collect();
        let shown = Shown { size: act.size, index: asking.index, by };
        self.shown.get_or_insert_default().push(shown);
    }
}
