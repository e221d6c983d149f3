//! The answer: routes, chokepoints, what remains, what would help.

use std::collections::{BTreeMap, BTreeSet};

use ambush::audit::fraction;
use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::menu::{Attack, Menu, WEIGHT_TOTAL};
use ambush::plan::{Answer, Question as Asked, plan};
use ambush::threat::{ONE, Threat};
use words::place::Point;

use crate::beyond::beyond;
use crate::lever::{Lever, levers};
use crate::no::No;
use crate::number::real;
use crate::question::{Posed, Question};
use crate::stage::Stage;
use crate::terrain::Terrain;

/// Names of a route that are told; a drive through a city has a hundred.
const NAMES_TOLD: usize = 40;

/// A route of the mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// How likely it is drawn.
    pub share: f64,
    /// How long it takes, in milliseconds.
    pub millis: u64,
    /// What it passes, in order: junctions of a schematic network, streets of a map.
    pub via: Vec<String>,
    /// Its course.
    pub line: Vec<Point>,
    /// Its roads.
    pub roads: Vec<u32>,
}

/// A road where a perfect attacker waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Chokepoint {
    /// The road.
    pub road: u32,
    /// What names it for a machine.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// What it weighs.
    pub weight: f64,
    /// How often he waits here.
    pub share: f64,
    /// How often a movement passes here.
    pub passed: f64,
    /// By how much the value grows for each whole by which the weight does.
    pub price: f64,
    /// Its course.
    pub line: Vec<Point>,
}

/// A road that every route within the budget takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual {
    /// The road.
    pub road: u32,
    /// What names it for a machine.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// What it weighs: no routing lowers the risk below it.
    pub weight: f64,
}

/// An answer with everything that is shown of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was asked.
    pub question: Question,
    /// What the best ambush gains against the mixture, if the attacker knows the minute.
    pub value: f64,
    /// No mixture within the budget is better than this: proved.
    pub bound: f64,
    /// What remains with the minute drawn, leaks and all attackers counted.
    pub remains: f64,
    /// What he gains against somebody who takes the fastest route.
    pub fastest_value: f64,
    /// How long the fastest route takes, in milliseconds.
    pub fastest_ms: u64,
    /// How long a route takes in the mean.
    pub expected_ms: u64,
    /// How long the slowest takes.
    pub worst_ms: u64,
    /// How hard the route is to guess, in bits.
    pub route_bits: f64,
    /// How hard the minute is to guess, in bits.
    pub minute_bits: f64,
    /// The routes, likeliest first.
    pub routes: Vec<Route>,
    /// Where protection tells, dearest first.
    pub chokepoints: Vec<Chokepoint>,
    /// What no routing can avoid.
    pub residual: Vec<Residual>,
    /// What would help, the most first.
    pub levers: Vec<Lever>,
    /// Where guards stand.
    pub guards: Vec<(String, String, Vec<Point>)>,
    /// Work done, in steps.
    pub work: u64,
}

/// What is drawn from and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mixture {
    /// The routes with whole weights.
    pub menu: Menu,
    /// Where a perfect attacker waits.
    pub attack: Attack,
}

impl Report {
    /// How much longer than the fastest a route takes in the mean, as a part of the fastest.
    pub fn expected_detour(&self) -> f64 {
        real(self.expected_ms) / real(self.fastest_ms.max(1)) - 1.0
    }

    /// How much longer than the fastest the slowest takes.
    pub fn worst_detour(&self) -> f64 {
        real(self.worst_ms) / real(self.fastest_ms.max(1)) - 1.0
    }
}

