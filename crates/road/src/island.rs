//! Which parts of a network can be reached from each other, both ways.

use std::collections::BTreeMap;

use route::net::{NONE, Net, ix};
use words::place::Point;

use crate::drivable::Drivable;
use crate::roads::{Roads, segment_of};

/// A part that cannot be reached from the mainland and left to it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Island {
    /// Its number, from 1, the largest first.
    pub number: u32,
    /// How many segments it has.
    pub segments: u64,
    /// How long they are, in millimetres.
    pub length_mm: u64,
    /// What most of its length is called, if anything is.
    pub name: Option<String>,
    /// Where it is.
    pub at: Point,
}

/// Segments that are driven one way into or out of a part, or on other terms only.
pub const LOOSE: u32 = u32::MAX;

/// The part of each junction: a number, no order among them.
///
/// Strongly connected components by Tarjan's algorithm (1972), with a stack of its own instead of
/// the program's.
pub fn parts(net: &Net) -> Vec<u32> {
    let count = net.junctions();
    let mut walk = Walk {
        found: vec![NONE; count],
        low: vec![NONE; count],
        part: vec![NONE; count],
        open: Vec::new(),
        steps: Vec::new(),
        next: 0,
        parts: 0,
    };
    for junction in 0..u32::try_from(count).unwrap_or(NONE) {
        if get(&walk.found, junction) == NONE {
            walk.from(net, junction);
        }
    }
    walk.part
}

struct Walk {
    // When each junction was found first.
    found: Vec<u32>,
    // The earliest junction that is known to be reached from it.
    low: Vec<u32>,
    part: Vec<u32>,
    open: Vec<u32>,
    // Junctions on the way, each with the arc that is looked at next.
    steps: Vec<(u32, usize)>,
    next: u32,
    parts: u32,
}

fn get(of: &[u32], at: u32) -> u32 {
    of.get(ix(at)).copied().unwrap_or(NONE)
}

fn set(of: &mut [u32], at: u32, to: u32) {
    if let Some(slot) = of.get_mut(ix(at)) {
        *slot = to;
    }
}

impl Walk {
    fn from(&mut self, net: &Net, start: u32) {
        self.enter(net, start);
        while let Some((junction, arc)) = self.steps.last().copied() {
            if arc >= net.leaving(junction).end {
                self.steps.pop();
                self.leave(junction);
                continue;
            }
            if let Some((_, arc)) = self.steps.last_mut() {
                *arc += 1;
            }
            let head = net.head.get(arc).copied().unwrap_or(NONE);
            if get(&self.found, head) == NONE {
                self.enter(net, head);
            } else if get(&self.part, head) == NONE {
                let low = get(&self.low, junction).min(get(&self.found, head));
                set(&mut self.low, junction, low);
            }
        }
    }

    fn enter(&mut self, net: &Net, junction: u32) {
        set(&mut self.found, junction, self.next);
        set(&mut self.low, junction, self.next);
        self.next += 1;
        self.open.push(junction);
        self.steps.push((junction, net.leaving(junction).start));
    }

    fn leave(&mut self, junction: u32) {
        let low = get(&self.low, junction);
        if let Some((before, _)) = self.steps.last().copied() {
            let lower = get(&self.low, before).min(low);
            set(&mut self.low, before, lower);
        }
        if low == get(&self.found, junction) {
            while let Some(member) = self.open.pop() {
                set(&mut self.part, member, self.parts);
                if member == junction {
                    break;
                }
            }
            self.parts += 1;
        }
    }
}

