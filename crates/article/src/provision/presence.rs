//! Provisions of presence: who comes, on whose leave, in what.

use serde::Deserialize;
use words::act::Names;
use words::clause::{Appearance, DrawFallback, Training, WhenStale};
use words::id::ZoneId;
use words::presence::{ArmourClass, Category};
use words::role::Side;

use crate::read;

/// How the host consents and takes consent back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostConsent {
    /// The longest lease, in milliseconds; in the text `lease_minutes_max`.
    #[serde(rename = "lease_minutes_max", deserialize_with = "read::minutes")]
    pub lease_ms_max: i64,
    /// How long the host's last signed head lets guests act, in milliseconds (F of the
    /// design); in the text `freshness_seconds`.
    #[serde(rename = "freshness_seconds", deserialize_with = "read::seconds")]
    pub freshness_ms: i64,
    /// How far two clocks may differ, in milliseconds (S); in the text `skew_seconds`.
    #[serde(rename = "skew_seconds", deserialize_with = "read::seconds")]
    pub skew_ms: i64,
    /// Guest personnel have stood down this long after consent ends, in milliseconds; in the
    /// text `stop_within_minutes`.
    #[serde(rename = "stop_within_minutes", deserialize_with = "read::minutes")]
    pub stop_within_ms: i64,
    /// A request unanswered for this long is refused, in milliseconds; in the text
    /// `decide_within_hours`.
    #[serde(rename = "decide_within_hours", deserialize_with = "read::hours")]
    pub decide_within_ms: i64,
    /// A grant counts once so many of `witnesses` have cosigned a head over it; 0, if nothing is
    /// said: it counts at once.
    #[serde(default)]
    pub witness_quorum: u32,
    /// The verifier keys of the witnesses, as C2SP writes them.
    #[serde(default, deserialize_with = "read::list")]
    pub witnesses: Vec<String>,
    /// Does a head count only with a valid ML-DSA-44 line beside the Ed25519 ones? No, if nothing
    /// is said.
    #[serde(default)]
    pub hybrid_heads: bool,
}

/// How early a movement is announced; where no article says so, none can be and none departs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvanceNotice {
    /// The rule, in milliseconds before the window; in the text `normal_hours`.
    #[serde(rename = "normal_hours", deserialize_with = "read::hours")]
    pub normal_ms: i64,
    /// The least, in milliseconds before the window: shorter than the rule is urgent, shorter
    /// than this is refused; in the text `urgent_hours`.
    #[serde(rename = "urgent_hours", deserialize_with = "read::hours")]
    pub urgent_ms: i64,
    /// Each side shows its share of a draw within this long after its time, in milliseconds; in
    /// the text `draw_within_minutes`. [`DRAW_WITHIN_MS`] if nothing is said.
    #[serde(
        rename = "draw_within_minutes",
        default = "draw_within",
        deserialize_with = "read::minutes"
    )]
    pub draw_within_ms: i64,
    /// What follows if a side keeps its share back; `held` if nothing is said.
    #[serde(default = "held")]
    pub draw_fallback: DrawFallback,
}

/// Two nodes that hear each other show their shares within seconds; a link that is down is noticed
/// and mended, or the phone is picked up, in minutes.
pub const DRAW_WITHIN_MS: i64 = 5 * 60_000;

const fn draw_within() -> i64 {
    DRAW_WITHIN_MS
}

const fn held() -> DrawFallback {
    DrawFallback::Held
}

/// What a category must have shown before it is ordered to a task and before it begins one, and
/// for how long it counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// What.
    pub item: Training,
    /// Of whom.
    #[serde(deserialize_with = "read::list")]
    pub categories: Vec<Category>,
    /// How long it counts, in milliseconds; in the text `valid_days`.
    #[serde(rename = "valid_days", deserialize_with = "read::days")]
    pub valid_ms: i64,
}

/// How many of a category may be present in a zone at any instant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// Of whom.
    pub category: Category,
    /// Where.
    pub zone: ZoneId,
    /// Persons.
    pub headcount_max: u32,
    /// Vehicles.
    pub vehicles_max: u32,
    /// Persons who carry a firearm.
    pub armed_max: u32,
}

/// How long personnel stay, which a request must keep, and how long they are gone before they
/// come again, which an order must keep.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// The longest stay under one request, in milliseconds; in the text `days_max`.
    #[serde(rename = "days_max", deserialize_with = "read::days")]
    pub stay_ms_max: i64,
    /// The least absence between two stays, in milliseconds; in the text `gap_days_min`.
    #[serde(rename = "gap_days_min", deserialize_with = "read::days")]
    pub gap_ms_min: i64,
}

/// Where personnel and their kit come in, and how soon that is declared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryExit {
    /// Ports of entry, as zones that the host designates.
    #[serde(deserialize_with = "read::list")]
    pub ports: Vec<ZoneId>,
    /// Arrivals and kit are declared within this long, in milliseconds; in the text
    /// `declare_within_hours`.
    #[serde(rename = "declare_within_hours", deserialize_with = "read::hours")]
    pub declare_within_ms: i64,
    /// Must every weapon's serial stand in the manifest?
    pub serials_declared: bool,
}

/// How a category appears.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uniform {
    /// Who.
    pub category: Category,
    /// How.
    pub appearance: Appearance,
}

/// What is carried and shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identification {
    /// Must the pass be carried on duty?
    pub carry_pass: bool,
    /// May a protected person challenge whoever shows one?
    pub challenge: bool,
    /// A checkpoint's list of dead passes is called stale at this age, in minutes.
    #[serde(default)]
    pub list_stale_minutes: Option<u32>,
    /// What a checkpoint does then.
    #[serde(default)]
    pub when_list_stale: Option<WhenStale>,
}

/// Where personnel lodge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lodging {
    /// The zone the premises lie in.
    pub zone: ZoneId,
    /// How they are called.
    #[serde(deserialize_with = "read::names")]
    pub names: Names,
    /// Who controls access.
    pub access_by: Side,
    /// The least number of guards.
    pub guards_min: u32,
}

/// What protected persons ride in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicles {
    /// The least protection of a vehicle.
    pub armour_min: ArmourClass,
    /// The least gap between two vehicles of a convoy, in metres.
    pub gap_m_min: u32,
}

/// What personnel may communicate with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Communications {
    /// Radio bands, such as `UHF 430-440 MHz`.
    #[serde(deserialize_with = "read::list")]
    pub bands: Vec<String>,
    /// May traffic be encrypted?
    pub encryption: bool,
    /// May satellite terminals be used?
    pub satellite: bool,
}
