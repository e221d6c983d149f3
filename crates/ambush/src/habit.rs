//! Routes that planners take today, never worse to begin with; detours.
#![expect(clippy::indexing_slicing, reason = "arcs, junctions and rows are numbered by the field")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use route::net::{NONE, ix};

use crate::field::{Arc, Field, NEVER};
use crate::number::id;

/// So many routes, the fastest first.
const ROUTES: usize = 3;

/// What a road that was taken counts for the next route, in thousandths (Chen, Bell and
/// Bogenberger, 2007).
const PENALTY: u64 = 1_400;

/// The fastest route, then the fastest with the roads of those before made longer, as far as
/// they keep the limit.
pub(crate) fn by_habit(field: &Field) -> Vec<Vec<u32>> {
    let mut counts: Vec<u64> = field.arcs.iter().map(|arc| u64::from(arc.millis)).collect();
    let mut routes: Vec<Vec<u32>> = Vec::new();
    for _ in 0..3 * ROUTES {
        let Some(way) = shortest(field, |arc| counts[arc], NEVER) else { break };
        let mut taken = vec![false; field.weights.len()];
        for arc in &way {
            let row = field.arcs[ix(*arc)].row;
            if row == NONE {
                longer(&mut counts[ix(*arc)]);
            } else {
                taken[ix(row)] = true;
            }
        }
        let rows = field.arcs.iter().map(|arc| arc.row);
        for (count, row) in counts.iter_mut().zip(rows) {
            if row != NONE && taken[ix(row)] {
                longer(count);
            }
        }
        if !routes.contains(&way) {
            routes.push(way);
        }
        if routes.len() == ROUTES {
            break;
        }
    }
    routes.retain(|way| field.millis(way) <= field.limit);
    routes
}

fn longer(count: &mut u64) {
    *count = count.saturating_mul(PENALTY) / 1_000;
}

/// The fastest route within the limit if these rows, in order, count more.
pub(crate) fn around(field: &Field, rows: &[u32], times: u64) -> Option<Vec<u32>> {
    let count = |arc: usize| {
        let Arc { row, millis, .. } = field.arcs[arc];
        u64::from(millis) * if rows.binary_search(&row).is_ok() { times } else { 1 }
    };
    shortest(field, count, NEVER).filter(|way| field.millis(way) <= field.limit)
}

/// The fastest route over rows that it may meet, if one keeps the limit.
pub(crate) fn fastest(field: &Field, may: impl Fn(u32) -> bool) -> Option<Vec<u32>> {
    let count = |arc: usize| {
        let arc = field.arcs[arc];
        if may(arc.row) { u64::from(arc.millis) } else { NEVER }
    };
    shortest(field, count, field.limit.min(NEVER - 1))
}

fn shortest(field: &Field, count: impl Fn(usize) -> u64, most: u64) -> Option<Vec<u32>> {
    let mut best = vec![(u64::MAX, NONE); field.junctions()];
    best[ix(field.from)] = (0, NONE);
    // No road counts for less than its time: what is left from each junction on is no less.
    let whole = |far: u64, at: u32| far.saturating_add(field.ahead[ix(at)]);
    let mut heap = BinaryHeap::from([Reverse((whole(0, field.from), field.from))]);
    while let Some(Reverse((least, at))) = heap.pop() {
        if at == field.to {
            break;
        }
        let far = best[ix(at)].0;
        if least > whole(far, at) {
            continue;
        }
        for arc in field.leaving(at) {
            let (head, then) = (field.arcs[arc].head, far.saturating_add(count(arc)));
            let least = whole(then, head);
            if then < best[ix(head)].0 && least <= most {
                best[ix(head)] = (then, id(arc));
                heap.push(Reverse((least, head)));
            }
        }
    }
    let mut way = Vec::new();
    let mut at = field.to;
    while at != field.from {
        let (_, arc) = best[ix(at)];
        way.push(arc);
        at = field.arcs.get(ix(arc))?.tail;
    }
    way.reverse();
    Some(way)
}
