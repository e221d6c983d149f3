//! Records by kind: which provision, who opens, who answers how.

use words::duty::Record;
use words::record::{RecordKind, Step};
use words::role::{Role, Side};

/// Who may open a record: any of these roles, of one side where it is one side's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opener {
    /// Any of these.
    pub roles: &'static [Role],
    /// The side; `None` where either may.
    pub side: Option<Side>,
}

/// Whose step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The side that owes the answer.
    Owing,
    /// The side to which it is owed.
    Owed,
    /// The side that opened the record.
    Opener,
    /// The side that did not open it.
    Reader,
    /// The host.
    Host,
    /// The guest.
    Guest,
}

/// The provision without which there is no such record.
pub const fn provision(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::UseOfForce => "use_of_force",
        RecordKind::Detention => "detention_handover",
        RecordKind::Complaint | RecordKind::Restriction => "complaints_and_rights",
        RecordKind::Claim => "claims_and_compensation",
        RecordKind::Investigation => "joint_investigation",
        RecordKind::Loss => "weapons_and_equipment_losses",
        RecordKind::EquipmentTransfer => "capacity_building",
        RecordKind::Warning => "duty_to_warn",
        RecordKind::Support | RecordKind::ServiceReport => "host_support",
        RecordKind::Arrival => "entry_exit_customs",
        RecordKind::ProhibitedAct => "prohibited_acts",
        RecordKind::Removal => "removal_of_individual",
        RecordKind::PublicStatement => "public_statements",
        RecordKind::Committee => "joint_committee",
        RecordKind::Drill | RecordKind::Review => "review_exercises_kpis",
        RecordKind::LicenceAudit => "psc_licensing",
    }
}

/// Every office at a desk: which of them speaks is settled by the agreement itself.
const DESK: &[Role] = &[
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
    Role::DistrictCommand,
    Role::Analyst,
];

/// Who may open a record of a kind.
pub const fn opener(kind: RecordKind) -> Opener {
    use Role::{
        Analyst, ConsentOfficer, DistrictCommand, EscortLeader, JourneyManager, ProtectionLead,
        Signatory, WatchOfficer,
    };
    let (side, roles): (Option<Side>, &'static [Role]) = match kind {
        RecordKind::UseOfForce | RecordKind::Detention | RecordKind::ProhibitedAct => {
            (None, &[EscortLeader, WatchOfficer, ProtectionLead, DistrictCommand])
        }
        RecordKind::Complaint => {
            (None, &[WatchOfficer, ProtectionLead, ConsentOfficer, JourneyManager, Signatory])
        }
        RecordKind::Restriction => (None, &[WatchOfficer, ConsentOfficer, DistrictCommand]),
        RecordKind::Claim => (None, &[Signatory, ProtectionLead, ConsentOfficer]),
        RecordKind::Investigation => (None, &[Signatory, WatchOfficer, Analyst]),
        RecordKind::Loss => (None, &[WatchOfficer, EscortLeader, ProtectionLead]),
        RecordKind::EquipmentTransfer => (Some(Side::Guest), &[Signatory, ProtectionLead]),
        RecordKind::Warning => (None, &[WatchOfficer, Analyst]),
        RecordKind::Support => (Some(Side::Guest), &[ProtectionLead, JourneyManager, WatchOfficer]),
        RecordKind::Arrival => (Some(Side::Guest), &[ProtectionLead, JourneyManager]),
        RecordKind::Removal | RecordKind::LicenceAudit => {
            (Some(Side::Host), &[Signatory, ConsentOfficer])
        }
        RecordKind::PublicStatement => (None, DESK),
        RecordKind::Committee | RecordKind::Review => (None, &[Signatory]),
        RecordKind::Drill => (None, &[Signatory, WatchOfficer, ProtectionLead]),
        RecordKind::ServiceReport => (Some(Side::Host), &[WatchOfficer, DistrictCommand]),
    };
    Opener { roles, side }
}

