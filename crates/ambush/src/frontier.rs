//! How much safer each further minute makes: cheapest augmentations.
#![expect(clippy::indexing_slicing, reason = "arcs and junctions are numbered by the field")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use route::net::{NONE, ix};

use crate::apart::Streams;
use crate::field::Field;
use crate::number::id;
use crate::threat::{OPEN, room};

/// A point at which neither risk nor mean time can be lowered without raising the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The flow so far: the value is `CAPACITY_ONE` through this.
    pub amount: u128,
    /// The sum of flow times time; through the amount it is the mean time in milliseconds.
    pub amount_millis: u128,
    /// How long the slowest route takes, in milliseconds.
    pub slowest_ms: u64,
}

/// A flow of least time among all that are as great.
#[derive(Debug)]
pub(crate) struct Frontier<'a> {
    field: &'a Field,
    rooms: Vec<i64>,
    flow: Vec<i64>,
    /// The points passed.
    pub(crate) points: Vec<Point>,
    /// Whether more flow is possible in no time whatever.
    pub(crate) complete: bool,
    // By junction: its price; at the end the least time from the start over what is free.
    far: Vec<i64>,
    /// Junctions looked at.
    pub(crate) work: u64,
}

const AWAY: i64 = i64::MAX / 4;

impl<'a> Frontier<'a> {
    /// Nothing flows yet. How far each junction is from the end is known, and serves as its
    /// price: so a search looks only at what is as little of a detour as the way that it finds.
    pub(crate) fn of(field: &'a Field) -> Self {
        let of = |row: u32| if row == NONE { OPEN } else { room(field.weights[ix(row)]) };
        let mut this = Self::with(field, field.arcs.iter().map(|arc| of(arc.row)));
        let time = |millis: u64| i64::try_from(millis).unwrap_or(AWAY);
        let before = |ahead: &u64| time(field.fastest) - time(*ahead);
        this.far = field.ahead.iter().map(before).collect();
        this
    }

    /// The same with these rooms, one an arc.
    pub(crate) fn with(field: &'a Field, rooms: impl Iterator<Item = u64>) -> Self {
        let rooms = rooms.map(|room| i64::try_from(room).unwrap_or(i64::MAX)).collect();
        Self {
            field,
            rooms,
            flow: vec![0; field.arcs.len()],
            points: Vec::new(),
            complete: false,
            far: vec![0; field.junctions()],
            work: 0,
        }
    }

    /// Lets flow more and more, along the fastest ways that are free, as long as those take at
    /// most the limit, and as long as the caller says at each point. Every route of the flow is
    /// at most as long as the last of these ways, for no circle of what is free shortens it.
    pub(crate) fn run(&mut self, go_on: &mut dyn FnMut(&Point) -> bool) {
        while let Some(point) = self.step() {
            if point.amount >= u128::from(OPEN) || !go_on(&point) {
                return;
            }
        }
    }

    /// Fills the fastest ways that are free; `None` if there is none within the limit.
    pub(crate) fn step(&mut self) -> Option<Point> {
        self.search();
        let far = self.far[ix(self.field.to)];
        self.complete = far >= AWAY;
        let slowest_ms = u64::try_from(far).unwrap_or(0);
        if self.complete || slowest_ms > self.field.limit {
            return None;
        }
        let before = self.points.last().copied();
        let before = before.unwrap_or(Point { amount: 0, amount_millis: 0, slowest_ms: 0 });
        let more = self.fill();
        let amount_millis = before.amount_millis + more * u128::from(slowest_ms);
        let point = Point { amount: before.amount + more, amount_millis, slowest_ms };
        self.points.push(point);
        Some(point)
    }

    /// What flows along each arc.
    pub(crate) fn flow(&self) -> &[i64] {
        &self.flow
    }

