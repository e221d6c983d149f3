//! Fastest routes while speeds change with the hour, first in, first out.
//!
//! A segment is a piece of work: its length over its usual speed. Each hour does its share of the
//! work, and whoever enters later leaves later (Ichoua, Gendreau and Potvin, 2003): waiting never
//! helps, and Dijkstra's algorithm over moments is exact.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use road::pace::Pace;
use road::roads::{Arc, Roads, is_backward, segment_of};
use road::snap::Spot;
use route::net::{NONE, ix};

use crate::router::{Journey, Router, along};
use crate::search::{Found, Tree};

const HOUR_MS: u64 = 3_600_000;

/// Milliseconds since midnight at the end of a length of an arc that is entered at `at_ms`.
pub fn leaves(roads: &Roads, pace: &Pace, arc: Arc, length_mm: u32, at_ms: u64) -> u64 {
    let Some(segment) = roads.segment(segment_of(arc)) else { return at_ms };
    let [there, back] = segment.kmh;
    let kmh = u64::from(if is_backward(arc) { back } else { there }.max(1));
    // In thousandths of a millisecond at the usual speed.
    let mut work = (u64::from(length_mm) * 3600).div_ceil(kmh);
    let mut at = at_ms;
    loop {
        let hour = at / HOUR_MS;
        let factor = u64::from(pace.at(segment.class, u8::try_from(hour % 24).unwrap_or(0)).max(1));
        let done = ((hour + 1) * HOUR_MS - at) * factor;
        if work <= done {
            return at + work.div_ceil(factor);
        }
        work -= done;
        at = (hour + 1) * HOUR_MS;
    }
}

/// The route that arrives first when driving off `at_ms` after midnight; its time is how long it
/// takes. The router's own hour does not matter.
pub fn fastest(
    router: &Router<'_>,
    (roads, pace): (&Roads, &Pace),
    from: Spot,
    to: Spot,
    at_ms: u64,
) -> Option<Journey> {
    let ends = router.ends(from, to);
    let length = |arc: Arc| roads.segment(segment_of(arc)).map_or(0, |row| row.length_mm);
    let starts = ends.starting().map(|(state, arc)| {
        let rest = length(arc).saturating_sub(along(roads, arc, from));
        (state, leaves(roads, pace, arc, rest, at_ms))
    });
    let starts: Vec<_> = starts.collect();
    let over = |arc: usize, at: u64| {
        let arc = router.drivable.arc.get(arc).copied().unwrap_or(NONE);
        leaves(roads, pace, arc, length(arc), at)
    };
    let mut best: Option<(u64, u32)> = None;
    let mut goals: Vec<(u32, Arc)> = ends.ending().collect();
    goals.sort_unstable();
    let tree = grow(router, &starts, over, |junction, at| {
        let begin = goals.partition_point(|(state, _)| *state < junction);
        let own = goals.get(begin..).unwrap_or_default().iter();
        for (_, arc) in own.take_while(|(state, _)| *state == junction) {
            let arrives = leaves(roads, pace, *arc, along(roads, *arc, to), at);
            if best.is_none_or(|(best, _)| arrives < best) {
                best = Some((arrives, junction));
            }
        }
        best.is_none_or(|(best, _)| at < best)
    });
    let over = best.and_then(|(arrives, end)| {
        let found = Found { millis: arrives.saturating_sub(at_ms), ..tree.way_to(end) };
        router.journey(from, to, &ends, &found)
    });
    let straight = router.straight(from, to).and_then(|journey| {
        let arc = journey.arcs.first().copied()?;
        let rest = u32::try_from(journey.length_mm).ok()?;
        let millis = leaves(roads, pace, arc, rest, at_ms).saturating_sub(at_ms);
        Some(Journey { millis, ..journey })
    });
    over.into_iter().chain(straight).min_by_key(|journey| journey.millis)
}

fn grow(
    router: &Router<'_>,
    starts: &[(u32, u64)],
    over: impl Fn(usize, u64) -> u64,
    mut tell: impl FnMut(u32, u64) -> bool,
) -> Tree {
    let net = &router.drivable.net;
    let mut tree = Tree::new(net.junctions());
    let mut open = BinaryHeap::new();
    for (junction, at) in starts {
        if tree.improve(*junction, *at, (NONE, NONE)) {
            open.push(Reverse((*at, *junction)));
        }
    }
    while let Some(Reverse((at, junction))) = open.pop() {
        if tree.millis.get(ix(junction)) != Some(&at) {
            continue;
        }
        if !tell(junction, at) {
            break;
        }
        for arc in net.leaving(junction) {
            let Some(head) = net.head.get(arc) else { continue };
            let reached = over(arc, at);
            let by = u32::try_from(arc).unwrap_or(NONE);
            if tree.improve(*head, reached, (by, junction)) {
                open.push(Reverse((reached, *head)));
            }
        }
    }
    tree
}
