//! May this person do this act, now? The one judge, asked twice.

pub mod agreement;
pub mod consent;
pub mod cycle;
pub mod deployment;
pub mod duty;
pub mod evidence;
pub mod facts;
pub mod letter;
pub mod movement;
pub mod plan;
pub mod road;
pub mod standing;

use lots::share;
use words::act::Act;
use words::limit::REASON_CHARS_MAX;
use words::refusal::{Reason, Refusal};
use words::review::Circle;

use crate::rights::{Right, right, right_of_words};
use joint::asking::Asking;
use joint::state::State;

/// Nothing if the act may be done, else every reason that was found and who says so.
#[expect(clippy::too_many_lines, reason = "one line an act")]
pub fn judge(state: &State, asking: &Asking<'_>, act: &Act) -> Result<(), Refusal> {
    entitled(asking, act)?;
    evidence::in_good_standing(state, asking, act)?;
    cycle::of_its_circle(act, Circle::Shared)?;
    match act {
        // Keys and pairings belong to the ledger's reader: they hold before any state does. What
        // was seen or refused needs nobody's leave.
        Act::PartyFounded(_)
        | Act::KeyEnrolled(_)
        | Act::KeyVoided(_)
        | Act::PeerPaired(_)
        | Act::RootOrdered(_)
        | Act::AlarmNoted(_)
        | Act::RefusalRecorded(_) => Ok(()),
        Act::AgreementProposed(act) => agreement::proposed(state, asking, act),
        Act::AgreementSigned(act) => agreement::signed(state, asking, act),
        Act::AgreementSuspended(act) => agreement::suspended(state, asking, act),
        Act::AgreementResumed(act) => agreement::resumed(state, asking, act),
        Act::DeploymentRequested(act) => deployment::requested(state, asking, act),
        Act::ConsentGranted(act) => consent::granted(state, asking, act),
        Act::ConsentRefused(act) => consent::refused(state, act),
        Act::ConsentRenewed(act) => consent::renewed(state, asking, act),
        Act::ConsentRevoked(act) => consent::revoked(state, asking, act),
        Act::TaskOrdered(act) => deployment::ordered(state, asking, act),
        Act::TaskStarted(act) => deployment::started(state, asking, act),
        Act::TaskEnded(act) => deployment::ended(state, act),
        Act::CapacityNoticed(act) => movement::noticed(state, asking, act),
        Act::MovementSubmitted(act) => movement::submitted(state, asking, act),
        Act::MovementAssessed(act) => movement::assessed(state, act),
        Act::MovementApproved(act) => movement::approved(state, asking, act),
        Act::PlanSealed(act) => plan::sealed(state, asking, act),
        Act::DrawCommitted(act) => share::committed(state, asking, act),
        Act::DrawRevealed(act) => share::revealed(state, asking, act),
        Act::DrawDefaulted(act) => share::defaulted(state, asking, act),
        Act::StageReleased(act) => plan::released(state, asking, act),
        Act::PassIssued(act) => plan::pass_issued(state, asking, act),
        Act::PassCountersigned(act) => plan::pass_countersigned(state, asking, act),
        Act::PassRevoked(act) => plan::pass_revoked(state, act),
        Act::Departed(act) => road::departed(state, asking, act),
        Act::CheckedIn(act) => road::checked_in(state, act),
        Act::MovementHalted(act) => road::halted(state, asking, act),
        Act::MovementResumed(act) => road::resumed(state, asking, act),
        Act::Arrived(act) => road::arrived(state, act),
        Act::Debriefed(act) => road::debriefed(state, act),
        Act::Closed(act) => road::closed(state, act),
        Act::AlarmHandled(act) => road::alarm_handled(state, act),
        Act::AlarmResolved(act) => road::alarm_resolved(state, act),
        Act::MisbehaviourNoted(act) => evidence::misbehaviour(state, asking, act),
        Act::LetterSent(act) => letter::sent(act),
        Act::BodyRevealed(act) => letter::revealed(act),
        Act::BodyErased(act) => letter::erased(act),
        Act::WitnessQuorumShown(act) => evidence::shown(state, asking, act),
        Act::HeadKeyNamed(act) => evidence::head_key(state, asking, act),
        Act::AgreementDrafted(_) => Err(Reason::WrongAudience.into()),
        Act::ReviewOpened(act) => cycle::opened(state, asking, act),
        Act::AgencyReviewed(act) => cycle::reviewed(state, asking, act),
        Act::Commented(act) => cycle::commented(state, act),
        Act::AgreementInitialled(act) => cycle::initialled(state, asking, act),
        Act::ConditionMet(act) => cycle::met(state, asking, act),
        Act::AgreementTerminated(act) => cycle::terminated(state, asking, act),
        Act::Accredited(act) => standing::accredited(state, asking, act),
        Act::AccreditationAccepted(act) => standing::accepted(state, asking, act),
        Act::AccreditationWithdrawn(act) => standing::withdrawn(state, act),
        Act::LicenceRecorded(act) => standing::licensed(asking, act),
        Act::LicenceWithdrawn(act) => standing::licence_withdrawn(state, act),
        Act::HostOfficersAssigned(act) => standing::officers(state, asking, act),
        Act::EmergencyDeclared(act) => standing::declared(state, asking, act),
        Act::EmergencyEnded(act) => standing::ended(state, asking, act),
        Act::RungClosed(act) => standing::closed(state, act),
        Act::RungOpened(act) => standing::opened(state, act),
        Act::RecordOpened(act) => duty::opened(state, asking, act),
        Act::RecordAnswered(act) => duty::answered(state, asking, act),
        Act::ObligationBreached(act) => duty::breached(state, asking, act),
    }
}

/// Judges what both parties hear and on whose body the joint state does not rest: its header
/// says whose act it is, and that is all that can be judged once the body is gone.
pub(crate) fn entitled_words(asking: &Asking<'_>, number: u16) -> Result<(), Refusal> {
    let word = Act::word_of(number).unwrap_or("an act that is not known");
    entitled_by(asking, right_of_words(number), word)
}

pub(crate) fn entitled(asking: &Asking<'_>, act: &Act) -> Result<(), Refusal> {
    entitled_by(asking, right(act), act.word())
}

fn entitled_by(asking: &Asking<'_>, right: Right, word: &str) -> Result<(), Refusal> {
    if right.side.is_some_and(|owner| owner != asking.side) {
        return Err(Refusal::new(
            Reason::NotYourSide,
            format!("`{word}` belongs to the other side"),
        ));
    }
    if right.roles.iter().any(|role| asking.roles.contains(role)) {
        return Ok(());
    }
    Err(Refusal::new(Reason::NotYourRole, format!("`{word}` needs one of {:?}", right.roles)))
}

/// A text for people: not empty, and short enough to be read.
pub(crate) fn text(text: &str) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if (1..=REASON_CHARS_MAX).contains(&length) {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::BadText,
        format!("write 1 to {REASON_CHARS_MAX} characters, not {length}"),
    ))
}
