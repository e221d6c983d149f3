//! Judges a movement up to its approval.

use accord::rules::Deed;
use words::deployment::Subject;
use words::id::MovementId;
use words::limit::SEATS_MAX;
use words::movement::{CapacityNoticed, MovementApproved, MovementAssessed, MovementSubmitted};
use words::presence::Purpose;
use words::refusal::{Reason, Refusal};

use crate::judge::facts::{Ask, ask, without_consent};
use crate::judge::text;
use joint::asking::Asking;
use joint::consent::live_for;
use joint::movement::{Movement, Standing};
use joint::state::State;

/// Notice in time, in a permitted zone, for a bearable number of seats.
pub(crate) fn noticed(
    state: &State,
    asking: &Asking<'_>,
    act: &CapacityNoticed,
) -> Result<(), Refusal> {
    if state.movements.contains_key(&act.movement) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("`{}`", act.movement)));
    }
    if act.seats == 0 || act.seats > SEATS_MAX {
        return Err(Refusal::new(Reason::BadNumber, format!("1 to {SEATS_MAX} seats")));
    }
    let mut question = Ask::movement(Deed::Notice, Purpose::ProtectPersons, &act.zone);
    question.notice_ms = act.day.start().ms_since(asking.at);
    question.armour = Some(act.armour);
    ask(state, asking, &act.agreement, &question)
}

/// The submission opens the notice's commitment and stays inside its day.
pub(crate) fn submitted(
    state: &State,
    asking: &Asking<'_>,
    act: &MovementSubmitted,
) -> Result<(), Refusal> {
    let known = at_standing(state, &act.movement, &[Standing::Noticed])?;
    let within = known.notice.day.contains(act.window) && act.seats <= known.notice.seats;
    if act.seats == 0 || !within || !veil::notice::opens(&known.notice, act) {
        return Err(Refusal::new(
            Reason::NotAsNoticed,
            "seats, window, purpose, criticality and salt must be those committed to in the notice",
        ));
    }
    let mut question = Ask::movement(Deed::Move, act.purpose, &known.notice.zone);
    question.notice_ms = known.notice.day.start().ms_since(known.noticed_at);
    ask(state, asking, &known.notice.agreement, &question)
}

/// The host assesses what was submitted, or assesses it again before it leaves.
pub(crate) fn assessed(state: &State, act: &MovementAssessed) -> Result<(), Refusal> {
    use Standing::{Approved, Assessed, Consented, Drawn, Sealed, Submitted};
    text(&act.note)?;
    let fit = [Submitted, Assessed, Consented, Approved, Sealed, Drawn];
    at_standing(state, &act.movement, &fit).map(|_| ())
}

/// The guest accepts a residual risk that the criticality bears, under live consent.
pub(crate) fn approved(
    state: &State,
    asking: &Asking<'_>,
    act: &MovementApproved,
) -> Result<(), Refusal> {
    let known = at_standing(state, &act.movement, &[Standing::Consented])?;
    let subject = Subject::Movement(act.movement.clone());
    if live_for(state, &subject, asking.at, asking.sight()).is_none() {
        return Err(without_consent(state, asking, &subject, "the host's lease has died"));
    }
    bearable(known)
}

/// Is the residual risk one that the criticality bears?
pub(crate) fn bearable(known: &Movement) -> Result<(), Refusal> {
    let (Some(submitted), Some(assessed)) = (&known.submitted, &known.assessed) else {
        return Err(Refusal::new(Reason::WrongState, "submit and assess it first"));
    };
    let most = submitted.criticality.risk_max();
    if assessed.risk <= most {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::RiskTooHigh,
        format!("the risk is {}, {} bears {most} at most", assessed.risk, submitted.criticality),
    ))
}

/// The movement, if it stands where the act needs it.
pub(crate) fn at_standing<'a>(
    state: &'a State,
    id: &MovementId,
    fit: &[Standing],
) -> Result<&'a Movement, Refusal> {
    let known = find(state, id)?;
    if fit.contains(&known.standing) {
        return Ok(known);
    }
    let wanted: Vec<&str> = fit.iter().map(|standing| standing.as_str()).collect();
    Err(Refusal::new(
        Reason::WrongState,
        format!("it is {}, not {}", known.standing.as_str(), wanted.join(" or ")),
    ))
}

/// The movement of that id.
pub(crate) fn find<'a>(state: &'a State, id: &MovementId) -> Result<&'a Movement, Refusal> {
    state
        .movements
        .get(id)
        .ok_or_else(|| Refusal::new(Reason::UnknownMovement, format!("no movement `{id}`")))
}
