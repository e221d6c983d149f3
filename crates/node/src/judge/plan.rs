//! Judges plan, release and passes; draws are judged in `lots`.

use accord::rules::Rules;
use pass::claims::Claims;
use words::deployment::Subject;
use words::moment::Moment;
use words::movement::{
    PassCountersigned, PassIssued, PassRevoked, PlanSealed, Stage, StageReleased,
};
use words::refusal::{Reason, Refusal};
use words::role::Side;

use crate::judge::duty::welcome;
use crate::judge::facts::without_consent;
use crate::judge::movement::{at_standing, find};
use crate::judge::text;
use joint::asking::Asking;
use joint::consent::live_for;
use joint::family::asked;
use joint::movement::Standing;
use joint::state::{Pass, State};

/// A plan is sealed once, for an approved movement, no wider than the agreed schedule.
pub(crate) fn sealed(state: &State, asking: &Asking<'_>, act: &PlanSealed) -> Result<(), Refusal> {
    let known = at_standing(state, &act.movement, &[Standing::Approved])?;
    let Some(submitted) = &known.submitted else {
        return Err(Refusal::new(Reason::WrongState, "it has not been submitted"));
    };
    lots::share::bound(state, known, act)?;
    if act.draw_at >= submitted.window.end() {
        return Err(Refusal::new(Reason::OutsideConsent, "the draw falls after the window"));
    }
    let texts = asked(state, asking, (&known.notice.agreement, &known.notice.zone))?;
    // A lower text without a schedule of its own leaves it to the agreement.
    let mut texts = texts.iter().enumerate();
    texts.try_for_each(|(at, text)| match text.rules.disclosure() {
        [] if at > 0 => Ok(()),
        _ => as_scheduled(text.rules, act, submitted.window.start()),
    })
}

// No stage earlier, and to nobody else, than a text's schedule has it.
fn as_scheduled(rules: &Rules, act: &PlanSealed, start: Moment) -> Result<(), Refusal> {
    // The exact truth does not exist before the first of its stages may be told.
    let drawn = rules.disclosure().iter().filter(|step| veil::plan::is_drawn(step.stage));
    let earliest = drawn.map(|step| start.plus_ms(-step.before_ms)).min();
    if act.draw_at < earliest.unwrap_or(start) {
        return Err(Refusal::new(Reason::TooEarly, "the draw falls before its agreed time"));
    }
    for disclosure in &act.disclosures {
        let step = rules.disclosure().iter().find(|step| step.stage == disclosure.stage);
        let step = step.ok_or_else(|| not_agreed("that stage is not in the schedule"))?;
        if disclosure.roles.iter().any(|role| !step.roles.contains(role)) {
            return Err(not_agreed("a role is not in the schedule for that stage"));
        }
        if disclosure.not_before < start.plus_ms(-step.before_ms) {
            return Err(Refusal::new(Reason::TooEarly, "a stage opens before its agreed time"));
        }
    }
    Ok(())
}

fn not_agreed(detail: &str) -> Refusal {
    Refusal::new(Reason::NotOnTheList, detail)
}

/// A half of a stage's key is given up at its time and not before.
pub(crate) fn released(
    state: &State,
    asking: &Asking<'_>,
    act: &StageReleased,
) -> Result<(), Refusal> {
    use Standing::{Drawn, Held, Sealed, UnderWay};
    let known = at_standing(state, &act.movement, &[Sealed, Drawn, UnderWay, Held])?;
    let Some(plan) = &known.plan else { return Err(Reason::WrongState.into()) };
    veil::schedule::may_release(plan, act.stage, asking.at).map_err(|reason| {
        let when = plan.disclosures.iter().find(|disclosure| disclosure.stage == act.stage);
        let when = when.map_or_else(String::new, |step| format!("not before {}", step.not_before));
        Refusal::new(reason, when)
    })?;
    let drawn_stage = matches!(act.stage, Stage::Minute | Stage::Route);
    if drawn_stage && !known.drawn() {
        return Err(Refusal::new(Reason::DrawIncomplete, "it does not exist before the draw"));
    }
    let halves = known.released.get(&act.stage);
    if halves.is_some_and(|halves| halves.contains_key(&asking.side)) {
        return Err(Refusal::new(Reason::AlreadyExists, "your side has released it"));
    }
    Ok(())
}

