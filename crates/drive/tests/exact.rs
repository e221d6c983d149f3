//! Fastest routes against searches that know no automaton and no hierarchy.
#![cfg(test)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use drive::others::{by_penalty, by_via};
use drive::router::Router;
use drive::timed;
use road::drivable::{Terms, TurningBack};
use road::kind::{Access, Barrier, Class, Surface, flag};
use road::pace::{Pace, millis};
use road::roads::{Arc, Name, Roads, Segment, arc, is_backward, reverse, segment_of};
use road::snap::Spot;
use words::place::Point;

struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(below)).unwrap()
    }
}

fn at(number: u32) -> Point {
    let step = i32::try_from(number).unwrap();
    Point::new(248_000_000 + step % 7 * 9_000, 670_000_000 + step / 7 * 9_000).unwrap()
}

// Any roads at all: loops, parallels, one-ways, private ones, barriers, forbidden rows.
fn random(seed: u64) -> Roads {
    let mut dice = Dice(seed);
    let count = 4 + dice.below(9);
    let mut roads = Roads { names: vec![Name::default()], ..Roads::default() };
    for number in 0..count {
        roads.junctions.push(at(number));
        let barrier = match dice.below(12) {
            0 => Barrier::Block,
            1 => Barrier::Private,
            2 => Barrier::Gate,
            _ => Barrier::Nothing,
        };
        roads.barriers.push(barrier);
    }
    for way in 0..count + dice.below(12) {
        let flags = [flag::FORWARD, flag::BACKWARD, flag::BOTH, flag::BOTH];
        let access = [Access::Open, Access::Open, Access::Open, Access::Private];
        let pick = |dice: &mut Dice| usize::try_from(dice.below(4)).unwrap();
        roads.segments.push(Segment {
            from: dice.below(count),
            to: dice.below(count),
            way: i64::from(way),
            length_mm: 1 + dice.below(400_000),
            name: 0,
            shape_at: 0,
            shape_bytes: 0,
            island: 0,
            flags: flags[pick(&mut dice)],
            kmh: [10 + u8::try_from(dice.below(60)).unwrap(), 30],
            class: Class::ALL[usize::try_from(dice.below(15)).unwrap()],
            surface: Surface::Unknown,
            access: access[pick(&mut dice)],
        });
    }
    let leaving = roads.leaving();
    for _ in 0..dice.below(16) {
        let mut row = Vec::new();
        let mut tail = dice.below(count);
        for _ in 0..2 + dice.below(3) {
            let own: Vec<Arc> =
                leaving.iter().filter(|(from, _)| *from == tail).map(|(_, arc)| *arc).collect();
            if own.is_empty() {
                break;
            }
            let next = own[usize::try_from(dice.below(u32::try_from(own.len()).unwrap())).unwrap()];
            row.push(next);
            tail = roads.head(next).unwrap();
        }
        if row.len() > 1 {
            roads.bans.push(row.into());
        }
    }
    roads.bans.sort_unstable();
    roads.bans.dedup();
    roads
}

fn open(roads: &Roads, terms: &Terms, arc: Arc) -> bool {
    let row = roads.segment(segment_of(arc)).unwrap();
    roads.is_driven(arc) && (row.access != Access::Private || terms.private)
}

// May `next` follow the arcs driven so far? Read off the roads themselves.
fn may(roads: &Roads, terms: &Terms, driven: &[Arc], next: Arc) -> bool {
    may_leave((roads, terms, &roads.leaving()), driven, next)
}

fn may_leave(
    (roads, terms, leaving): (&Roads, &Terms, &[(u32, Arc)]),
    driven: &[Arc],
    next: Arc,
) -> bool {
    let last = *driven.last().unwrap();
    let junction = roads.head(last).unwrap();
    let barrier = roads.barriers[usize::try_from(junction).unwrap()];
    let shut = barrier == Barrier::Block || barrier == Barrier::Private && !terms.private;
    let way: Vec<Arc> = driven.iter().copied().chain([next]).collect();
    let leaving = leaving.iter().filter(|(tail, _)| *tail == junction);
    let others = leaving.filter(|(_, arc)| open(roads, terms, *arc)).count() > 1;
    let tight = terms.turning_back == TurningBack::DeadEnds && others && !shut;
    roads.head(last) == roads.tail(next)
        && open(roads, terms, next)
        && !roads.bans.iter().any(|row| way.ends_with(row))
        && (!shut || next == reverse(last))
        && (!tight || next != reverse(last))
}

