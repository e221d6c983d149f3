//! Obligations and records.

use duty::obligation::{About, Obligation};
use duty::record::{Kept, Taken};
use engine::engine::Engine;
use sheet::term::Term;
use wire::v1::Page;
use wire::v1::duty::{ObligationView, RecordStepView, RecordView};
use words::id::RecordId;

use crate::list::{Paging, part};
use crate::no::No;
use desk::page::duty::state;

/// Every obligation that stands or has stood, in order of ids.
pub fn obligations(engine: &Engine, paging: &Paging) -> Result<Page<ObligationView>, No> {
    let mut all = engine.obligations();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    part(all.iter().map(|one| (one.id.as_str(), one)), paging, |one| view(engine, one))
}

/// Records in order of ids.
pub fn records(engine: &Engine, paging: &Paging) -> Result<Page<RecordView>, No> {
    let owed = engine.obligations();
    let records = engine.state().duties.records.iter();
    let items = records.map(|(id, kept)| (id.as_str(), (id, kept)));
    part(items, paging, |record| one(engine, record, &owed))
}

/// One record.
pub fn record(engine: &Engine, id: &RecordId) -> Result<RecordView, No> {
    let kept = engine.state().duties.records.get(id).ok_or(No::Unknown)?;
    Ok(one(engine, (id, kept), &engine.obligations()))
}

fn view(engine: &Engine, one: &Obligation) -> ObligationView {
    let (record, turn) = match &one.about {
        About::Record(record) => (Some(record.to_string()), None),
        About::Turn(turn) => (None, Some(*turn)),
    };
    let breach = engine.state().duties.breaches.get(&one.id);
    let noticed = breach.into_iter().flat_map(|breach| breach.noticed.keys());
    ObligationView {
        obligation: one.id.to_string(),
        agreement: one.agreement.to_string(),
        article: one.article.clone(),
        kind: one.kind.to_string(),
        step: one.step.to_string(),
        record,
        turn,
        owed_by: one.owed_by.word().to_owned(),
        opened: one.opened.unix_ms,
        due: one.due.unix_ms,
        done: one.done.map(|at| at.unix_ms),
        state: state(one.state).word().to_owned(),
        noticed_by: noticed.map(|side| side.word().to_owned()).collect(),
    }
}

fn one(engine: &Engine, (id, kept): (&RecordId, &Kept), owed: &[Obligation]) -> RecordView {
    let ours = owed.iter().filter(|one| one.about == About::Record(id.clone()));
    RecordView {
        record: id.to_string(),
        agreement: kept.agreement.to_string(),
        article: kept.article.clone(),
        kind: kept.what.kind().to_string(),
        what: serde_json::to_value(&kept.what).expect("every record has a JSON form"),
        side: kept.side.word().to_owned(),
        by: kept.by.to_string(),
        at: kept.at.unix_ms,
        steps: kept.steps.iter().map(step).collect(),
        open: kept.open_steps().iter().map(|(step, _)| step.to_string()).collect(),
        obligations: ours.map(|one| view(engine, one)).collect(),
    }
}

fn step(taken: &Taken) -> RecordStepView {
    RecordStepView {
        step: taken.step.to_string(),
        side: taken.side.word().to_owned(),
        by: taken.by.to_string(),
        at: taken.at.unix_ms,
        detail: taken.detail.clone(),
    }
}
