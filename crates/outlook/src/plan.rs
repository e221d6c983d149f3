//! The planner's table: posted fields → a question → the page's view.

use std::fmt::Write as _;

use ambush::generate::Effort;
use pages::plan::{Answer, Asked, Choke, Lever, Nay, Outcome, Pull, Route, View, Weights};
use planner::lever::Kind;
use planner::no::No;
use planner::number::millionths;
use planner::question::{GUARDS_MAX, Question, pose};
use planner::report::{Report, solve};
use planner::terrain::Terrain;

use crate::picture::picture;

/// A page waits for so many steps and no more: about a second, and the bound says how good the
/// answer is by then.
pub(crate) const WORK: u64 = 300_000_000;

/// Routes, chokepoints and levers on a page; the command has them all.
const ROUTES_SHOWN: usize = 24;
const CHOKES_SHOWN: usize = 20;
const LEVERS_SHOWN: usize = 12;

/// Roads that the form offers.
const ROADS_OFFERED: u32 = 400;

/// What a text of the form may be long; names of gates are shorter.
const TEXT_MAX: usize = 80;

/// The form before anything is asked.
pub fn blank(terrain: Option<&Terrain>) -> View {
    let asked = Asked {
        budget: "1.3".to_owned(),
        slots: "30".to_owned(),
        cut: "50".to_owned(),
        held: if terrain.is_some_and(Terrain::is_imported) { "300" } else { "0" }.to_owned(),
        ..Asked::default()
    };
    match terrain {
        None => View { asked, outcome: Outcome::NoRoads, ..View::default() },
        Some(terrain) => View {
            asked,
            junctions: terrain.named().into_iter().map(str::to_owned).collect(),
            roads: offered(terrain),
            weights: weights(terrain),
            outcome: Outcome::Open,
            chart: picture(terrain, None),
        },
    }
}

fn weights(terrain: &Terrain) -> Weights {
    match terrain.weighed() {
        Some(it) if it.incidents > 0 || it.file => Weights::Picture(it.incidents, it.file),
        Some(_) | None if terrain.is_imported() => Weights::Even,
        Some(_) | None => Weights::Shared,
    }
}

/// Answers a form, as long as `go_on` says. Fields that it does not know are left.
pub fn answered(
    terrain: &Terrain,
    fields: &[(String, String)],
    go_on: &mut dyn FnMut() -> bool,
) -> View {
    let mut view = blank(Some(terrain));
    let mut guards = fill(&mut view.asked, fields);
    let solved = question(&view.asked, &mut guards, terrain).and_then(|question| {
        let posed = pose(terrain, &question, &terrain.weights(), (&[], 0))?;
        let effort = Effort { work: WORK, ..Effort::default() };
        Ok(solve(terrain, (&question, &posed), effort, go_on)?.0)
    });
    let name = |reference: &String| {
        let name = terrain.road(reference).map(|road| terrain.name(road));
        (reference.clone(), name.unwrap_or_else(|_: No| reference.clone()))
    };
    view.asked.guards = guards.iter().map(name).collect();
    match solved {
        Ok(report) => {
            view.chart = picture(terrain, Some(&report));
            view.outcome = Outcome::Answer(Box::new(answer(&report)));
        }
        Err(no) => view.outcome = Outcome::No(nay(&no), no.to_string()),
    }
    view
}

// Puts what was posted into the form, and gives the guards as they were named.
fn fill(asked: &mut Asked, fields: &[(String, String)]) -> Vec<String> {
    let mut guards: Vec<String> = Vec::new();
    let mut dropped: Vec<&str> = Vec::new();
    for (name, value) in fields {
        let value: String = value.trim().chars().take(TEXT_MAX).collect();
        match name.as_str() {
            "from" => asked.from = value,
            "to" => asked.to = value,
            "budget" => asked.budget = value,
            "slots" => asked.slots = value,
            "cut" => asked.cut = value,
            "held" => asked.held = value,
            "guard" | "guard_add" if !value.is_empty() && guards.len() <= GUARDS_MAX => {
                guards.push(value);
            }
            _ => {}
        }
    }
    dropped.extend(fields.iter().filter(|it| it.0 == "guard_drop").map(|it| it.1.as_str()));
    guards.retain(|guard| !dropped.contains(&guard.as_str()));
    guards
}

