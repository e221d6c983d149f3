//! Verdicts: the agreement's whole answer to a request, yes or no.

use accord::rules::{Decision, Deed};
use words::deployment::{DeploymentRequested, Subject, Terms};
use words::id::{AgreementId, MovementId};
use words::presence::Purpose;
use words::refusal::{Reason, Refusal};

use crate::judge::facts::{Ask, Depth, decision, in_force};
use joint::asking::Asking;
use joint::consent::live;
use joint::state::State;

/// What the agreement says to a request for a deployment, as leases stand now.
pub fn deployment(
    state: &State,
    asking: &Asking<'_>,
    request: &DeploymentRequested,
) -> Result<Decision, Refusal> {
    let subject = Subject::Deployment(request.deployment.clone());
    let mut question = Ask::terms(Deed::Deploy, request.purpose, &request.terms);
    // Under its own living lease its slots are counted already.
    question.consent = live(state, &subject, asking.at).map(|_| &subject);
    question.depth = Depth::Explained;
    decision(state, asking, &request.agreement, &question)
}

/// What the agreement says to a movement that has been submitted.
pub fn movement(
    state: &State,
    asking: &Asking<'_>,
    movement: &MovementId,
) -> Result<Decision, Refusal> {
    let known = state.movements.get(movement).ok_or(Reason::UnknownMovement)?;
    let submitted = known.submitted.as_ref().ok_or(Reason::WrongState)?;
    let mut question = Ask::movement(Deed::Move, submitted.purpose, &known.notice.zone);
    question.notice_ms = known.notice.day.start().ms_since(known.noticed_at);
    question.depth = Depth::Explained;
    decision(state, asking, &known.notice.agreement, &question)
}

/// What the agreement would say to a deed that nobody has asked for: nothing is recorded.
///
/// A movement is taken to be noticed in normal time and to have the armour that is agreed; guest
/// personnel act under a living lease of the same category and zone, if there is one.
pub fn trial(
    state: &State,
    asking: &Asking<'_>,
    agreement: &AgreementId,
    (deed, terms): (Deed, &Terms),
) -> Result<Decision, Refusal> {
    let (_, rules) = in_force(state, agreement)?;
    let purpose = Purpose::ProtectPersons;
    let lease = state
        .consents
        .values()
        .find(|consent| consent.lives(asking.at) && covers(state, &consent.subject, terms));
    let question = match deed {
        Deed::Deploy => Ask::terms(deed, purpose, terms),
        Deed::OrderTask | Deed::Enter => {
            let subject = lease.map(|consent| &consent.subject);
            Ask { consent: subject, ..Ask::terms(deed, purpose, terms) }
        }
        Deed::Notice | Deed::Move | Deed::Depart => Ask {
            armour: Some(rules.armour_min()),
            notice_ms: rules.notice().map_or(0, |notice| notice.normal_ms),
            ..Ask::movement(deed, purpose, &terms.zone)
        },
    };
    decision(state, asking, agreement, &Ask { depth: Depth::Explained, ..question })
}

fn covers(state: &State, subject: &Subject, terms: &Terms) -> bool {
    let Subject::Deployment(id) = subject else { return false };
    state.deployments.get(id).is_some_and(|known| {
        let leased = &known.request.terms;
        leased.category == terms.category && leased.zone == terms.zone
    })
}
