//! The answer to a question: which routes, how often, and what remains.
#![expect(clippy::indexing_slicing, reason = "arcs and rows are numbered by the field")]

use route::net::{NONE, Net, ix};

use crate::audit::{Verdict, audit, fraction};
use crate::few::few;
use crate::field::Field;
use crate::frontier::{Frontier, Point};
use crate::generate::{Effort, Found, generate};
use crate::greatest::{Greatest, greatest};
use crate::ground::Ground;
use crate::habit::{around, fastest};
use crate::menu::{Attack, Menu, ROUTES_MAX, WEIGHT_TOTAL};
use crate::number::{real, whole};
use crate::threat::{ONE, OPEN, Threat};
use crate::trouble::Trouble;

/// From where to where, and how long each route may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The junction where the movement starts.
    pub from: u32,
    /// The junction where it ends.
    pub to: u32,
    /// How long each route may take, in millionths of the fastest one's time; `None` if as long
    /// as it likes.
    pub budget_ppm: Option<u32>,
}

/// The best mixture of routes, what proves it, and what remains when it is played. Everything
/// here is what the audit found about the menu and the attack, not what the solver believes.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What is drawn from.
    pub menu: Menu,
    /// What a perfect adversary does.
    pub attack: Attack,
    /// What both prove.
    pub verdict: Verdict,
    /// How long the fastest route takes, in milliseconds.
    pub fastest_ms: u64,
    /// Where protection tells, dearest first.
    pub chokepoints: Vec<Chokepoint>,
    /// Roads that every route within the limit takes: no routing lowers the risk there.
    pub residual: Vec<Residual>,
    /// Work done, in steps.
    pub work: u64,
    /// How often routes were asked for at new prices.
    pub rounds: u32,
}

/// A road where a perfect adversary waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chokepoint {
    /// The road; of roads in a row without a turning the weightiest.
    pub road: u32,
    /// How often he waits here, as a part of one.
    pub share: f64,
    /// Its dual price: by how much the value grows for each whole by which the road's weight does.
    pub price: f64,
}

/// A road that every route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Residual {
    /// The road; of roads in a row without a turning the weightiest.
    pub road: u32,
    /// Its weight in millionths: the value cannot be less.
    pub weight: u32,
}

impl Answer {
    /// What the best ambush gains against the menu, as a part of a whole movement.
    pub fn value(&self) -> f64 {
        self.verdict.value()
    }

    /// How much longer than the fastest a route takes in the mean, as a part of the fastest.
    pub fn expected_detour(&self) -> f64 {
        real(self.menu.expected_ms()) / real(self.fastest_ms.max(1)) - 1.0
    }

    /// How much longer than the fastest the slowest route takes, as a part of the fastest.
    pub fn worst_detour(&self) -> f64 {
        real(self.menu.worst_ms()) / real(self.fastest_ms.max(1)) - 1.0
    }
}

