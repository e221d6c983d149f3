//! What is proved of the game, each beside a linear programme.

use ambush::audit::{audit, several};
use ambush::generate::Effort;
use ambush::greatest::greatest;
use ambush::ground::Ground;
use ambush::lever::{Before, Lever};
use ambush::plan::{Answer, Question, frontier, plan, unlimited};
use ambush::posted::{Posts, posted};
use ambush::slot::{Slots, together};
use ambush::threat::{CAPACITY_ONE, Threat};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use route::net::Net;

use crate::common::{Dice, Programme, gains, grid, ix, random, routes, value, weights};

const CLOSE: Effort = Effort { gap_ppm: 0, work: 200_000_000 };

fn wide(number: u128) -> f64 {
    f64::from(u32::try_from(number >> 32).unwrap()) * 2_f64.powi(32)
        + f64::from(u32::try_from(number & 0xffff_ffff).unwrap())
}

fn answered(net: &Net, threat: &Threat, to: u32, budget_ppm: Option<u32>) -> Answer {
    let ground = Ground::of(net).unwrap();
    let question = Question { from: 0, to, budget_ppm };
    plan(&ground, threat, question, CLOSE, &mut || true).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_greatest_flow_is_the_narrowest_cut_and_both_are_the_value(
        seed in any::<u64>(),
        junctions in 3_u32..40,
        roads in 2_u32..90,
    ) {
        let mut dice = Dice(seed);
        let net = random(junctions, roads, false, &mut dice);
        let threat = Threat::of(weights(roads, 0, &mut dice)).unwrap();
        let ground = Ground::of(&net).unwrap();
        if let Ok(flow) = greatest(&ground, &threat, 0, 1) {
            let carried: u128 = flow.routes.iter().map(|(_, amount)| u128::from(*amount)).sum();
            let cut: u128 = flow.cut.iter().map(|(_, room)| u128::from(*room)).sum();
            prop_assert_eq!(carried, flow.amount);
            prop_assert_eq!(cut, flow.amount);
            let (_, menu, attack) = unlimited(&ground, &threat, 0, 1).unwrap();
            let verdict = audit(&net, &threat, &menu, &attack).unwrap();
            let due = wide(u128::from(CAPACITY_ONE)) / wide(flow.amount);
            prop_assert!((verdict.value() - due).abs() < 1e-8);
            prop_assert!(verdict.gap() < 1e-8, "gap {}", verdict.gap());
            // The cut parts the ends: without its roads nothing leads there.
            let cut: Vec<u32> = flow.cut.iter().map(|(arc, _)| net.road[ix(*arc)]).collect();
            let arcs: Vec<_> = (0..junctions)
                .flat_map(|tail| net.leaving(tail).map(move |arc| (tail, arc)))
                .filter(|(_, arc)| !cut.contains(&net.road[*arc]))
                .map(|(tail, arc)| (tail, net.head[arc], net.millis[arc], net.road[arc]))
                .collect();
            let parted = Net { roads, ..Net::of(net.places.clone(), &arcs) };
            prop_assert!(greatest(&Ground::of(&parted).unwrap(), &threat, 0, 1).is_err());
        }
    }

    #[test]
    fn more_weight_is_never_better(seed in any::<u64>(), more in 0_u32..900_000) {
        let mut dice = Dice(seed);
        let net = grid(4, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let road = dice.below(net.roads);
        for budget in [None, Some(1_300_000)] {
            let threat = Threat::of(of.clone()).unwrap();
            let heavier = threat.with(&[(road, of[ix(road)] + more)]).unwrap();
            let (before, after) =
                (answered(&net, &threat, 15, budget), answered(&net, &heavier, 15, budget));
            prop_assert!(after.value() > before.value() - 1e-7);
            // A dual price says by how much, at most, for a small step more.
            let priced = before.chokepoints.iter().any(|point| point.road == road);
            let same = (after.value() - before.value()).abs() < 1e-7;
            prop_assert!(priced || same || more > 0);
        }
    }
}

#[test]
fn without_a_budget_the_plan_is_the_flow() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let net = grid(4 + dice.below(6), &mut dice);
        let threat = Threat::of(weights(net.roads, 0, &mut dice)).unwrap();
        let ground = Ground::of(&net).unwrap();
        let to = u32::try_from(net.junctions()).unwrap() - 1;
        let flow = greatest(&ground, &threat, 0, to).unwrap();
        let found = answered(&net, &threat, to, None);
        let due = wide(u128::from(CAPACITY_ONE)) / wide(flow.amount);
        assert!((found.value() - due).abs() < 1e-7, "seed {seed}");
        // A dual price is what the value grows by with a weight.
        let sum: f64 = found.chokepoints.iter().map(|point| point.price).sum();
        assert!(sum > 0.0 && sum <= 1.0 + 1e-9, "seed {seed}: {sum}");
    }
}

