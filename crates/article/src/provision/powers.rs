//! Provisions of powers: what is done, never done, with which means.

use std::fmt;

use serde::Deserialize;
use words::act::Names;
use words::clause::{Sensor, Service};
use words::id::ZoneId;
use words::presence::{ArmsClass, Category, Rung, Task};
use words::role::{Role, Side};

use crate::provision::joined;
use crate::read;

/// What guest personnel may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// The task.
    pub task: Task,
    /// By whom.
    #[serde(deserialize_with = "read::list")]
    pub categories: Vec<Category>,
    /// Where.
    #[serde(deserialize_with = "read::list")]
    pub zones: Vec<ZoneId>,
    /// Up to which rung of presence.
    pub rung_max: Rung,
}

impl fmt::Display for Permit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { task, categories, zones, rung_max } = self;
        let (by, zones) = (joined(categories), joined(zones));
        write!(out, "{task} by {by} in {zones} up to rung {rung_max}")
    }
}

/// Tasks that are ordered and begun only beside officers of the host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostPresence {
    /// Which tasks.
    #[serde(deserialize_with = "read::list")]
    pub tasks: Vec<Task>,
    /// At most this many guest personnel for each officer of the host.
    pub guests_per_officer_max: u32,
}

/// Who commands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Who has tactical command on the ground.
    pub tactical: Side,
    /// Which roles of the sender may order a task.
    #[serde(deserialize_with = "read::list")]
    pub orders_by: Vec<Role>,
    /// May an unlawful order be refused?
    pub refuse_unlawful: bool,
}

/// Who holds which cordon. The inner cordon is no task of the guest where the host holds it;
/// protecting a person closely is another task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cordons {
    /// Around the protected persons.
    pub inner: Side,
    /// Around the place.
    pub outer: Side,
    /// May personnel of the inner cordon deal with the public?
    pub public_contact: bool,
}

/// Who may carry what. Whoever is not listed is unarmed, and so is everybody where no article
/// lists anybody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmsRule {
    /// Who.
    pub category: Category,
    /// Where.
    #[serde(deserialize_with = "read::list")]
    pub zones: Vec<ZoneId>,
    /// At most.
    pub class_max: ArmsClass,
}

/// Rules for force, and how soon its use is reported and reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseOfForce {
    /// The id of the rule set that personnel were trained on.
    #[serde(deserialize_with = "read::filled")]
    pub rule_set: String,
    /// Is a warning given first, where there is time?
    pub warning: bool,
    /// Is medical aid given to whoever is hurt?
    pub medical_aid: bool,
    /// Reported to the other side within this long, in milliseconds; in the text
    /// `report_within_minutes`.
    #[serde(rename = "report_within_minutes", deserialize_with = "read::minutes")]
    pub report_within_ms: i64,
    /// Reviewed within this long, in milliseconds; in the text `review_within_days`.
    #[serde(rename = "review_within_days", deserialize_with = "read::days")]
    pub review_within_ms: i64,
}

/// How long a person may be held before the host takes over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detention {
    /// Handed to the host within this long, in milliseconds; in the text `minutes_max`.
    #[serde(rename = "minutes_max", deserialize_with = "read::minutes")]
    pub held_ms_max: i64,
    /// Where.
    #[serde(deserialize_with = "read::filled")]
    pub receiving_post: String,
}

/// A sensor that may run. Where an article lists sensors, technical surveillance names one when
/// it is ordered and when it begins, and no other runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensorRule {
    /// What.
    pub sensor: Sensor,
    /// Where.
    #[serde(deserialize_with = "read::list")]
    pub zones: Vec<ZoneId>,
    /// Above ground at most, in metres; 0 for what does not fly.
    pub altitude_m_max: u32,
    /// Recordings are kept at most this long, in milliseconds; in the text `retention_hours`.
    #[serde(rename = "retention_hours", deserialize_with = "read::hours")]
    pub retention_ms_max: i64,
    /// Does the host see the same picture at the same time?
    pub feed_to_host: bool,
}

/// What the host provides, and how soon.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// What.
    pub service: Service,
    /// How much: seats, vehicles or persons.
    pub amount: u32,
    /// Within this long of being asked, in milliseconds; in the text `within_minutes`.
    #[serde(rename = "within_minutes", deserialize_with = "read::minutes")]
    pub within_ms: i64,
}

/// What the sender gives so that the host can do more by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// What.
    #[serde(deserialize_with = "read::names")]
    pub names: Names,
    /// How many.
    pub quantity: u32,
    /// Where it is and what it does is checked this long after it was handed over, in
    /// milliseconds; in the text `end_use_check_days`.
    #[serde(rename = "end_use_check_days", deserialize_with = "read::days")]
    pub end_use_check_ms: i64,
}
