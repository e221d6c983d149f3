//! Applies a judged act to the joint state. It cannot fail.

mod cycle;
mod deployment;
mod duty;
mod keys;
mod movement;
mod paper;
mod standing;

use words::act::Act;
use words::deployment::Subject;
use words::refusal::Reason;

use crate::asking::Asking;
use crate::consent::live_for;
use crate::rests::disowning;
use crate::state::{Party, State, Unlawful};

impl State {
    /// Applies an act that `judge` allowed on this very state.
    #[expect(clippy::too_many_lines, reason = "one line an act")]
    pub fn apply(&mut self, asking: &Asking<'_>, act: Act) {
        self.acted += 1;
        self.rests.note(asking, &act);
        if let Some(disowned) = disowning(&act) {
            self.disowned(asking, disowned);
        }
        match act {
            Act::PartyFounded(founded) => {
                self.parties.insert(asking.side, Party::of(founded));
            }
            Act::RootOrdered(act) => self.root_ordered(asking, act),
            // Held by the ledger's reader, by the ledger alone, or by whoever shows a review.
            Act::KeyEnrolled(_)
            | Act::KeyVoided(_)
            | Act::PeerPaired(_)
            | Act::BodyErased(_)
            | Act::AgreementDrafted(_)
            // Of these the header alone counts: [`State::apply_words`].
            | Act::RefusalRecorded(_)
            | Act::Commented(_)
            | Act::LetterSent(_)
            | Act::BodyRevealed(_) => {}
            Act::HeadKeyNamed(act) => self.head_key_named(asking, act),
            Act::WitnessQuorumShown(act) => self.quorum_shown(asking, &act),
            Act::MisbehaviourNoted(act) => {
                self.misbehaved.entry(act.party).or_default().push(act.code);
            }
            Act::AgreementProposed(act) => self.proposed(asking, act),
            Act::AgreementSigned(act) => self.signed(asking, &act),
            Act::AgreementSuspended(act) => self.suspended(asking, act),
            Act::AgreementResumed(act) => self.agreement_resumed(asking, act),
            Act::DeploymentRequested(act) => self.requested(asking, act),
            Act::ConsentGranted(act) => self.granted(asking, act),
            Act::ConsentRefused(act) => self.consent_refused(asking, act),
            Act::ConsentRenewed(act) => self.renewed(asking, &act),
            Act::ConsentRevoked(act) => self.revoked(asking, act),
            Act::TaskOrdered(act) => self.ordered(act),
            Act::TaskStarted(act) => self.started(asking, &act),
            Act::TaskEnded(act) => self.ended(asking, &act),
            Act::CapacityNoticed(act) => self.noticed(asking, act),
            Act::MovementSubmitted(act) => self.submitted(asking, act),
            Act::MovementAssessed(act) => self.assessed(asking, act),
            Act::MovementApproved(act) => self.approved(asking, &act),
            Act::PlanSealed(act) => self.plan_sealed(asking, act),
            Act::DrawCommitted(act) => self.draw_committed(asking, &act),
            Act::DrawRevealed(act) => self.draw_revealed(asking, &act),
            Act::DrawDefaulted(act) => self.draw_defaulted(asking, act),
            Act::StageReleased(act) => self.stage_released(asking, &act),
            Act::PassIssued(act) => self.pass_issued(act),
            Act::PassCountersigned(act) => self.pass_countersigned(act),
            Act::PassRevoked(act) => self.pass_revoked(asking, &act),
            Act::Departed(act) => self.departed(asking, act),
            Act::CheckedIn(act) => self.checked_in(asking, act),
            Act::MovementHalted(act) => self.halted(asking, act),
            Act::MovementResumed(act) => self.movement_resumed(asking, &act),
            Act::Arrived(act) => self.arrived(asking, &act),
            Act::Debriefed(act) => self.debriefed(asking, act),
            Act::Closed(act) => self.closed(asking, &act),
            Act::AlarmNoted(act) => self.alarm_noted(asking, act),
            Act::AlarmHandled(act) => self.alarm_handled(asking, act),
            Act::AlarmResolved(act) => self.alarm_resolved(asking, act),
            Act::ReviewOpened(act) => self.review_opened(asking, &act),
            Act::AgencyReviewed(act) => self.agency_reviewed(asking, &act),
            Act::AgreementInitialled(act) => self.initialled(asking, act),
            Act::ConditionMet(act) => self.condition_met(asking, act),
            Act::AgreementTerminated(act) => self.terminated(asking, act),
            Act::Accredited(act) => self.accredited(asking, act),
            Act::AccreditationAccepted(act) => self.accreditation_accepted(asking, &act),
            Act::AccreditationWithdrawn(act) => self.accreditation_withdrawn(asking, act),
            Act::LicenceRecorded(act) => self.licence_recorded(asking, act),
            Act::LicenceWithdrawn(act) => self.licence_withdrawn(asking, &act),
            Act::HostOfficersAssigned(act) => self.officers_assigned(asking, act),
            Act::EmergencyDeclared(act) => self.emergency_declared(asking, act),
            Act::EmergencyEnded(act) => self.emergency_ended(asking, &act),
            Act::RungClosed(act) => self.rung_closed(asking, act),
            Act::RungOpened(act) => self.rung_opened(asking, &act),
            Act::RecordOpened(act) => self.record_opened(asking, act),
            Act::RecordAnswered(act) => self.record_answered(asking, act),
            Act::ObligationBreached(act) => self.breach_noticed(asking, act),
        }
    }

