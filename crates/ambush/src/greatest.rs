//! The game without a budget: one greatest flow, its routes and its cut.
#![expect(clippy::indexing_slicing, reason = "darts and junctions are numbered by the ground")]

use std::cmp::Reverse;

use route::net::{NONE, ix};

use crate::ground::Ground;
use crate::number::{end, id};
use crate::threat::Threat;
use crate::trouble::Trouble;

/// A greatest flow at capacities `CAPACITY_ONE / weight`, and the narrowest cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greatest {
    /// How much reaches the end; the value of the game is [`crate::threat::CAPACITY_ONE`]
    /// through this.
    pub amount: u128,
    /// The routes that it comes apart into, as arcs, with how much flows along each.
    pub routes: Vec<(Vec<u32>, u64)>,
    /// The arcs that lead out of the start's side of the cut, and how much each takes.
    pub cut: Vec<(u32, u64)>,
    /// How many junctions and darts were looked at: the work, alike on every machine.
    pub work: u64,
    /// How often both searches began anew.
    pub phases: u32,
}

/// The greatest flow from one junction to another.
///
/// Dinic's method with a search from both ends that meets in the middle: it looks at no more
/// than what lies between, and when nothing more flows it ends on the side that is closed in.
pub fn greatest(
    ground: &Ground<'_>,
    threat: &Threat,
    from: u32,
    to: u32,
) -> Result<Greatest, Trouble> {
    ground.ends(from, to)?;
    let weights = id(threat.weights().len());
    if weights != ground.net().roads {
        return Err(Trouble::OtherRoads { weights, roads: ground.net().roads });
    }
    let mut search = Search::new(ground, threat, from, to);
    let (mut amount, mut phases) = (0_u128, 0);
    while search.meet() {
        phases += 1;
        amount += search.fill();
    }
    if amount == 0 {
        let (reached, junctions) = (search.reached(), id(ground.junctions()));
        return Err(Trouble::Island { reached, junctions });
    }
    let cut = search.cut();
    let work = search.work;
    Ok(Greatest { amount, routes: search.apart(), cut, work, phases })
}

struct Search<'a> {
    ground: &'a Ground<'a>,
    rooms: &'a [u64],
    from: u32,
    to: u32,
    // What flows along each dart; against the flow it is negative.
    flow: Vec<i64>,
    // How far from the start, or `FAR` and how far before the end; 0 where nobody was.
    level: Vec<u32>,
    next: Vec<u32>,
    fore: Vec<u32>,
    back: Vec<u32>,
    // Where the two searches touch: the last levels of each.
    depth: (u32, u32),
    work: u64,
}

// Levels of the search from the end begin here, counted up with the distance.
const FAR: u32 = 1 << 31;

impl<'a> Search<'a> {
    fn new(ground: &'a Ground<'a>, threat: &'a Threat, from: u32, to: u32) -> Self {
        Self {
            ground,
            rooms: threat.rooms(),
            from,
            to,
            flow: vec![0; ground.darts.len()],
            level: vec![0; ground.junctions()],
            next: vec![0; ground.junctions()],
            fore: Vec::new(),
            back: Vec::new(),
            depth: (0, 0),
            work: 0,
        }
    }

    fn spare(&self, dart: usize) -> i64 {
        let road = self.ground.darts[dart].road;
        let room = if road == NONE { 0 } else { self.rooms[ix(road)] };
        i64::try_from(room).unwrap_or(i64::MAX) - self.flow[dart]
    }

    // Searches from both ends, always from the smaller rim, until they meet; both rims are then
    // complete. `false` if one side is closed in: its junctions stand in its list.
    fn meet(&mut self) -> bool {
        for junction in self.fore.drain(..).chain(self.back.drain(..)) {
            self.level[ix(junction)] = 0;
        }
        self.fore.push(self.from);
        self.back.push(self.to);
        self.level[ix(self.from)] = 1;
        self.level[ix(self.to)] = FAR;
        self.next[ix(self.from)] = self.ground.first[ix(self.from)];
        self.next[ix(self.to)] = self.ground.first[ix(self.to)];
        self.depth = (1, FAR);
        let (mut fore, mut back) = (0, 0);
        loop {
            let (rim, other) = (self.fore.len() - fore, self.back.len() - back);
            if rim == 0 || other == 0 {
                return false;
            }
            if rim <= other {
                let until = self.fore.len();
                if self.forward(fore..until) {
                    return true;
                }
                fore = until;
                self.depth.0 += 1;
            } else {
                let until = self.back.len();
                if self.backward(back..until) {
                    return true;
                }
                back = until;
                self.depth.1 += 1;
            }
        }
    }

