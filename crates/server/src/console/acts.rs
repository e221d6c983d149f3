//! Acts: a posted form becomes a statement, or a no with its reasons.

use std::sync::Arc;

use article::root::root;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::page::summary;
use engine::acts::Accepted;
use engine::engine::Engine;
use engine::fault::Fault;
use folio::life::address;
use form::form::{Form, read};
use ledger::outcome::Outcome;
use note::key::SigningKey;
use tongue::speech::Tongue;
use words::act::Act;
use words::hash::StatementId;
use words::id::PartyId;
use words::refusal::{Reason, Refusal};

use crate::console::seat::Seat;
use door::app::App;
use door::ceremony::Drafted;
use door::failure::Failure;
use door::sent::Fields;

/// The fields of a form, in the order in which they came.
type Posted = Vec<(String, String)>;

/// `POST /act/WORD`: signs with the session's opened key file.
pub async fn act(
    State(app): State<Arc<App>>,
    seat: Seat,
    Path(word): Path<String>,
    Fields(fields): Fields<Posted>,
) -> Result<Response, Failure> {
    match perform(&app, seat.caller.signer.clone(), word, fields).await {
        Ok(home) => Ok(Redirect::to(&home).into_response()),
        Err(failure) => seat.no(&app, failure).await,
    }
}

/// `POST /act/draft/WORD`: what a passkey is to sign.
pub async fn draft(
    State(app): State<Arc<App>>,
    seat: Seat,
    Path(word): Path<String>,
    Fields(fields): Fields<Posted>,
) -> Result<Json<Drafted>, Failure> {
    let chance = chance()?;
    let (act, home) = app
        .with(move |engine| {
            let act = wished(engine, &word, (&fields, chance))?;
            let home = home(engine, &act);
            Ok::<_, Failure>((act, home))
        })
        .await??;
    let summary = summary::lines(&act, Tongue::of(seat.screen.lang));
    Ok(Json(app.draft_for_passkey(&seat.caller, act, summary, home).await?))
}

async fn perform(
    app: &Arc<App>,
    signer: Option<SigningKey>,
    word: String,
    fields: Posted,
) -> Result<String, Failure> {
    let (chance, key) = (chance()?, signer.ok_or_else(needs_passkey)?);
    app.with(move |engine| {
        let act = wished(engine, &word, (&fields, chance))?;
        let home = home(engine, &act);
        stands(engine.act(&key, act)?)?;
        Ok(home)
    })
    .await?
}

// A form of another screen, or without script: only the signing dialog reaches a passkey.
fn needs_passkey() -> Failure {
    let detail = "your key is a passkey: send the form again and sign in its dialog";
    Refusal::new(Reason::WrongState, detail).into()
}

fn wished(
    engine: &mut Engine,
    word: &str,
    (fields, chance): (&Posted, [u8; 32]),
) -> Result<Act, Failure> {
    let wish = read(word, &Form { fields, engine, chance })
        .map_err(|cause| Failure::Malformed(cause.to_string()))?;
    engine.resolve(wish).map_err(unresolved)
}

// A secret that cannot be made from what stands now is a no, not a broken node.
fn unresolved(fault: Fault) -> Failure {
    match &fault {
        Fault::Plan(_) | Fault::NoSecret { .. } => {
            Refusal::new(Reason::WrongState, fault.to_string()).into()
        }
        Fault::Read { .. }
        | Fault::Keep { .. }
        | Fault::NotFounded(_)
        | Fault::OwnLedger { .. }
        | Fault::Behind { .. }
        | Fault::Forked { .. }
        | Fault::Replaced
        | Fault::Vault { .. }
        | Fault::Key(_)
        | Fault::Input(_) => fault.into(),
    }
}

fn stands(accepted: Accepted) -> Result<(), Failure> {
    match accepted.outcome {
        Some(Outcome::Void(refusal)) => Err(refusal.into()),
        Some(Outcome::Acted | Outcome::Silent) | None => Ok(()),
    }
}

