//! Every history of the model, up to a bound.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use model::step::{Step, after, steps};
use model::world::{Counts, FRESH, SKEW, STEP, Time, World};
use stateright::{Checker, HasDiscoveries, Model, Property};

/// Long enough for a revocation, F, S and one step more.
const END: Time = FRESH + 2 * STEP;

struct Every {
    counts: Counts,
    end: Time,
}

impl Model for Every {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        [-SKEW, 0, SKEW].map(|skew| World::begin(skew, self.counts)).to_vec()
    }

    fn actions(&self, world: &World, all: &mut Vec<Step>) {
        all.extend(steps(world, self.end));
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        Some(after(world.clone(), &step))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nobody acts later than a revocation, F and S", |_, world: &World| {
                world.in_time() || !world.honest()
            }),
            Property::always("whoever saw both ledgers of a liar has caught it", |_, world: &World| {
                world.guest.caught || !world.saw_both()
            }),
            Property::always("an honest host is never caught", |_, world: &World| {
                !(world.honest() && (world.guest.caught || world.evidence()))
            }),
            Property::always("who holds one line holds it whole", |_, world: &World| world.one_line()),
            Property::always("late acts rest on a signed lie, and the witness proves it", |_, it: &World| {
                it.in_time() || !it.witnessed_revocation() || it.evidence() || it.guest.caught
            }),
            Property::sometimes("a guest acts", |_, world: &World| world.acted.is_some()),
            Property::sometimes("a guest acts as late as it may", |_, world: &World| {
                world.acted.zip(world.revoked).is_some_and(|(at, from)| at == from + FRESH)
            }),
            Property::sometimes("a liar is caught", |_, world: &World| world.guest.caught),
            Property::sometimes("a lie is believed", |_, world: &World| world.believes_the_lie()),
            Property::sometimes("guest and witness accuse together", |_, it: &World| it.evidence()),
        ]
    }
}

#[test]
fn in_every_history_authority_ends_in_time_and_no_liar_shows_two_ledgers_unnoticed() {
    let every = Every { counts: Counts::FromSignature, end: END };
    let checked = every.checker().threads(2).spawn_bfs().join();
    checked.assert_properties();
    let worlds = checked.unique_state_count();
    assert!(worlds > 50_000, "{worlds} worlds are few: was the model cut down?");
}

#[test]
fn a_guest_that_counts_from_receipt_is_found_out() {
    let every = Every { counts: Counts::FromReceipt, end: END };
    let failing = HasDiscoveries::AnyFailures;
    let checked = every.checker().threads(2).finish_when(failing).spawn_bfs().join();
    let late = checked.discovery("nobody acts later than a revocation, F and S").unwrap();
    let world = late.last_state();
    assert!(world.acted.unwrap() > world.revoked.unwrap() + FRESH + SKEW, "{world:?}");
}
