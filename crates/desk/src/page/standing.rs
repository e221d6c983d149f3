//! Standing: what people have shown, who is licensed, who stands beside.

use std::fmt::Display;

use accord::rules::Rules;
use article::provision::Provision;
use engine::engine::Engine;
use folio::rungs::scope_value;
use folio::standing::{Company, Emergency, Item, Officers, Validity, View};
use joint::register::{Accreditation, Emergency as Declared, Licence};
use joint::state::State;
use sheet::form::{Choice, Fill};
use sheet::stamp;
use sheet::term::Naming;
use tongue::speech::Tongue;
use watch::plan::UnitKind;
use words::moment::Moment;
use words::presence::Category;
use words::role::Side;
use words::standing::Beside;

use crate::page::{Viewer, known, movements};

/// Lists keep what is over for a month: a rota's turn looks back so far.
const OVER_SHOWN_MS: i64 = 31 * 86_400_000;

const DAY_MS: i64 = 86_400_000;

/// Officers are assigned for a shift.
const ASSIGNED_HOURS: u32 = 8;

/// Everything of standing; nothing for a stranger.
pub fn view(engine: &Engine, viewer: &Viewer) -> View {
    if viewer.person.is_none() {
        return View::default();
    }
    let in_force = movements::in_force(engine);
    let rules = in_force.and_then(|(_, agreement)| agreement.rules());
    let rules = rules.map(std::sync::Arc::as_ref);
    let mut view = View {
        agreement: in_force.map(|(id, _)| id.clone()),
        items: items(engine, viewer, rules),
        companies: companies(engine, rules),
        officers: officers(engine.state(), engine.now()),
        emergencies: in_force.map_or_else(Vec::new, |(id, _)| {
            let all = engine.state().standing.emergencies(id).iter();
            let lasting = all.filter(|it| it.ended.is_none() && engine.now() < it.until);
            lasting.map(|it| emergency(engine, rules, it)).collect()
        }),
        declares: rules.is_some_and(|rules| declares(rules, engine.side())),
        ..View::default()
    };
    offer(engine, viewer, &mut view);
    view
}

fn declares(rules: &Rules, side: Side) -> bool {
    rules.document().provisions().any(|(_, provision)| {
        matches!(provision, Provision::EmergencyAndEvacuation(it) if it.declared_by == side)
    })
}

fn items(engine: &Engine, viewer: &Viewer, rules: Option<&Rules>) -> Vec<Item> {
    let now = engine.now();
    let known = engine.state().standing.accreditations.values();
    let mut items: Vec<Item> = known.map(|it| item(engine, viewer, (it, rules))).collect();
    items.retain(|it| now < it.until.plus_ms(OVER_SHOWN_MS));
    // What waits for an answer comes first, then what runs out first.
    items.sort_by_key(|it| (it.state != Validity::Waiting, it.state != Validity::Counts, it.until));
    items
}

fn item(
    engine: &Engine,
    viewer: &Viewer,
    (known, rules): (&Accreditation, Option<&Rules>),
) -> Item {
    let act = &known.act;
    let bound = rules.and_then(|rules| valid_ms(rules, act.category, act.item));
    let until = bound.map_or(act.until, |ms| act.until.min(act.shown.plus_ms(ms)));
    let state = if known.withdrawn.is_some() {
        Validity::Withdrawn
    } else if until <= engine.now() {
        Validity::RunOut
    } else if known.accepted.is_some() {
        Validity::Counts
    } else {
        Validity::Waiting
    };
    Item {
        accreditation: act.accreditation.clone(),
        unit: known::label(engine, viewer, &act.unit),
        category: act.category,
        item: act.item,
        company: act.company.clone(),
        until,
        state,
        reason: known.withdrawn.as_ref().map_or_else(String::new, |it| it.reason.clone()),
    }
}

fn valid_ms(rules: &Rules, category: Category, item: words::clause::Training) -> Option<i64> {
    let provisions = rules.document().provisions().filter_map(|(_, provision)| {
        if let Provision::AccreditationAndTraining(all) = provision { Some(all) } else { None }
    });
    let asked = provisions.flatten().filter(|it| it.item == item);
    asked.filter(|it| it.categories.contains(&category)).map(|it| it.valid_ms).min()
}

