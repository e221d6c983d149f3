//! Who may sign which act: one owner per fact, one table.

use duty::table::{answerer, opener};
use ledger::custody::CARRIERS;
use words::act::Act;
use words::role::{Role, Side};

/// The roles any one of which suffices, and the side if the fact has one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// Any of these.
    pub roles: &'static [Role],
    /// The owner of the fact; `None` where either side may.
    pub side: Option<Side>,
}

const fn host(roles: &'static [Role]) -> Right {
    Right { roles, side: Some(Side::Host) }
}

const fn guest(roles: &'static [Role]) -> Right {
    Right { roles, side: Some(Side::Guest) }
}

const fn either(roles: &'static [Role]) -> Right {
    Right { roles, side: None }
}

/// Whoever knows the ground may speak in a review; the statement says who did.
pub const SPEAKERS: &[Role] = &[
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::DistrictCommand,
    Role::Analyst,
];

/// Whoever serves at a desk or in the field may write; what is written is signed.
pub const WRITERS: &[Role] = &[
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
    Role::DistrictCommand,
    Role::CheckpointOfficer,
    Role::Analyst,
    Role::Inspector,
];

/// The right that an act needs whose body may be gone: its header alone says which.
pub const fn right_of_words(number: u16) -> Right {
    match number {
        37 => either(&[Role::Node]),
        43 => either(SPEAKERS),
        _ => either(WRITERS),
    }
}

/// The right that an act needs.
#[expect(clippy::too_many_lines, reason = "one line an act")]
pub const fn right(act: &Act) -> Right {
    use Role::{
        Analyst, ConsentOfficer, DistrictCommand, EscortLeader, JourneyManager, Node,
        ProtectionLead, Root, Signatory, WatchOfficer,
    };
    match act {
        Act::PartyFounded(_) | Act::KeyEnrolled(_) | Act::KeyVoided(_) | Act::PeerPaired(_) => {
            either(&[Root])
        }
        Act::AgreementProposed(_) | Act::AgreementSigned(_) | Act::AgreementResumed(_) => {
            either(&[Signatory])
        }
        Act::AgreementSuspended(_) => either(&[Signatory, ConsentOfficer]),
        Act::DeploymentRequested(_)
        | Act::TaskOrdered(_)
        | Act::MovementApproved(_)
        | Act::Accredited(_) => guest(&[ProtectionLead]),
        Act::ConsentGranted(_)
        | Act::ConsentRefused(_)
        | Act::ConsentRenewed(_)
        | Act::ConsentRevoked(_)
        | Act::AccreditationAccepted(_)
        | Act::LicenceRecorded(_)
        | Act::LicenceWithdrawn(_)
        | Act::RungClosed(_)
        | Act::RungOpened(_) => host(&[ConsentOfficer]),
        Act::TaskStarted(_) | Act::TaskEnded(_) => guest(&[ProtectionLead, EscortLeader]),
        Act::CapacityNoticed(_) | Act::MovementSubmitted(_) | Act::PlanSealed(_) => {
            guest(&[JourneyManager])
        }
        Act::MovementAssessed(_) => host(&[Analyst, WatchOfficer]),
        // Timed acts that carry out a plan which persons signed: a node may do them by itself.
        Act::DrawCommitted(_)
        | Act::DrawRevealed(_)
        | Act::DrawDefaulted(_)
        | Act::StageReleased(_) => either(&[JourneyManager, WatchOfficer, Node]),
        Act::PassIssued(_) => guest(&[ProtectionLead, JourneyManager]),
        Act::PassCountersigned(_) => host(&[ConsentOfficer, WatchOfficer]),
        Act::PassRevoked(_) => either(&[ConsentOfficer, WatchOfficer, ProtectionLead]),
        Act::Departed(_) | Act::Arrived(_) | Act::Debriefed(_) | Act::Closed(_) => {
            guest(&[JourneyManager, EscortLeader])
        }
        Act::CheckedIn(_) => either(&[EscortLeader, WatchOfficer, JourneyManager]),
        Act::MovementHalted(_) | Act::MovementResumed(_) => {
            either(&[WatchOfficer, ConsentOfficer, JourneyManager, EscortLeader])
        }
        Act::AlarmNoted(_) | Act::AlarmHandled(_) | Act::AlarmResolved(_) => {
            either(&[WatchOfficer])
        }
        Act::RefusalRecorded(_) | Act::MisbehaviourNoted(_) | Act::ObligationBreached(_) => {
            either(&[Node])
        }
        // A node erases what has been kept for as long as the agreement lets it, and what the
        // author's side erased.
        Act::BodyErased(_) => either(&[Root, Signatory, Node]),
        Act::AgreementDrafted(_)
        | Act::ReviewOpened(_)
        | Act::AgreementInitialled(_)
        | Act::ConditionMet(_)
        | Act::AgreementTerminated(_) => either(&[Signatory]),
        Act::AccreditationWithdrawn(_) => either(&[ConsentOfficer, ProtectionLead]),
        Act::HostOfficersAssigned(_) => host(&[ConsentOfficer, WatchOfficer, DistrictCommand]),
        // The agreement names the side; the judge asks it.
        Act::EmergencyDeclared(_) | Act::EmergencyEnded(_) => {
            either(&[Signatory, ConsentOfficer, WatchOfficer, ProtectionLead])
        }
        Act::RecordOpened(act) => {
            let opener = opener(act.what.kind());
            Right { roles: opener.roles, side: opener.side }
        }
        // Whose step it is depends on the record: `judge::duty` asks.
        Act::RecordAnswered(act) => either(answerer(act.step)),
        Act::AgencyReviewed(_) | Act::Commented(_) => either(SPEAKERS),
        // What custodians ordered is only carried: its authority is in it.
        Act::RootOrdered(_) => either(CARRIERS),
        Act::HeadKeyNamed(_) => either(&[Node]),
        Act::LetterSent(_) | Act::BodyRevealed(_) => either(WRITERS),
        // What witnesses signed is true whoever shows it.
        Act::WitnessQuorumShown(_) => either(&[Node, Signatory, ConsentOfficer, WatchOfficer]),
    }
}
