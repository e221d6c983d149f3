//! Every history of the model, up to a bound.
#![cfg(test)]

use model::step::{Bound, Lie, Step, after, steps};
use model::world::{Counts, FRESH, Rules, SKEW, STEP, Time, Which, World, forked};
use stateright::{Checker, HasDiscoveries, Model, Property};

/// A quorum of both witnesses.
const BOTH: usize = 2;

/// Long enough for a revocation after a step, F, and one step more: heads late and out of order.
const HONEST: Bound =
    Bound { end: FRESH + 2 * STEP, flight: 2, leases: &[Which::One], revokes: true, lies: &[] };

/// Two leases, of which one may be revoked and the other not.
const TWO: Bound =
    Bound { end: FRESH + STEP, flight: 1, leases: &Which::BOTH, revokes: true, lies: &[] };

/// Heads of both ledgers, late and out of order.
const LYING: Bound =
    Bound { end: STEP, flight: 2, leases: &[Which::One], revokes: true, lies: &[Lie::Aside] };

/// A lie that is kept up for longer than F and S.
const LYING_LONG: Bound = Bound {
    end: FRESH + STEP,
    flight: 1,
    leases: &[Which::One],
    revokes: true,
    lies: &[Lie::Aside],
};

/// A ledger that ends before its revocation, with fresh heads for as long.
const STALE: Bound = Bound {
    end: FRESH + 2 * STEP,
    flight: 1,
    leases: &[Which::One],
    revokes: true,
    lies: &[Lie::Short],
};

/// Two witnesses, to each of whom a liar may show either of its ledgers.
const QUORUM: Bound =
    Bound { end: 0, flight: 1, leases: &[Which::One], revokes: false, lies: &[Lie::Aside] };

struct Every {
    rules: Rules,
    bound: Bound,
}

impl Model for Every {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        // Where no time passes, clocks that differ change nothing that a quorum does.
        let skews: &[Time] = if self.bound.end == 0 { &[0] } else { &[-SKEW, 0, SKEW] };
        skews.iter().map(|skew| World::begin(*skew, self.rules)).collect()
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
                it.in_time() || !it.owes_proof() || it.evidence() || it.guest.caught
            }),
            Property::always("nobody acts on what no quorum has cosigned", |_, it: &World| {
                it.acts_are_witnessed()
            }),
            Property::always(ONE_QUORUM, |_, it: &World| it.one_quorum()),
        ];
        all.extend(self.places());
        all
    }
}

const ONE_QUORUM: &str = "no grant reaches a quorum in two ledgers";

const IN_TIME: &str = "nobody acts later than a revocation, F and S";

impl Every {
    // Histories that must exist, or the model forbids too much.
    fn places(&self) -> Vec<Property<Self>> {
        let may = |name, place: fn(&Self, &World) -> bool| Property::sometimes(name, place);
        let acts = may("a guest acts", |_, it| it.acted.both().into_iter().any(Option::is_some));
        let caught = may("a liar is caught", |_, it| it.guest.caught);
        let accused = may("guest and witness accuse", |_, it| it.evidence());
        let late = may("a lie makes an act late", |_, it| !it.in_time());
        match self.bound {
            HONEST => vec![acts, may("a guest acts as late as it may", as_late_as_it_may)],
            TWO => vec![
                acts,
                may("a guest acts under the one lease after the other was revoked", |_, it| {
                    it.acted[Which::Other]
                        .zip(it.revoked[Which::One])
                        .is_some_and(|(at, from)| at > from)
                        && it.guest.saw.revocation
                }),
                may("both are revoked, and nobody acts any more", |_, it| {
                    it.revoked.both().into_iter().all(Option::is_some)
                        && !it.may_act(Which::One)
                        && !it.may_act(Which::Other)
                }),
            ],
            STALE => vec![acts, caught, accused, late],
            QUORUM => vec![
                acts,
                caught,
                accused,
                may("the witnesses of a split view accuse by themselves", |_, it| {
                    it.evidence() && it.guest.book.is_empty()
                }),
                may("a grant that one witness saw gives nothing", |_, it| {
                    it.guest.book.len() > 1 && !it.may_act(Which::One)
                }),
                may("an act rests on the lie, which both witnesses have seen", |_, it| {
                    it.acted[Which::One].is_some() && it.believes_the_lie()
                }),
            ],
            bound => {
                let mut all = vec![acts, caught, accused];
                all.push(may("a lie is believed", |_, it| it.believes_the_lie()));
                all.extend((bound == LYING_LONG).then_some(late));
                all
            }
        }
    }
}

fn as_late_as_it_may(_: &Every, world: &World) -> bool {
    world.acted[Which::One]
        .zip(world.revoked[Which::One])
        .is_some_and(|(at, from)| at == from + FRESH)
}

// Checks every world within a bound; how many there were.
fn every(bound: Bound, quorum: usize) -> usize {
    let every = Every { rules: Rules::asking(quorum), bound };
    let checked = every.checker().threads(2).target_state_count(WORLDS_MAX).spawn_bfs().join();
    assert!(checked.state_count() < WORLDS_MAX, "{bound:?} is too wide to be exhaustive");
    checked.assert_properties();
    checked.unique_state_count()
}

/// No run may take a machine's memory; a bound that reaches it is none.
const WORLDS_MAX: usize = 4_000_000;

#[track_caller]
fn enough(worlds: usize, least: usize) {
    assert!(worlds > least, "{worlds} worlds are few: was the model cut down?");
}

#[test]
fn in_every_history_of_an_honest_host_authority_ends_in_time() {
    enough(every(HONEST, 0), 5_000);
}

#[test]
fn in_every_history_of_two_leases_each_ends_by_itself_and_in_time() {
    enough(every(TWO, 0), 5_000);
}

#[test]
fn in_every_history_of_a_liar_two_ledgers_are_noticed() {
    enough(every(LYING, 0), 2_000);
}

#[test]
fn in_every_history_a_late_act_rests_on_a_lie_that_is_proved() {
    enough(every(LYING_LONG, 0), 2_000);
}

#[test]
fn in_every_history_a_stale_ledger_under_fresh_heads_is_proved() {
    enough(every(STALE, 0), 2_000);
}

#[test]
fn in_every_history_a_quorum_keeps_a_split_view_from_being_acted_on() {
    enough(every(QUORUM, BOTH), 5_000);
}

// Which history the model finds that breaks a promise under rules that are wrong.
fn broken(rules: Rules, bound: Bound, promise: &'static str) -> World {
    let failing = HasDiscoveries::AnyFailures;
    let every = Every { rules, bound };
    let checked = every.checker().threads(2).finish_when(failing).spawn_bfs().join();
    checked.discovery(promise).expect("the promise is broken").last_state().clone()
}

#[test]
fn a_quorum_of_one_witness_in_two_is_found_out() {
    let world = broken(Rules::asking(1), QUORUM, ONE_QUORUM);
    let [one, other] = world.witness.both();
    assert!(forked(&one.book, &other.book), "each has seen another ledger: {world:?}");
}

#[test]
fn a_guest_that_counts_from_receipt_is_found_out() {
    let rules = Rules { counts: Counts::FromReceipt, quorum: 0 };
    let world = broken(rules, HONEST, IN_TIME);
    assert!(
        world.acted[Which::One].unwrap() > world.revoked[Which::One].unwrap() + FRESH + SKEW,
        "{world:?}"
    );
}
