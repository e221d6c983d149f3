//! Judges the road: gate, halts, arrival, and officers at alarms.

use accord::rules::Deed;
use words::alarm::{AlarmHandled, AlarmResolved};
use words::deployment::Subject;
use words::id::MovementId;
use words::movement::{
    Arrived, Check, CheckedIn, Closed, Debriefed, Departed, Halt, MovementHalted, MovementResumed,
    Stage,
};
use words::presence::ArmourClass;
use words::refusal::{Reason, Refusal};

use crate::judge::facts::{Ask, ask, without_consent};
use crate::judge::movement::{at_standing, bearable, find};
use crate::judge::text;
use joint::asking::Asking;
use joint::consent::live_for;
use joint::movement::{Movement, Standing};
use joint::state::State;

/// A line of the departure gate that the node computes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Computed {
    /// The host's lease lives.
    ConsentLive,
    /// The risk is one that the criticality bears.
    RiskBearable,
    /// Minute and route are drawn.
    Drawn,
    /// Route released to those who drive it.
    RouteReleased,
    /// A countersigned pass lives.
    PassLive,
}

impl Computed {
    /// Every line, in reading order.
    pub const ALL: [Self; 5] =
        [Self::ConsentLive, Self::RiskBearable, Self::Drawn, Self::RouteReleased, Self::PassLive];

    /// The stable word: in refusals and translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConsentLive => "consent_live",
            Self::RiskBearable => "risk_bearable",
            Self::Drawn => "drawn",
            Self::RouteReleased => "route_released",
            Self::PassLive => "pass_live",
        }
    }

    // Without consent, draw or pass nothing leaves, whoever signs.
    const fn may_be_overridden(self) -> bool {
        match self {
            Self::ConsentLive | Self::Drawn | Self::PassLive => false,
            Self::RiskBearable | Self::RouteReleased => true,
        }
    }

    const fn reason(self) -> Reason {
        match self {
            Self::ConsentLive => Reason::NoLiveConsent,
            Self::RiskBearable => Reason::RiskTooHigh,
            Self::Drawn => Reason::DrawIncomplete,
            Self::RouteReleased => Reason::GateRed,
            Self::PassLive => Reason::NoLivePass,
        }
    }
}

/// Is that line of the gate green?
pub fn green(state: &State, known: &Movement, line: Computed, asking: &Asking<'_>) -> bool {
    let id = &known.notice.movement;
    match line {
        Computed::ConsentLive => {
            let subject = Subject::Movement(id.clone());
            live_for(state, &subject, asking.at, asking.sight()).is_some()
        }
        Computed::RiskBearable => bearable(known).is_ok(),
        Computed::Drawn => known.drawn(),
        Computed::RouteReleased => {
            known.released.get(&Stage::Route).is_some_and(|halves| halves.len() == 2)
        }
        Computed::PassLive => state.passes.values().any(|pass| {
            &pass.movement == id
                && pass.countersigned
                && pass.revoked.is_none()
                && pass.window.holds(asking.at)
        }),
    }
}

/// The gate: every line green, or a named person's reason for those that may be overridden.
pub(crate) fn departed(state: &State, asking: &Asking<'_>, act: &Departed) -> Result<(), Refusal> {
    let fit = [Standing::Approved, Standing::Sealed, Standing::Drawn];
    let known = at_standing(state, &act.movement, &fit)?;
    permitted(state, asking, (known, act.armour))?;
    let red: Vec<Computed> =
        Computed::ALL.into_iter().filter(|line| !green(state, known, *line, asking)).collect();
    if let Some(line) = red.iter().find(|line| !line.may_be_overridden()) {
        return Err(Refusal::new(line.reason(), format!("`{}` is red", line.as_str())));
    }
    let attested = Check::ALL.iter().all(|check| act.green.contains(check));
    match &act.override_reason {
        None if red.is_empty() && attested => Ok(()),
        None => {
            let mut words: Vec<String> = red.iter().map(|line| line.as_str().to_owned()).collect();
            let missing = Check::ALL.iter().filter(|check| !act.green.contains(check));
            words.extend(missing.map(|check| format!("{check:?}")));
            Err(Refusal::new(Reason::GateRed, format!("red: {}", words.join(", "))))
        }
        Some(reason) => text(reason),
    }
}

fn permitted(
    state: &State,
    asking: &Asking<'_>,
    (known, armour): (&Movement, ArmourClass),
) -> Result<(), Refusal> {
    let Some(submitted) = &known.submitted else { return Err(Reason::WrongState.into()) };
    let subject = Subject::Movement(known.notice.movement.clone());
    let mut question = Ask::movement(Deed::Depart, submitted.purpose, &known.notice.zone);
    question.armour = Some(armour);
    question.consent = Some(&subject);
    question.notice_ms = known.notice.day.start().ms_since(known.noticed_at);
    ask(state, asking, &known.notice.agreement, &question)
}

