//! Provisions of governance: meeting, learning, paying, ending, settling.

use serde::Deserialize;
use words::act::Names;
use words::clause::{Drill, Instrument};
use words::id::PartyId;
use words::role::{Role, Side};

use crate::read;

/// An office that acts for a party, and its contact point.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Whose office.
    pub party: PartyId,
    /// How it is called.
    #[serde(deserialize_with = "read::names")]
    pub names: Names,
    /// What its people sign.
    #[serde(deserialize_with = "read::list")]
    pub roles: Vec<Role>,
    /// Where it is reached at any hour.
    #[serde(deserialize_with = "read::filled")]
    pub contact_point: String,
}

/// Which text prevails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precedence {
    /// From the highest to the lowest.
    #[serde(deserialize_with = "read::list")]
    pub order: Vec<Instrument>,
}

/// What holds in both directions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reciprocity {
    /// The kinds of provision that hold for the host in the guest's territory as they hold for
    /// the guest in the host's.
    #[serde(deserialize_with = "read::list")]
    pub kinds: Vec<String>,
}

/// Which texts are authentic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// Tags of BCP 47, such as `en`, `zh`, `ur`.
    #[serde(deserialize_with = "read::list")]
    pub authentic: Vec<String>,
    /// Which one decides where they differ; none if all are equal.
    pub prevailing: Option<String>,
}

/// How the parties meet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committee {
    /// Members of each side.
    pub members_each: u32,
    /// A decision needs this many of each side.
    pub quorum_each: u32,
    /// Meets this often, in milliseconds; in the text `every_days`.
    #[serde(rename = "every_days", deserialize_with = "read::days")]
    pub every_ms: i64,
}

/// An exercise, and how often it is held.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillRule {
    /// Which.
    pub drill: Drill,
    /// How often, in milliseconds; in the text `every_days`.
    #[serde(rename = "every_days", deserialize_with = "read::days")]
    pub every_ms: i64,
}

/// How the parties learn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Exercises.
    #[serde(deserialize_with = "read::list")]
    pub drills: Vec<DrillRule>,
    /// A corrective action is done within this long, in milliseconds; in the text
    /// `action_days`.
    #[serde(rename = "action_days", deserialize_with = "read::days")]
    pub action_ms: i64,
}

/// Who pays for what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// What.
    #[serde(deserialize_with = "read::names")]
    pub item: Names,
    /// Who pays.
    pub payer: Side,
    /// At most this much a year, in whole units of the currency.
    pub cap: u64,
    /// ISO 4217, such as `USD`.
    #[serde(deserialize_with = "read::filled")]
    pub currency: String,
}

/// Who may suspend, and how much; a suspension has effect at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Which sides.
    #[serde(deserialize_with = "read::list")]
    pub by: Vec<Side>,
    /// How much.
    #[serde(deserialize_with = "read::list")]
    pub extents: Vec<Extent>,
}

/// How much of an agreement one suspension stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Everything.
    Whole,
    /// What one article permits.
    Clause,
    /// Acts in one zone.
    Zone,
    /// Acts by one category.
    Category,
    /// Acts by one person.
    Person,
}

/// How the text ends, and what outlives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// Notice, in milliseconds; in the text `notice_days`.
    #[serde(rename = "notice_days", deserialize_with = "read::days")]
    pub notice_ms: i64,
    /// The kinds of provision that outlive it.
    #[serde(deserialize_with = "read::list")]
    pub survivors: Vec<String>,
}

/// How the text changes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Who must sign.
    #[serde(deserialize_with = "read::list")]
    pub signed_by: Vec<Side>,
}

/// One level at which a dispute is settled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeLevel {
    /// Who settles it.
    #[serde(deserialize_with = "read::names")]
    pub level: Names,
    /// Within this long, in milliseconds; in the text `days`.
    #[serde(rename = "days", deserialize_with = "read::days")]
    pub within_ms: i64,
}

/// What is relaxed while an emergency lasts: notice, and never consent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Who may declare one.
    pub declared_by: Side,
    /// It ends by itself after this long, in milliseconds; in the text `hours_max`.
    #[serde(rename = "hours_max", deserialize_with = "read::hours")]
    pub lasts_ms_max: i64,
    /// The notice that a movement needs meanwhile, in milliseconds; in the text
    /// `notice_minutes`.
    #[serde(rename = "notice_minutes", deserialize_with = "read::minutes")]
    pub notice_ms_min: i64,
}