    fn forward(&mut self, rim: std::ops::Range<usize>) -> bool {
        let mut met = false;
        for place in rim {
            let tail = self.fore[place];
            for dart in self.ground.around(tail) {
                self.work += 1;
                let head = self.ground.darts[dart].head;
                let level = self.level[ix(head)];
                if (level == 0 || level >= FAR) && self.spare(dart) > 0 {
                    if level >= FAR {
                        met = true;
                    } else if !met {
                        self.level[ix(head)] = self.depth.0 + 1;
                        self.next[ix(head)] = self.ground.first[ix(head)];
                        self.fore.push(head);
                    }
                }
            }
        }
        met
    }

    fn backward(&mut self, rim: std::ops::Range<usize>) -> bool {
        let mut met = false;
        for place in rim {
            let head = self.back[place];
            for dart in self.ground.around(head) {
                self.work += 1;
                let there = self.ground.darts[dart];
                let level = self.level[ix(there.head)];
                if level < FAR && self.spare(ix(there.twin)) > 0 {
                    if level > 0 {
                        met = true;
                    } else if !met {
                        self.level[ix(there.head)] = self.depth.1 + 1;
                        self.next[ix(there.head)] = self.ground.first[ix(there.head)];
                        self.back.push(there.head);
                    }
                }
            }
        }
        met
    }

    // Is the second level the next on a shortest way after the first?
    fn follows(&self, level: u32, after: u32) -> bool {
        if level >= FAR {
            after + 1 == level && after >= FAR
        } else {
            after == level + 1 || (level == self.depth.0 && after == self.depth.1)
        }
    }

    // Fills every shortest way: walks ahead while it can, steps back where nothing leads on.
    fn fill(&mut self) -> u128 {
        let mut sum = 0;
        let mut way: Vec<u32> = Vec::new();
        let mut at = self.from;
        loop {
            if at == self.to {
                let least = way.iter().map(|dart| self.spare(ix(*dart))).min().unwrap_or(0);
                sum += u128::try_from(least).unwrap_or(0);
                let mut keep = way.len();
                for (place, dart) in way.iter().enumerate().rev() {
                    self.flow[ix(*dart)] += least;
                    self.flow[ix(self.ground.darts[ix(*dart)].twin)] -= least;
                    if self.spare(ix(*dart)) == 0 {
                        keep = place;
                    }
                }
                way.truncate(keep);
                at = way.last().map_or(self.from, |dart| self.ground.darts[ix(*dart)].head);
                continue;
            }
            if let Some(dart) = self.onward(at) {
                way.push(dart);
                at = self.ground.darts[ix(dart)].head;
                continue;
            }
            // Nothing leads on: whoever led here tries his next dart.
            let Some(dart) = way.pop() else { return sum };
            at = self.ground.darts[ix(self.ground.darts[ix(dart)].twin)].head;
            self.next[ix(at)] += 1;
        }
    }

    fn onward(&mut self, at: u32) -> Option<u32> {
        let level = self.level[ix(at)];
        let until = self.ground.first[ix(at) + 1];
        let mut next = self.next[ix(at)];
        while next < until {
            self.work += 1;
            let head = self.ground.darts[ix(next)].head;
            if self.follows(level, self.level[ix(head)]) && self.spare(ix(next)) > 0 {
                self.next[ix(at)] = next;
                return Some(next);
            }
            next += 1;
        }
        self.next[ix(at)] = next;
        None
    }

