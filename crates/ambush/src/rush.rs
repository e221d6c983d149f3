//! Most of a greatest flow where much lies open around its ends.
//!
//! A room of `greatest`, which finds the rest and proves it. Around a guarded end nothing is
//! narrow, and the narrowest cut most often runs around it at some distance. Dinic's method
//! goes there by the shortest ways first, and each phase takes ways two roads longer around the
//! end, over all the network. Here the flow out of the one end is found in a ball around it,
//! where all directions are as far, and is then washed down to the other end: what is stuck
//! waits where it is, and only what lies between there and the end is looked at again. What
//! cannot come there goes back. So what is left is a flow, and whether it is the greatest is
//! for Dinic's method to find out.
#![expect(clippy::indexing_slicing, reason = "pipes and junctions are numbered by the ground")]

use route::net::{NONE, ix};

use crate::greatest::{Pipe, Search};
use crate::ground::Ground;
use crate::threat::OPEN;

/// What lies around an end where nothing threatens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone {
    /// How many roads deep it is.
    depth: u32,
    /// How much can leave it.
    pub(crate) room: u128,
}

/// With zones less deep than this Dinic's method has few phases.
const DEPTH_MIN: u32 = 4;

/// The ball is so many times as deep as the zone, and a few roads: with less the streams are
/// in each other's way when they leave it, with more it costs more than it helps.
const BALL_TIMES: u32 = 3;
const BALL_MORE: u32 = 4;

/// What did not come down in so many waves goes back: Dinic's method finds it other ways.
const WAVES_MAX: u32 = 200;

impl Zone {
    /// The zone around one end; `against` the arcs around the other.
    pub(crate) fn around(ground: &Ground<'_>, rooms: &[u64], start: u32, against: bool) -> Self {
        let darts = |at: u32| {
            ground.around(at).map(|dart| {
                let dart = ground.darts[dart];
                let along = if against { ground.darts[ix(dart.twin)] } else { dart };
                (dart.head, if along.road == NONE { 0 } else { rooms[ix(along.road)] })
            })
        };
        let mut inside = vec![false; ground.junctions()];
        let mut list = vec![start];
        inside[ix(start)] = true;
        let (mut depth, mut place) = (0, 0);
        loop {
            let until = list.len();
            for rim in place..until {
                for (head, room) in darts(list[rim]) {
                    if room >= OPEN && !inside[ix(head)] {
                        inside[ix(head)] = true;
                        list.push(head);
                    }
                }
            }
            if list.len() == until {
                break;
            }
            (depth, place) = (depth + 1, until);
        }
        let leaves = list.iter().flat_map(|at| darts(*at));
        let leaves = leaves.filter(|(head, _)| !inside[ix(*head)]);
        Self { depth, room: leaves.map(|(_, room)| u128::from(room)).sum() }
    }
}