/// Answers a posed question, at most with as much work as is said, and as long as the caller
/// lets it go on.
pub fn solve(
    terrain: &Terrain,
    (question, posed): (&Question, &Posed),
    effort: Effort,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<(Report, Mixture), No> {
    let ground = Ground::of(&posed.stage.net)?;
    let asked = asked(question, &posed.stage);
    let answer = plan(&ground, &posed.threat, asked, effort, go_on)?;
    let answer = beyond(answer, (&ground, &posed.threat), asked, (effort, go_on));
    let levers = levers(terrain, (question, posed, &ground), &answer, (effort, go_on));
    let report = told(terrain, (question, posed), &answer, levers);
    Ok((report, Mixture { menu: answer.menu, attack: answer.attack }))
}

/// The question as the game takes it.
pub(crate) const fn asked(question: &Question, stage: &Stage) -> Asked {
    Asked { from: stage.from, to: stage.to, budget_ppm: question.budget_ppm }
}

/// By how much drawing the minute, leaks and several attackers change what an ambush gains.
pub(crate) fn of_minute(question: &Question) -> f64 {
    let leak = f64::from(question.leak_ppm) / f64::from(ONE);
    let met = f64::from(question.dwell) / f64::from(question.slots);
    f64::from(question.attackers) * ((1.0 - leak) * met + leak)
}

/// How often each road is passed.
pub(crate) fn passed(stage: &Stage, menu: &Menu) -> BTreeMap<u32, f64> {
    let mut passed: BTreeMap<u32, u64> = BTreeMap::new();
    for way in &menu.ways {
        let roads: BTreeSet<u32> = stage.roads_of(&way.arcs).into_iter().collect();
        for road in roads {
            let slot = passed.entry(road).or_default();
            *slot = slot.saturating_add(way.weight);
        }
    }
    passed.into_iter().map(|(road, weight)| (road, real(weight) / real(WEIGHT_TOTAL))).collect()
}

fn told(
    terrain: &Terrain,
    (question, posed): (&Question, &Posed),
    answer: &Answer,
    levers: Vec<Lever>,
) -> Report {
    let (stage, threat) = (&posed.stage, &posed.threat);
    let passed = passed(stage, &answer.menu);
    let value = answer.value();
    let guards = posed
        .guards
        .iter()
        .map(|road| (terrain.reference(*road), terrain.name(*road), terrain.shape(*road)));
    let minutes = f64::from(question.slots) / f64::from(question.dwell);
    Report {
        question: question.clone(),
        value,
        bound: fraction(answer.verdict.lower),
        remains: value * of_minute(question),
        fastest_value: fastest(stage, threat, answer),
        fastest_ms: answer.fastest_ms,
        expected_ms: answer.menu.expected_ms(),
        worst_ms: answer.menu.worst_ms(),
        // One route has no bits, and no minus before them.
        route_bits: answer.menu.entropy_bits().abs(),
        minute_bits: minutes.log2().max(0.0),
        routes: routes(terrain, stage, &answer.menu),
        chokepoints: answer
            .chokepoints
            .iter()
            .map(|point| Chokepoint {
                road: point.road,
                reference: terrain.reference(point.road),
                name: terrain.name(point.road),
                weight: weight(threat, point.road),
                share: point.share,
                passed: passed.get(&point.road).copied().unwrap_or(0.0),
                price: point.price,
                line: terrain.shape(point.road),
            })
            .collect(),
        residual: answer
            .residual
            .iter()
            .map(|it| Residual {
                road: it.road,
                reference: terrain.reference(it.road),
                name: terrain.name(it.road),
                weight: f64::from(it.weight) / f64::from(ONE),
            })
            .collect(),
        levers,
        guards: guards.collect(),
        work: answer.work,
    }
}

fn weight(threat: &Threat, road: u32) -> f64 {
    f64::from(threat.weight(road)) / f64::from(ONE)
}

// What a planner without this does: the fastest route, every time.
fn fastest(stage: &Stage, threat: &Threat, answer: &Answer) -> f64 {
    let net = &stage.net;
    let way = crate::stage::fastest(net, stage.from, stage.to);
    let weights = stage.roads_of(&way).into_iter().map(|road| weight(threat, road));
    weights.fold(0.0, f64::max).max(fraction(answer.verdict.lower))
}

fn routes(terrain: &Terrain, stage: &Stage, menu: &Menu) -> Vec<Route> {
    let of = |way: &ambush::menu::Way| Route {
        share: real(way.weight) / real(WEIGHT_TOTAL),
        millis: way.millis,
        via: via(terrain, stage, &way.arcs),
        line: stage.line(terrain, &way.arcs),
        roads: stage.roads_of(&way.arcs),
    };
    menu.ways.iter().map(of).collect()
}

/// What a route passes, in order, each once in a row.
pub fn via(terrain: &Terrain, stage: &Stage, arcs: &[u32]) -> Vec<String> {
    let mut names: Vec<String> = if terrain.is_imported() {
        let roads = stage.roads_of(arcs);
        let streets: Vec<String> = roads.iter().filter_map(|road| terrain.street(*road)).collect();
        // Most pieces of a map have no name; a route all of whose pieces have none is told by them.
        if streets.is_empty() {
            roads.into_iter().map(|road| terrain.name(road)).collect()
        } else {
            streets
        }
    } else {
        let passed = stage.junctions_of(arcs).into_iter();
        passed.filter_map(|junction| terrain.id(junction).map(str::to_owned)).collect()
    };
    names.dedup();
    names.truncate(NAMES_TOLD);
    names
}