/// The roles any of which may sign a step.
pub const fn answerer(step: Step) -> &'static [Role] {
    use Role::{
        Analyst, ConsentOfficer, DistrictCommand, EscortLeader, JourneyManager, ProtectionLead,
        Signatory, WatchOfficer,
    };
    match step {
        Step::Reported | Step::HandedOver => &[EscortLeader, WatchOfficer, ProtectionLead],
        Step::Received => DESK,
        Step::Preliminary | Step::Final => &[Signatory, WatchOfficer, Analyst],
        Step::Reviewed | Step::Answered | Step::Disciplined => {
            &[Signatory, ConsentOfficer, WatchOfficer, ProtectionLead]
        }
        Step::Paid => &[Signatory],
        Step::Provided => &[WatchOfficer, DistrictCommand, EscortLeader],
        Step::EndUseChecked => &[Signatory, ProtectionLead],
        Step::Lifted | Step::Renewed => &[WatchOfficer, ConsentOfficer, DistrictCommand, Signatory],
        Step::Disputed | Step::Corrected => &[Signatory, WatchOfficer, ProtectionLead],
        Step::Left => &[ProtectionLead, JourneyManager, EscortLeader],
        // The calendar's own step: a record of its kind is the answer.
        Step::Held => &[],
    }
}

/// The steps of a kind, in the order in which they are usually made, and whose each is.
pub const fn steps(kind: RecordKind) -> &'static [(Step, Who)] {
    match kind {
        RecordKind::UseOfForce => &[
            (Step::Reported, Who::Owing),
            (Step::Received, Who::Owed),
            (Step::Reviewed, Who::Owing),
        ],
        RecordKind::Detention => &[(Step::HandedOver, Who::Owing), (Step::Received, Who::Owed)],
        RecordKind::Complaint => &[(Step::Received, Who::Owing), (Step::Answered, Who::Owing)],
        RecordKind::Restriction => &[
            (Step::Received, Who::Reader),
            (Step::Renewed, Who::Opener),
            (Step::Lifted, Who::Opener),
        ],
        RecordKind::Claim => &[(Step::Received, Who::Owing), (Step::Paid, Who::Owing)],
        RecordKind::Investigation => &[
            (Step::Preliminary, Who::Host),
            (Step::Final, Who::Host),
            (Step::Disciplined, Who::Host),
        ],
        RecordKind::Loss => &[(Step::Reported, Who::Owing), (Step::Received, Who::Owed)],
        RecordKind::EquipmentTransfer => {
            &[(Step::Received, Who::Host), (Step::EndUseChecked, Who::Guest)]
        }
        RecordKind::Warning
        | RecordKind::Committee
        | RecordKind::Drill
        | RecordKind::ServiceReport
        | RecordKind::LicenceAudit => &[(Step::Received, Who::Reader)],
        RecordKind::Support => &[(Step::Provided, Who::Host)],
        RecordKind::Arrival => &[(Step::Received, Who::Host)],
        RecordKind::ProhibitedAct => {
            &[(Step::Answered, Who::Owing), (Step::Disciplined, Who::Owing)]
        }
        RecordKind::Removal => &[(Step::Left, Who::Guest), (Step::Lifted, Who::Host)],
        RecordKind::PublicStatement => {
            &[(Step::Disputed, Who::Reader), (Step::Corrected, Who::Opener)]
        }
        RecordKind::Review => &[(Step::Corrected, Who::Owing), (Step::Received, Who::Reader)],
    }
}

/// The side that a record says something about, where it says so itself.
pub const fn about(record: &Record) -> Option<Side> {
    match record {
        Record::UseOfForce(what) => Some(what.by),
        Record::Detention(what) => Some(what.by),
        Record::Complaint(what) => Some(what.against),
        Record::Loss(what) => Some(what.by),
        Record::ProhibitedAct(what) => Some(what.by),
        Record::Review(what) => Some(what.by),
        Record::Restriction(_)
        | Record::Claim(_)
        | Record::Investigation(_)
        | Record::EquipmentTransfer(_)
        | Record::Warning(_)
        | Record::Support(_)
        | Record::Arrival(_)
        | Record::Removal(_)
        | Record::PublicStatement(_)
        | Record::Committee(_)
        | Record::Drill(_)
        | Record::ServiceReport(_)
        | Record::LicenceAudit(_) => None,
    }
}
