//! Provisions of information: who is warned, told and shown what.

use serde::Deserialize;
use words::act::Names;
use words::clause::{Grading, Severity};
use words::movement::Stage;
use words::role::Role;

use crate::read;

/// How soon whom a threat is told to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// From this severity on.
    pub severity: Severity,
    /// Within this long of being known, in milliseconds; in the text `within_minutes`.
    #[serde(rename = "within_minutes", deserialize_with = "read::minutes")]
    pub within_ms: i64,
    /// To whom at the other side.
    #[serde(deserialize_with = "read::list")]
    pub to: Vec<Role>,
}

/// How reports are graded, and who agrees before they are passed on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Markings {
    /// The scheme.
    pub grading: Grading,
    /// Does the originator agree before a third party sees it?
    pub originator_consent: bool,
    /// Does a report carry an extract that may be passed on?
    pub tear_line: bool,
}

/// What is kept of persons, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// Which fields, by name.
    #[serde(deserialize_with = "read::list")]
    pub fields: Vec<String>,
    /// Positions are told to the other side no finer than this, in metres.
    pub granularity_m_min: u32,
    /// Erased after this long, in milliseconds; in the text `retention_days`.
    #[serde(rename = "retention_days", deserialize_with = "read::days")]
    pub retention_ms: i64,
}

/// One step of the disclosure schedule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is disclosed.
    pub stage: Stage,
    /// To whom.
    #[serde(deserialize_with = "read::list")]
    pub roles: Vec<Role>,
    /// Not earlier than this long before the window's start, in milliseconds; in the text
    /// `before_minutes`.
    #[serde(rename = "before_minutes", deserialize_with = "read::minutes")]
    pub before_ms: i64,
}

/// Who may know that the text exists, and what is said to everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrecy {
    /// Who may know.
    #[serde(deserialize_with = "read::list")]
    pub known_to: Vec<Role>,
    /// What is said.
    #[serde(deserialize_with = "read::names")]
    pub line: Names,
}

/// What is logged, and who may inspect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspection {
    /// Kept for this long, in milliseconds; in the text `retention_days`.
    #[serde(rename = "retention_days", deserialize_with = "read::days")]
    pub retention_ms: i64,
    /// The least number of witnesses that cosign.
    pub witnesses_min: u32,
    /// Who may inspect, by name.
    #[serde(deserialize_with = "read::list")]
    pub inspectors: Vec<String>,
}

/// Who speaks to the public about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statements {
    /// Who.
    #[serde(deserialize_with = "read::list")]
    pub spoken_by: Vec<Role>,
    /// Not before the other side has had this long to comment, in milliseconds; in the text
    /// `delay_minutes`.
    #[serde(rename = "delay_minutes", deserialize_with = "read::minutes")]
    pub delay_ms: i64,
    /// What was wrong is corrected within this long, in milliseconds; in the text
    /// `correct_within_hours`.
    #[serde(rename = "correct_within_hours", deserialize_with = "read::hours")]
    pub correct_within_ms: i64,
}
