//! Judges records, their steps, and breaches that a node notices.

use duty::obligation::Standing;
use duty::record::RECORD_ID_BYTES_MAX;
use duty::table;
use duty::terms::{Opening, terms};
use words::duty::{ObligationBreached, Record, RecordAnswered, RecordOpened};
use words::id::UnitId;
use words::refusal::{Reason, Refusal};
use words::role::Side;

use crate::judge::facts::in_force;
use crate::judge::text;
use joint::asking::Asking;
use joint::duty::obligation;
use joint::state::State;

/// A record of a kind that the agreement in force provides for, and new.
pub(crate) fn opened(
    state: &State,
    asking: &Asking<'_>,
    act: &RecordOpened,
) -> Result<(), Refusal> {
    if state.duties.records.contains_key(&act.record) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("`{}`", act.record)));
    }
    if act.record.as_str().len() > RECORD_ID_BYTES_MAX {
        let most = format!("the id of a record has at most {RECORD_ID_BYTES_MAX} characters");
        return Err(Refusal::new(Reason::BadText, most));
    }
    for said in texts(&act.what) {
        text(said)?;
    }
    let (_, rules) = in_force(state, &act.agreement)?;
    let opening = Opening { side: asking.side, roles: asking.roles, at: asking.at };
    terms(rules.document(), &act.what, opening).map(|_| ())
}

// What people read in it.
fn texts(record: &Record) -> Vec<&str> {
    match record {
        Record::UseOfForce(what) => vec![&what.reason],
        Record::Detention(what) => vec![&what.reason],
        Record::Complaint(what) => vec![&what.summary],
        Record::Restriction(what) => vec![&what.authority, &what.reason],
        Record::Investigation(what) => vec![&what.summary],
        Record::EquipmentTransfer(what) => vec![&what.end_user],
        Record::Warning(what) => vec![&what.summary],
        Record::ProhibitedAct(what) => vec![&what.summary],
        Record::Removal(what) => vec![&what.reason],
        Record::PublicStatement(what) => vec![&what.summary],
        Record::Drill(what) => vec![&what.summary],
        Record::Review(what) => vec![&what.action],
        Record::LicenceAudit(what) => vec![&what.summary],
        Record::Claim(_)
        | Record::Loss(_)
        | Record::Support(_)
        | Record::Arrival(_)
        | Record::Committee(_)
        | Record::ServiceReport(_) => Vec::new(),
    }
}

/// A step that is open, by the side and an office whose it is.
pub(crate) fn answered(
    state: &State,
    asking: &Asking<'_>,
    act: &RecordAnswered,
) -> Result<(), Refusal> {
    text(&act.detail)?;
    let kept = state.duties.records.get(&act.record);
    let kept = kept
        .ok_or_else(|| Refusal::new(Reason::WrongState, format!("no record `{}`", act.record)))?;
    let open = kept.open_steps();
    let Some((_, side)) = open.iter().find(|(step, _)| *step == act.step) else {
        let steps: Vec<&str> = open.iter().map(|(step, _)| step.as_str()).collect();
        let detail = format!("`{}` is not open; open: {}", act.step, steps.join(", "));
        return Err(Refusal::new(Reason::WrongState, detail));
    };
    if *side != asking.side {
        let detail = format!("`{}` belongs to the other side", act.step);
        return Err(Refusal::new(Reason::NotYourSide, detail));
    }
    let roles = table::answerer(act.step);
    if roles.iter().any(|role| asking.roles.contains(role)) {
        return Ok(());
    }
    Err(Refusal::new(Reason::NotYourRole, format!("`{}` needs one of {roles:?}", act.step)))
}

/// A breach is one that this state shows, once for each side; of the other side's duties, the
/// author has heard its ledger after the time: what was done in time is never called a breach.
pub(crate) fn breached(
    state: &State,
    asking: &Asking<'_>,
    act: &ObligationBreached,
) -> Result<(), Refusal> {
    let noticed = state.duties.breaches.get(&act.obligation).map(|breach| &breach.noticed);
    if noticed.is_some_and(|noticed| noticed.contains_key(&asking.side)) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("`{}`", act.obligation)));
    }
    let known = obligation(state, &act.obligation, asking.at);
    let known = known.filter(|known| &known.breach() == act);
    let Some(known) = known else {
        return Err(Refusal::new(Reason::WrongState, "nothing of the kind is owed"));
    };
    let time = asking.at > known.due;
    let heard = known.owed_by == asking.side || asking.heard > known.due;
    if !(time && heard) {
        return Err(Refusal::new(Reason::TooEarly, format!("it is due at {}", known.due)));
    }
    match known.state {
        Standing::Breached { .. } => Ok(()),
        Standing::Open | Standing::DueSoon | Standing::Done { .. } => {
            Err(Refusal::new(Reason::WrongState, "it was kept in time"))
        }
    }
}

/// Nobody may be tasked, or given a pass, who is unwelcome as far as the author can know.
pub(crate) fn welcome<'a>(
    state: &State,
    asking: &Asking<'_>,
    mut units: impl Iterator<Item = &'a UnitId>,
) -> Result<(), Refusal> {
    let gone = units.find_map(|unit| {
        let unwelcome = state.duties.removed.get(unit)?;
        let seen = asking.sight().reaches(Side::Host, unwelcome.index);
        seen.then_some((unit, unwelcome))
    });
    let Some((unit, unwelcome)) = gone else { return Ok(()) };
    let refusal = Refusal::new(Reason::NotPermitted, format!("`{unit}` is unwelcome"));
    match state.duties.records.get(&unwelcome.record) {
        Some(kept) => Err(refusal.citing(kept.article.as_str())),
        None => Err(refusal),
    }
}