// The newest record of each company stands for it.
fn companies(engine: &Engine, rules: Option<&Rules>) -> Vec<Company> {
    let newest = engine.state().standing.licences.values().filter_map(|all| all.last());
    let all = newest.map(|licence| company(engine.now(), rules, licence));
    all.filter(|it| engine.now() < it.until.plus_ms(OVER_SHOWN_MS)).collect()
}

fn company(now: Moment, rules: Option<&Rules>, licence: &Licence) -> Company {
    let act = &licence.act;
    let audits = rules.into_iter().flat_map(|rules| {
        rules.document().provisions().filter_map(|(_, provision)| {
            if let Provision::PscLicensing(one) = provision { Some(one.audit_ms) } else { None }
        })
    });
    let until = audits.map(|ms| act.audited.plus_ms(ms)).fold(act.until, Moment::min);
    let state = if licence.withdrawn.is_some() {
        Validity::Withdrawn
    } else if until <= now {
        Validity::RunOut
    } else {
        Validity::Counts
    };
    Company {
        company: act.company.clone(),
        name: act.name.clone(),
        categories: act.categories.clone(),
        audited: act.audited,
        insured: act.insured,
        until,
        state,
        reason: licence.withdrawn.as_ref().map_or_else(String::new, |it| it.reason.clone()),
    }
}

fn officers(state: &State, now: Moment) -> Vec<Officers> {
    let newest = state.standing.officers.iter();
    let newest = newest.filter_map(|(beside, words)| Some((beside, words.last()?)));
    let standing = newest.filter(|(_, word)| word.officers > 0 && now < word.until);
    let line = |(beside, word): (&Beside, &joint::register::Assignment)| Officers {
        beside: beside.clone(),
        officers: word.officers,
        until: word.until,
        by: word.said.by.to_string(),
    };
    standing.map(line).collect()
}

fn emergency(engine: &Engine, rules: Option<&Rules>, known: &Declared) -> Emergency {
    let named = |zone: &words::id::ZoneId| {
        let zone = rules.and_then(|rules| rules.zone(zone))?;
        Some((zone.zone.clone(), zone.names.clone()))
    };
    Emergency {
        zone: known.zone.as_ref().and_then(named),
        reason: known.reason.clone(),
        by: known.said.by.to_string(),
        until: known.until,
        ours: known.said.side == engine.side(),
    }
}

// What the forms of what is new hold and offer.
fn offer(engine: &Engine, viewer: &Viewer, view: &mut View) {
    let now = engine.now();
    let tongue = Tongue::of(viewer.lang);
    let people = engine.post().people().all();
    let guards = people.filter(|it| it.unit_kind() == UnitKind::GuestPersonnel);
    let units = guards.map(|it| choice(&it.unit, known::label(engine, viewer, &it.unit)));
    let units: Vec<Choice> = units.collect();
    let categories: Vec<Choice> =
        Category::ALL.iter().map(|it| choice(it, tongue.term(*it))).collect();
    let until = stamp::local(now.plus_ms(365 * DAY_MS));
    view.accredit =
        Fill::of("shown", stamp::local(now)).with("until", &until).choosing("unit", &units);
    view.license = Fill::of("audited", stamp::local(now))
        .with("until", &until)
        .choosing("categories", &categories);
    view.assign =
        Fill::of("hours", ASSIGNED_HOURS).choosing("beside", &besides(engine.state(), now));
    if let Some((id, agreement)) = movements::in_force(engine) {
        let zones = movements::zones(viewer, agreement).into_iter();
        let zones = zones.map(|it| choice(format!("zone:{}", it.value), it.label));
        let everywhere = choice(scope_value(None), tongue.say("everywhere"));
        let scopes: Vec<Choice> = std::iter::once(everywhere).chain(zones).collect();
        view.declare = Fill::of("agreement", id).choosing("scope", &scopes);
    }
}

fn choice(value: impl Display, label: impl Display) -> Choice {
    Choice { value: value.to_string(), label: label.to_string() }
}

// Deployments whose window is not over, and task orders that have not ended.
fn besides(state: &State, now: Moment) -> Vec<Choice> {
    let deployments = state.deployments.iter();
    let deployments = deployments.filter(|(_, it)| now < it.request.terms.window.end());
    let tasks = state.tasks.iter().filter(|(_, it)| it.ended.is_none());
    let deployments = deployments.map(|(id, _)| (format!("deployment:{id}"), id.to_string()));
    let tasks = tasks.map(|(id, _)| (format!("task:{id}"), id.to_string()));
    deployments.chain(tasks).map(|(value, label)| choice(value, label)).collect()
}
