//! What each lever changes, beside a game played anew or a draw played out.

use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::lever::{Before, Effect, Lever, stretch};
use ambush::menu::WEIGHT_TOTAL;
use ambush::plan::{Answer, Question, plan};
use ambush::slot::Slots;
use ambush::threat::{ONE, Threat};
use route::lot::Lot;
use route::net::Net;
use words::hash::Seed;

use crate::common::{Dice, grid, ix, net, routes, value, weights};

const CLOSE: Effort = Effort { gap_ppm: 0, work: 200_000_000 };

// Movements played out for one number.
const PLAYED: u32 = 20_000;

struct Asked {
    net: Net,
    of: Vec<u32>,
    question: Question,
}

impl Asked {
    fn pull(&self, lever: &Lever) -> (Answer, Effect) {
        let threat = Threat::of(self.of.clone()).unwrap();
        let ground = Ground::of(&self.net).unwrap();
        let answer = plan(&ground, &threat, self.question, CLOSE, &mut || true).unwrap();
        let question = self.question;
        let before = Before { ground: &ground, threat: &threat, question, answer: &answer };
        let effect = before.effect(lever, CLOSE, &mut || true).unwrap();
        assert!(effect.bound <= effect.value + 1e-12, "{lever:?}: {effect:?}");
        (answer, effect)
    }
}

fn square(seed: u64, budget_ppm: Option<u32>) -> Asked {
    let mut dice = Dice(seed);
    let net = grid(4, &mut dice);
    let of = weights(net.roads, 0, &mut dice);
    Asked { net, of, question: Question { from: 0, to: 15, budget_ppm } }
}

#[test]
fn a_guard_is_the_game_with_less_weight() {
    for seed in 0..10 {
        let asked = square(seed, Some(1_300_000));
        let (before, _) = asked.pull(&Lever::Ambushes { count: 1 });
        let road = before.chokepoints[0].road;
        let lever = Lever::Guard { roads: vec![road], stops_ppm: 600_000 };
        let (_, after) = asked.pull(&lever);
        let mut of = asked.of.clone();
        of[ix(road)] = (of[ix(road)] * 4).div_ceil(10);
        let within = routes(&asked.net, 0, 15, before.menu.limit_ms.unwrap());
        let due = value(&asked.net, &of, &within, 1);
        assert!((after.value - due).abs() < 1e-6, "seed {seed}: {} {due}", after.value);
        assert!(after.value <= before.value() + 1e-9, "seed {seed}");
    }
}

#[test]
fn a_second_gate_is_the_game_from_both() {
    for seed in 0..10 {
        let asked = square(seed, None);
        let (before, after) = asked.pull(&Lever::Exit { junction: 3 });
        let mut all = routes(&asked.net, 0, 15, u64::MAX);
        all.extend(routes(&asked.net, 3, 15, u64::MAX));
        let due = value(&asked.net, &asked.of, &all, 1);
        assert!((after.value - due).abs() < 1e-6, "seed {seed}: {} {due}", after.value);
        assert!(after.value <= before.value() + 1e-9, "seed {seed}");
        let (_, entry) = asked.pull(&Lever::Entry { junction: 12 });
        let mut all = routes(&asked.net, 0, 15, u64::MAX);
        all.extend(routes(&asked.net, 0, 12, u64::MAX));
        let due = value(&asked.net, &asked.of, &all, 1);
        assert!((entry.value - due).abs() < 1e-6, "seed {seed}: {} {due}", entry.value);
    }
}

#[test]
fn with_a_budget_a_gate_keeps_the_time_that_was_allowed() {
    for seed in 0..10 {
        let mut asked = square(seed, Some(1_300_000));
        // Long roads, beside which the millisecond to a gate is nothing.
        asked.net.millis.iter_mut().for_each(|millis| *millis *= 10_000);
        let (before, after) = asked.pull(&Lever::Exit { junction: 3 });
        assert!(after.worst_ms <= before.menu.limit_ms.unwrap(), "seed {seed}");
        assert!(after.value <= before.value() + 1e-9, "seed {seed}");
    }
}

