//! Guest presence: deployments, leases of consent, task orders.

use engine::engine::Engine;
use joint::consent::Consent;
use joint::standing::withheld;
use joint::state::{Deployment, Sight, TaskOrder};
use ledger::held::Ledger;
use wire::v1::Page;
use wire::v1::presence::{ConsentView, DeploymentView, TaskView};
use words::deployment::Subject;
use words::id::{AgreementId, ConsentId, DeploymentId};
use words::moment::Moment;
use words::role::Side;

use crate::list::{Paging, part};
use crate::no::No;

/// Deployments.
pub fn deployments(engine: &Engine, paging: &Paging) -> Result<Page<DeploymentView>, No> {
    let known = engine.state().deployments.iter();
    let items = known.map(|(id, deployment)| (id.as_str(), (id, deployment)));
    part(items, paging, |(id, known)| deployment(engine, id, known))
}

/// One deployment.
pub fn one(engine: &Engine, id: &DeploymentId) -> Result<DeploymentView, No> {
    let known = engine.state().deployments.get(id).ok_or(No::Unknown)?;
    Ok(deployment(engine, id, known))
}

/// Leases of consent, living and dead.
pub fn consents(engine: &Engine, paging: &Paging) -> Result<Page<ConsentView>, No> {
    let known = engine.state().consents.iter();
    let items = known.map(|(id, consent)| (id.as_str(), (id, consent)));
    part(items, paging, |(id, known)| consent(engine, id, known))
}

/// Task orders.
pub fn tasks(engine: &Engine, paging: &Paging) -> Result<Page<TaskView>, No> {
    let known = engine.state().tasks.iter();
    part(known.map(|(id, task)| (id.as_str(), task)), paging, task)
}

fn deployment(engine: &Engine, id: &DeploymentId, known: &Deployment) -> DeploymentView {
    let (request, terms) = (&known.request, &known.request.terms);
    let consents = leases(engine, &Subject::Deployment(id.clone()));
    let tasks = engine.state().tasks.values().filter(|task| task.order.deployment == *id);
    let tasks: Vec<TaskView> = tasks.map(task).collect();
    let on_duty = tasks.iter().filter(|task| task.started.is_some() && task.ended.is_none());
    let present: usize = on_duty.map(|task| task.units.len()).sum();
    let state = match (consents.first(), &known.refused) {
        (Some(newest), _) if newest.live => "granted",
        (Some(_), _) => "ended",
        (None, Some(_)) => "refused",
        (None, None) => "requested",
    };
    DeploymentView {
        deployment: id.to_string(),
        agreement: request.agreement.to_string(),
        state: state.to_owned(),
        purpose: request.purpose.to_string(),
        zone: terms.zone.to_string(),
        category: terms.category.to_string(),
        task: terms.task.to_string(),
        rung: terms.rung.to_string(),
        arms: terms.arms.to_string(),
        headcount: terms.headcount,
        vehicles: terms.vehicles,
        sensor: terms.sensing.map(|sensing| sensing.sensor.to_string()),
        altitude_m: terms.sensing.map(|sensing| sensing.altitude_m),
        present: u32::try_from(present).unwrap_or(u32::MAX),
        start: terms.window.start().unix_ms,
        end: terms.window.end().unix_ms,
        consents,
        tasks,
    }
}

/// The leases of a deployment or movement, newest first.
pub(crate) fn leases(engine: &Engine, subject: &Subject) -> Vec<ConsentView> {
    let of = engine.state().consents.iter().filter(|(_, consent)| &consent.subject == subject);
    let mut of: Vec<(&ConsentId, &Consent)> = of.collect();
    of.sort_by_key(|(id, consent)| (std::cmp::Reverse(consent.from), *id));
    of.into_iter().map(|(id, known)| consent(engine, id, known)).collect()
}

fn consent(engine: &Engine, id: &ConsentId, known: &Consent) -> ConsentView {
    let (subject, of) = match &known.subject {
        Subject::Deployment(id) => ("deployment", id.to_string()),
        Subject::Movement(id) => ("movement", id.to_string()),
    };
    let reason = why_not(engine, known);
    ConsentView {
        consent: id.to_string(),
        subject: subject.to_owned(),
        of,
        granted: known.from.unix_ms,
        until: known.until.unix_ms,
        revoked: known.revoked.map(|at| at.unix_ms),
        headcount_max: known.headcount_max,
        live: reason.is_none(),
        reason: reason.map(str::to_owned),
    }
}

// A lease that lives says nothing to a guest who has not heard the host for too long.
fn why_not(engine: &Engine, known: &Consent) -> Option<&'static str> {
    let (now, seen) = (engine.now(), engine.peer().map_or(0, Ledger::folded_size));
    if known.revoked.is_some() {
        return Some("revoked");
    }
    if !known.lives_for(now, Sight { side: engine.side(), seen }) {
        return Some("expired");
    }
    if let Subject::Deployment(id) = &known.subject
        && withheld(engine.state(), id).is_some()
    {
        return Some("rung-closed");
    }
    let limit_ms = freshness_ms(engine, &known.subject);
    let heard = engine.peer().map_or(Moment::default(), Ledger::heard);
    let silent = engine.side() == Side::Guest
        && limit_ms.is_none_or(|limit_ms| now.ms_since(heard) > limit_ms);
    silent.then_some("host-not-heard")
}

fn freshness_ms(engine: &Engine, subject: &Subject) -> Option<i64> {
    let state = engine.state();
    let agreement: &AgreementId = match subject {
        Subject::Deployment(id) => &state.deployments.get(id)?.request.agreement,
        Subject::Movement(id) => &state.movements.get(id)?.notice.agreement,
    };
    Some(state.agreements.get(agreement)?.rules()?.consent().freshness_ms)
}

fn task(known: &TaskOrder) -> TaskView {
    TaskView {
        task: known.order.task.to_string(),
        deployment: known.order.deployment.to_string(),
        units: known.order.units.iter().map(ToString::to_string).collect(),
        start: known.order.window.start().unix_ms,
        end: known.order.window.end().unix_ms,
        started: known.started.map(|at| at.unix_ms),
        ended: known.ended.map(|at| at.unix_ms),
    }
}
