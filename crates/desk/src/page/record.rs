//! Records as a desk shows them, and what this viewer may open or sign.

use article::document::Document;
use article::provision::Provision;
use duty::obligation::{About, Obligation};
use duty::record::{Kept, Taken};
use duty::table;
use engine::engine::Engine;
use folio::duty::State;
use folio::record::{Detail, Made, Offer, Row, View};
use sheet::form::{Choice, Fill};
use sheet::stamp;
use sheet::term::Naming;
use tongue::speech::Tongue;
use words::act::Act;
use words::duty::RecordOpened;
use words::id::RecordId;
use words::moment::Moment;
use words::record::RecordKind;
use words::role::Role;

use crate::page::duty::{line, state};
use crate::page::{Viewer, known, movements, summary};

const HOUR_MS: i64 = 3_600_000;

/// Every record, and the kinds that the viewer may open.
pub fn view(engine: &Engine, viewer: &Viewer) -> Option<View> {
    viewer.person.as_ref()?;
    let owed = engine.obligations();
    let records = engine.state().duties.records.iter();
    let rows = records.map(|(id, kept)| row((id, kept), &owed)).collect();
    Some(View { rows, offers: offers(engine, viewer) })
}

/// One record.
pub fn detail(engine: &Engine, viewer: &Viewer, id: &RecordId) -> Option<Detail> {
    viewer.person.as_ref()?;
    let kept = engine.state().duties.records.get(id)?;
    let owed = engine.obligations();
    let ours = |one: &&Obligation| one.about == About::Record(id.clone());
    let next = kept
        .open_steps()
        .into_iter()
        .filter(|(step, side)| *side == engine.side() && viewer.is_any(table::answerer(*step)));
    Some(Detail {
        row: row((id, kept), &owed),
        by: kept.by.to_string(),
        facts: facts(id, kept, Tongue::of(viewer.lang)),
        made: kept.steps.iter().map(made).collect(),
        owed: owed.iter().filter(ours).map(|one| line(engine, viewer, one)).collect(),
        next: next.map(|(step, _)| (step, Fill::of("record", id).with("step", step))).collect(),
    })
}

fn row((id, kept): (&RecordId, &Kept), owed: &[Obligation]) -> Row {
    let ours = owed.iter().filter(|one| one.about == About::Record(id.clone()));
    let worst = |state: &State| State::ALL.iter().position(|known| known == state);
    Row {
        id: id.clone(),
        kind: kept.what.kind(),
        side: kept.side,
        at: kept.at,
        state: ours.map(|one| state(one.state)).min_by_key(worst),
    }
}

// As it was signed: the same words that its author read.
fn facts(id: &RecordId, kept: &Kept, tongue: &Tongue) -> Vec<String> {
    let opened = RecordOpened {
        record: id.clone(),
        agreement: kept.agreement.clone(),
        what: kept.what.clone(),
    };
    let text = summary::lines(&Act::RecordOpened(opened), tongue);
    text.lines().skip(1).map(str::to_owned).collect()
}

fn made(taken: &Taken) -> Made {
    Made {
        step: taken.step,
        side: taken.side,
        by: taken.by.to_string(),
        at: taken.at,
        detail: taken.detail.clone(),
    }
}

// Only kinds that the agreement in force provides for, and that the viewer's office may open.
fn offers(engine: &Engine, viewer: &Viewer) -> Vec<Offer> {
    let Some((id, agreement)) = movements::in_force(engine) else { return Vec::new() };
    let Some(rules) = agreement.rules() else { return Vec::new() };
    let document = rules.document();
    let provided = |kind: &RecordKind| {
        let word = table::provision(*kind);
        let right = table::opener(*kind);
        document.provisions().any(|(_, one)| one.kind() == word)
            && right.side.is_none_or(|side| side == engine.side())
            && viewer.is_any(right.roles)
    };
    let base = base(engine, viewer, document).with("agreement", id);
    let offer = |kind: RecordKind| Offer { kind, fill: given(&base, kind, viewer, document) };
    RecordKind::ALL.iter().copied().filter(provided).map(offer).collect()
}