/// The page on which the effect of an act is seen.
#[expect(clippy::too_many_lines, reason = "one line an act")]
pub fn home(engine: &Engine, act: &Act) -> String {
    let movement = |id: &dyn std::fmt::Display| format!("/m/{id}");
    match act {
        Act::AlarmNoted(_) | Act::AlarmHandled(_) | Act::AlarmResolved(_) => "/watch".to_owned(),
        Act::AgreementSigned(_) | Act::AgreementSuspended(_) | Act::AgreementResumed(_) => {
            "/agreement".to_owned()
        }
        Act::DeploymentRequested(_)
        | Act::ConsentGranted(_)
        | Act::ConsentRefused(_)
        | Act::ConsentRenewed(_)
        | Act::ConsentRevoked(_)
        | Act::TaskOrdered(_)
        | Act::TaskStarted(_)
        | Act::TaskEnded(_) => "/consent".to_owned(),
        Act::CapacityNoticed(act) => movement(&act.movement),
        Act::MovementSubmitted(act) => movement(&act.movement),
        Act::MovementAssessed(act) => movement(&act.movement),
        Act::MovementApproved(act) => movement(&act.movement),
        Act::PlanSealed(act) => movement(&act.movement),
        Act::DrawCommitted(act) => movement(&act.movement),
        Act::DrawRevealed(act) => movement(&act.movement),
        Act::DrawDefaulted(act) => movement(&act.movement),
        Act::StageReleased(act) => movement(&act.movement),
        Act::PassIssued(act) => movement(&act.movement),
        Act::PassCountersigned(act) => of_pass(engine, &act.pass),
        Act::PassRevoked(act) => of_pass(engine, &act.pass),
        Act::Departed(act) => movement(&act.movement),
        Act::CheckedIn(act) => movement(&act.movement),
        Act::MovementHalted(act) => movement(&act.movement),
        Act::MovementResumed(act) => movement(&act.movement),
        Act::Arrived(act) => movement(&act.movement),
        Act::Debriefed(act) => movement(&act.movement),
        Act::Closed(act) => movement(&act.movement),
        Act::PartyFounded(_)
        | Act::KeyEnrolled(_)
        | Act::KeyVoided(_)
        | Act::PeerPaired(_)
        | Act::RootOrdered(_)
        | Act::RefusalRecorded(_)
        | Act::HeadKeyNamed(_)
        | Act::WitnessQuorumShown(_)
        | Act::MisbehaviourNoted(_) => "/ledger".to_owned(),
        Act::LetterSent(_) => "/letters".to_owned(),
        Act::BodyRevealed(act) => of_statement(engine, (&act.ledger, act.statement)),
        Act::BodyErased(act) => {
            let ledger = act.ledger.as_ref().unwrap_or(&engine.config().party);
            of_statement(engine, (ledger, act.statement))
        }
        Act::Accredited(_)
        | Act::AccreditationAccepted(_)
        | Act::AccreditationWithdrawn(_)
        | Act::LicenceRecorded(_)
        | Act::LicenceWithdrawn(_)
        | Act::HostOfficersAssigned(_)
        | Act::EmergencyDeclared(_)
        | Act::EmergencyEnded(_)
        | Act::RungClosed(_)
        | Act::RungOpened(_) => "/rungs".to_owned(),
        Act::RecordOpened(act) => format!("/records/{}", act.record),
        Act::RecordAnswered(act) => format!("/records/{}", act.record),
        Act::ObligationBreached(_) => "/obligations".to_owned(),
        Act::AgreementDrafted(act) => address(&act.agreement, root(&act.text)),
        Act::AgreementProposed(act) => address(&act.agreement, root(&act.text)),
        Act::ReviewOpened(act) => address(&act.agreement, act.text),
        Act::AgencyReviewed(act) => address(&act.agreement, act.text),
        Act::Commented(act) => {
            let place =
                act.article.as_ref().map_or("whole".to_owned(), |it| format!("article-{it}"));
            format!("{}#{place}", address(&act.agreement, act.text))
        }
        Act::AgreementInitialled(act) => address(&act.agreement, act.text),
        Act::ConditionMet(act) => address(&act.agreement, act.text),
        Act::AgreementTerminated(act) => format!("/agreement?id={}", act.agreement),
    }
}

fn of_statement(engine: &Engine, (ledger, id): (&PartyId, StatementId)) -> String {
    let line = engine.statement_of(&(ledger.clone(), id));
    line.map_or("/ledger".to_owned(), |line| format!("/ledger/{ledger}/{}", line.entry.index))
}

fn of_pass(engine: &Engine, pass: &words::id::PassId) -> String {
    let known = engine.state().passes.get(pass);
    known.map_or_else(|| "/movements".to_owned(), |pass| format!("/m/{}", pass.movement))
}

fn chance() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Failure::Fault(cause.to_string()))?;
    Ok(bytes)
}