/// The island of each segment of a network: 0 for the mainland, the part with most segments.
pub fn of_segments(drivable: &Drivable, segments: usize) -> Vec<u32> {
    let net = &drivable.net;
    let part_of = parts(net);
    let mut lies = vec![NONE; segments];
    for tail in 0..u32::try_from(net.junctions()).unwrap_or(NONE) {
        let part = get(&part_of, tail);
        for arc in net.leaving(tail) {
            let head = net.head.get(arc).copied().unwrap_or(NONE);
            let road = drivable.arc.get(arc).map_or(NONE, |arc| segment_of(*arc));
            if part == get(&part_of, head) && part < get(&lies, road) {
                set(&mut lies, road, part);
            }
        }
    }
    let mut sizes: BTreeMap<u32, (u64, usize)> = BTreeMap::new();
    for (at, part) in lies.iter().enumerate().filter(|(_, part)| **part != NONE) {
        sizes.entry(*part).or_insert((0, at)).0 += 1;
    }
    // The largest first, and of equals the one whose first segment comes first.
    let mut order: Vec<(u64, usize, u32)> =
        sizes.into_iter().map(|(part, (size, first))| (u64::MAX - size, first, part)).collect();
    order.sort_unstable();
    let ranks = (0_u32..).zip(&order).map(|(rank, (.., part))| (*part, rank));
    let rank: BTreeMap<u32, u32> = ranks.collect();
    lies.iter().map(|part| rank.get(part).copied().unwrap_or(LOOSE)).collect()
}

/// Writes into each segment on which island it lies, and says which there are.
pub fn mark(roads: &mut Roads, drivable: &Drivable) -> Vec<Island> {
    let islands = of_segments(drivable, roads.segments.len());
    for (segment, island) in roads.segments.iter_mut().zip(&islands) {
        segment.island = *island;
    }
    let mut by_island: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (segment, island) in roads.numbers().zip(&islands) {
        if ![0, LOOSE].contains(island) {
            by_island.entry(*island).or_default().push(segment);
        }
    }
    by_island.iter().filter_map(|(number, own)| describe(roads, *number, own)).collect()
}

fn describe(roads: &Roads, number: u32, own: &[u32]) -> Option<Island> {
    let rows = || own.iter().filter_map(|segment| roads.segment(*segment));
    let mut by_name: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows() {
        if let Some(name) = roads.names.get(ix(row.name)).and_then(|name| name.any()) {
            *by_name.entry(name).or_default() += u64::from(row.length_mm);
        }
    }
    let name = by_name.iter().max_by_key(|(name, length)| (**length, std::cmp::Reverse(**name)));
    Some(Island {
        number,
        segments: u64::try_from(own.len()).unwrap_or(u64::MAX),
        length_mm: rows().map(|row| u64::from(row.length_mm)).sum(),
        name: name.map(|(name, _)| (*name).to_owned()),
        at: roads.junctions.get(ix(rows().next()?.from)).copied()?,
    })
}

#[cfg(test)]
mod tests {
    use route::net::Net;
    use words::place::Point;

    use super::parts;

    #[test]
    fn parts_are_what_is_reached_both_ways() {
        let place = Point::from_degrees(24.9, 67.1).expect("Karachi");
        let mut seed = 7_u64;
        let mut dice = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u32::try_from((seed >> 33) % below).unwrap()
        };
        for _ in 0..200 {
            let count = 2 + dice(9);
            let arcs: Vec<_> = (0..dice(25))
                .map(|_| (dice(u64::from(count)), dice(u64::from(count)), 1, 0))
                .collect();
            let size = usize::try_from(count).unwrap();
            let net = Net::of(vec![place; size], &arcs);
            // Reached in any number of steps, by Warshall.
            let mut reached = vec![vec![false; size]; size];
            for (from, to, ..) in &arcs {
                reached[usize::try_from(*from).unwrap()][usize::try_from(*to).unwrap()] = true;
            }
            for over in 0..size {
                for from in 0..size {
                    for to in 0..size {
                        let through = reached[from][over] && reached[over][to];
                        reached[from][to] |= through;
                    }
                }
            }
            let part = parts(&net);
            for from in 0..size {
                for to in 0..size {
                    let both = from == to || (reached[from][to] && reached[to][from]);
                    assert_eq!(part[from] == part[to], both, "{arcs:?}");
                }
            }
        }
    }
}
