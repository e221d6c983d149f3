//! Movements as the caller may know them: need-to-know, field by field.

use engine::engine::Engine;
use joint::movement::Movement;
use node::judge::road::{Computed, green};
use wire::v1::Page;
use wire::v1::road::{CheckView, GateView, MovementView, StageView};
use words::deployment::Subject;
use words::id::{MovementId, PersonId};
use words::movement::{Check, Disclosure};

use crate::list::{Paging, part};
use crate::no::No;
use crate::pass;
use crate::presence::leases;
use crate::word::word;
use desk::page::{Viewer, known};

/// Movements.
pub fn list(engine: &Engine, viewer: &Viewer, paging: &Paging) -> Result<Page<MovementView>, No> {
    let movements = engine.state().movements.iter();
    let items = movements.map(|(id, movement)| (id.as_str(), (id, movement)));
    part(items, paging, |(id, movement)| view(engine, viewer, id, movement))
}

/// One movement.
pub fn one(engine: &Engine, viewer: &Viewer, id: &MovementId) -> Result<MovementView, No> {
    let movement = engine.state().movements.get(id).ok_or(No::Unknown)?;
    Ok(view(engine, viewer, id, movement))
}

/// The departure gate of a movement.
pub fn gate(engine: &Engine, viewer: &Viewer, id: &MovementId) -> Result<GateView, No> {
    let movement = engine.state().movements.get(id).ok_or(No::Unknown)?;
    let checks = checks(engine, viewer, movement);
    Ok(GateView {
        movement: id.to_string(),
        green: checks.iter().all(|check| check.green),
        checks,
        attested: Check::ALL.iter().map(word).collect(),
    })
}

fn view(engine: &Engine, viewer: &Viewer, id: &MovementId, known: &Movement) -> MovementView {
    let (notice, submitted) = (&known.notice, known.submitted.as_ref());
    let window = known::window(engine, viewer, known);
    let disclosures = known.plan.iter().flat_map(|plan| &plan.disclosures);
    MovementView {
        movement: id.to_string(),
        agreement: notice.agreement.to_string(),
        state: known.standing.as_str().to_owned(),
        zone: notice.zone.to_string(),
        seats: notice.seats,
        start: window.start().unix_ms,
        end: window.end().unix_ms,
        criticality: submitted.map(|submitted| submitted.criticality.to_string()),
        risk: known.assessed.as_ref().map(|assessed| assessed.risk.to_string()),
        consents: leases(engine, &Subject::Movement(id.clone())),
        stages: disclosures.map(|step| stage(engine, viewer, (id, known), step)).collect(),
        gate: checks(engine, viewer, known),
        passes: pass::of(engine, viewer, id),
    }
}

fn stage(
    engine: &Engine,
    viewer: &Viewer,
    (id, known): (&MovementId, &Movement),
    step: &Disclosure,
) -> StageView {
    let released = known.released.get(&step.stage);
    StageView {
        stage: word(step.stage),
        roles: step.roles.iter().map(word).collect(),
        not_before: step.not_before.unix_ms,
        released_by: released.into_iter().flatten().map(|(side, _)| word(side)).collect(),
        text: known::stage(engine, viewer, id, step.stage),
    }
}

// As the judge would see them if the viewer signed now.
fn checks(engine: &Engine, viewer: &Viewer, known: &Movement) -> Vec<CheckView> {
    let Some(person): Option<&PersonId> = viewer.person.as_ref() else { return Vec::new() };
    let asking = engine.asking(person, &viewer.roles);
    let line = |line: Computed| {
        let green = green(engine.state(), known, line, &asking);
        let detail = if green { "" } else { missing(line) };
        CheckView { check: line.as_str().to_owned(), green, detail: detail.to_owned() }
    };
    Computed::ALL.into_iter().map(line).collect()
}

const fn missing(line: Computed) -> &'static str {
    match line {
        Computed::ConsentLive => "the host's lease does not live at this moment",
        Computed::RiskBearable => "the residual risk is not one that the criticality bears",
        Computed::Drawn => "both sides have not revealed their shares of the draw",
        Computed::RouteReleased => "both sides have not released the route",
        Computed::PassLive => "no countersigned pass is good at this moment",
    }
}
