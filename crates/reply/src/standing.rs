//! Accreditations and licences.

use accord::rules::Rules;
use engine::engine::Engine;
use joint::register::{Accreditation, Licence};
use sheet::term::Term;
use wire::v1::Page;
use wire::v1::standing::{AccreditationView, LicenceView};

use crate::list::{Paging, part};
use crate::no::No;
use desk::page::{Viewer, movements, standing};

/// Everything that anybody has shown, the dead too, in order of ids.
pub fn accreditations(
    engine: &Engine,
    viewer: &Viewer,
    paging: &Paging,
) -> Result<Page<AccreditationView>, No> {
    let all = engine.state().standing.accreditations.iter();
    let rules = rules(engine);
    part(all.map(|(id, known)| (id.as_str(), known)), paging, |known| {
        accreditation(engine, viewer, (known, rules))
    })
}

/// The newest record of every company, in order of ids.
pub fn licences(engine: &Engine, paging: &Paging) -> Result<Page<LicenceView>, No> {
    let all = engine.state().standing.licences.iter();
    let newest = all.filter_map(|(id, records)| Some((id.as_str(), records.last()?)));
    let rules = rules(engine);
    part(newest, paging, |known| licence(engine, rules, known))
}

fn rules(engine: &Engine) -> Option<&Rules> {
    movements::in_force(engine)?.1.rules().map(AsRef::as_ref)
}

fn accreditation(
    engine: &Engine,
    viewer: &Viewer,
    (known, rules): (&Accreditation, Option<&Rules>),
) -> AccreditationView {
    let shown = standing::item(engine, viewer, (known, rules));
    AccreditationView {
        accreditation: shown.accreditation.to_string(),
        unit: known.act.unit.to_string(),
        category: shown.category.to_string(),
        item: shown.item.to_string(),
        company: shown.company.map(|company| company.to_string()),
        shown: known.act.shown.unix_ms,
        until: shown.until.unix_ms,
        state: shown.state.word().to_owned(),
        accepted_by: known.accepted.as_ref().map(|said| said.by.to_string()),
        reason: shown.reason,
    }
}

fn licence(engine: &Engine, rules: Option<&Rules>, known: &Licence) -> LicenceView {
    let shown = standing::company(engine.now(), rules, known);
    LicenceView {
        company: shown.company.to_string(),
        name: shown.name,
        categories: shown.categories.iter().map(ToString::to_string).collect(),
        audited: shown.audited.unix_ms,
        insured: shown.insured,
        until: shown.until.unix_ms,
        state: shown.state.word().to_owned(),
        reason: shown.reason,
    }
}
