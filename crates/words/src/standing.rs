//! Acts on standing: accreditation, licences, officers, emergency, rungs.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::clause::Training;
use crate::id::{AccreditationId, AgreementId, CompanyId, DeploymentId, TaskId, UnitId, ZoneId};
use crate::moment::Moment;
use crate::presence::{Category, Rung};

/// Guest says what one of its people has shown; it counts once the host has accepted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Accredited {
    /// The item.
    #[n(0)]
    pub accreditation: AccreditationId,
    /// Who, by pseudonym.
    #[n(1)]
    pub unit: UnitId,
    /// Of which category.
    #[n(2)]
    pub category: Category,
    /// What was shown.
    #[n(3)]
    pub item: Training,
    /// When it was shown.
    #[n(4)]
    pub shown: Moment,
    /// It counts no longer from this moment on, and the agreement may say sooner.
    #[n(5)]
    pub until: Moment,
    /// The company that fields the person, if one does.
    #[n(6)]
    pub company: Option<CompanyId>,
}

/// Host accepts an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AccreditationAccepted {
    /// Which.
    #[n(0)]
    pub accreditation: AccreditationId,
}

/// Either side takes an item back: it is dead for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AccreditationWithdrawn {
    /// Which.
    #[n(0)]
    pub accreditation: AccreditationId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

/// Host records that a security company may field people; a later record replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct LicenceRecorded {
    /// The company.
    #[n(0)]
    pub company: CompanyId,
    /// How it is called.
    #[n(1)]
    pub name: String,
    /// Whom it may field.
    #[n(2)]
    pub categories: Vec<Category>,
    /// When it was audited last.
    #[n(3)]
    pub audited: Moment,
    /// Is it insured?
    #[n(4)]
    pub insured: bool,
    /// It counts no longer from this moment on, and the agreement may say sooner.
    #[n(5)]
    pub until: Moment,
}

/// Host takes a company's licence back: one act, effective at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct LicenceWithdrawn {
    /// Whose.
    #[n(0)]
    pub company: CompanyId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

/// Beside whom officers of the host stand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// Everybody of a deployment.
    #[n(0)]
    Deployment(#[n(0)] DeploymentId),
    /// The people of one task order.
    #[n(1)]
    Task(#[n(0)] TaskId),
}

/// Host says how many of its officers stand beside guest personnel; a later word replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct HostOfficersAssigned {
    /// Beside whom.
    #[n(0)]
    pub beside: Beside,
    /// How many; none takes them away.
    #[n(1)]
    pub officers: u32,
    /// Until when.
    #[n(2)]
    pub until: Moment,
}

/// The side that the agreement names declares an emergency: notice is relaxed, never consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct EmergencyDeclared {
    /// Under which agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// In one zone; everywhere, if it is not said.
    #[n(1)]
    pub zone: Option<ZoneId>,
    /// Why, for people.
    #[n(2)]
    pub reason: String,
}

/// It is over before the agreement would end it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct EmergencyEnded {
    /// Under which agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// In one zone; the one declared everywhere, if it is not said.
    #[n(1)]
    pub zone: Option<ZoneId>,
}

/// Host closes one rung of presence and no other: one act, effective at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RungClosed {
    /// Under which agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// Which rung.
    #[n(1)]
    pub rung: Rung,
    /// In one zone; everywhere, if it is not said.
    #[n(2)]
    pub zone: Option<ZoneId>,
    /// Why, for people.
    #[n(3)]
    pub reason: String,
}

/// Host opens again what it closed, with the same reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RungOpened {
    /// Under which agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// Which rung.
    #[n(1)]
    pub rung: Rung,
    /// In one zone; everywhere, if it is not said.
    #[n(2)]
    pub zone: Option<ZoneId>,
}
