//! What must hold, asked of ledgers and exports alone.

use std::collections::BTreeMap;

use audit::stranger::audit;
use engine::engine::Engine;
use engine::fault::chain;
use joint::state::State;
use ledger::reader::Entry;
use node::audit::{overruns, unconsented_guest_minutes};
use words::act::Act;
use words::deployment::Subject;
use words::hash::{Seed, StatementId};
use words::moment::Moment;
use words::movement::Stage;
use words::role::Side;

/// A check that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which check.
    pub check: &'static str,
    /// What was seen.
    pub detail: String,
}

/// Says no.
pub fn fail<T>(check: &'static str, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { check, detail: detail.into() })
}

/// A statement that a node acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acked {
    /// Whose.
    pub side: Side,
    /// Where.
    pub index: u64,
    /// Which.
    pub id: StatementId,
}

/// Bodies by ledger and index, with the moment at which they first left the house.
pub type Handed = BTreeMap<(Side, u64), (Moment, Vec<u8>)>;

/// In every state: no ceiling is passed by leases, and nobody's people outnumber their lease.
pub fn state(state: &State) -> Result<(), Failure> {
    if let Some(overrun) = overruns(state).first() {
        return fail("ceilings hold at every instant", format!("{overrun:?}"));
    }
    for id in state.deployments.keys() {
        let on_duty = state.tasks.values().filter(|task| {
            &task.order.deployment == id && task.started.is_some() && task.ended.is_none()
        });
        let heads: usize = on_duty.map(|task| task.order.units.len()).sum();
        let subject = Subject::Deployment(id.clone());
        let leases = state.consents.values().filter(|lease| lease.subject == subject);
        let most = leases.map(|lease| lease.headcount_max).max().unwrap_or(0);
        if heads > usize::try_from(most).unwrap_or(usize::MAX) {
            return fail("nobody outnumbers the lease", format!("{id}: {heads} of {most}"));
        }
    }
    Ok(())
}

/// Two nodes that hold the same entries hold the same state.
pub fn agree(host: &Engine, guest: &Engine) -> Result<(), Failure> {
    if host.fold().sizes() == guest.fold().sizes() && host.fold().hash() != guest.fold().hash() {
        let detail = format!("at {:?}", host.fold().sizes());
        return fail("one joint state", detail);
    }
    if host.diverged() || guest.diverged() {
        return fail("one joint state", "a heartbeat carries another hash");
    }
    Ok(())
}

/// What was acknowledged stands where it was acknowledged.
pub fn kept(engine: &Engine, acked: &[Acked]) -> Result<(), Failure> {
    for acked in acked {
        let ledger = if acked.side == engine.side() { Some(engine.own()) } else { engine.peer() };
        let place = usize::try_from(acked.index).unwrap_or(usize::MAX);
        let line = ledger.and_then(|ledger| ledger.lines().get(place));
        if line.and_then(|line| line.entry.id) != Some(acked.id) {
            return fail("nothing acknowledged is lost", format!("{acked:?}"));
        }
    }
    Ok(())
}

/// A stranger with nothing but the export finds the node's own state, and no overrun.
pub fn export(engine: &Engine) -> Result<u64, Failure> {
    let check = "a stranger's audit agrees with the node";
    let bytes = engine.export().or_else(|fault| fail(check, chain(&fault)))?;
    let found = audit(&bytes).or_else(|error| fail(check, chain(&error)))?;
    if found.state != engine.fold().hash() {
        return fail(check, "another state");
    }
    let ours = unconsented_guest_minutes(engine.state(), found.at);
    if found.unconsented_guest_minutes != ours || !found.overruns.is_empty() {
        return fail(check, "other minutes, or an overrun");
    }
    let report = engine.fsck().or_else(|fault| fail(check, chain(&fault)))?;
    if let Some(broken) = report.broken.first() {
        return fail("fsck finds a sound node sound", broken.as_str());
    }
    Ok(ours)
}

/// Nobody begins or leaves who has read that the lease was revoked and not granted again.
pub fn revocations(engine: &Engine) -> Result<(), Failure> {
    let (Some(host), Some(guest)) = (ledger(engine, Side::Host), ledger(engine, Side::Guest))
    else {
        return Ok(());
    };
    let state = engine.state();
    for entry in guest {
        let (subject, began) = match &entry.act {
            Some(Act::TaskStarted(act)) => {
                let Some(task) = state.tasks.get(&act.task) else { continue };
                let subject = Subject::Deployment(task.order.deployment.clone());
                (subject, task.started == Some(entry.at))
            }
            Some(Act::Departed(act)) => {
                let Some(known) = state.movements.get(&act.movement) else { continue };
                let left = known.departed.as_ref().is_some_and(|(_, by)| by.at == entry.at);
                (Subject::Movement(act.movement.clone()), left)
            }
            Some(_) | None => continue,
        };
        if began && entry.void.is_none() && !leased(state, &host, entry, &subject) {
            let detail = format!("guest entry {} at {}: {:?}", entry.index, entry.at, entry.act);
            return fail("no revoked lease lets anyone begin", detail);
        }
    }
    Ok(())
}

// Reads the host's ledger as far as the author had: was the last word on the subject a grant?
fn leased(state: &State, host: &[&Entry], entry: &Entry, subject: &Subject) -> bool {
    let read = host.iter().filter(|host| host.index < entry.seen.size && host.void.is_none());
    read.fold(false, |leased, host| match &host.act {
        Some(Act::ConsentGranted(act)) if &act.subject == subject => {
            leased || state.consents.contains_key(&act.consent)
        }
        Some(Act::ConsentRevoked(act)) => {
            let ours = state.consents.get(&act.consent).is_some_and(|it| &it.subject == subject);
            leased && !ours
        }
        Some(_) | None => leased,
    })
}

fn ledger(engine: &Engine, side: Side) -> Option<Vec<&Entry>> {
    let ledger = if engine.side() == side { engine.own() } else { engine.peer()? };
    Some(ledger.lines().iter().map(|line| &line.entry).collect())
}

/// No seed and no half of a stage left the house before its time, give or take the clocks.
pub fn secrets(engine: &Engine, handed: &Handed, skew_ms: i64) -> Result<u64, Failure> {
    let mut secrets: Vec<(Seed, Moment, Stage)> = Vec::new();
    for known in engine.state().movements.values() {
        let Some(plan) = &known.plan else { continue };
        for (seed, half) in known.draw.revealed.values() {
            let both = [*seed, *half];
            secrets.extend(both.map(|secret| (secret, plan.draw_at, Stage::Minute)));
        }
        for (stage, halves) in &known.released {
            let when = plan.disclosures.iter().filter(|step| &step.stage == stage);
            let when = when.map(|step| step.not_before).max().unwrap_or(plan.draw_at);
            secrets.extend(halves.values().map(|half| (*half, when, *stage)));
        }
    }
    let drawn = Seed([0; 32]);
    secrets.retain(|(secret, ..)| *secret != drawn);
    for (secret, when, stage) in &secrets {
        for ((side, index), (at, bytes)) in handed {
            let early = at.plus_ms(skew_ms) < *when;
            if early && bytes.windows(32).any(|window| window == secret.0) {
                let detail = format!("{stage:?} in {side:?} {index} at {at}, due {when}");
                return fail("nobody knows early", detail);
            }
        }
    }
    Ok(u64::try_from(secrets.len()).unwrap_or(u64::MAX))
}
