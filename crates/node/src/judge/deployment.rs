//! Judges acts of a deployment: request, task order, start, end.

use accord::rules::Deed;
use words::deployment::{DeploymentRequested, Subject, TaskEnded, TaskOrdered, TaskStarted};
use words::id::{DeploymentId, TaskId};
use words::presence::Task;
use words::refusal::{Reason, Refusal};

use crate::judge::cycle::nobody_suspended;
use crate::judge::duty::welcome;
use crate::judge::facts::{Ask, ask};
use crate::judge::text;
use joint::asking::Asking;
use joint::consent::live_for;
use joint::state::{Deployment, State, TaskOrder};

/// A request must be possible at all: permitted, and below the ceiling as leases stand.
pub(crate) fn requested(
    state: &State,
    asking: &Asking<'_>,
    act: &DeploymentRequested,
) -> Result<(), Refusal> {
    if state.deployments.contains_key(&act.deployment) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("`{}`", act.deployment)));
    }
    if act.terms.headcount == 0 {
        return Err(Refusal::new(Reason::BadNumber, "ask for at least one person"));
    }
    if act.terms.sensing.is_some() && act.terms.task != Task::TechnicalSurveillance {
        let detail = "a sensor runs in technical surveillance: ask for that task, or for no sensor";
        return Err(Refusal::new(Reason::NotPermitted, detail));
    }
    ask(state, asking, &act.agreement, &Ask::terms(Deed::Deploy, act.purpose, &act.terms))
}

/// An order needs live consent and stays inside its terms.
pub(crate) fn ordered(
    state: &State,
    asking: &Asking<'_>,
    act: &TaskOrdered,
) -> Result<(), Refusal> {
    if state.tasks.contains_key(&act.task) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("`{}`", act.task)));
    }
    welcome(state, asking, act.units.iter())?;
    let headcount = u32::try_from(act.units.len()).unwrap_or(u32::MAX);
    under_consent(state, asking, act, (Deed::OrderTask, headcount))?;
    let deployment = find(state, &act.deployment)?;
    nobody_suspended(state, asking, (&deployment.request, &act.units))?;
    let terms = &deployment.request.terms;
    let overlapping = |task: &TaskOrder| task.order.window.overlaps(act.window);
    slots(state, asking, act, overlapping)?;
    if !terms.window.contains(act.window) {
        return Err(Refusal::new(
            Reason::OutsideConsent,
            format!("the consent is for {} to {}", terms.window.start(), terms.window.end()),
        ));
    }
    Ok(())
}

// Do the persons of an order fit into the lease, beside those of the other orders that count?
fn slots(
    state: &State,
    asking: &Asking<'_>,
    order: &TaskOrdered,
    counts: impl Fn(&TaskOrder) -> bool,
) -> Result<(), Refusal> {
    let subject = Subject::Deployment(order.deployment.clone());
    let lease = live_for(state, &subject, asking.at, asking.sight());
    let most = lease.map_or(0, |lease| lease.headcount_max);
    let others = state.tasks.values().filter(|task| {
        task.order.deployment == order.deployment
            && task.order.task != order.task
            && task.ended.is_none()
            && counts(task)
    });
    let others = others.map(heads).fold(0, u32::saturating_add);
    let more = u32::try_from(order.units.len()).unwrap_or(u32::MAX);
    if more > 0 && more.saturating_add(others) <= most {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::OutsideConsent,
        format!("{most} persons consented, {others} on other orders, {more} on this one"),
    ))
}

fn heads(task: &TaskOrder) -> u32 {
    u32::try_from(task.order.units.len()).unwrap_or(u32::MAX)
}

/// Starting needs everything at once: agreement, live consent, host heard, an order.
pub(crate) fn started(
    state: &State,
    asking: &Asking<'_>,
    act: &TaskStarted,
) -> Result<(), Refusal> {
    let task = task(state, &act.task)?;
    if task.started.is_some() {
        return Err(Refusal::new(Reason::WrongState, "it has started already"));
    }
    if task.disowned.is_some() {
        return Err(Refusal::new(Reason::Disowned, "the key that ordered it is disowned"));
    }
    // Its end is written already: whoever began now would count under no ceiling and in no audit.
    if task.ended.is_some() {
        return Err(Refusal::new(Reason::WrongState, "it has ended already"));
    }
    if !task.order.window.holds(asking.at) {
        return Err(Refusal::new(
            Reason::OutsideConsent,
            format!("ordered for {} to {}", task.order.window.start(), task.order.window.end()),
        ));
    }
    under_consent(state, asking, &task.order, (Deed::Enter, heads(task)))?;
    let request = &find(state, &task.order.deployment)?.request;
    nobody_suspended(state, asking, (request, &task.order.units))?;
    welcome(state, asking, task.order.units.iter())?;
    // The lease may be another, and smaller, than the one it was ordered under.
    slots(state, asking, &task.order, |other| other.started.is_some())
}

/// Standing down is always allowed once.
pub(crate) fn ended(state: &State, act: &TaskEnded) -> Result<(), Refusal> {
    text(&act.reason)?;
    let unlawful =
        state.unlawful.iter().any(|stay| stay.what == act.task.as_str() && stay.until.is_none());
    let running = task(state, &act.task).is_ok_and(|task| task.ended.is_none());
    if running || unlawful {
        return Ok(());
    }
    task(state, &act.task)?;
    Err(Refusal::new(Reason::WrongState, "it has ended already"))
}

fn under_consent(
    state: &State,
    asking: &Asking<'_>,
    order: &TaskOrdered,
    (deed, headcount): (Deed, u32),
) -> Result<(), Refusal> {
    let known = find(state, &order.deployment)?;
    let subject = Subject::Deployment(order.deployment.clone());
    let mut question = Ask::terms(deed, known.request.purpose, &known.request.terms);
    question.headcount = headcount;
    question.consent = Some(&subject);
    question.order = Some(order);
    ask(state, asking, &known.request.agreement, &question)
}

fn find<'a>(state: &'a State, id: &DeploymentId) -> Result<&'a Deployment, Refusal> {
    state
        .deployments
        .get(id)
        .ok_or_else(|| Refusal::new(Reason::UnknownDeployment, format!("no deployment `{id}`")))
}

fn task<'a>(state: &'a State, id: &TaskId) -> Result<&'a TaskOrder, Refusal> {
    state
        .tasks
        .get(id)
        .ok_or_else(|| Refusal::new(Reason::UnknownTask, format!("no task order `{id}`")))
}
