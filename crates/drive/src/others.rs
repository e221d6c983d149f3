//! Alternatives as planners give them today: by penalty, over a place.
//!
//! They are here to be compared with: an observer who knows such a planner knows its answers.

use route::net::{NONE, Net, ix};

use crate::search::{End, Found, Tree, backward, everywhere, shortest};

/// Per mille by which a road that was used is made longer for the next one: 1.4 is the usual
/// choice (Chen, Bell and Bogenberger, 2007).
pub const PENALTY_PER_MILLE: u64 = 1400;

/// How much of an alternative may lie on those before it, in per mille (Abraham, Delling,
/// Goldberg and Werneck, 2013).
pub const SHARED_PER_MILLE: u64 = 800;

/// Routes by penalty, the fastest first, at most `count`: after each, its roads are made longer.
/// The same route twice is told once, so that there may be fewer.
pub fn by_penalty(net: &Net, from: &[End], to: &[End], count: usize) -> Vec<Found> {
    let mut weight = net.millis.clone();
    let mut routes: Vec<Found> = Vec::new();
    // A route may come again until its penalty has grown: a few tries for each that is asked for.
    for _ in 0..count.saturating_mul(3) {
        let Some(found) = shortest(net, &weight, from, to) else { break };
        penalise(net, &found, &mut weight);
        let real: u64 = found.arcs.iter().map(|arc| millis(&net.millis, *arc)).sum();
        let ends = end(from, found.junctions.first()) + end(to, found.junctions.last());
        let found = Found { millis: real + ends, ..found };
        if routes.iter().all(|route| route.arcs != found.arcs) {
            routes.push(found);
        }
        if routes.len() >= count {
            break;
        }
    }
    routes
}

fn penalise(net: &Net, found: &Found, weight: &mut [u32]) {
    let mut roads: Vec<u32> =
        found.arcs.iter().filter_map(|arc| net.road.get(ix(*arc)).copied()).collect();
    roads.sort_unstable();
    roads.dedup();
    for (weight, road) in weight.iter_mut().zip(&net.road) {
        if roads.binary_search(road).is_ok() {
            let longer = u64::from(*weight).saturating_mul(PENALTY_PER_MILLE) / 1000;
            *weight = u32::try_from(longer).unwrap_or(NONE - 1).min(NONE - 1);
        }
    }
}

fn millis(weight: &[u32], arc: u32) -> u64 {
    weight.get(ix(arc)).copied().map_or(0, u64::from)
}

fn end(ends: &[End], junction: Option<&u32>) -> u64 {
    let own = ends.iter().filter(|(other, _)| Some(other) == junction);
    own.map(|(_, millis)| *millis).min().unwrap_or(0)
}

/// Routes over a place between, the fastest first, at most `count`: none longer than
/// `stretch_per_mille` of the fastest, none that lies mostly on one before it, none that comes by
/// a junction twice.
pub fn by_via(
    net: &Net,
    (from, to): (&[End], &[End]),
    count: usize,
    stretch_per_mille: u64,
) -> Vec<Found> {
    let there = everywhere(net, &net.millis, from);
    let (turned, was) = backward(net);
    let back = everywhere(&turned, &turned.millis, to);
    let total = |at: usize| {
        let (Some(one), Some(two)) = (there.millis.get(at), back.millis.get(at)) else {
            return u64::MAX;
        };
        one.saturating_add(*two)
    };
    let mut vias: Vec<(u64, u32)> = (0_u32..)
        .take(net.junctions())
        .map(|junction| (total(ix(junction)), junction))
        .filter(|(total, _)| *total != u64::MAX)
        .collect();
    vias.sort_unstable();
    let Some((best, _)) = vias.first().copied() else { return Vec::new() };
    let bound = best.saturating_mul(stretch_per_mille) / 1000;
    let mut routes: Vec<Found> = Vec::new();
    for (total, via) in vias.into_iter().take_while(|(total, _)| *total <= bound) {
        if routes.len() >= count {
            break;
        }
        let found = over(&there, &back, &was, via, total);
        if is_simple(&found) && routes.iter().all(|route| is_other(net, &found, route)) {
            routes.push(found);
        }
    }
    routes
}

fn over(there: &Tree, back: &Tree, was: &[u32], via: u32, millis: u64) -> Found {
    let mut found = there.way_to(via);
    let rest = back.way_to(via);
    found.millis = millis;
    found.junctions.extend(rest.junctions.iter().rev().skip(1));
    found.arcs.extend(rest.arcs.iter().rev().filter_map(|arc| was.get(ix(*arc))));
    found
}

fn is_simple(found: &Found) -> bool {
    let mut junctions = found.junctions.clone();
    junctions.sort_unstable();
    junctions.windows(2).all(|pair| pair.first() != pair.last())
}

fn is_other(net: &Net, found: &Found, before: &Found) -> bool {
    let mut roads: Vec<u32> =
        before.arcs.iter().filter_map(|arc| net.road.get(ix(*arc)).copied()).collect();
    roads.sort_unstable();
    let on =
        |arc: &&u32| net.road.get(ix(**arc)).is_some_and(|road| roads.binary_search(road).is_ok());
    let long = |arcs: &mut dyn Iterator<Item = &u32>| -> u64 {
        arcs.map(|arc| millis(&net.millis, *arc)).sum()
    };
    let shared = long(&mut found.arcs.iter().filter(on));
    shared.saturating_mul(1000) <= long(&mut found.arcs.iter()).saturating_mul(SHARED_PER_MILLE)
        && found.arcs != before.arcs
}