/// A convoy on the road passed a point.
pub(crate) fn checked_in(state: &State, act: &CheckedIn) -> Result<(), Refusal> {
    on_the_road(state, &act.movement).map(|_| ())
}

/// Either side halts; only what has not left can be cancelled.
pub(crate) fn halted(
    state: &State,
    asking: &Asking<'_>,
    act: &MovementHalted,
) -> Result<(), Refusal> {
    text(&act.reason)?;
    if act.side != asking.side {
        return Err(Refusal::new(Reason::NotYourSide, "a halt names the side that orders it"));
    }
    let known = find(state, &act.movement)?;
    let left = known.departed.is_some();
    let fit = match act.how {
        Halt::Cancelled => !left,
        Halt::Held => known.standing != Standing::Held,
        Halt::Diverted | Halt::Aborted => left,
    };
    if fit && !known.standing.ended() {
        return Ok(());
    }
    Err(Refusal::new(Reason::WrongState, format!("it is {}", known.standing.as_str())))
}

/// The side that held it lets it go on, and only under live consent.
pub(crate) fn resumed(
    state: &State,
    asking: &Asking<'_>,
    act: &MovementResumed,
) -> Result<(), Refusal> {
    let known = at_standing(state, &act.movement, &[Standing::Held, Standing::Diverted])?;
    if known.halt.as_ref().is_none_or(|(_, side, _)| *side != asking.side) {
        return Err(Refusal::new(Reason::NotYourSide, "the other side ordered the halt"));
    }
    if known.draw.failed() {
        let detail = "its draw failed and is not drawn again: cancel it, and notice another";
        return Err(Refusal::new(Reason::DrawIncomplete, detail));
    }
    let subject = Subject::Movement(act.movement.clone());
    if live_for(state, &subject, asking.at, asking.sight()).is_none() {
        return Err(without_consent(state, asking, &subject, "without consent it does not go on"));
    }
    Ok(())
}

/// Arrived, with everyone counted.
pub(crate) fn arrived(state: &State, act: &Arrived) -> Result<(), Refusal> {
    let known = on_the_road(state, &act.movement)?;
    let most = known.submitted.as_ref().map_or(0, |submitted| submitted.seats);
    if act.headcount <= most {
        return Ok(());
    }
    Err(Refusal::new(Reason::BadNumber, format!("{most} persons left")))
}

/// A debrief follows an end.
pub(crate) fn debriefed(state: &State, act: &Debriefed) -> Result<(), Refusal> {
    text(&act.note)?;
    at_standing(state, &act.movement, &[Standing::Arrived, Standing::Aborted]).map(|_| ())
}

/// Closing follows the debrief, or an end before departure.
pub(crate) fn closed(state: &State, act: &Closed) -> Result<(), Refusal> {
    let fit = [Standing::Debriefed, Standing::Cancelled, Standing::Refused];
    at_standing(state, &act.movement, &fit).map(|_| ())
}

/// Handling follows acknowledging.
pub(crate) fn alarm_handled(state: &State, act: &AlarmHandled) -> Result<(), Refusal> {
    text(&act.action)?;
    let fit = state
        .alarms
        .get(&act.alarm)
        .is_some_and(|alarm| alarm.noted.is_some() && alarm.resolved.is_none());
    if fit {
        return Ok(());
    }
    Err(Refusal::new(Reason::WrongAlarmState, "acknowledge it first; it must not be resolved"))
}

/// Resolving follows handling.
pub(crate) fn alarm_resolved(state: &State, act: &AlarmResolved) -> Result<(), Refusal> {
    text(&act.outcome)?;
    let fit = state
        .alarms
        .get(&act.alarm)
        .is_some_and(|alarm| alarm.handled.is_some() && alarm.resolved.is_none());
    if fit {
        return Ok(());
    }
    Err(Refusal::new(Reason::WrongAlarmState, "handle it first; it must not be resolved"))
}

// A movement that is held at the gate has not left: it is not on the road.
fn on_the_road<'a>(state: &'a State, id: &MovementId) -> Result<&'a Movement, Refusal> {
    let fit = [Standing::UnderWay, Standing::Held, Standing::Diverted];
    let known = at_standing(state, id, &fit)?;
    if known.departed.is_some() {
        return Ok(known);
    }
    Err(Refusal::new(Reason::WrongState, "it is held at the gate and has not left"))
}
