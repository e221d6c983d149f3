//! Records that duties ask for, the steps of their answer, and breaches.
//!
//! A record names nobody: people are pseudonyms, serials and minutes are hashes, and no third
//! person stands in it at all.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::clause::{Drill, Harm, Prohibited, Service, Severity};
use crate::hash::Hash;
use crate::id::{AgreementId, IncidentId, ObligationId, PersonId, RecordId, UnitId, ZoneId};
use crate::moment::Moment;
use crate::record::{Channel, Force, Grievance, Item, RecordKind, Step};
use crate::role::{Role, Side};

/// Force was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct UseOfForce {
    /// By whose personnel.
    #[n(0)]
    pub by: Side,
    /// By which of them.
    #[n(1)]
    pub unit: UnitId,
    /// When.
    #[n(2)]
    pub at: Moment,
    /// Where.
    #[n(3)]
    pub zone: ZoneId,
    /// How hard.
    #[n(4)]
    pub level: Force,
    /// Was a warning given first?
    #[n(5)]
    pub warned: bool,
    /// Shots fired.
    #[n(6)]
    pub rounds: u32,
    /// Persons hurt.
    #[n(7)]
    pub injured: u32,
    /// Was medical aid given?
    #[n(8)]
    pub medical_aid: bool,
    /// Was an officer of the host there?
    #[n(9)]
    pub host_officer: bool,
    /// Why; no names.
    #[n(10)]
    pub reason: String,
}

/// Somebody is held until the host takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Detention {
    /// By whose personnel.
    #[n(0)]
    pub by: Side,
    /// How many persons.
    #[n(1)]
    pub persons: u32,
    /// Since when.
    #[n(2)]
    pub at: Moment,
    /// Where.
    #[n(3)]
    pub zone: ZoneId,
    /// Why; no names.
    #[n(4)]
    pub reason: String,
}

/// Somebody complains about a side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// About whose conduct.
    #[n(0)]
    pub against: Side,
    /// How it came.
    #[n(1)]
    pub channel: Channel,
    /// What about.
    #[n(2)]
    pub grievance: Grievance,
    /// Who complains, by pseudonym; nobody if it is anonymous.
    #[n(3)]
    pub complainant: Option<PersonId>,
    /// What happened; no names.
    #[n(4)]
    pub summary: String,
}

/// A protected person's movement is restricted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// Whose movement, by pseudonym.
    #[n(0)]
    pub unit: UnitId,
    /// The office that ordered it.
    #[n(1)]
    pub authority: String,
    /// Why.
    #[n(2)]
    pub reason: String,
    /// When it ends unless renewed with reasons.
    #[n(3)]
    pub until: Moment,
}

/// Harm is to be compensated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What harm.
    #[n(0)]
    pub harm: Harm,
    /// How many persons or things.
    #[n(1)]
    pub count: u32,
    /// By the schedule of the agreement, in whole units of its currency.
    #[n(2)]
    pub amount: u64,
}

/// An incident that both sides investigate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Investigation {
    /// Which.
    #[n(0)]
    pub incident: IncidentId,
    /// How bad.
    #[n(1)]
    pub severity: Severity,
    /// What is known when it opens; no names.
    #[n(2)]
    pub summary: String,
}

/// A weapon or equipment is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// Whose.
    #[n(0)]
    pub by: Side,
    /// What.
    #[n(1)]
    pub item: Item,
    /// Hash of its serial number: it can be recognised when found, and not looked up.
    #[n(2)]
    pub serial: Hash,
    /// When it was missed.
    #[n(3)]
    pub at: Moment,
    /// Where it was last.
    #[n(4)]
    pub zone: ZoneId,
}

/// Equipment or training that the sender gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct EquipmentTransfer {
    /// Which line of the agreement's list, from 1.
    #[n(0)]
    pub line: u32,
    /// How many.
    #[n(1)]
    pub quantity: u32,
    /// Where it will be used, by office.
    #[n(2)]
    pub end_user: String,
}

/// A threat is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct WarningGiven {
    /// How bad.
    #[n(0)]
    pub severity: Severity,
    /// Since when it has been known.
    #[n(1)]
    pub known_at: Moment,
    /// To whom at the other side.
    #[n(2)]
    pub addressed: Vec<Role>,
    /// What is to be expected; no names.
    #[n(3)]
    pub summary: String,
}

/// The sender asks for the host's support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct SupportRequested {
    /// What.
    #[n(0)]
    pub service: Service,
    /// How much: seats, vehicles or persons.
    #[n(1)]
    pub amount: u32,
    /// Where.
    #[n(2)]
    pub zone: ZoneId,
}

