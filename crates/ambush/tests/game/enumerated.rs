//! The game with a budget beside every route there is.

use ambush::audit::audit;
use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::menu::{Attack, WEIGHT_TOTAL};
use ambush::plan::{Answer, Question, plan, plan_from};
use ambush::threat::Threat;
use ambush::trouble::Trouble;
use route::net::Net;

use crate::common::{Dice, gains, grid, ix, random, routes, value, weights};

/// So close is close: the weights of a programme's right sides are scattered by 1e-8.
const CLOSE: Effort = Effort { gap_ppm: 0, work: 200_000_000 };

fn answer(net: &Net, of: &[u32], question: Question) -> Result<Answer, Trouble> {
    let ground = Ground::of(net)?;
    plan(&ground, &Threat::of(of.to_vec())?, question, CLOSE, &mut || true)
}

fn fastest(routes: &[Vec<u32>], net: &Net) -> Option<u64> {
    let time = |route: &Vec<u32>| route.iter().map(|a| u64::from(net.millis[ix(*a)])).sum();
    routes.iter().map(time).min()
}

// The answer, its bound and every route beside all routes within the budget.
fn verify(net: &Net, of: &[u32], ends: (u32, u32), budget_ppm: Option<u32>, name: &str) -> bool {
    let (from, to) = ends;
    let all = routes(net, from, to, u64::MAX);
    let Some(fast) = fastest(&all, net).filter(|_| from != to) else {
        let found = answer(net, of, Question { from, to, budget_ppm });
        let none = of.iter().all(|weight| *weight == 0);
        let parted = matches!(found, Err(Trouble::Island { .. } | Trouble::SamePlace));
        assert!(parted || (none && found == Err(Trouble::NoThreat)), "{name}: {found:?}");
        return false;
    };
    let limit = budget_ppm.map(|budget| fast * u64::from(budget) / 1_000_000);
    let within = routes(net, from, to, limit.unwrap_or(u64::MAX));
    let safe = within.iter().filter(|r| gains(net, of, r).iter().all(|(_, g)| *g == 0.0));
    let safe = fastest(&safe.cloned().collect::<Vec<_>>(), net);
    let found = answer(net, of, Question { from, to, budget_ppm });
    if let Some(millis) = safe {
        let none = of.iter().all(|weight| *weight == 0);
        let due = if none { Trouble::NoThreat } else { Trouble::SafeRoute { millis } };
        assert_eq!(found.err(), Some(due), "{name}");
        return false;
    }
    let found = found.unwrap_or_else(|trouble| panic!("{name}: {trouble}"));
    let due = value(net, of, &within, 1);
    let (high, low) = (found.value(), found.verdict.bound());
    assert!((high - due).abs() < 1e-6, "{name}: {high} is not {due}");
    assert!(low <= due + 1e-9 && low > due - 1e-6, "{name}: {low} below {due}");
    for way in &found.menu.ways {
        assert!(within.contains(&way.arcs), "{name}: {way:?}");
    }
    assert_eq!(found.menu.limit_ms, limit, "{name}");
    assert_eq!(found.fastest_ms, fast, "{name}");
    // What every route passes is named, with the weightiest of roads in a row.
    let passed = |road: u32| {
        within.iter().all(|r| gains(net, of, r).iter().any(|(it, g)| *it == road && *g > 0.0))
    };
    assert!(found.residual.iter().all(|it| passed(it.road)), "{name}: {:?}", found.residual);
    let always = (0..net.roads).filter(|road| passed(*road)).map(|road| of[ix(road)]).max();
    let named = found.residual.iter().map(|it| it.weight).max();
    assert_eq!(named, always, "{name}");
    true
}

#[test]
fn random_networks_have_the_value_of_all_their_routes() {
    let mut played = 0;
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let (junctions, roads) = (2 + dice.below(7), 1 + dice.below(16));
        let net = random(junctions, roads, seed % 2 == 0, &mut dice);
        let of = weights(roads, [0, 3, 1][ix(dice.below(12) % 3)], &mut dice);
        let ends = (dice.below(junctions), dice.below(junctions));
        for budget in [None, Some(1_000_000), Some(1_300_000), Some(2_000_000)] {
            let name = format!("seed {seed}, budget {budget:?}");
            played += u32::from(verify(&net, &of, ends, budget, &name));
        }
    }
    assert!(played > 200, "{played} games were played");
}