/// A pass carries what the movement allows and the guest node's signature.
pub(crate) fn pass_issued(
    state: &State,
    asking: &Asking<'_>,
    act: &PassIssued,
) -> Result<(), Refusal> {
    if state.passes.contains_key(&act.pass) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("`{}`", act.pass)));
    }
    welcome(state, asking, std::iter::once(&act.holder))?;
    let known = find(state, &act.movement)?;
    let subject = Subject::Movement(act.movement.clone());
    let consent = live_for(state, &subject, asking.at, asking.sight())
        .ok_or_else(|| without_consent(state, asking, &subject, "a pass needs the host's lease"))?;
    let inside = known.notice.zone == act.zone
        && act.window.start() >= consent.from
        && known.notice.day.contains(act.window);
    if !inside {
        return Err(Refusal::new(Reason::OutsideConsent, "zone or window is not the movement's"));
    }
    let claims = signed_by(state, &act.code, &[Side::Guest])?;
    let basis = pass::basis::of_claims(&claims, &act.basis)
        .map_err(|cause| Refusal::new(Reason::BadPass, cause.code()))?;
    // Two living passes on one bit could not be revoked apart.
    let taken = |other: &Pass| other.index == claims.index && other.window.overlaps(claims.window);
    if state.passes.values().any(taken) {
        return Err(Refusal::new(Reason::BadPass, "another living pass has its index"));
    }
    let same = claims.pass == act.pass
        && basis.movement == act.movement
        && basis.holder == act.holder
        && known.consent.as_ref() == Some(&basis.consent)
        && claims.zone == act.zone
        && claims.window == act.window;
    if same { Ok(()) } else { Err(Refusal::new(Reason::BadPass, "claims and act differ")) }
}

/// The host's node adds its signature to the same claims.
pub(crate) fn pass_countersigned(
    state: &State,
    asking: &Asking<'_>,
    act: &PassCountersigned,
) -> Result<(), Refusal> {
    let known = state
        .passes
        .get(&act.pass)
        .ok_or_else(|| Refusal::new(Reason::UnknownPass, format!("no pass `{}`", act.pass)))?;
    if known.countersigned || known.revoked.is_some() {
        return Err(Refusal::new(Reason::WrongState, "it is countersigned or revoked"));
    }
    let subject = Subject::Movement(known.movement.clone());
    if live_for(state, &subject, asking.at, asking.sight()).is_none() {
        return Err(without_consent(state, asking, &subject, "a pass needs the host's lease"));
    }
    let claims = signed_by(state, &act.code, &[Side::Host, Side::Guest])?;
    welcome(state, asking, std::iter::once(&known.holder))?;
    let issued = pass::code::claims_of(&known.code).ok();
    if issued.as_ref() == Some(&claims) {
        return Ok(());
    }
    Err(Refusal::new(Reason::BadPass, "the claims are not those that were issued"))
}

fn signed_by(state: &State, code: &[u8], sides: &[Side]) -> Result<Claims, Refusal> {
    let bad = |cause: String| Refusal::new(Reason::BadPass, cause);
    for side in sides {
        let party = state.parties.get(side).ok_or(Reason::NotFounded)?;
        pass::code::signed_by(code, &party.node).map_err(|cause| bad(cause.to_string()))?;
    }
    pass::code::claims_of(code).map_err(|cause| bad(cause.to_string()))
}

/// Either side revokes a pass that lives.
pub(crate) fn pass_revoked(state: &State, act: &PassRevoked) -> Result<(), Refusal> {
    text(&act.reason)?;
    let known = state
        .passes
        .get(&act.pass)
        .ok_or_else(|| Refusal::new(Reason::UnknownPass, format!("no pass `{}`", act.pass)))?;
    if known.revoked.is_some() {
        return Err(Refusal::new(Reason::WrongState, "it is revoked already"));
    }
    Ok(())
}
