//! Who could know what, when: the strip a planner looks at.

use std::collections::BTreeSet;

use words::moment::Moment;
use words::movement::{Disclosure, Stage};
use words::role::Role;

/// The steps of the schedule in order of time: what, to whom, from when, and whether that
/// moment has come.
pub fn knowers(disclosures: &[Disclosure], now: Moment) -> Vec<(Stage, Vec<Role>, Moment, bool)> {
    let step = |one: &Disclosure| {
        let roles: BTreeSet<Role> = one.roles.iter().copied().collect();
        (one.stage, roles.into_iter().collect(), one.not_before, one.not_before <= now)
    };
    let mut steps: Vec<_> = disclosures.iter().map(step).collect();
    steps.sort_by_key(|(stage, _, from, _)| (*from, *stage));
    steps
}

/// How many roles could know this stage at this moment: each is a place where it can leak.
pub fn exposure(disclosures: &[Disclosure], stage: Stage, now: Moment) -> usize {
    let open = disclosures.iter().filter(|one| one.stage == stage && one.not_before <= now);
    open.flat_map(|one| one.roles.iter()).collect::<BTreeSet<_>>().len()
}