// What every form can choose from, and times that are nearly right.
fn base(engine: &Engine, viewer: &Viewer, document: &Document) -> Fill {
    let now = engine.now();
    let zones: Vec<Choice> = document
        .zones()
        .map(|zone| Choice {
            value: zone.zone.to_string(),
            label: viewer.lang.of(&zone.names).to_owned(),
        })
        .collect();
    let people = engine.post().people().all();
    let units: Vec<Choice> = people
        .map(|it| Choice {
            value: it.unit.to_string(),
            label: known::label(engine, viewer, &it.unit),
        })
        .collect();
    let local = |at: Moment| stamp::local(at);
    Fill::of("at", local(now))
        .with("known_at", local(now))
        .with("until", local(now.plus_ms(4 * HOUR_MS)))
        .with("publish_at", local(now.plus_ms(24 * HOUR_MS)))
        .choosing("zone", &zones)
        .choosing("unit", &units)
}

// A field that a form does not show would travel hidden: only its own are given to each.
fn given(base: &Fill, kind: RecordKind, viewer: &Viewer, document: &Document) -> Fill {
    let times: &[&str] = match kind {
        RecordKind::UseOfForce
        | RecordKind::Detention
        | RecordKind::Loss
        | RecordKind::Arrival
        | RecordKind::ProhibitedAct => &["at"],
        RecordKind::Restriction => &["until"],
        RecordKind::Warning => &["known_at"],
        RecordKind::PublicStatement => &["publish_at"],
        RecordKind::Complaint
        | RecordKind::Claim
        | RecordKind::Investigation
        | RecordKind::EquipmentTransfer
        | RecordKind::Support
        | RecordKind::Removal
        | RecordKind::Committee
        | RecordKind::Drill
        | RecordKind::Review
        | RecordKind::ServiceReport
        | RecordKind::LicenceAudit => &[],
    };
    let mut fill = base.clone();
    fill.values.retain(|name, _| name == "agreement" || times.contains(&name.as_str()));
    let (ports, lines, roles) = listed(document, viewer);
    fill.choosing("port", &ports).choosing("line", &lines).choosing("addressed", &roles)
}

// Ports of entry, lines of capacity, and whom a warning is told to.
fn listed(document: &Document, viewer: &Viewer) -> (Vec<Choice>, Vec<Choice>, Vec<Choice>) {
    let (mut ports, mut lines, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    for (_, provision) in document.provisions() {
        if let Provision::EntryExitCustoms(rule) = provision {
            ports.extend(rule.ports.iter().map(|port| plain(port.as_str())));
        }
        if let Provision::CapacityBuilding(rules) = provision {
            lines.extend(rules.iter().zip(1_u32..).map(|(rule, line)| Choice {
                value: line.to_string(),
                label: viewer.lang.of(&rule.names).to_owned(),
            }));
        }
    }
    let told = addressed(document);
    if !told.is_empty() {
        let words: Vec<&str> = told.iter().map(|role| sheet::term::Term::word(*role)).collect();
        let label = Tongue::of(viewer.lang).terms(&told);
        roles.push(Choice { value: words.join(" "), label });
    }
    (ports, lines, roles)
}

fn plain(text: &str) -> Choice {
    Choice { value: text.to_owned(), label: text.to_owned() }
}

/// Everybody whom any warning under this text is told to.
pub fn addressed(document: &Document) -> Vec<Role> {
    let mut told = Vec::new();
    for (_, provision) in document.provisions() {
        let Provision::DutyToWarn(rules) = provision else { continue };
        for role in rules.iter().flat_map(|rule| &rule.to) {
            if !told.contains(role) {
                told.push(*role);
            }
        }
    }
    told
}