// A guard that was dropped on a map is named by the road that it stands on from here on.
fn question(asked: &Asked, guards: &mut Vec<String>, terrain: &Terrain) -> Result<Question, No> {
    let named = guards.iter().map(|guard| terrain.road(guard).map(|road| terrain.reference(road)));
    let mut roads: Vec<String> = named.collect::<Result<_, _>>()?;
    roads.sort_unstable();
    roads.dedup();
    guards.clone_from(&roads);
    let range = |what, range| No::OutOfRange { what, range };
    let number = |text: &str| text.parse::<f64>().ok().filter(|it| it.is_finite() && *it >= 0.0);
    let budget = number(&asked.budget)
        .ok_or_else(|| range("the budget", "from 1 to 100 times the fastest route"))?;
    let cut = number(&asked.cut).filter(|cut| *cut <= 100.0);
    let cut = cut.ok_or_else(|| range("what a guard foils", "from 0 to 100 per cent"))?;
    let mut question = Question::of(&asked.from, &asked.to);
    question.budget_ppm = Some(millionths(budget));
    question.guard_cut_ppm = millionths(cut / 100.0);
    let whole = |text: &str| text.parse::<u32>().ok();
    question.slots =
        whole(&asked.slots).ok_or_else(|| range("minutes to draw from", "from 1 to 1440"))?;
    question.held_m = whole(&asked.held)
        .ok_or_else(|| range("the metres held around the ends", "from 0 to 5000"))?;
    question.guards = roads;
    Ok(question)
}

fn offered(terrain: &Terrain) -> Vec<(String, String)> {
    if terrain.is_imported() {
        return Vec::new();
    }
    let roads = 0..terrain.roads().min(ROADS_OFFERED);
    let mut roads: Vec<_> =
        roads.map(|road| (terrain.reference(road), terrain.name(road))).collect();
    roads.sort();
    roads
}

fn answer(report: &Report) -> Answer {
    let guarded = |reference: &str| report.guards.iter().any(|guard| guard.0 == reference);
    Answer {
        value: percent(report.value),
        bound: percent(report.bound),
        fastest: percent(report.fastest_value),
        remains: percent(report.remains),
        fastest_time: minutes(report.fastest_ms),
        expected: percent(report.expected_detour()),
        worst: percent(report.worst_detour()),
        bits: (format!("{:.2}", report.route_bits), format!("{:.2}", report.minute_bits)),
        routes: report.routes.iter().take(ROUTES_SHOWN).map(route).collect(),
        chokes: report
            .chokepoints
            .iter()
            .take(CHOKES_SHOWN)
            .map(|point| Choke {
                reference: point.reference.clone(),
                name: point.name.clone(),
                share: percent(point.share),
                passed: percent(point.passed),
                price: format!("{:.4}", point.price),
                guarded: guarded(&point.reference),
            })
            .collect(),
        residual: report
            .residual
            .iter()
            .take(CHOKES_SHOWN)
            .map(|it| (it.reference.clone(), named_as(it), percent(it.weight)))
            .collect(),
        levers: report
            .levers
            .iter()
            .take(LEVERS_SHOWN)
            .map(|lever| Pull {
                lever: named(lever.kind),
                reference: lever.at.clone(),
                name: lever.name.clone(),
                remains: percent(lever.remains),
                less: percent(1.0 - lever.remains / report.remains.max(f64::MIN_POSITIVE)),
            })
            .collect(),
    }
}

fn route(route: &planner::report::Route) -> Route {
    Route { share: percent(route.share), time: minutes(route.millis), via: route.via.clone() }
}

// Pieces of one street are told apart by their numbers.
fn named_as(it: &planner::report::Residual) -> String {
    if it.name == it.reference { it.name.clone() } else { format!("{} {}", it.name, it.reference) }
}

const fn named(kind: Kind) -> Lever {
    match kind {
        Kind::Guard => Lever::Guard,
        Kind::Exit => Lever::Exit,
        Kind::Gate => Lever::Gate,
        Kind::Hold => Lever::Hold,
        Kind::Decoy => Lever::Decoy,
        Kind::Advance => Lever::Advance,
    }
}

// Menus are not read here: a kind that only they have is a wrong number at most.
fn nay(no: &No) -> Nay {
    let known = Nay::ALL.iter().copied();
    let word = no.word();
    known.clone().find(|nay| sheet::term::Term::word(*nay) == word).unwrap_or(Nay::OutOfRange)
}

fn percent(part: f64) -> String {
    let places = if part.abs() < 0.01 { 2 } else { 1 };
    format!("{:.places$} %", part * 100.0)
}

fn minutes(millis: u64) -> String {
    let seconds = millis / 1_000;
    let mut text = String::new();
    write!(text, "{}:{:02}", seconds / 60, seconds % 60).expect("a text takes every text");
    text
}