#[test]
fn grids_have_the_value_of_all_their_routes() {
    for (side, seed) in [(3, 1), (4, 2), (4, 3), (5, 4)] {
        let mut dice = Dice(seed);
        let net = grid(side, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        // All routes of five by five are 8,512; of less budget fewer.
        for budget in [None, Some(1_100_000), Some(1_300_000), Some(1_500_000)] {
            let name = format!("{side} by {side}, budget {budget:?}");
            assert!(verify(&net, &of, (0, side * side - 1), budget, &name));
        }
    }
}

#[test]
fn a_bound_is_a_certificate_that_needs_no_trust() {
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let net = grid(5, &mut dice);
        let threat = Threat::of(weights(net.roads, 0, &mut dice)).unwrap();
        let question = Question { from: 0, to: 24, budget_ppm: Some(1_300_000) };
        let ground = Ground::of(&net).unwrap();
        // An answer that was ended early is as true, only further from its bound.
        for rounds in [0_u32, 1, 3, 100] {
            let mut left = rounds;
            let go_on = &mut || {
                left = left.saturating_sub(1);
                left > 0
            };
            let found = plan(&ground, &threat, question, CLOSE, go_on).unwrap();
            let again = audit(&net, &threat, &found.menu, &found.attack).unwrap();
            assert_eq!(again, found.verdict, "seed {seed}");
            assert!(again.lower <= again.upper, "seed {seed}");
        }
        let found = plan(&ground, &threat, question, CLOSE, &mut || true).unwrap();
        // No attack whatever proves more than the menu's value.
        for _ in 0..50 {
            let mut shares: Vec<(u32, u64)> =
                (0..net.roads).map(|road| (road, dice.roll() >> 12)).collect();
            let sum: u64 = shares.iter().skip(1).map(|(_, s)| s / u64::from(net.roads)).sum();
            for (_, share) in &mut shares {
                *share /= u64::from(net.roads);
            }
            shares[0].1 = WEIGHT_TOTAL - sum;
            let verdict = audit(&net, &threat, &found.menu, &Attack { shares }).unwrap();
            assert!(verdict.lower <= found.verdict.upper, "seed {seed}");
        }
        // And no menu that is tampered with passes.
        let mut heavier = found.menu.clone();
        heavier.ways[0].weight += 1;
        let refused = audit(&net, &threat, &heavier, &found.attack);
        assert!(matches!(refused, Err(Trouble::BadSum { .. })), "{refused:?}");
        let mut broken = found.menu.clone();
        broken.ways[0].arcs.swap(0, 1);
        let refused = audit(&net, &threat, &broken, &found.attack);
        assert!(matches!(refused, Err(Trouble::BrokenRoute { route: 0, .. })), "{refused:?}");
        let mut slow = found.menu.clone();
        slow.limit_ms = Some(found.fastest_ms - 1);
        let refused = audit(&net, &threat, &slow, &found.attack);
        assert!(matches!(refused, Err(Trouble::SlowRoute { .. })), "{refused:?}");
    }
}

#[test]
fn the_same_question_has_the_same_bytes() {
    for seed in 0..10 {
        let mut dice = Dice(seed);
        let net = grid(7, &mut dice);
        let threat = Threat::of(weights(net.roads, 0, &mut dice)).unwrap();
        let question = Question { from: 0, to: 48, budget_ppm: Some(1_300_000) };
        let bytes = || {
            let ground = Ground::of(&net).unwrap();
            let effort = Effort::default();
            let found = plan(&ground, &threat, question, effort, &mut || true).unwrap();
            (found.menu.bytes(&[1; 32], &[2; 32]), found.attack, found.work)
        };
        assert_eq!(bytes(), bytes(), "seed {seed}");
    }
}

#[test]
fn routes_known_before_change_the_work_and_not_the_value() {
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let net = grid(6, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let ground = Ground::of(&net).unwrap();
        let question = Question { from: 0, to: 35, budget_ppm: Some(1_300_000) };
        let threat = Threat::of(of.clone()).unwrap();
        let found = plan(&ground, &threat, question, CLOSE, &mut || true).unwrap();
        let dearest = found.chokepoints[0].road;
        let other = threat.with(&[(dearest, of[ix(dearest)] / 2)]).unwrap();
        let known: Vec<Vec<u32>> = found.menu.ways.iter().map(|w| w.arcs.clone()).collect();
        let warm = plan_from(&known, (&ground, &other), question, CLOSE, &mut || true).unwrap();
        let cold = plan(&ground, &other, question, CLOSE, &mut || true).unwrap();
        assert!((warm.value() - cold.value()).abs() < 1e-6, "seed {seed}");
        assert!(warm.value() <= found.value() + 1e-9, "seed {seed}: a guard helps or not");
    }
}
