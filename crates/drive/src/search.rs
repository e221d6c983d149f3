//! Dijkstra’s algorithm, plainly: what faster searches must agree with.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use route::net::{NONE, Net, ix};

/// Where a search begins or ends, and the milliseconds that are spent before or after.
pub type End = (u32, u64);

/// A way through a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Milliseconds, those before its beginning and after its end included.
    pub millis: u64,
    /// Its junctions: one more than arcs.
    pub junctions: Vec<u32>,
    /// Its arcs.
    pub arcs: Vec<u32>,
}

/// What is known of each junction after a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The fewest milliseconds to it; [`u64::MAX`] if it is not reached.
    pub millis: Vec<u64>,
    /// The arc by which it is reached first; [`NONE`] where a search begins.
    pub by: Vec<u32>,
    /// The junction before it on that arc.
    pub before: Vec<u32>,
}

/// The fastest way from any beginning to any end. `weight` has a number for each arc, in
/// milliseconds: the network's own, or others.
pub fn shortest(net: &Net, weight: &[u32], from: &[End], to: &[End]) -> Option<Found> {
    let mut goal = vec![u64::MAX; net.junctions()];
    for (junction, after) in to {
        if let Some(slot) = goal.get_mut(ix(*junction)) {
            *slot = (*slot).min(*after);
        }
    }
    let mut best: Option<(u64, u32)> = None;
    let tree = grow(net, weight, from, |junction, millis| {
        let after = goal.get(ix(junction)).copied().unwrap_or(u64::MAX);
        let total = millis.saturating_add(after);
        if after != u64::MAX && best.is_none_or(|(best, _)| total < best) {
            best = Some((total, junction));
        }
        best.is_none_or(|(best, _)| millis < best)
    });
    let (millis, end) = best?;
    Some(Found { millis, ..tree.way_to(end) })
}

/// The fastest ways from the beginnings to everywhere.
pub fn everywhere(net: &Net, weight: &[u32], from: &[End]) -> Tree {
    grow(net, weight, from, |_, _| true)
}

// Tells each junction when it is reached for good, and goes on while the answer is yes.
fn grow(net: &Net, weight: &[u32], from: &[End], mut tell: impl FnMut(u32, u64) -> bool) -> Tree {
    let mut tree = Tree::new(net.junctions());
    let mut open = BinaryHeap::new();
    for (junction, millis) in from {
        if tree.improve(*junction, *millis, (NONE, NONE)) {
            open.push(Reverse((*millis, *junction)));
        }
    }
    while let Some(Reverse((millis, junction))) = open.pop() {
        if tree.millis.get(ix(junction)) != Some(&millis) {
            continue;
        }
        if !tell(junction, millis) {
            break;
        }
        for arc in net.leaving(junction) {
            let (Some(head), Some(cost)) = (net.head.get(arc), weight.get(arc)) else { continue };
            let reached = millis.saturating_add(u64::from(*cost));
            let by = u32::try_from(arc).unwrap_or(NONE);
            if tree.improve(*head, reached, (by, junction)) {
                open.push(Reverse((reached, *head)));
            }
        }
    }
    tree
}

impl Tree {
    /// Nothing is reached yet.
    pub fn new(junctions: usize) -> Self {
        let none = || vec![NONE; junctions];
        Self { millis: vec![u64::MAX; junctions], by: none(), before: none() }
    }

    /// Takes note of a way to a junction if it is faster than what is known.
    pub fn improve(&mut self, junction: u32, millis: u64, (by, before): (u32, u32)) -> bool {
        let at = ix(junction);
        match (self.millis.get_mut(at), self.by.get_mut(at), self.before.get_mut(at)) {
            (Some(known), Some(arc), Some(from)) if millis < *known => {
                (*known, *arc, *from) = (millis, by, before);
                true
            }
            _ => false,
        }
    }

    /// The way to a junction; empty if it is not reached.
    pub fn way_to(&self, junction: u32) -> Found {
        let millis = self.millis.get(ix(junction)).copied().unwrap_or(u64::MAX);
        let mut found = Found { millis, junctions: vec![junction], arcs: Vec::new() };
        let mut at = junction;
        while let Some(arc) = self.by.get(ix(at)).copied().filter(|arc| *arc != NONE) {
            at = self.before.get(ix(at)).copied().unwrap_or(NONE);
            found.arcs.push(arc);
            found.junctions.push(at);
        }
        found.arcs.reverse();
        found.junctions.reverse();
        found
    }
}

/// The junction that each arc leaves.
pub fn tails(net: &Net) -> Vec<u32> {
    let mut tails = Vec::with_capacity(net.arcs());
    for junction in 0..u32::try_from(net.junctions()).unwrap_or(NONE) {
        tails.extend(net.leaving(junction).map(|_| junction));
    }
    tails
}

/// The network driven backward, and for each of its arcs the arc that it was.
pub fn backward(net: &Net) -> (Net, Vec<u32>) {
    let tails = tails(net);
    let mut order: Vec<(u32, usize)> =
        net.head.iter().enumerate().map(|(arc, head)| (*head, arc)).collect();
    order.sort_unstable();
    let row = |(head, arc): &(u32, usize)| {
        let of = |column: &[u32]| column.get(*arc).copied().unwrap_or(NONE);
        (*head, of(&tails), of(&net.millis), of(&net.road))
    };
    let arcs: Vec<_> = order.iter().map(row).collect();
    let mut turned = Net::of(net.places.clone(), &arcs);
    turned.roads = net.roads;
    let was = order.iter().map(|(_, arc)| u32::try_from(*arc).unwrap_or(NONE)).collect();
    (turned, was)
}