    // How many junctions the start reaches when nothing flows.
    fn reached(&self) -> u32 {
        let mut seen = vec![false; self.ground.junctions()];
        let mut list = vec![self.from];
        seen[ix(self.from)] = true;
        let mut place = 0;
        while let Some(at) = list.get(place).copied() {
            place += 1;
            for dart in self.ground.around(at) {
                let dart = self.ground.darts[dart];
                if dart.arc != NONE && !seen[ix(dart.head)] {
                    seen[ix(dart.head)] = true;
                    list.push(dart.head);
                }
            }
        }
        end(&list)
    }

    // After the last search: the full arcs that leave the side which is closed in.
    fn cut(&self) -> Vec<(u32, u64)> {
        let mut cut = Vec::new();
        let near = |junction: u32| (1..FAR).contains(&self.level[ix(junction)]);
        let far = |junction: u32| self.level[ix(junction)] >= FAR;
        let start_closed = self.start_is_closed();
        let side = if start_closed { &self.fore } else { &self.back };
        for junction in side {
            for place in self.ground.around(*junction) {
                let dart = self.ground.darts[place];
                let crossing = if start_closed {
                    (!near(dart.head)).then_some(dart)
                } else {
                    (!far(dart.head)).then(|| self.ground.darts[ix(dart.twin)])
                };
                if let Some(dart) = crossing.filter(|dart| dart.arc != NONE) {
                    cut.push((dart.arc, self.rooms[ix(dart.road)]));
                }
            }
        }
        cut.sort_unstable();
        cut
    }

    fn start_is_closed(&self) -> bool {
        let near = |junction: u32| (1..FAR).contains(&self.level[ix(junction)]);
        self.fore.iter().all(|junction| {
            let mut around = self.ground.around(*junction);
            around.all(|dart| near(self.ground.darts[dart].head) || self.spare(dart) == 0)
        })
    }

    // Follows the flow from the start as often as it leads to the end. Where a walk comes back
    // to a junction, what flows in that circle serves nobody and is taken out. A walk goes on
    // where the one before still flows, and what is left of it stands beside it.
    fn apart(mut self) -> Vec<(Vec<u32>, u64)> {
        let mut routes = Vec::new();
        let mut stands = vec![NONE; self.ground.junctions()];
        let mut way = Walk::default();
        let mut at = self.from;
        loop {
            if at == self.to {
                let arcs = way.darts.iter().map(|dart| self.ground.darts[ix(*dart)].arc).collect();
                let amount = way.take(0);
                routes.push((arcs, u64::try_from(amount).unwrap_or(0)));
            } else if stands[ix(at)] != NONE {
                way.take(ix(stands[ix(at)]));
            } else {
                let Some(dart) = self.flowing(at) else { return routes };
                stands[ix(at)] = end(&way.darts);
                way.darts.push(dart);
                way.left.push(self.flow[ix(dart)]);
                at = self.ground.darts[ix(dart)].head;
                continue;
            }
            let keep = way.left.iter().position(|left| *left == 0).unwrap_or(way.left.len());
            for (dart, left) in way.darts.drain(keep..).zip(way.left.drain(keep..)) {
                at = self.tail(dart);
                self.flow[ix(dart)] = left;
                stands[ix(at)] = NONE;
            }
            at = way.darts.last().map_or(self.from, |dart| self.ground.darts[ix(*dart)].head);
        }
    }

    // The widest dart: so that the routes are few.
    fn flowing(&self, at: u32) -> Option<u32> {
        let widest =
            self.ground.around(at).max_by_key(|dart| (self.flow[*dart], Reverse(*dart)))?;
        (self.flow[widest] > 0).then(|| id(widest))
    }

    fn tail(&self, dart: u32) -> u32 {
        self.ground.darts[ix(self.ground.darts[ix(dart)].twin)].head
    }
}

// Darts walked, and what is left of the flow along each.
#[derive(Debug, Default)]
struct Walk {
    darts: Vec<u32>,
    left: Vec<i64>,
}

impl Walk {
    // Takes as much as flows all along, from a place on.
    fn take(&mut self, from: usize) -> i64 {
        let part = &mut self.left[from..];
        let least = part.iter().copied().min().unwrap_or(0);
        for left in part {
            *left -= least;
        }
        least
    }
}
