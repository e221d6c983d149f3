//! Need-to-know, decided once: what a viewer may see, and not before when.

use engine::engine::Engine;
use engine::plans::Drawn;
use joint::movement::Movement;
use ledger::reader::Entry;
use veil::schedule;
use watch::plan::UnitKind;
use words::act::Act;
use words::audience::Audience;
use words::id::{MovementId, UnitId};
use words::moment::{Moment, Window};
use words::movement::Stage;
use words::role::Role;

use crate::page::Viewer;

/// Who calls protected persons by their label; everybody else reads the pseudonym.
pub const CALLERS: &[Role] = &[Role::WatchOfficer, Role::EscortLeader, Role::JourneyManager];

/// Who hands a pass to its holder, and the strip of numbers with it.
pub const PASS_WRITERS: &[Role] =
    &[Role::ConsentOfficer, Role::ProtectionLead, Role::JourneyManager];

/// Who issues, signs or checks passes, and so reads them.
pub const PASS_READERS: &[Role] = &[
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
    Role::CheckpointOfficer,
];

/// Is this stage for the viewer, and has its moment come? Release is another question.
pub fn may_know(engine: &Engine, viewer: &Viewer, known: &Movement, stage: Stage) -> bool {
    let now = engine.now();
    if !travels(engine, viewer, &known.notice.movement) {
        return false;
    }
    let Some(plan) = &known.plan else { return by_agreement(engine, viewer, known, stage) };
    viewer.roles.iter().any(|role| schedule::may_know(&plan.disclosures, stage, *role, now))
}

// A phone knows of the movement that its holder travels with, and of no other.
fn travels(engine: &Engine, viewer: &Viewer, movement: &MovementId) -> bool {
    let Some(unit) = &viewer.unit else { return viewer.person.is_some() };
    let enrolled = engine.post().people().get(unit);
    enrolled.is_some_and(|enrolled| enrolled.movement.as_ref() == Some(movement))
}

// Before the plan is sealed its list does not exist; the agreement's own schedule stands.
fn by_agreement(engine: &Engine, viewer: &Viewer, known: &Movement, stage: Stage) -> bool {
    let agreement = engine.state().agreements.get(&known.notice.agreement);
    let rules = agreement.and_then(|agreement| agreement.rules());
    let (Some(rules), Some(submitted)) = (rules, &known.submitted) else { return false };
    rules.disclosure().iter().any(|step| {
        let from = submitted.window.start().plus_ms(-step.before_ms);
        step.stage == stage && viewer.is_any(&step.roles) && from <= engine.now()
    })
}

/// The content of a stage: on the list, in its time, and released by both sides.
pub fn stage(
    engine: &Engine,
    viewer: &Viewer,
    movement: &MovementId,
    stage: Stage,
) -> Option<String> {
    let known = engine.state().movements.get(movement)?;
    may_know(engine, viewer, known, stage).then(|| engine.stage_text(movement, stage))?
}

/// The drawn minute, for whoever may know the minute.
pub fn leaves(engine: &Engine, viewer: &Viewer, movement: &MovementId) -> Option<Moment> {
    stage(engine, viewer, movement, Stage::Minute)?;
    engine.drawn(movement).map(|drawn| drawn.leaves)
}

/// The drawn route, for whoever may know the route.
pub fn route(engine: &Engine, viewer: &Viewer, movement: &MovementId) -> Option<Drawn> {
    stage(engine, viewer, movement, Stage::Route)?;
    engine.drawn(movement)
}

/// Within which hours a movement is: the day that was noticed, or the window for whoever may
/// know it.
pub fn window(engine: &Engine, viewer: &Viewer, known: &Movement) -> Window {
    match &known.submitted {
        Some(submitted) if may_know(engine, viewer, known, Stage::Window) => submitted.window,
        Some(_) | None => known.notice.day,
    }
}

/// What this viewer calls a unit.
pub fn label(engine: &Engine, viewer: &Viewer, unit: &UnitId) -> String {
    let Some(enrolled) = engine.post().people().get(unit) else { return unit.to_string() };
    let open = enrolled.unit_kind() != UnitKind::Protected
        || viewer.is_any(CALLERS)
        || viewer.unit.as_ref() == Some(unit);
    if open { enrolled.label.clone() } else { unit.to_string() }
}

/// May the viewer read the body of a statement?
///
/// A joint body is every desk's, but for those that would open a stage early: the window that a
/// request tells, and the halves and seeds that together make minute and route.
pub fn body(engine: &Engine, viewer: &Viewer, entry: &Entry) -> bool {
    let Some(person) = &viewer.person else { return false };
    if person == &entry.by {
        return true;
    }
    match &entry.audience {
        Audience::Named(persons) => persons.contains(person),
        Audience::Own => entry.side == engine.side(),
        Audience::Joint => entry.act.as_ref().is_none_or(|act| joint(engine, viewer, act)),
    }
}

fn joint(engine: &Engine, viewer: &Viewer, act: &Act) -> bool {
    let may = |movement: &MovementId, stages: &[Stage]| {
        let known = engine.state().movements.get(movement);
        known.is_some_and(|known| {
            let over = known.standing.ended() && viewer.is_any(&[Role::Inspector]);
            over || stages.iter().all(|stage| may_know(engine, viewer, known, *stage))
        })
    };
    if let Act::MovementSubmitted(act) = act {
        may(&act.movement, &[Stage::Window])
    } else if let Act::DrawRevealed(act) = act {
        may(&act.movement, &[Stage::Minute, Stage::Route])
    } else if let Act::DrawDefaulted(act) = act {
        act.fallback.is_none() || may(&act.movement, &[Stage::Minute, Stage::Route])
    } else if let Act::StageReleased(act) = act {
        may(&act.movement, &[act.stage])
    } else if let Act::PassIssued(_) | Act::PassCountersigned(_) = act {
        viewer.is_any(PASS_READERS) || viewer.is_any(&[Role::Inspector])
    } else {
        true
    }
}