fn along(roads: &Roads, arc: Arc, spot: Spot) -> u32 {
    let length = roads.segment(segment_of(arc)).unwrap().length_mm;
    if is_backward(arc) { length - spot.along_mm } else { spot.along_mm }
}

// Dijkstra over the last four arcs: slow, and nothing is clever about it.
fn slowly(
    roads: &Roads,
    terms: &Terms,
    (from, to): (Spot, Spot),
    takes: impl Fn(Arc, u32, u64) -> u64,
) -> Option<u64> {
    let length = |arc: Arc| roads.segment(segment_of(arc)).unwrap().length_mm;
    let mut best: Option<u64> = None;
    let mut better = |total: u64| best = Some(best.map_or(total, |best| best.min(total)));
    let mut reached: BTreeMap<Vec<Arc>, u64> = BTreeMap::new();
    let mut queue = BinaryHeap::new();
    for first in [arc(from.segment, false), arc(from.segment, true)] {
        if !open(roads, terms, first) {
            continue;
        }
        let begin = along(roads, first, from);
        if from.segment == to.segment && along(roads, first, to) >= begin {
            better(takes(first, along(roads, first, to) - begin, 0));
        }
        queue.push(Reverse((takes(first, length(first) - begin, 0), vec![first])));
    }
    let leaving = roads.leaving();
    while let Some(Reverse((so_far, driven))) = queue.pop() {
        if reached.get(&driven).is_some_and(|before| *before <= so_far) {
            continue;
        }
        reached.insert(driven.clone(), so_far);
        let head = roads.head(*driven.last().unwrap());
        for (tail, next) in leaving.iter().copied() {
            if Some(tail) != head || !may_leave((roads, terms, &leaving), &driven, next) {
                continue;
            }
            if segment_of(next) == to.segment {
                better(so_far + takes(next, along(roads, next, to), so_far));
            }
            let total = so_far + takes(next, length(next), so_far);
            let mut driven: Vec<Arc> = driven.iter().copied().chain([next]).collect();
            driven.drain(..driven.len().saturating_sub(4));
            queue.push(Reverse((total, driven)));
        }
    }
    best
}

fn spot(roads: &Roads, dice: &mut Dice) -> Spot {
    let segment = dice.below(u32::try_from(roads.segments.len()).unwrap());
    let length = roads.segment(segment).unwrap().length_mm;
    Spot { segment, along_mm: dice.below(length + 1), at: at(0), off_mm: 0 }
}

fn terms(seed: u64) -> Terms {
    let back = [TurningBack::Anywhere, TurningBack::DeadEnds];
    let turning_back = back[usize::try_from(seed % 2).unwrap()];
    Terms { private: seed.is_multiple_of(3), turning_back, ..Terms::default() }
}

#[test]
fn three_searches_agree_on_random_roads_and_every_route_may_be_driven() {
    let mut found = 0;
    for seed in 0..150 {
        let roads = random(seed);
        let terms = terms(seed);
        let mut router = Router::prepared(&roads, &terms);
        let mut dice = Dice(seed + 1_000_000);
        for _ in 0..4 {
            let (from, to) = (spot(&roads, &mut dice), spot(&roads, &mut dice));
            let takes = |arc: Arc, length, _| {
                let row = roads.segment(segment_of(arc)).unwrap();
                let kmh = row.kmh[usize::from(is_backward(arc))];
                u64::from(millis(length, kmh, 1000))
            };
            let slowly = slowly(&roads, &terms, (from, to), takes);
            let fast = router.fastest(from, to);
            let plain = router.checked(from, to);
            let said = format!("seed {seed}, from {from:?} to {to:?}");
            assert_eq!(plain.as_ref().map(|it| it.millis), slowly, "plain: {said}");
            assert_eq!(fast.as_ref().map(|it| it.millis), slowly, "hierarchy: {said}");
            for journey in [fast, plain].into_iter().flatten() {
                found += 1;
                assert_eq!(segment_of(journey.arcs[0]), from.segment, "{said}");
                assert_eq!(segment_of(*journey.arcs.last().unwrap()), to.segment, "{said}");
                for at in 1..journey.arcs.len() {
                    let (driven, next) = (&journey.arcs[..at], journey.arcs[at]);
                    assert!(may(&roads, &terms, driven, next), "{said}: {:?}", journey.arcs);
                }
            }
        }
    }
    assert!(found > 300, "most pairs have a route: {found}");
}

