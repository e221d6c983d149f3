//! Provisions: the typed clauses that an article carries.

use std::fmt;

use serde::Deserialize;
use words::act::Names;
use words::id::{PartyId, ZoneId};
use words::moment::Window;
use words::movement::Stage;
use words::place::Area;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::{Role, Side};

use crate::read;

/// What an article provides, besides its words. A provision is written in the text under its
/// [`kind`](Provision::kind).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provision {
    /// Who acts for each party, and where it is reached at any hour.
    PartiesAndAuthorities {
        /// The offices.
        authorities: Vec<Authority>,
    },
    /// What acts may be for.
    Purpose {
        /// Every purpose that an act may name.
        purposes: Vec<Purpose>,
    },
    /// Where guest acts may be, and where not.
    TerritoryAndZones {
        /// The zones that the host designates.
        zones: Vec<Zone>,
    },
    /// When the agreement has effect.
    Period {
        /// Holds its start and not its end.
        window: Window,
    },
    /// Who may come.
    PersonnelCategories {
        /// Every category that may come.
        categories: Vec<Category>,
    },
    /// How the host consents and takes consent back.
    HostConsent(HostConsent),
    /// How early a movement is announced.
    AdvanceNotice(AdvanceNotice),
    /// How many may be present at once.
    Ceilings {
        /// One for each category and zone.
        ceilings: Vec<Ceiling>,
    },
    /// What guest personnel may do.
    PermittedTasks {
        /// What is not listed is not permitted.
        permits: Vec<Permit>,
    },
    /// Who may be armed, and how; who is not listed is unarmed.
    Arms {
        /// The exceptions from being unarmed.
        rules: Vec<ArmsRule>,
    },
    /// What protected persons ride in.
    Vehicles {
        /// The least protection of a vehicle.
        armour_min: ArmourClass,
        /// The least gap between two vehicles of a convoy, in metres.
        gap_m_min: u32,
    },
    /// Who learns what of a movement, and not before when.
    MovementDisclosureSchedule {
        /// The steps; a role that a stage does not list never learns it early.
        steps: Vec<Step>,
    },
    /// Who may suspend the agreement, and how much of it.
    Suspension(Suspension),
}

impl Provision {
    /// The word under which the text carries it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PartiesAndAuthorities { .. } => "parties_and_authorities",
            Self::Purpose { .. } => "purpose",
            Self::TerritoryAndZones { .. } => "territory_and_zones",
            Self::Period { .. } => "period",
            Self::PersonnelCategories { .. } => "personnel_categories",
            Self::HostConsent(_) => "host_consent",
            Self::AdvanceNotice(_) => "advance_notice",
            Self::Ceilings { .. } => "ceilings",
            Self::PermittedTasks { .. } => "permitted_tasks",
            Self::Arms { .. } => "arms",
            Self::Vehicles { .. } => "vehicles",
            Self::MovementDisclosureSchedule { .. } => "movement_disclosure_schedule",
            Self::Suspension(_) => "suspension",
        }
    }
}

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

/// A zone that the host designates.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its id.
    pub zone: ZoneId,
    /// How it is called.
    #[serde(deserialize_with = "read::names")]
    pub names: Names,
    /// May guest acts be there? An excluded zone is drawn so that people see it.
    pub allowed: bool,
    /// Where it is; in the text, `corners` of `[latitude, longitude]` in degrees.
    #[serde(rename = "corners", deserialize_with = "read::corners")]
    pub area: Area,
}

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
}

/// How early a movement is announced.
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

/// Who may carry what.
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
    /// Acts in one zone.
    Zone,
    /// Acts by one category.
    Category,
}

/// Words in a row, for people.
pub(crate) fn joined(items: &[impl fmt::Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
