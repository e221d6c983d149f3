//! What a planner asks, and what it becomes on the roads.

use ambush::threat::{ONE, Threat};
use words::place::Point;

use crate::no::No;
use crate::number::count;
use crate::stage::{GATES_MAX, Stage};
use crate::terrain::{Place, Terrain};
use crate::weights::is_near;

/// A guard that nobody says more of: half of the ambushes beside it fail.
pub const GUARD_CUT_PPM: u32 = 500_000;

/// An advance party that nobody says more of: it finds every second ambush.
pub const ADVANCE_PPM: u32 = 500_000;

/// Guards of one question: a district has fewer posts.
pub const GUARDS_MAX: usize = 64;

/// Slots of one window: a day of single minutes.
pub const SLOTS_MAX: u32 = 1_440;

/// Attackers at once: more places are a siege, and no movement leaves.
pub const ATTACKERS_MAX: u32 = 100;

/// A budget above a hundred times the fastest route is none.
pub const BUDGET_MAX_PPM: u32 = 100 * ONE;

/// The farthest that guards of a site reach, in metres.
pub const HELD_MAX_M: u32 = 5_000;

/// A question as it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Gates where the movement may leave: ids or `LAT,LON`; the first is the usual one.
    pub from: Vec<String>,
    /// Gates where it may arrive.
    pub to: Vec<String>,
    /// How long each route may take, in millionths of the fastest one's time; `None` if as long
    /// as it likes.
    pub budget_ppm: Option<u32>,
    /// Roads where a guard stands.
    pub guards: Vec<String>,
    /// By how much a guard lowers the weight, in millionths.
    pub guard_cut_ppm: u32,
    /// So many metres around both ends are held by their own guards: nothing waits there.
    pub held_m: u32,
    /// From how many minutes the departure is drawn.
    pub slots: u32,
    /// How many of them an ambush can stay.
    pub dwell: u32,
    /// How likely somebody tells the attacker the minute, in millionths.
    pub leak_ppm: u32,
    /// How many places are attacked at once.
    pub attackers: u32,
    /// How many of the ambushes an advance party finds, in millionths: for that lever.
    pub advance_ppm: u32,
}

impl Question {
    /// The usual question from here to there.
    pub fn of(from: &str, to: &str) -> Self {
        Self {
            from: vec![from.to_owned()],
            to: vec![to.to_owned()],
            budget_ppm: Some(1_300_000),
            guards: Vec::new(),
            guard_cut_ppm: GUARD_CUT_PPM,
            held_m: 0,
            slots: 1,
            dwell: 1,
            leak_ppm: 0,
            attackers: 1,
            advance_ppm: ADVANCE_PPM,
        }
    }

    /// Is every number within its range?
    pub fn check(&self) -> Result<(), No> {
        let out = |what, range| Err(No::OutOfRange { what, range });
        let gates = 1..=GATES_MAX;
        if !gates.contains(&self.from.len()) || !gates.contains(&self.to.len()) {
            return out("the ends", "from 1 to 8 gates each");
        }
        if self.guards.len() > GUARDS_MAX {
            let got = self.guards.len();
            return Err(No::TooMany { things: "guards", max: GUARDS_MAX, got });
        }
        if self.budget_ppm.is_some_and(|it| !(ONE..=BUDGET_MAX_PPM).contains(&it)) {
            return out("the budget", "from 1 to 100 times the fastest route");
        }
        if !(1..=SLOTS_MAX).contains(&self.slots) || !(1..=self.slots).contains(&self.dwell) {
            return out("minutes to draw from", "from 1 to 1440, and an ambush stays no longer");
        }
        if [self.guard_cut_ppm, self.leak_ppm, self.advance_ppm].iter().any(|ppm| *ppm > ONE) {
            return out("a share", "from 0 to 1");
        }
        if !(1..=ATTACKERS_MAX).contains(&self.attackers) {
            return out("the number of attackers", "from 1 to 100");
        }
        if self.held_m > HELD_MAX_M {
            return out("the metres held around the ends", "from 0 to 5000");
        }
        Ok(())
    }
}

/// A question on its roads.
#[derive(Debug, Clone)]
pub struct Posed {
    /// The network with both ends.
    pub stage: Stage,
    /// What each road weighs, guards and watchers counted in.
    pub threat: Threat,
    /// Where guards stand.
    pub guards: Vec<u32>,
    /// Where the ends are.
    pub ends: [Vec<Point>; 2],
}

/// Poses a question: weights as they were read, roads that were driven lately, and how much more
/// likely each time makes an ambush there, in millionths.
pub fn pose(
    terrain: &Terrain,
    question: &Question,
    weights: &[u32],
    (driven, more_ppm): (&[(u32, u32)], u32),
) -> Result<Posed, No> {
    question.check()?;
    let places = |gates: &[String]| -> Result<Vec<Place>, No> {
        gates.iter().map(|gate| terrain.place(gate)).collect()
    };
    let (from, to) = (places(&question.from)?, places(&question.to)?);
    if from.iter().any(|gate| to.contains(gate)) {
        return Err(No::Game(ambush::trouble::Trouble::SamePlace));
    }
    let stage = Stage::of(terrain, &from, &to)?;
    let at = |gates: &[Place]| gates.iter().filter_map(|it| terrain.at(*it)).collect::<Vec<_>>();
    let ends = [at(&from), at(&to)];
    let mut all = weights.to_vec();
    if question.held_m > 0 {
        for (road, weight) in (0..count(all.len())).zip(&mut all) {
            let held = ends
                .iter()
                .flatten()
                .any(|end| is_near(terrain, road, *end, f64::from(question.held_m)));
            if held {
                *weight = 0;
            }
        }
    }
    // The last road is the few steps of a gate.
    all.push(0);
    let threat = Threat::of(all)?.watched(driven, more_ppm)?;
    let guards = question.guards.iter().map(|guard| terrain.road(guard));
    let mut guards: Vec<u32> = guards.collect::<Result<_, _>>()?;
    guards.sort_unstable();
    guards.dedup();
    let threat = guarded(&threat, &guards, question.guard_cut_ppm)?;
    Ok(Posed { stage, threat, guards, ends })
}

/// The same weights with a guard on each of these roads, rounded up.
pub fn guarded(threat: &Threat, roads: &[u32], cut_ppm: u32) -> Result<Threat, No> {
    let left = u64::from(ONE.saturating_sub(cut_ppm));
    let changes = roads.iter().map(|road| {
        let weight = u64::from(threat.weight(*road)) * left;
        let weight = weight.div_ceil(u64::from(ONE));
        (*road, u32::try_from(weight).unwrap_or(u32::MAX))
    });
    Ok(threat.with(&changes.collect::<Vec<_>>())?)
}
