//! Judges acts on consent: grant, refuse, renew, revoke.

use accord::rules::{Deed, Rules};
use words::deployment::{
    ConsentGranted, ConsentRefused, ConsentRenewed, ConsentRevoked, Subject, Terms,
};
use words::id::{AgreementId, ConsentId};
use words::limit::LEASE_MS_MAX;
use words::moment::{Moment, Window};
use words::refusal::{Reason, Refusal};

use crate::judge::facts::{Ask, ask, citing, in_force};
use crate::judge::text;
use joint::asking::Asking;
use joint::consent::{Consent, live};
use joint::movement::Standing;
use joint::state::State;

/// A grant answers a request, within the agreement, its ceilings and its longest lease.
pub(crate) fn granted(
    state: &State,
    asking: &Asking<'_>,
    act: &ConsentGranted,
) -> Result<(), Refusal> {
    if state.consents.contains_key(&act.consent) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("lease `{}`", act.consent)));
    }
    if live(state, &act.subject, asking.at).is_some() {
        return Err(Refusal::new(Reason::AlreadyExists, "it has a living lease: renew that"));
    }
    let (agreement, end) = match &act.subject {
        Subject::Deployment(id) => {
            let known = state.deployments.get(id).ok_or(Reason::UnknownDeployment)?;
            let terms = &known.request.terms;
            if act.headcount_max == 0 || act.headcount_max > terms.headcount {
                return Err(Refusal::new(
                    Reason::OutsideConsent,
                    format!("{} asked for, {} granted", terms.headcount, act.headcount_max),
                ));
            }
            let mut question = Ask::terms(Deed::Deploy, known.request.purpose, terms);
            question.headcount = act.headcount_max;
            ask(state, asking, &known.request.agreement, &question)?;
            (&known.request.agreement, terms.window.end())
        }
        Subject::Movement(id) => movement(state, asking, id)?,
    };
    let (_, rules) = in_force(state, agreement)?;
    lease(rules, asking.at, act.until, end)
}

fn movement<'a>(
    state: &'a State,
    asking: &Asking<'_>,
    id: &words::id::MovementId,
) -> Result<(&'a AgreementId, Moment), Refusal> {
    let known = state.movements.get(id).ok_or(Reason::UnknownMovement)?;
    let Some(submitted) = &known.submitted else {
        return Err(Refusal::new(Reason::WrongState, "it has not been submitted"));
    };
    let fit = matches!(
        known.standing,
        Standing::Assessed | Standing::Consented | Standing::Approved | Standing::Sealed
    ) || known.standing == Standing::Drawn
        || known.standing.on_the_road();
    if !fit {
        return Err(Refusal::new(
            Reason::WrongState,
            format!("it is {}; assess it first", known.standing.as_str()),
        ));
    }
    let mut question = Ask::movement(Deed::Move, submitted.purpose, &known.notice.zone);
    question.notice_ms = known.notice.day.start().ms_since(known.noticed_at);
    ask(state, asking, &known.notice.agreement, &question)?;
    Ok((&known.notice.agreement, known.notice.day.end()))
}

// A lease ends: after now, within the agreement's longest, within what was asked for.
fn lease(rules: &Rules, at: Moment, until: Moment, end: Moment) -> Result<(), Refusal> {
    let longest = rules.consent().lease_ms_max.min(LEASE_MS_MAX);
    if until <= at || until.ms_since(at) > longest || until > end {
        let last = at.plus_ms(longest).min(end);
        let detail = format!("a lease granted now ends after {at} and by {last}, not at {until}");
        return Err(citing(Refusal::new(Reason::LeaseTooLong, detail), rules, "host_consent"));
    }
    Ok(())
}

/// The host says no, with a reason.
pub(crate) fn refused(state: &State, act: &ConsentRefused) -> Result<(), Refusal> {
    text(&act.reason)?;
    match &act.subject {
        Subject::Deployment(id) => {
            let known = state.deployments.get(id).ok_or(Reason::UnknownDeployment)?;
            if known.consent.is_some() {
                return Err(Refusal::new(Reason::WrongState, "it has a lease: revoke that"));
            }
        }
        Subject::Movement(id) => {
            let known = state.movements.get(id).ok_or(Reason::UnknownMovement)?;
            if known.consent.is_some() || known.standing.ended() {
                return Err(Refusal::new(Reason::WrongState, "it has been answered"));
            }
        }
    }
    Ok(())
}

/// A renewal prolongs a lease that lives: a dead one must be asked for again.
pub(crate) fn renewed(
    state: &State,
    asking: &Asking<'_>,
    act: &ConsentRenewed,
) -> Result<(), Refusal> {
    let consent = find(state, &act.consent)?;
    if !consent.lives(asking.at) {
        return Err(Refusal::new(
            Reason::NoLiveConsent,
            format!("it died at {}: a new request is needed", consent.end()),
        ));
    }
    let Some(longer) = Window::new(consent.until, act.until) else {
        return Err(Refusal::new(Reason::BadNumber, "a renewal ends later than the lease"));
    };
    let (agreement, end) = match &consent.subject {
        Subject::Deployment(id) => {
            let known = state.deployments.get(id).ok_or(Reason::UnknownDeployment)?;
            // Others may have been granted the slots after this lease's end: count again.
            let terms = Terms { window: longer, ..known.request.terms.clone() };
            let mut question = Ask::terms(Deed::Deploy, known.request.purpose, &terms);
            question.headcount = consent.headcount_max;
            ask(state, asking, &known.request.agreement, &question)?;
            (&known.request.agreement, known.request.terms.window.end())
        }
        Subject::Movement(id) => movement(state, asking, id)?,
    };
    let (_, rules) = in_force(state, agreement)?;
    lease(rules, asking.at, act.until, end)
}

/// The host takes it back: no permission is needed, and a second time changes nothing.
pub(crate) fn revoked(
    state: &State,
    asking: &Asking<'_>,
    act: &ConsentRevoked,
) -> Result<(), Refusal> {
    text(&act.reason)?;
    let consent = find(state, &act.consent)?;
    if consent.lives(asking.at) {
        return Ok(());
    }
    Err(Refusal::new(Reason::NoLiveConsent, format!("it died at {}", consent.end())))
}

fn find<'a>(state: &'a State, id: &ConsentId) -> Result<&'a Consent, Refusal> {
    state
        .consents
        .get(id)
        .ok_or_else(|| Refusal::new(Reason::UnknownConsent, format!("no lease `{id}`")))
}
