//! Decides under ever more annexes, beside Cedar's bare answer.

use std::hint::black_box;
use std::time::{Duration, Instant};

use accord::rules::{Deed, Facts, Question, Rules};
use article::document::{Article, Document, parse};
use article::provision::powers::Permit;
use article::provision::presence::Ceiling;
use article::provision::{Provision, Zone};
use words::act::Names;
use words::id::ZoneId;
use words::moment::Moment;
use words::place::{Area, Point};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

use crate::parties::Failure;
use crate::say;
use crate::timing::{percentile, timed};

/// The constitution: the guards of the exercise, and those that it does without.
const EXERCISE: &str = include_str!("../../scenarios/karachi/agreement.toml");
const MORE_GUARDS: &str = include_str!("guards.toml");

/// Provisions of annexes; an annex is a zone with ten of them.
const SIZES: [u32; 4] = [10, 100, 1_000, 10_000];
const IN_AN_ANNEX: u32 = 10;

/// Questions that are timed one by one, after as many that are not.
const QUESTIONS: usize = 2_000;

const MADE_FROM: &str = "Annexes of a zone each: the zone, two ceilings and seven permits; under \
    every guard that there is. Questions go from zone to zone; the facts are told to Cedar in \
    the time that is taken.";

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    say::heading("Decide", MADE_FROM)?;
    say::line("| provisions | compiled in | p50 | p99 | no: p50 | bare Cedar p50 | ratio |")?;
    say::line("|---|---|---|---|---|---|---|")?;
    for size in SIZES {
        let (took, rules) = timed(|| agreement(size));
        measure(size, took, &rules?)?;
    }
    Ok(())
}

fn measure(size: u32, took: Duration, rules: &Rules) -> Result<(), Failure> {
    let zones = size / IN_AN_ANNEX;
    let mut asked = Vec::new();
    for at in 0..zones {
        asked.push(question(at)?);
    }
    let facts = facts();
    let unconsented = Facts { consent_live: false, ..facts.clone() };
    let cycle = || asked.iter().cycle().take(2 * QUESTIONS);
    // One after the other, so that each finds the slice of its zone as cold as the others do.
    let (mut whole, mut bare, mut no) = (Vec::new(), Vec::new(), Vec::new());
    for question in cycle() {
        let start = Instant::now();
        let allows = black_box(rules.decide(question, &facts)).allow;
        whole.push(start.elapsed());
        only(allows)?;
    }
    for question in cycle() {
        let prepared = rules.prepared(question, &facts).ok_or("no request")?;
        let start = Instant::now();
        let allows = black_box(prepared.allows());
        bare.push(start.elapsed());
        only(allows)?;
    }
    for question in cycle() {
        let start = Instant::now();
        let denies = !black_box(rules.decide(question, &unconsented)).allow;
        no.push(start.elapsed());
        only(denies)?;
    }
    let half = whole.len() / 2;
    let [mut whole, mut bare, mut no] = [whole, bare, no].map(|mut all| all.split_off(half));
    let (p50, p99) = (percentile(&mut whole, 50), percentile(&mut whole, 99));
    let (bare, no) = (percentile(&mut bare, 50), percentile(&mut no, 50));
    let ratio = p50.as_secs_f64() / bare.as_secs_f64();
    let [p50, p99, no, bare] = [p50, p99, no, bare].map(|it| it.as_secs_f64() * 1e6);
    say::line(format_args!(
        "| {size} | {:.2} s | {p50:.1} µs | {p99:.1} µs | {no:.1} µs | {bare:.1} µs | {ratio:.2} |",
        took.as_secs_f64()
    ))?;
    Ok(())
}

fn only(right: bool) -> Result<(), Failure> {
    if right { Ok(()) } else { Err("an answer that nobody expected".into()) }
}

fn agreement(size: u32) -> Result<Rules, Failure> {
    let mut text = parse(EXERCISE)?;
    text.articles.extend(parse(MORE_GUARDS)?.articles);
    for at in 0..size / IN_AN_ANNEX {
        text.articles.push(annex(&text, at)?);
    }
    Ok(Rules::compile(text)?)
}

fn annex(text: &Document, at: u32) -> Result<Article, Failure> {
    let zone = zone(at)?;
    let corners = [(25.0, 66.0), (25.0, 67.0), (24.0, 67.0)];
    let corners = corners.into_iter().filter_map(|(lat, lon)| Point::from_degrees(lat, lon));
    let word = || Names { en: "z".into(), zh: "区".into(), ur: "ع".into() };
    let area = Area { corners: corners.collect() };
    let drawn = Zone { zone: zone.clone(), names: word(), allowed: true, area };
    let ceiling = |category| Ceiling {
        category,
        zone: zone.clone(),
        headcount_max: 10,
        vehicles_max: 4,
        armed_max: 0,
    };
    let permit = |(task, category, rung_max)| Permit {
        task,
        categories: vec![category],
        zones: vec![zone.clone()],
        rung_max,
    };
    let tasks = [
        (Task::Liaise, Category::Liaison, Rung::Advise),
        (Task::Observe, Category::Liaison, Rung::Advise),
        (Task::Plan, Category::Liaison, Rung::Advise),
        (Task::Observe, Category::Police, Rung::Advise),
        (Task::Advise, Category::Police, Rung::Advise),
        (Task::CloseProtection, Category::Police, Rung::EscortInsideCordon),
        (Task::Plan, Category::Police, Rung::Advise),
    ];
    let like = text.articles.first().ok_or("no article")?.clone();
    let provisions = vec![
        Provision::TerritoryAndZones(vec![drawn]),
        Provision::Ceilings(vec![ceiling(Category::Police), ceiling(Category::Liaison)]),
        Provision::PermittedTasks(tasks.map(permit).into()),
    ];
    Ok(Article { number: format!("A{at}"), provisions, ..like })
}

fn zone(at: u32) -> Result<ZoneId, Failure> {
    Ok(ZoneId::new(&format!("zone-{at}"))?)
}

fn question(at: u32) -> Result<Question, Failure> {
    Ok(Question {
        deed: Deed::OrderTask,
        purpose: Some(Purpose::ProtectPersons),
        zone: zone(at)?,
        category: Some(Category::Police),
        task: Some(Task::CloseProtection),
        rung: Some(Rung::EscortInsideCordon),
        arms: Some(ArmsClass::Unarmed),
        armour: Some(ArmourClass::BulletProof),
        at: Moment::parse("2024-10-06T18:00:00Z").ok_or("no moment")?,
        ordered_by: Some(Role::ProtectionLead),
        sensor: None,
        altitude_m: 0,
    })
}

fn facts() -> Facts {
    Facts {
        headcount_after: 4,
        headcount_max: 10,
        vehicles_after: 1,
        vehicles_max: 4,
        armed_max: 0,
        guests_per_officer: 2,
        ..Facts::clear()
    }
}