/// Answers a question, at most as well and with as much work as is said, and as long as the
/// caller lets it go on. The same question has the same answer on every machine, unless the
/// caller ends it early.
pub fn plan(
    ground: &Ground<'_>,
    threat: &Threat,
    question: Question,
    effort: Effort,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Answer, Trouble> {
    plan_from(&[], (ground, threat), question, effort, go_on)
}

/// As [`plan`], beginning with routes known before: those of an answer to a question that
/// differs a little.
pub fn plan_from(
    known: &[Vec<u32>],
    (ground, threat): (&Ground<'_>, &Threat),
    question: Question,
    effort: Effort,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Answer, Trouble> {
    if threat.weights().iter().all(|weight| *weight == 0) && !threat.weights().is_empty() {
        return Err(Trouble::NoThreat);
    }
    let Question { from, to, budget_ppm } = question;
    let field = Field::of(ground, threat, (from, to), budget_ppm)?;
    let found = generate(&field, known, effort, go_on)?;
    answer(ground.net(), threat, &field, question, &found)
}

fn answer(
    net: &Net,
    threat: &Threat,
    field: &Field,
    question: Question,
    found: &Found,
) -> Result<Answer, Trouble> {
    let limit_ms = question.budget_ppm.map(|_| field.limit);
    let all: f64 = found.ways.iter().map(|(_, y)| y).sum();
    let scale = real(WEIGHT_TOTAL) / all;
    let routes =
        found.ways.iter().map(|(way, y)| (field.unfold(way), field.millis(way), whole(y * scale)));
    let menu = Menu::of((question.from, question.to), limit_ms, routes.collect());
    let shares = found.mix.shares.iter().map(|(row, share)| (field.roads[ix(*row)], *share));
    let attack = Attack::of(shares.collect()).ok_or(Trouble::NoThreat)?;
    let verdict = audit(net, threat, &menu, &attack)?;
    Ok(Answer {
        chokepoints: chokepoints(threat, &attack, &verdict),
        residual: residual(field, found),
        menu,
        attack,
        verdict,
        fastest_ms: field.fastest,
        work: found.work,
        rounds: found.rounds,
    })
}

// The value moves with a weight by how often he waits there times how often somebody passes.
fn chokepoints(threat: &Threat, attack: &Attack, verdict: &Verdict) -> Vec<Chokepoint> {
    let mut points: Vec<Chokepoint> = attack
        .shares
        .iter()
        .map(|(road, share)| {
            let share = real(*share) / real(WEIGHT_TOTAL);
            let weight = f64::from(threat.weight(*road)) / f64::from(ONE);
            let passed = (fraction(verdict.upper) / weight).min(1.0);
            Chokepoint { road: *road, share, price: share * passed }
        })
        .collect();
    points.sort_by(|a, b| b.price.total_cmp(&a.price).then(a.road.cmp(&b.road)));
    points
}

// Only a row that all found routes take can be one that all routes take. For each of them the
// fastest route without it is looked for: if that keeps the limit, what it does not meet can be
// left out as well, and if there is none, the row is one. Routes around most of them come first.
fn residual(field: &Field, found: &Found) -> Vec<Residual> {
    let mut taken = vec![0_usize; field.weights.len()];
    for (way, _) in &found.ways {
        for row in rows(field, way) {
            taken[ix(row)] += 1;
        }
    }
    let always = (0..).zip(&taken).filter(|(_, taken)| **taken == found.ways.len());
    let mut left: Vec<u32> = always.map(|(row, _)| row).collect();
    let mut all = Vec::new();
    for times in [2, 8] {
        if let Some(way) = around(field, &left, times) {
            let met = rows(field, &way);
            left.retain(|row| met.binary_search(row).is_ok());
        }
    }
    while let Some(row) = left.pop() {
        if let Some(way) = fastest(field, |other| other != row) {
            let met = rows(field, &way);
            left.retain(|row| met.binary_search(row).is_ok());
        } else {
            all.push(row);
        }
    }
    all.sort_unstable();
    let named = |row: u32| Residual { road: field.roads[ix(row)], weight: field.weights[ix(row)] };
    all.into_iter().map(named).collect()
}

// The rows that a way meets, in order, each once.
fn rows(field: &Field, way: &[u32]) -> Vec<u32> {
    let mut rows: Vec<u32> = way.iter().map(|arc| field.arcs[ix(*arc)].row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.retain(|row| *row != NONE);
    rows
}

/// The points of least risk and least mean time from the fastest route on, up to the limit, or
/// until the caller has seen enough.
pub fn frontier(
    ground: &Ground<'_>,
    threat: &Threat,
    question: Question,
    go_on: &mut dyn FnMut(&Point) -> bool,
) -> Result<Vec<Point>, Trouble> {
    let Question { from, to, budget_ppm } = question;
    let field = Field::of(ground, threat, (from, to), budget_ppm)?;
    let mut frontier = Frontier::of(&field);
    frontier.run(go_on);
    Ok(frontier.points)
}

/// The answer without a budget from one greatest flow.
pub fn unlimited(
    ground: &Ground<'_>,
    threat: &Threat,
    from: u32,
    to: u32,
) -> Result<(Greatest, Menu, Attack), Trouble> {
    let net = ground.net();
    let flow = greatest(ground, threat, from, to)?;
    let millis = |arcs: &[u32]| arcs.iter().map(|arc| u64::from(net.millis[ix(*arc)])).sum();
    if flow.amount >= u128::from(OPEN) {
        let safe = |arcs: &&Vec<u32>| arcs.iter().all(|a| threat.weight(net.road[ix(*a)]) == 0);
        let routes = flow.routes.iter().map(|(arcs, _)| arcs).filter(safe);
        let millis = routes.map(|arcs| millis(arcs)).min().unwrap_or(0);
        return Err(Trouble::SafeRoute { millis });
    }
    let routes = few(ground, threat, &flow, (from, to), ROUTES_MAX).into_iter();
    let routes = routes.map(|(arcs, amount)| (millis(&arcs), arcs, amount));
    let routes = routes.map(|(millis, arcs, amount)| (arcs, millis, amount));
    let menu = Menu::of((from, to), None, routes.collect());
    let shares = flow.cut.iter().map(|(arc, room)| (net.road[ix(*arc)], *room));
    let attack = Attack::of(shares.collect()).ok_or(Trouble::NoThreat)?;
    Ok((flow, menu, attack))
}