#[test]
fn a_dual_price_is_the_slope_of_the_value() {
    let mut met = 0;
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let net = grid(4, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let threat = Threat::of(of.clone()).unwrap();
        let before = answered(&net, &threat, 15, None);
        for point in &before.chokepoints {
            let step = 200;
            let up = threat.with(&[(point.road, of[ix(point.road)] + step)]).unwrap();
            let down = threat.with(&[(point.road, of[ix(point.road)] - step)]).unwrap();
            let up = answered(&net, &up, 15, None).value() - before.value();
            let down = before.value() - answered(&net, &down, 15, None).value();
            let slope = point.price * f64::from(step) * 1e-6;
            // Where two cuts are as narrow the slope has a corner: the price lies between.
            assert!(up >= slope - 2e-8 || down >= slope - 2e-8, "seed {seed}: {up} {slope}");
            met += u32::from((up - slope).abs() < 2e-8);
        }
    }
    assert!(met > 30, "{met} slopes without a corner");
}

#[test]
fn several_ambushes_gain_as_often_as_they_are_many_until_one_is_certain() {
    let mut departed = 0;
    for seed in 0..30 {
        let mut dice = Dice(seed);
        let net = grid(4, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let threat = Threat::of(of.clone()).unwrap();
        let found = answered(&net, &threat, 15, None);
        let all = routes(&net, 0, 15, u64::MAX);
        let greatest = found.chokepoints.iter().map(|it| it.share).fold(0.0, f64::max);
        for ambushes in 1..=4 {
            let verdict = several(&net, &threat, &found.menu, &found.attack, ambushes).unwrap();
            let due = value(&net, &of, &all, ambushes);
            assert!(verdict.bound() <= due + 1e-7 && verdict.value() >= due - 1e-7);
            if greatest * f64::from(ambushes) <= 1.0 {
                let times = f64::from(ambushes) * found.value();
                assert!((due - times).abs() < 1e-6, "seed {seed}: {due} {times}");
                assert!(verdict.gap() < 1e-6, "seed {seed}");
            } else {
                departed += 1;
            }
        }
    }
    assert!(departed > 0, "some ambush was certain");
}

#[test]
fn escorts_take_their_part_of_every_route() {
    for seed in 0..10 {
        let mut dice = Dice(seed);
        let net = grid(4, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let threat = Threat::of(of.clone()).unwrap();
        let found = answered(&net, &threat, 15, None);
        let ground = Ground::of(&net).unwrap();
        let question = Question { from: 0, to: 15, budget_ppm: None };
        let before = Before { ground: &ground, threat: &threat, question, answer: &found };
        for (share_ppm, leaves_ppm) in [(0, 0), (300_000, 400_000), (1_000_000, 250_000)] {
            let lever = Lever::Escort { share_ppm, leaves_ppm };
            let effect = before.effect(&lever, CLOSE, &mut || true).unwrap();
            let due = escorted(&net, &of, f64::from(share_ppm) / 1e6, f64::from(leaves_ppm) / 1e6);
            assert!((effect.value - due).abs() < 1e-6, "seed {seed}: {} {due}", effect.value);
            assert!((effect.bound - due).abs() < 1e-6, "seed {seed}");
        }
    }
}

// Routes with and without an escort, drawn together.
fn escorted(net: &Net, of: &[u32], share: f64, leaves: f64) -> f64 {
    let all = routes(net, 0, 15, u64::MAX);
    let mut it = Programme::minimise();
    let height = it.free(1.0, f64::INFINITY);
    let mut rows = vec![vec![(height, -1.0)]; of.len()];
    for (part, success) in [(share, leaves), (1.0 - share, 1.0)] {
        let mut sum = Vec::new();
        for route in &all {
            let drawn = it.free(0.0, f64::INFINITY);
            sum.push((drawn, 1.0));
            for (road, gain) in gains(net, of, route) {
                rows[ix(road)].push((drawn, gain * success));
            }
        }
        it.just(&sum, part);
    }
    rows.iter().filter(|row| row.len() > 1).for_each(|row| it.most(row, 0.0));
    it.value()
}

#[test]
fn guards_posted_after_the_draw_are_a_flow_of_least_price() {
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let net = grid(4, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let threat = Threat::of(of.clone()).unwrap();
        let ground = Ground::of(&net).unwrap();
        for (mean_ppm, stops_ppm) in [(0, 500_000), (500_000, 600_000), (2_000_000, 1_000_000)] {
            let posts = Posts { mean_ppm, stops_ppm };
            let found = posted(&ground, &threat, (0, 15), posts).unwrap();
            let (mean, stops) = (f64::from(mean_ppm) / 1e6, f64::from(stops_ppm) / 1e6);
            let due = with_posts(&net, &of, mean, stops);
            assert!((found.value - due).abs() < 1e-6, "seed {seed}: {} {due}", found.value);
            let standing: f64 = found.stands.iter().map(|(_, often)| often).sum();
            assert!(standing <= mean + 1e-9, "seed {seed}: {standing} of {mean}");
        }
    }
}

// Routes, and on each road a part of those that pass met by a guard.
fn with_posts(net: &Net, of: &[u32], mean: f64, stops: f64) -> f64 {
    let all = routes(net, 0, 15, u64::MAX);
    let mut it = Programme::minimise();
    let height = it.free(1.0, f64::INFINITY);
    let drawn: Vec<_> = all.iter().map(|_| it.free(0.0, f64::INFINITY)).collect();
    it.just(&drawn.iter().map(|share| (*share, 1.0)).collect::<Vec<_>>(), 1.0);
    let mut pass = vec![Vec::new(); of.len()];
    for (share, route) in drawn.iter().zip(&all) {
        for (road, _) in gains(net, of, route) {
            pass[ix(road)].push((*share, 1.0));
        }
    }
    let mut standing = Vec::new();
    for (pass, weight) in pass.iter().zip(of) {
        let weight = f64::from(*weight) / 1e6;
        let stands = it.free(0.0, f64::INFINITY);
        standing.push((stands, 1.0));
        let mut exposed: Vec<_> = pass.iter().map(|(it, one)| (*it, one * weight)).collect();
        exposed.extend([(stands, -stops * weight), (height, -1.0)]);
        it.most(&exposed, 0.0);
        let mut within = vec![(stands, 1.0)];
        within.extend(pass.iter().map(|(it, one)| (*it, -one)));
        it.most(&within, 0.0);
    }
    it.most(&standing, mean);
    it.value()
}

#[test]
fn slots_and_their_leak_are_as_by_programme() {
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let net = grid(3, &mut dice);
        let of = weights(net.roads, 0, &mut dice);
        let threat = Threat::of(of.clone()).unwrap();
        let alone = answered(&net, &threat, 8, None).value();
        for (count, dwell, leak_ppm) in
            [(1, 1, 0), (3, 1, 0), (3, 1, 250_000), (4, 3, 0), (5, 2, 500_000)]
        {
            let slots = Slots { count, dwell, leak_ppm };
            let due = timed(&net, &of, slots);
            let found = alone * slots.left();
            assert!((found - due).abs() < 1e-6, "seed {seed} {slots:?}: {found} {due}");
        }
    }
}

// Route and slot drawn together; he lies at a road through some slots in a row, and with the
// chance of the leak he knows the slot.
fn timed(net: &Net, of: &[u32], slots: Slots) -> f64 {
    let all = routes(net, 0, 8, u64::MAX);
    let leak = f64::from(slots.leak_ppm) / 1e6;
    let mut it = Programme::minimise();
    let blind = it.free(1.0 - leak, f64::INFINITY);
    let (mut every, mut told) = (Vec::new(), Vec::new());
    let windows = slots.count.saturating_sub(slots.dwell) + 1;
    let mut rows = vec![vec![(blind, -1.0)]; of.len() * ix(windows)];
    for slot in 0..slots.count {
        let seen = it.free(leak, f64::INFINITY);
        let mut known = vec![vec![(seen, -1.0)]; of.len()];
        for route in &all {
            let drawn = it.free(0.0, f64::INFINITY);
            every.push((drawn, 1.0));
            for (road, gain) in gains(net, of, route) {
                known[ix(road)].push((drawn, gain));
                for window in (0..windows).filter(|w| (*w..w + slots.dwell).contains(&slot)) {
                    rows[ix(road) * ix(windows) + ix(window)].push((drawn, gain));
                }
            }
        }
        told.extend(known);
    }
    it.just(&every, 1.0);
    rows.iter().chain(&told).for_each(|row| it.most(row, 0.0));
    it.value()
}

#[test]
fn slots_with_games_of_their_own_add_their_flows() {
    let mut dice = Dice(5);
    let nets: Vec<Net> = (0..3).map(|_| grid(3, &mut dice)).collect();
    let of: Vec<Vec<u32>> = nets.iter().map(|net| weights(net.roads, 0, &mut dice)).collect();
    let values: Vec<f64> = nets
        .iter()
        .zip(&of)
        .map(|(net, of)| answered(net, &Threat::of(of.clone()).unwrap(), 8, None).value())
        .collect();
    let (value, shares) = together(&values).unwrap();
    let mut it = Programme::minimise();
    let height = it.free(1.0, f64::INFINITY);
    let mut every = Vec::new();
    let mut rows = Vec::new();
    for (net, of) in nets.iter().zip(&of) {
        let mut own = vec![vec![(height, -1.0)]; of.len()];
        for route in routes(net, 0, 8, u64::MAX) {
            let drawn = it.free(0.0, f64::INFINITY);
            every.push((drawn, 1.0));
            for (road, gain) in gains(net, of, &route) {
                own[ix(road)].push((drawn, gain));
            }
        }
        rows.extend(own);
    }
    it.just(&every, 1.0);
    for row in &rows {
        it.most(row, 0.0);
    }
    assert!((value - it.value()).abs() < 1e-6);
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn no_route_of_a_frontier_takes_longer_than_its_last_step() {
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let net = grid(6, &mut dice);
        let threat = Threat::of(weights(net.roads, 0, &mut dice)).unwrap();
        let ground = Ground::of(&net).unwrap();
        let question = Question { from: 0, to: 35, budget_ppm: None };
        let points = frontier(&ground, &threat, question, &mut |_| true).unwrap();
        let flow = greatest(&ground, &threat, 0, 35).unwrap();
        let last = points.last().unwrap();
        assert_eq!(last.amount, flow.amount, "seed {seed}: to the end it is the greatest flow");
        let rises = |pair: &[ambush::frontier::Point]| {
            pair[0].amount < pair[1].amount && pair[0].slowest_ms < pair[1].slowest_ms
        };
        assert!(points.windows(2).all(rises), "seed {seed}");
        // Stopped at a limit, it is a mixture that keeps it: the game's value is no higher.
        let found = answered(&net, &threat, 35, Some(1_300_000));
        let question = Question { budget_ppm: Some(1_300_000), ..question };
        let stopped = frontier(&ground, &threat, question, &mut |_| true).unwrap();
        let stopped = stopped.last().unwrap();
        let value = wide(u128::from(CAPACITY_ONE)) / wide(stopped.amount);
        assert!(found.value() <= value + 1e-7, "seed {seed}");
        assert!(stopped.slowest_ms <= found.menu.limit_ms.unwrap(), "seed {seed}");
    }
}

#[test]
fn a_watched_road_is_used_less_and_a_rule_against_it_is_worse() {
    // Four equal ways side by side.
    let arcs: Vec<_> = (0..4_u32)
        .flat_map(|way| [(0, way + 1, 5, 2 * way), (way + 1, 5, 5, 2 * way + 1)])
        .collect();
    let net = crate::common::net(6, &arcs);
    let threat = Threat::of(vec![1_000_000; 8]).unwrap();
    let even = answered(&net, &threat, 5, None);
    assert!((even.value() - 0.25).abs() < 1e-9);
    // He watched the first way twice, and is half again as likely to succeed each time.
    let watched = threat.watched(&[(0, 2), (1, 2)], 500_000).unwrap();
    let found = answered(&net, &watched, 5, None);
    assert!((found.value() - 1.0 / 3.5).abs() < 1e-9, "{}", found.value());
    let on = |answer: &Answer| {
        let first = answer.menu.ways.iter().filter(|way| net.road[ix(way.arcs[0])] == 0);
        first.map(|way| way.weight).sum::<u64>()
    };
    assert!(on(&found) < on(&even) && on(&found) > 0);
    // Forbidden altogether it is one in three.
    let forbidden = &arcs[2..];
    let rule = answered(&crate::common::net(6, forbidden), &threat, 5, None);
    assert!((rule.value() - 1.0 / 3.0).abs() < 1e-9);
}