impl Search<'_> {
    /// How much flows from end to end after this: most of what can, or nothing.
    pub(crate) fn rush(&mut self, zone: &Zone) -> u128 {
        if zone.depth < DEPTH_MIN || zone.room >= u128::from(OPEN) {
            return 0;
        }
        let Some(rim) = self.rim(zone.depth * BALL_TIMES + BALL_MORE) else { return 0 };
        for at in &rim {
            self.places[ix(*at)].drain = true;
        }
        // No level is the last of a search that is met by another.
        self.depth = (NONE, NONE);
        while self.outward() {
            self.fill();
        }
        for at in &rim {
            self.places[ix(*at)].drain = false;
        }
        self.forget();
        let active = rim.into_iter().filter(|at| self.excess[ix(*at)] > 0).collect();
        let stuck = self.waves(self.to, active, WAVES_MAX);
        self.waves(self.from, stuck, u32::MAX);
        u128::try_from(self.excess[ix(self.to)]).unwrap_or(0)
    }

    // The junctions that are so many roads from the start, if the end lies beyond them.
    fn rim(&self, depth: u32) -> Option<Vec<u32>> {
        let mut inside = vec![false; self.ground.junctions()];
        let mut rim = vec![self.from];
        inside[ix(self.from)] = true;
        for _ in 0..depth {
            let mut next = Vec::new();
            for pipe in rim.iter().flat_map(|at| self.around(*at)) {
                let Pipe { spare, head, .. } = self.pipes[pipe];
                if spare > 0 && !inside[ix(head)] {
                    inside[ix(head)] = true;
                    next.push(head);
                }
            }
            rim = next;
        }
        (!rim.is_empty() && !inside[ix(self.to)]).then_some(rim)
    }

    fn forget(&mut self) {
        for at in self.fore.drain(..).chain(self.back.drain(..)) {
            self.places[ix(at)].level = 0;
        }
    }

    // Levels from the start as far as the rim; is any of that reached?
    fn outward(&mut self) -> bool {
        self.forget();
        self.fore.push(self.from);
        let from = &mut self.places[ix(self.from)];
        (from.level, from.next) = (1, from.first);
        let mut place = 0;
        while let Some(tail) = self.fore.get(place).copied() {
            place += 1;
            let level = self.places[ix(tail)].level + 1;
            for pipe in self.around(tail) {
                self.work += 1;
                let Pipe { spare, head, .. } = self.pipes[pipe];
                let there = &mut self.places[ix(head)];
                if there.level == 0 && spare > 0 {
                    (there.level, there.next) = (level, there.first);
                    let list = if there.drain { &mut self.back } else { &mut self.fore };
                    list.push(head);
                }
            }
        }
        !self.back.is_empty()
    }

    // What waits at these junctions goes down to another by shortest ways, as far as they are
    // free, again and again. Where it still waits in the end is returned: whence nothing leads
    // down once, nothing does later.
    fn waves(&mut self, sink: u32, mut active: Vec<u32>, waves_max: u32) -> Vec<u32> {
        let (mut stuck, mut list) = (Vec::new(), Vec::new());
        for _ in 0..waves_max {
            if active.is_empty() {
                break;
            }
            self.upward(sink, active.len(), &mut list);
            stuck.extend(active.drain(..).filter(|at| self.places[ix(*at)].level == 0));
            for at in list.iter().skip(1).rev() {
                if self.waits(*at) && self.lower(*at) > 0 {
                    active.push(*at);
                }
            }
            for at in list.drain(..) {
                self.places[ix(at)].level = 0;
            }
        }
        stuck.append(&mut active);
        stuck
    }

    // What came to the end stays there.
    fn waits(&self, at: u32) -> bool {
        self.excess[ix(at)] > 0 && at != self.to
    }

    // Levels from a junction against what is free, until so many were found where flow waits.
    fn upward(&mut self, sink: u32, mut wanted: usize, list: &mut Vec<u32>) {
        list.push(sink);
        self.places[ix(sink)].level = 1;
        let mut place = 0;
        while let Some(head) = list.get(place).copied() {
            place += 1;
            let level = self.places[ix(head)].level + 1;
            for pipe in self.around(head) {
                self.work += 1;
                let Pipe { head: tail, twin, .. } = self.pipes[pipe];
                let there = &mut self.places[ix(tail)];
                if there.level == 0 && self.pipes[ix(twin)].spare > 0 {
                    there.level = level;
                    list.push(tail);
                    if self.waits(tail) {
                        wanted -= 1;
                        if wanted == 0 {
                            return;
                        }
                    }
                }
            }
        }
    }

    // What waits goes one level down as far as it is free; what is left is returned.
    fn lower(&mut self, tail: u32) -> i64 {
        let level = self.places[ix(tail)].level;
        let mut left = self.excess[ix(tail)];
        for pipe in self.around(tail) {
            self.work += 1;
            let Pipe { spare, head, twin } = self.pipes[pipe];
            let below = self.places[ix(head)].level;
            if spare > 0 && below > 0 && below + 1 == level {
                let through = spare.min(left);
                self.pipes[pipe].spare -= through;
                self.pipes[ix(twin)].spare += through;
                self.excess[ix(head)] += through;
                left -= through;
                if left == 0 {
                    break;
                }
            }
        }
        self.excess[ix(tail)] = left;
        left
    }
}