#[test]
fn hold_advance_and_several_ambushes_are_factors() {
    let asked = square(3, Some(1_300_000));
    let slots = Slots { count: 6, dwell: 2, leak_ppm: 100_000 };
    for (lever, factor) in [
        (Lever::Hold(slots), 0.9 / 3.0 + 0.1),
        (Lever::Advance { finds_ppm: 300_000 }, 0.7),
        (Lever::Escort { share_ppm: 500_000, leaves_ppm: 200_000 }, 0.6),
    ] {
        let (before, after) = asked.pull(&lever);
        assert!((after.value - before.value() * factor).abs() < 1e-12, "{lever:?}");
        assert!((after.bound - before.verdict.bound() * factor).abs() < 1e-12, "{lever:?}");
        assert_eq!(after.worst_ms, before.menu.worst_ms());
    }
}

#[test]
fn decoys_are_struck_as_often_as_a_draw_played_out_says() {
    let asked = square(7, None);
    let asked = Asked { of: vec![ONE; asked.of.len()], ..asked };
    for convoys in [0, 1, 3] {
        let (answer, effect) = asked.pull(&Lever::Decoy { convoys });
        let ways = &answer.menu.ways;
        let mut lot = Lot::new("decoys/1\n", "played", &Seed([1; 32]), &Seed([2; 32]));
        let mut drawn = || {
            let mut ticket = lot.below(WEIGHT_TOTAL).unwrap();
            let holds = |way: &&ambush::menu::Way| {
                let mine = ticket < way.weight;
                ticket = ticket.saturating_sub(way.weight);
                mine
            };
            ways.iter().find(holds).unwrap()
        };
        let mut struck = vec![0_u32; asked.of.len()];
        let mut lots = Dice(9);
        for _ in 0..PLAYED {
            let all: Vec<_> = (0..=convoys).map(|_| drawn()).collect();
            for (road, struck) in (0..).zip(&mut struck) {
                let passes = |way: &&ambush::menu::Way| {
                    way.arcs.iter().any(|arc| asked.net.road[ix(*arc)] == road)
                };
                let passing = u32::try_from(all.iter().filter(|way| passes(way)).count());
                let first = all.first().is_some_and(passes);
                *struck += u32::from(first && lots.below(passing.unwrap()) == 0);
            }
        }
        let worst = f64::from(struck.into_iter().max().unwrap()) / f64::from(PLAYED);
        // Four standard deviations of the worst of some roads.
        assert!((worst - effect.value).abs() < 0.02, "{convoys}: {worst} {}", effect.value);
    }
}

#[test]
fn a_stretch_ends_where_one_can_turn_off() {
    // 0 - 1 - 2 - 3 in a row, 3 forks to 4 and 5; all both ways.
    let pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (3, 5)];
    let arcs: Vec<_> =
        (0..).zip(pairs).flat_map(|(road, (a, b))| [(a, b, 5, road), (b, a, 5, road)]).collect();
    let net = net(6, &arcs);
    let ground = Ground::of(&net).unwrap();
    assert_eq!(stretch(&ground, 1), [0, 1, 2]);
    assert_eq!(stretch(&ground, 3), [3]);
    // One way counts like two.
    let one_way: Vec<_> = arcs.iter().copied().step_by(2).collect();
    let net = crate::common::net(6, &one_way);
    assert_eq!(stretch(&Ground::of(&net).unwrap(), 2), [0, 1, 2]);
}

#[test]
fn guards_are_offered_where_a_perfect_adversary_waits() {
    for seed in 0..5 {
        let asked = square(seed, Some(1_500_000));
        let threat = Threat::of(asked.of.clone()).unwrap();
        let ground = Ground::of(&asked.net).unwrap();
        let question = asked.question;
        let answer = plan(&ground, &threat, question, CLOSE, &mut || true).unwrap();
        let before = Before { ground: &ground, threat: &threat, question, answer: &answer };
        let offered = before.guards(500_000);
        let points = answer.chokepoints.len();
        assert!(!offered.is_empty() && offered.len() <= points + 1, "seed {seed}");
        let effects: Vec<Effect> = offered
            .iter()
            .map(|lever| before.effect(lever, CLOSE, &mut || true).unwrap())
            .collect();
        // All together tell at least as much as each alone.
        let last = effects.last().unwrap().value;
        assert!(effects.iter().all(|one| last <= one.value + 1e-7), "seed {seed}");
        if points > 1 {
            assert!(last < answer.value() - 1e-6, "seed {seed}: {last}");
        }
    }
}
