//! The game without a budget: one greatest flow, its routes and its cut.
#![expect(clippy::indexing_slicing, reason = "darts and junctions are numbered by the ground")]

use route::net::{NONE, ix};

use crate::apart::Streams;
use crate::ground::{Dart, Ground};
use crate::number::{end, id};
use crate::rush::Zone;
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
/// Where much lies open around both ends, most of the flow is found before, in another manner:
/// see the room `rush`.
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
    let here = Zone::around(ground, threat.rooms(), from, false);
    let there = Zone::around(ground, threat.rooms(), to, true);
    let turned = there.room < here.room;
    let mut search = Search::new(ground, threat, (from, to), turned);
    let mut amount = search.rush(if turned { &there } else { &here });
    let mut phases = 0;
    search.places[ix(search.to)].drain = true;
    while search.meet() {
        phases += 1;
        amount += search.fill();
    }
    if amount == 0 {
        let (reached, junctions) = (search.reached(from), id(ground.junctions()));
        return Err(Trouble::Island { reached, junctions });
    }
    let (cut, work) = (search.cut(), search.work);
    Ok(Greatest { amount, routes: search.apart(), cut, work, phases })
}

/// What is left of a dart, beside where it leads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pipe {
    /// How much more may flow.
    pub(crate) spare: i64,
    /// The junction at the other end.
    pub(crate) head: u32,
    /// The same seen from there.
    pub(crate) twin: u32,
}

/// A junction while a flow is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// How far from the start, or `FAR` and how far before the end; 0 where nobody was.
    pub(crate) level: u32,
    /// The pipe that is tried next.
    pub(crate) next: u32,
    /// The first of its pipes.
    pub(crate) first: u32,
    /// Whatever comes here has come far enough.
    pub(crate) drain: bool,
}

/// A flow in the making.
pub(crate) struct Search<'a> {
    pub(crate) ground: &'a Ground<'a>,
    rooms: &'a [u64],
    pub(crate) from: u32,
    pub(crate) to: u32,
    // Is all looked for against the arcs, from the end to the start?
    turned: bool,
    pub(crate) pipes: Vec<Pipe>,
    pub(crate) places: Vec<Place>,
    /// By junction: what came there and did not leave it.
    pub(crate) excess: Vec<i64>,
    pub(crate) fore: Vec<u32>,
    pub(crate) back: Vec<u32>,
    /// Where two searches touch: the last levels of each.
    pub(crate) depth: (u32, u32),
    pub(crate) work: u64,
}

// A pipe walked: where from, how much is wanted through it, and how much before it.
#[derive(Debug, Clone, Copy)]
struct Step {
    pipe: u32,
    tail: u32,
    want: i64,
    left: i64,
}

// Levels of the search from the end begin here, counted up with the distance.
const FAR: u32 = 1 << 31;

fn room(rooms: &[u64], dart: Dart) -> i64 {
    let room = if dart.road == NONE { 0 } else { rooms[ix(dart.road)] };
    i64::try_from(room).unwrap_or(i64::MAX)
}

impl<'a> Search<'a> {
    fn new(
        ground: &'a Ground<'a>,
        threat: &'a Threat,
        (from, to): (u32, u32),
        turned: bool,
    ) -> Self {
        let rooms = threat.rooms();
        let pipe = |dart: &Dart| {
            let along = if turned { ground.darts[ix(dart.twin)] } else { *dart };
            Pipe { spare: room(rooms, along), head: dart.head, twin: dart.twin }
        };
        let place = |first: &u32| Place { level: 0, next: 0, first: *first, drain: false };
        let (from, to) = if turned { (to, from) } else { (from, to) };
        Self {
            ground,
            rooms,
            from,
            to,
            turned,
            pipes: ground.darts.iter().map(pipe).collect(),
            places: ground.first.iter().map(place).collect(),
            excess: vec![0; ground.junctions()],
            fore: Vec::new(),
            back: Vec::new(),
            depth: (0, 0),
            work: 0,
        }
    }

    /// The pipes around a junction.
    pub(crate) fn around(&self, junction: u32) -> std::ops::Range<usize> {
        ix(self.places[ix(junction)].first)..ix(self.places[ix(junction) + 1].first)
    }