    // The least times over what is free, each arc priced by the times before: none is negative.
    fn search(&mut self) {
        let field = self.field;
        let mut left = vec![AWAY; field.junctions()];
        left[ix(field.from)] = 0;
        // Time and junction in one word, compared at once.
        let key = |far: i64, at: u32| Reverse((i128::from(far) << 32) | i128::from(at));
        let mut heap = BinaryHeap::from([key(0, field.from)]);
        let mut reach = AWAY;
        while let Some(Reverse(least)) = heap.pop() {
            let far = i64::try_from(least >> 32).unwrap_or(AWAY);
            let at = u32::try_from(least & i128::from(u32::MAX)).unwrap_or(NONE);
            if far > left[ix(at)] {
                continue;
            }
            self.work += 1;
            if at == field.to {
                reach = far;
                break;
            }
            let free = field.leaving(at).filter(|arc| self.flow[*arc] < self.rooms[*arc]);
            let ahead = free.map(|arc| (field.arcs[arc].head, i64::from(field.arcs[arc].millis)));
            let back = field.entering(at).iter().filter(|arc| self.flow[ix(**arc)] > 0);
            let back = back
                .map(|arc| (field.arcs[ix(*arc)].tail, -i64::from(field.arcs[ix(*arc)].millis)));
            for (next, millis) in ahead.chain(back) {
                let then = far + millis + self.far[ix(at)] - self.far[ix(next)];
                if then < left[ix(next)] {
                    left[ix(next)] = then;
                    heap.push(key(then, next));
                }
            }
        }
        if reach >= AWAY {
            self.far[ix(field.to)] = AWAY;
            return;
        }
        for (far, left) in self.far.iter_mut().zip(left) {
            *far += left.min(reach);
        }
    }

    // Fills all fastest ways.
    fn fill(&mut self) -> u128 {
        let mut sum = 0;
        loop {
            let mut seen = vec![false; self.field.junctions()];
            let mut way: Vec<(u32, bool)> = Vec::new();
            let mut found = false;
            // Depth first, each junction once a search; its arcs are tried in order.
            let mut stack = vec![(self.field.from, 0_usize)];
            seen[ix(self.field.from)] = true;
            while let Some((at, tried)) = stack.last_mut() {
                if *at == self.field.to {
                    found = true;
                    break;
                }
                let (at, begin) = (*at, *tried);
                if let Some((next, step, place)) = self.tight(at, begin, &seen) {
                    *tried = place + 1;
                    seen[ix(next)] = true;
                    way.push(step);
                    stack.push((next, 0));
                } else {
                    stack.pop();
                    way.pop();
                }
                self.work += 1;
            }
            if !found {
                return sum;
            }
            let spare = |(arc, along): &(u32, bool)| {
                let arc = ix(*arc);
                if *along { self.rooms[arc] - self.flow[arc] } else { self.flow[arc] }
            };
            let least = way.iter().map(spare).min().unwrap_or(0);
            for (arc, along) in &way {
                self.flow[ix(*arc)] += if *along { least } else { -least };
            }
            sum += u128::try_from(least).unwrap_or(0);
        }
    }

    fn tight(&self, at: u32, begin: usize, seen: &[bool]) -> Option<(u32, (u32, bool), usize)> {
        let field = self.field;
        let far = self.far[ix(at)];
        let leaving = field.leaving(at);
        let ahead = leaving.clone().map(|arc| (id(arc), true));
        let back = field.entering(at).iter().map(|arc| (*arc, false));
        ahead.chain(back).enumerate().skip(begin).find_map(|(place, (arc, along))| {
            let passed = field.arcs[ix(arc)];
            let millis = i64::from(passed.millis);
            let (next, free, then) = if along {
                (passed.head, self.flow[ix(arc)] < self.rooms[ix(arc)], far + millis)
            } else {
                (passed.tail, self.flow[ix(arc)] > 0, far - millis)
            };
            let good = free && !seen[ix(next)] && self.far[ix(next)] == then;
            good.then_some((next, (arc, along), place))
        })
    }

    /// The routes of the flow.
    pub(crate) fn apart(&self) -> Vec<(Vec<u32>, u64)> {
        let field = self.field;
        let streams = Streams::of(field.junctions(), (field.from, field.to), |at, out| {
            let flowing = field.leaving(at).filter(|arc| self.flow[*arc] > 0);
            out.extend(flowing.map(|arc| (field.arcs[arc].head, id(arc), self.flow[arc])));
        });
        streams.apart()
    }
}
