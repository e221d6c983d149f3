//! What each lever would change: guard, gate, hold, decoy, advance, escort.
#![expect(clippy::indexing_slicing, reason = "arcs are numbered by the ground")]

use route::net::{NONE, Net, ix};

use crate::audit::{met, several};
use crate::generate::Effort;
use crate::ground::Ground;
use crate::menu::WEIGHT_TOTAL;
use crate::number::{id, real, wide};
use crate::plan::{Answer, Question, plan_from};
use crate::slot::Slots;
use crate::threat::{ONE, Threat};
use crate::trouble::Trouble;

/// More convoys than a district can send out at once that look alike.
pub const DECOYS_MAX: u32 = 8;

/// Guards offered, each at one of the dearest chokepoints.
pub const GUARDS_OFFERED: usize = 5;

/// Something that can be done beside choosing the route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lever {
    /// Somebody stands on these roads, for all to see, and takes away a part of an ambush's
    /// success, in millionths.
    Guard {
        /// The roads.
        roads: Vec<u32>,
        /// The part, in millionths.
        stops_ppm: u32,
    },
    /// Another gate is opened, from which one starts instead.
    Exit {
        /// The junction at the gate.
        junction: u32,
    },
    /// Another gate is opened, at which one arrives instead.
    Entry {
        /// The junction at the gate.
        junction: u32,
    },
    /// The convoy stands ready, and the time is drawn.
    Hold(Slots),
    /// Convoys that look alike, each on a route of its own draw; one ambush strikes one of them.
    Decoy {
        /// How many beside the true one.
        convoys: u32,
    },
    /// Somebody drives the drawn route ahead, and finds an ambush this often, in millionths.
    Advance {
        /// How often, in millionths.
        finds_ppm: u32,
    },
    /// A part of all movements is escorted, drawn together with the route.
    Escort {
        /// The part, in millionths.
        share_ppm: u32,
        /// What an escort leaves of an ambush's success, in millionths.
        leaves_ppm: u32,
    },
    /// The other way round: so many ambushes at once instead of one.
    Ambushes {
        /// How many.
        count: u32,
    },
}

/// What comes of a lever.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// What the best ambush gains then, at most.
    pub value: f64,
    /// What it gains at least, whatever is drawn.
    pub bound: f64,
    /// How long a route takes in the mean, in milliseconds.
    pub expected_ms: u64,
    /// How long the slowest takes.
    pub worst_ms: u64,
}

/// What is asked of each lever beside the answer that it changes.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// The network.
    pub ground: &'a Ground<'a>,
    /// The threat.
    pub threat: &'a Threat,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub answer: &'a Answer,
}