    /// Applies an act on whose body the state does not rest, and which may be gone.
    pub fn apply_words(&mut self, number: u16) {
        self.acted += 1;
        // `refusal_recorded`: how often somebody asked and the answer was no.
        self.refusals += u64::from(number == 37);
    }

    /// Counts a void statement, and remembers presence that it admits without consent, and whose
    /// share of a draw was not what it should be.
    pub fn apply_void(&mut self, asking: &Asking<'_>, act: Option<&Act>, reason: Reason) {
        self.void += 1;
        let (what, heads, subject) = match act {
            Some(Act::TaskStarted(act)) => {
                let task = self.tasks.get(&act.task).map(|task| &task.order);
                let heads = task.map_or(1, |order| order.units.len());
                let subject = task.map(|order| Subject::Deployment(order.deployment.clone()));
                (act.task.to_string(), heads, subject)
            }
            Some(Act::Departed(act)) => {
                let movement = act.movement.clone();
                (movement.to_string(), 1, Some(Subject::Movement(movement)))
            }
            // Whoever has arrived is no longer there, even if he should not have left.
            Some(Act::Arrived(act)) => return self.leave(act.movement.as_str(), asking),
            Some(act) => return self.draw_void(asking, act, reason),
            None => return,
        };
        let consented = subject
            .is_some_and(|subject| live_for(self, &subject, asking.at, asking.sight()).is_some());
        if consented && of_form(reason) {
            return;
        }
        let headcount = u32::try_from(heads).unwrap_or(u32::MAX);
        let stay = Unlawful { what, headcount, from: asking.at, until: None, reason };
        self.unlawful.push(stay);
    }

    // The guest says that a stay which nobody consented to is over.
    fn leave(&mut self, what: &str, asking: &Asking<'_>) {
        let open = self.unlawful.iter_mut().filter(|stay| stay.what == what);
        for stay in open {
            stay.until.get_or_insert(asking.at);
        }
    }
}

// Void for its form, while the host's consent to the presence itself lives: the gate was red,
// or the host halted what was just leaving.
fn of_form(reason: Reason) -> bool {
    let forms = [
        Reason::WrongState,
        Reason::GateRed,
        Reason::DrawIncomplete,
        Reason::NoLivePass,
        Reason::RiskTooHigh,
    ];
    forms.contains(&reason)
}