#[test]
fn with_the_hour_the_first_in_is_the_first_out_and_the_slow_search_agrees() {
    let mut pace = Pace::default();
    let mut dice = Dice(5);
    for class in Class::ALL {
        for hour in 0..24 {
            let per_mille = 100 + u16::try_from(dice.below(1900)).unwrap();
            assert!(pace.set(*class, hour, per_mille));
        }
    }
    let mut found = 0;
    for seed in 0..60 {
        let roads = random(seed);
        let terms = terms(seed);
        let router = Router::plain(&roads, &terms);
        let (from, to) = (spot(&roads, &mut dice), spot(&roads, &mut dice));
        let mut before = 0;
        // Minutes around a full hour, where speeds jump.
        for minute in (54..66).step_by(2) {
            let leaves = 7 * 3_600_000 + minute * 60_000;
            let takes = |arc, length, so_far| {
                let at = leaves + so_far;
                timed::leaves(&roads, &pace, arc, length, at) - at
            };
            let slowly = slowly(&roads, &terms, (from, to), takes);
            let journey = timed::fastest(&router, (&roads, &pace), from, to, leaves);
            let millis = journey.map(|journey| journey.millis);
            assert_eq!(millis, slowly, "seed {seed}, minute {minute}");
            if let Some(millis) = millis {
                found += 1;
                assert!(leaves + millis >= before, "seed {seed}: later off, earlier there");
                before = leaves + millis;
            }
        }
    }
    assert!(found > 60, "{found}");
}

#[test]
fn an_even_pace_is_the_same_at_every_hour_as_none() {
    for seed in 0..100 {
        let roads = random(seed);
        let terms = terms(seed);
        let router = Router::plain(&roads, &terms);
        let mut dice = Dice(seed);
        let (from, to) = (spot(&roads, &mut dice), spot(&roads, &mut dice));
        let timed = timed::fastest(&router, (&roads, &Pace::default()), from, to, 86_399_000);
        let plain = router.checked(from, to);
        assert_eq!(timed.map(|it| it.millis), plain.map(|it| it.millis), "seed {seed}");
    }
}

#[test]
fn alternatives_may_be_driven_begin_with_the_fastest_and_keep_their_promises() {
    let mut more = 0;
    for seed in 0..200 {
        let roads = random(seed);
        let terms = terms(seed);
        let router = Router::plain(&roads, &terms);
        let mut dice = Dice(seed);
        let (from, to) = (spot(&roads, &mut dice), spot(&roads, &mut dice));
        let ends = router.ends(from, to);
        let net = &router.drivable.net;
        let Some(best) = drive::search::shortest(net, &net.millis, &ends.starts, &ends.goals)
        else {
            continue;
        };
        let penalty = by_penalty(net, &ends.starts, &ends.goals, 4);
        let via = by_via(net, (&ends.starts, &ends.goals), 4, 1500);
        assert_eq!(penalty[0].millis, best.millis, "seed {seed}");
        assert!(via.iter().all(|it| it.millis * 1000 <= best.millis * 1500), "seed {seed}");
        more += penalty.len() + via.len();
        for found in penalty.iter().chain(&via) {
            let journey = router.journey(from, to, &ends, found).expect("between these ends");
            for at in 1..journey.arcs.len() {
                assert!(may(&roads, &terms, &journey.arcs[..at], journey.arcs[at]), "{seed}");
            }
        }
    }
    assert!(more > 200, "{more}");
}