/// Personnel and kit have come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    /// Through which port of entry.
    #[n(0)]
    pub port: ZoneId,
    /// How many persons.
    #[n(1)]
    pub persons: u32,
    /// When.
    #[n(2)]
    pub at: Moment,
    /// Commitment to the serial numbers of weapons and kit, if there are any.
    #[n(3)]
    pub serials: Option<Hash>,
}

/// An act that is never done was done: a breach case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ProhibitedActReported {
    /// By whose personnel.
    #[n(0)]
    pub by: Side,
    /// Which act.
    #[n(1)]
    pub prohibited: Prohibited,
    /// When.
    #[n(2)]
    pub at: Moment,
    /// Where.
    #[n(3)]
    pub zone: ZoneId,
    /// What was seen; no names.
    #[n(4)]
    pub summary: String,
}

/// The host declares a person unwelcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// Whom, by pseudonym. The person's passes and task authority die at once.
    #[n(0)]
    pub unit: UnitId,
    /// Why.
    #[n(1)]
    pub reason: String,
}

/// What a side will say to the public, signed before it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PublicStatement {
    /// Not before.
    #[n(0)]
    pub publish_at: Moment,
    /// The words.
    #[n(1)]
    pub summary: String,
}

/// The committee has met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct CommitteeMet {
    /// Members of the host.
    #[n(0)]
    pub host_members: u32,
    /// Members of the guest.
    #[n(1)]
    pub guest_members: u32,
    /// Hash of the minutes.
    #[n(2)]
    pub minutes: Hash,
}

/// An exercise was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct DrillHeld {
    /// Which.
    #[n(0)]
    pub drill: Drill,
    /// What was learnt.
    #[n(1)]
    pub summary: String,
}

/// Something was reviewed, and a side takes corrective action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ReviewHeld {
    /// Who acts.
    #[n(0)]
    pub by: Side,
    /// What is to be done.
    #[n(1)]
    pub action: String,
}

/// How the host's support went since the last report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ServiceReported {
    /// How often it was asked for.
    #[n(0)]
    pub asked: u32,
    /// How often it came in time.
    #[n(1)]
    pub in_time: u32,
}

/// A security company was audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct LicenceAudited {
    /// Hash of the auditor's certificate.
    #[n(0)]
    pub certificate: Hash,
    /// What was found.
    #[n(1)]
    pub summary: String,
}

macro_rules! records {
    ($($index:literal $kind:ident $word:literal $type:ident),+ $(,)?) => {
        /// What a record says, by kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
        #[serde(tag = "kind")]
        #[expect(missing_docs, reason = "each variant is documented at the type it carries")]
        pub enum Record {
            $(#[n($index)] #[serde(rename = $word)] $kind(#[n(0)] $type)),+
        }

        impl Record {
            /// Its kind.
            pub const fn kind(&self) -> RecordKind {
                match self { $(Self::$kind(_) => RecordKind::$kind),+ }
            }
        }

        $(impl From<$type> for Record {
            fn from(of: $type) -> Self {
                Self::$kind(of)
            }
        })+
    };
}

records! {
    0 UseOfForce "use_of_force" UseOfForce,
    1 Detention "detention" Detention,
    2 Complaint "complaint" Complaint,
    3 Restriction "restriction" Restriction,
    4 Claim "claim" Claim,
    5 Investigation "investigation" Investigation,
    6 Loss "loss" Loss,
    7 EquipmentTransfer "equipment_transfer" EquipmentTransfer,
    8 Warning "warning" WarningGiven,
    9 Support "support" SupportRequested,
    10 Arrival "arrival" Arrival,
    11 ProhibitedAct "prohibited_act" ProhibitedActReported,
    12 Removal "removal" Removal,
    13 PublicStatement "public_statement" PublicStatement,
    14 Committee "committee" CommitteeMet,
    15 Drill "drill" DrillHeld,
    16 Review "review" ReviewHeld,
    17 ServiceReport "service_report" ServiceReported,
    18 LicenceAudit "licence_audit" LicenceAudited,
}

/// A record is opened under an agreement that provides for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RecordOpened {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Under which agreement.
    #[n(1)]
    pub agreement: AgreementId,
    /// What it says.
    #[n(2)]
    pub what: Record,
}

/// A step of the answer to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RecordAnswered {
    /// Which record.
    #[n(0)]
    pub record: RecordId,
    /// Which step.
    #[n(1)]
    pub step: Step,
    /// In words; no names.
    #[n(2)]
    pub detail: String,
}

/// A node saw that an obligation was not kept in time, and keeps that as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ObligationBreached {
    /// Which.
    #[n(0)]
    pub obligation: ObligationId,
    /// The article that says so.
    #[n(1)]
    pub article: String,
    /// Who owed it.
    #[n(2)]
    pub owed_by: Side,
    /// When it was due.
    #[n(3)]
    pub due: Moment,
}
