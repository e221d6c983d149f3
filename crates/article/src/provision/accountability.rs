//! Provisions of accountability: who answers for what, to whom, by when.

use serde::Deserialize;
use words::act::Names;
use words::clause::{Harm, Immunity};
use words::presence::Category;
use words::role::Side;

use crate::read;

/// Who tries which offence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// The class of offence.
    #[serde(deserialize_with = "read::names")]
    pub offence: Names,
    /// Who has the first right.
    pub primary: Side,
    /// A request to waive it is answered within this long, in milliseconds; in the text
    /// `waiver_hours`.
    #[serde(rename = "waiver_hours", deserialize_with = "read::hours")]
    pub waiver_ms: i64,
}

/// How far a category is immune.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImmunityRule {
    /// Who.
    pub category: Category,
    /// How far.
    pub immunity: Immunity,
    /// Who may waive it.
    pub waived_by: Side,
    /// Must they testify?
    pub testimony: bool,
}

/// What is paid for which harm.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// What for.
    pub harm: Harm,
    /// How much, in whole units of the currency.
    pub amount: u64,
}

/// Who compensates, how much, and how soon.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who pays.
    pub payer: Side,
    /// ISO 4217, such as `USD`.
    #[serde(deserialize_with = "read::filled")]
    pub currency: String,
    /// Paid within this long of the claim, in milliseconds; in the text `pay_within_days`.
    #[serde(rename = "pay_within_days", deserialize_with = "read::days")]
    pub pay_within_ms: i64,
    /// The schedule.
    #[serde(deserialize_with = "read::list")]
    pub awards: Vec<Award>,
}

/// Who investigates an incident with whom, and by when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Investigation {
    /// Who may enter the scene.
    #[serde(deserialize_with = "read::list")]
    pub scene_access: Vec<Side>,
    /// A preliminary report within this long, in milliseconds; in the text `preliminary_days`.
    #[serde(rename = "preliminary_days", deserialize_with = "read::days")]
    pub preliminary_ms: i64,
    /// Who failed is dealt with within this long, in milliseconds; in the text
    /// `discipline_days`.
    #[serde(rename = "discipline_days", deserialize_with = "read::days")]
    pub discipline_ms: i64,
}

/// How complaints are answered, and how long a person's movement may be restricted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaints {
    /// Answered within this long, in milliseconds; in the text `answer_within_days`.
    #[serde(rename = "answer_within_days", deserialize_with = "read::days")]
    pub answer_within_ms: i64,
    /// Who watches over the answers, by name.
    #[serde(deserialize_with = "read::filled")]
    pub monitor: String,
    /// May a complaint be anonymous?
    pub anonymous: bool,
    /// A restriction of a person's movement ends or is renewed with reasons within this long,
    /// in milliseconds; in the text `restriction_hours_max`.
    #[serde(rename = "restriction_hours_max", deserialize_with = "read::hours")]
    pub restriction_ms_max: i64,
}

/// How soon a person who is unwelcome leaves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// Gone within this long, in milliseconds; in the text `leave_within_hours`.
    #[serde(rename = "leave_within_hours", deserialize_with = "read::hours")]
    pub leave_within_ms: i64,
}

/// What a security company needs before it fields anybody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licensing {
    /// Whose personnel need it.
    #[serde(deserialize_with = "read::list")]
    pub categories: Vec<Category>,
    /// Audited anew this often, in milliseconds; in the text `audit_days`.
    #[serde(rename = "audit_days", deserialize_with = "read::days")]
    pub audit_ms: i64,
    /// Must it be insured?
    pub insured: bool,
}

/// How soon a lost weapon is reported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Losses {
    /// Within this long, in milliseconds; in the text `report_within_hours`.
    #[serde(rename = "report_within_hours", deserialize_with = "read::hours")]
    pub report_within_ms: i64,
    /// Do both sides search?
    pub joint_search: bool,
}