impl Before<'_> {
    /// What a lever changes. A guard or a gate is a new game, played from the routes known; all
    /// others change the value by a factor, and the routes stay the best.
    pub fn effect(
        &self,
        lever: &Lever,
        effort: Effort,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Effect, Trouble> {
        match lever {
            Lever::Guard { roads, stops_ppm } => {
                let threat = guarded(self.threat, roads, *stops_ppm)?;
                self.played((self.ground, &threat), self.question, effort, go_on)
            }
            Lever::Exit { junction } => self.gate(*junction, true, effort, go_on),
            Lever::Entry { junction } => self.gate(*junction, false, effort, go_on),
            Lever::Hold(slots) => {
                slots.check()?;
                Ok(self.scaled(slots.left()))
            }
            Lever::Decoy { convoys } => self.decoys(*convoys),
            Lever::Advance { finds_ppm } => {
                Ok(self.scaled(1.0 - part(*finds_ppm, "how often an ambush is found,")?))
            }
            Lever::Escort { share_ppm, leaves_ppm } => {
                let leaves = part(*leaves_ppm, "what an escort leaves")?;
                let share = part(*share_ppm, "the part that is escorted")?;
                Ok(self.scaled(1.0 - (1.0 - leaves) * share))
            }
            Lever::Ambushes { count } => self.ambushes(*count),
        }
    }

    /// Levers worth trying, dearest chokepoint first: a guard on each stretch where a perfect
    /// adversary waits, and the same on all of them together.
    pub fn guards(&self, stops_ppm: u32) -> Vec<Lever> {
        let dearest = self.answer.chokepoints.iter().take(GUARDS_OFFERED);
        let stretches: Vec<Vec<u32>> =
            dearest.map(|point| stretch(self.ground, point.road)).collect();
        let mut all: Vec<u32> = stretches.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let many = stretches.len() > 1;
        let together = many.then_some(Lever::Guard { roads: all, stops_ppm });
        let one = |roads| Lever::Guard { roads, stops_ppm };
        stretches.into_iter().map(one).chain(together).collect()
    }

    fn scaled(&self, left: f64) -> Effect {
        let Answer { menu, verdict, .. } = self.answer;
        Effect {
            value: verdict.value() * left,
            bound: verdict.bound() * left,
            expected_ms: menu.expected_ms(),
            worst_ms: menu.worst_ms(),
        }
    }

    fn ambushes(&self, count: u32) -> Result<Effect, Trouble> {
        let Answer { menu, attack, .. } = self.answer;
        let verdict = several(self.ground.net(), self.threat, menu, attack, count)?;
        Ok(Effect { value: verdict.value(), bound: verdict.bound(), ..self.scaled(1.0) })
    }

    // Of those that pass he strikes one, and cannot tell which is true. If the true one passes a
    // road with chance x, so does each decoy, and it is struck with chance
    // (1 - (1 - x)^(n + 1)) / (n + 1). However decoys are sent, each true one that passes is
    // struck at least once in n + 1 times.
    fn decoys(&self, convoys: u32) -> Result<Effect, Trouble> {
        if convoys > DECOYS_MAX {
            return Err(Trouble::OutOfRange { what: "the number of decoys, at most 8," });
        }
        let all = f64::from(convoys) + 1.0;
        let mut value = 0.0_f64;
        for (road, tickets) in met(self.ground.net(), &self.answer.menu)? {
            let passes = (wide(tickets) / real(WEIGHT_TOTAL)).min(1.0);
            let struck = (1.0 - (1.0 - passes).powf(all)) / all;
            let weight = f64::from(self.threat.weight(road)) / f64::from(ONE);
            value = value.max(weight * struck);
        }
        let bound = self.answer.verdict.bound() / all;
        Ok(Effect { value, bound, ..self.scaled(1.0) })
    }

    // A junction before both gates, or behind both, at no distance worth telling. How long a
    // route may take stays as it was.
    fn gate(
        &self,
        gate: u32,
        exit: bool,
        effort: Effort,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Effect, Trouble> {
        let Question { from, to, budget_ppm } = self.question;
        self.ground.ends(gate, if exit { to } else { from })?;
        let own = if exit { from } else { to };
        let net = with_gate(self.ground.net(), own, gate, exit);
        let weights = self.threat.weights().iter().copied().chain([0, 0]).collect();
        let (ground, threat) = (Ground::of(&net)?, Threat::of(weights)?);
        let hub = id(self.ground.junctions());
        let (from, to) = if exit { (hub, to) } else { (from, hub) };
        let mut question = Question { from, to, budget_ppm };
        if budget_ppm.is_some() {
            let field = crate::field::Field::of(&ground, &threat, (from, to), Some(ONE));
            let limit = self.answer.menu.limit_ms.unwrap_or(self.answer.menu.worst_ms());
            let fastest = field?.fastest;
            let budget = u128::from(limit) * u128::from(ONE) / u128::from(fastest.max(1));
            question.budget_ppm = Some(u32::try_from(budget).unwrap_or(u32::MAX).max(ONE));
        }
        self.played((&ground, &threat), question, effort, go_on)
    }

    fn played(
        &self,
        (ground, threat): (&Ground<'_>, &Threat),
        question: Question,
        effort: Effort,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Effect, Trouble> {
        let same = ground.junctions() == self.ground.junctions();
        let ways = self.answer.menu.ways.iter().filter(|_| same);
        let known: Vec<Vec<u32>> = ways.map(|way| way.arcs.clone()).collect();
        match plan_from(&known, (ground, threat), question, effort, go_on) {
            Ok(found) => Ok(Effect {
                value: found.verdict.value(),
                bound: found.verdict.bound(),
                expected_ms: found.menu.expected_ms(),
                worst_ms: found.menu.worst_ms(),
            }),
            Err(Trouble::SafeRoute { millis }) => {
                Ok(Effect { value: 0.0, bound: 0.0, expected_ms: millis, worst_ms: millis })
            }
            Err(Trouble::NoThreat) => Ok(Effect { value: 0.0, bound: 0.0, ..self.scaled(0.0) }),
            Err(other) => Err(other),
        }
    }
}

fn part(ppm: u32, what: &'static str) -> Result<f64, Trouble> {
    if ppm > ONE { Err(Trouble::OutOfRange { what }) } else { Ok(f64::from(ppm) / f64::from(ONE)) }
}

fn guarded(threat: &Threat, roads: &[u32], stops_ppm: u32) -> Result<Threat, Trouble> {
    part(stops_ppm, "what a guard stops")?;
    let changes = roads.iter().map(|road| {
        let left = u64::from(threat.weight(*road)) * u64::from(ONE - stops_ppm);
        // Rounded up: what is stated never is too good.
        (*road, u32::try_from(left.div_ceil(u64::from(ONE))).unwrap_or(u32::MAX))
    });
    threat.with(&changes.collect::<Vec<_>>())
}

fn with_gate(net: &Net, own: u32, gate: u32, exit: bool) -> Net {
    let hub = id(net.junctions());
    let mut arcs = Vec::with_capacity(net.arcs() + 2);
    for tail in 0..hub {
        arcs.extend(net.leaving(tail).map(|a| (tail, net.head[a], net.millis[a], net.road[a])));
    }
    for (junction, road) in [own, gate].into_iter().zip(net.roads..) {
        let (tail, head) = if exit { (hub, junction) } else { (junction, hub) };
        arcs.push((tail, head, 1, road));
    }
    let place = net.places.get(ix(own)).or(net.places.first()).copied();
    let places = net.places.iter().copied().chain(place).collect();
    Net { roads: net.roads + 2, ..Net::of(places, &arcs) }
}

/// The roads in a row with this one, between which nobody can turn off, in order of number: an
/// ambush that a guard drives from one of them finds the next.
pub fn stretch(ground: &Ground<'_>, road: u32) -> Vec<u32> {
    let net = ground.net();
    let mut roads = vec![road];
    let on = |tail: &u32| net.leaving(*tail).any(|arc| net.road[arc] == road);
    let tails = (0..id(net.junctions())).filter(on);
    let mut open: Vec<u32> = tails.collect();
    for arc in (0..net.arcs()).filter(|arc| net.road[*arc] == road) {
        open.push(net.head[arc]);
    }
    let mut seen: Vec<u32> = Vec::new();
    while let Some(at) = open.pop() {
        if seen.contains(&at) || !is_bend(ground, at) {
            continue;
        }
        seen.push(at);
        for dart in ground.around(at) {
            let dart = ground.darts[dart];
            let twin = ground.darts[ix(dart.twin)];
            let passed = if dart.road == NONE { twin.road } else { dart.road };
            if !roads.contains(&passed) {
                roads.push(passed);
            }
            open.push(dart.head);
        }
    }
    roads.sort_unstable();
    roads
}

// Two ways lead on from here, and no more.
fn is_bend(ground: &Ground<'_>, at: u32) -> bool {
    let mut heads: Vec<u32> = ground.around(at).map(|dart| ground.darts[dart].head).collect();
    heads.sort_unstable();
    heads.dedup();
    heads.len() == 2 && !heads.contains(&at)
}
