//! Both ends guarded: what planners of a real movement would see to first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use route::net::Net;

use crate::made::{arcs, junctions};

/// Times from a junction along the arcs, and to it against them.
pub(crate) struct Times {
    forth: Net,
    back: Net,
}

impl Times {
    pub(crate) fn of(net: &Net) -> Self {
        let turned: Vec<_> =
            arcs(net).into_iter().map(|(tail, head, ms, road)| (head, tail, ms, road)).collect();
        Self { forth: net.clone(), back: Net::of(net.places.clone(), &turned) }
    }

    pub(crate) fn from(&self, start: u32) -> Vec<u64> {
        dijkstra(&self.forth, start)
    }

    pub(crate) fn to(&self, end: u32) -> Vec<u64> {
        dijkstra(&self.back, end)
    }
}

fn dijkstra(net: &Net, start: u32) -> Vec<u64> {
    let mut best = vec![u64::MAX; net.junctions()];
    let mut heap = BinaryHeap::from([Reverse((0_u64, start))]);
    while let Some(Reverse((far, at))) = heap.pop() {
        let Some(known) = usize::try_from(at).ok().and_then(|at| best.get_mut(at)) else {
            continue;
        };
        if *known <= far {
            continue;
        }
        *known = far;
        for arc in net.leaving(at) {
            if let (Some(head), Some(millis)) = (net.head.get(arc), net.millis.get(arc)) {
                heap.push(Reverse((far + u64::from(*millis), *head)));
            }
        }
    }
    best
}

/// The weights with none on roads of which both ends lie within a tenth of the fastest time of
/// the start, or of the end.
pub(crate) fn guarded(net: &Net, weights: &[u32], times: (&[u64], &[u64]), to: u32) -> Vec<u32> {
    let mut weights = weights.to_vec();
    let time = |times: &[u64], junction: u32| {
        usize::try_from(junction).ok().and_then(|at| times.get(at)).copied().unwrap_or(u64::MAX)
    };
    let fast = time(times.0, to);
    let near = |times: &[u64], junction: u32| time(times, junction) <= fast / 10;
    for junction in 0..junctions(net) {
        for arc in net.leaving(junction) {
            let (Some(head), Some(road)) = (net.head.get(arc), net.road.get(arc)) else { continue };
            let inside = [times.0, times.1].iter().any(|t| near(t, junction) && near(t, *head));
            if let Some(weight) = usize::try_from(*road).ok().and_then(|road| weights.get_mut(road))
                && inside
            {
                *weight = 0;
            }
        }
    }
    weights
}