    // Searches from both ends, always from the smaller rim, until they meet; both rims are then
    // complete. `false` if one side is closed in: its junctions stand in its list.
    fn meet(&mut self) -> bool {
        for junction in self.fore.drain(..).chain(self.back.drain(..)) {
            self.places[ix(junction)].level = 0;
        }
        self.fore.push(self.from);
        self.back.push(self.to);
        self.places[ix(self.from)].level = 1;
        self.places[ix(self.to)].level = FAR;
        self.places[ix(self.from)].next = self.places[ix(self.from)].first;
        self.places[ix(self.to)].next = self.places[ix(self.to)].first;
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
            for pipe in self.around(tail) {
                self.work += 1;
                let Pipe { spare, head, .. } = self.pipes[pipe];
                let there = &mut self.places[ix(head)];
                let level = there.level;
                if (level == 0 || level >= FAR) && spare > 0 {
                    if level >= FAR {
                        met = true;
                    } else if !met {
                        there.level = self.depth.0 + 1;
                        there.next = there.first;
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
            for pipe in self.around(head) {
                self.work += 1;
                let Pipe { head: tail, twin, .. } = self.pipes[pipe];
                let there = &mut self.places[ix(tail)];
                let level = there.level;
                if level < FAR && self.pipes[ix(twin)].spare > 0 {
                    if level > 0 {
                        met = true;
                    } else if !met {
                        there.level = self.depth.1 + 1;
                        there.next = there.first;
                        self.back.push(tail);
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

    /// Fills every way that goes up level by level: each pipe that leads nowhere is tried once.
    pub(crate) fn fill(&mut self) -> u128 {
        let mut steps: Vec<Step> = Vec::new();
        let (mut at, mut left) = (self.from, i64::MAX);
        loop {
            let drain = self.places[ix(at)].drain;
            if !drain
                && left > 0
                && let Some(pipe) = self.onward(at)
            {
                let Pipe { spare, head, .. } = self.pipes[ix(pipe)];
                let want = left.min(spare);
                steps.push(Step { pipe, tail: at, want, left });
                (at, left) = (head, want);
                continue;
            }
            if drain {
                self.excess[ix(at)] = self.excess[ix(at)].saturating_add(left);
                left = 0;
            }
            let Some(step) = steps.pop() else {
                return u128::try_from(i64::MAX - left).unwrap_or(0);
            };
            let through = step.want - left;
            let pipe = &mut self.pipes[ix(step.pipe)];
            pipe.spare -= through;
            let Pipe { spare, twin, .. } = *pipe;
            if left > 0 || spare == 0 {
                self.places[ix(step.tail)].next = step.pipe + 1;
            }
            if through > 0 {
                self.pipes[ix(twin)].spare += through;
            }
            (at, left) = (step.tail, step.left - through);
        }
    }

    fn onward(&mut self, at: u32) -> Option<u32> {
        let Place { level, next, .. } = self.places[ix(at)];
        let until = self.places[ix(at) + 1].first;
        for pipe in next..until {
            self.work += 1;
            let Pipe { spare, head, .. } = self.pipes[ix(pipe)];
            if spare > 0 && self.follows(level, self.places[ix(head)].level) {
                self.places[ix(at)].next = pipe;
                return Some(pipe);
            }
        }
        self.places[ix(at)].next = until;
        None
    }

    // How many junctions the start reaches when nothing flows.
    fn reached(&self, from: u32) -> u32 {
        let mut seen = vec![false; self.ground.junctions()];
        let mut list = vec![from];
        seen[ix(from)] = true;
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
        let start_closed = self.start_is_closed();
        let side = if start_closed { &self.fore } else { &self.back };
        for junction in side {
            for place in self.around(*junction) {
                let Pipe { head, twin, .. } = self.pipes[place];
                let level = self.places[ix(head)].level;
                let beyond = if start_closed { level == 0 || level >= FAR } else { level < FAR };
                // Seen from the start of the flow, and from the start of the movement.
                let place = if start_closed == self.turned { ix(twin) } else { place };
                let dart = self.ground.darts[place];
                if beyond && dart.arc != NONE {
                    cut.push((dart.arc, self.rooms[ix(dart.road)]));
                }
            }
        }
        cut.sort_unstable();
        cut
    }

    fn start_is_closed(&self) -> bool {
        let near = |junction: u32| (1..FAR).contains(&self.places[ix(junction)].level);
        self.fore.iter().all(|junction| {
            let mut around = self.around(*junction).map(|pipe| self.pipes[pipe]);
            around.all(|pipe| near(pipe.head) || pipe.spare == 0)
        })
    }

    fn apart(&self) -> Vec<(Vec<u32>, u64)> {
        let (darts, ends) = (&self.ground.darts, (self.from, self.to));
        let streams = Streams::of(self.ground.junctions(), ends, |at, out| {
            for place in self.around(at) {
                let Pipe { spare, head, twin } = self.pipes[place];
                let along = darts[if self.turned { ix(twin) } else { place }];
                let flow = room(self.rooms, along) - spare;
                if flow > 0 {
                    out.push((head, along.arc, flow));
                }
            }
        });
        let mut routes = streams.apart();
        if self.turned {
            for (arcs, _) in &mut routes {
                arcs.reverse();
            }
        }
        routes
    }
}
