//! Every history of the model, up to a bound.
#![cfg(test)]

use model::step::{Bound, Step, after, steps};
use model::world::{Counts, FRESH, SKEW, STEP, World};
use stateright::{Checker, HasDiscoveries, Model, Property};

/// Long enough for a revocation after a step, F, and one step more: heads late and out of order.
const HONEST: Bound = Bound { end: FRESH + 2 * STEP, flight: 2, lies: false };

/// Heads of both ledgers, late and out of order.
const LYING: Bound = Bound { end: STEP, flight: 2, lies: true };

/// A lie that is kept up for longer than F and S.
const LYING_LONG: Bound = Bound { end: FRESH + STEP, flight: 1, lies: true };

struct Every {
    counts: Counts,
    bound: Bound,
}

impl Model for Every {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        [-SKEW, 0, SKEW].map(|skew| World::begin(skew, self.counts)).to_vec()
    }

    fn actions(&self, world: &World, all: &mut Vec<Step>) {
        all.extend(steps(world, self.bound));
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        Some(after(world.clone(), &step))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = vec![
            Property::always(IN_TIME, |_, world: &World| world.in_time() || !world.honest()),
            Property::always(
                "whoever saw both ledgers of a liar has caught it",
                |_, it: &World| it.guest.caught || !it.saw_both(),
            ),
            Property::always("an honest host is never caught", |_, world: &World| {
                !world.honest() || !world.guest.caught && !world.evidence()
            }),
            Property::always("what the guest holds is of one ledger", |_, it: &World| {
                it.one_line()
            }),
            Property::always("a late act is proved by guest and witness", |_, it: &World| {
                it.in_time() || !it.witnessed_revocation() || it.evidence() || it.guest.caught
            }),
        ];
        all.extend(self.places());
        all
    }
}

const IN_TIME: &str = "nobody acts later than a revocation, F and S";

impl Every {
    // Histories that must exist, or the model forbids too much.
    fn places(&self) -> Vec<Property<Self>> {
        let acts = Property::sometimes("a guest acts", |_, it: &World| it.acted.is_some());
        if self.bound == HONEST {
            let latest = |_: &Self, world: &World| {
                world.acted.zip(world.revoked).is_some_and(|(at, from)| at == from + FRESH)
            };
            return vec![acts, Property::sometimes("a guest acts as late as it may", latest)];
        }
        let mut all = vec![
            acts,
            Property::sometimes("a liar is caught", |_, world: &World| world.guest.caught),
            Property::sometimes("a lie is believed", |_, it: &World| it.believes_the_lie()),
            Property::sometimes("guest and witness accuse", |_, it: &World| it.evidence()),
        ];
        let late = Property::sometimes("a lie makes an act late", |_, it: &World| !it.in_time());
        all.extend((self.bound == LYING_LONG).then_some(late));
        all
    }
}

// Checks every world within a bound; how many there were.
fn every(bound: Bound) -> usize {
    let every = Every { counts: Counts::FromSignature, bound };
    let checked = every.checker().threads(2).target_state_count(WORLDS_MAX).spawn_bfs().join();
    assert!(checked.state_count() < WORLDS_MAX, "{bound:?} is too wide to be exhaustive");
    checked.assert_properties();
    checked.unique_state_count()
}

/// No run may take a machine's memory; a bound that reaches it is none.
const WORLDS_MAX: usize = 4_000_000;

#[test]
fn in_every_history_of_an_honest_host_authority_ends_in_time() {
    let worlds = every(HONEST);
    assert!(worlds > 5_000, "{worlds} worlds are few: was the model cut down?");
}

#[test]
fn in_every_history_of_a_liar_two_ledgers_are_noticed() {
    let worlds = every(LYING);
    assert!(worlds > 2_000, "{worlds} worlds are few: was the model cut down?");
}

#[test]
fn in_every_history_a_late_act_rests_on_a_lie_that_is_proved() {
    let worlds = every(LYING_LONG);
    assert!(worlds > 2_000, "{worlds} worlds are few: was the model cut down?");
}

#[test]
fn a_guest_that_counts_from_receipt_is_found_out() {
    let every = Every { counts: Counts::FromReceipt, bound: HONEST };
    let failing = HasDiscoveries::AnyFailures;
    let checked = every.checker().threads(2).finish_when(failing).spawn_bfs().join();
    let late = checked.discovery(IN_TIME).unwrap();
    let world = late.last_state();
    assert!(world.acted.unwrap() > world.revoked.unwrap() + FRESH + SKEW, "{world:?}");
}
