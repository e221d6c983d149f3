//! The translation key of every word of the domain.

use std::fmt::Display;

use maud::{Markup, html};
use words::audience::Audience;
use words::clause::{Drill, Harm, Instrument, Prohibited, Sensor, Service, Severity, Training};
use words::letter::ErasureRule;
use words::movement::{Check, Halt, Stage};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::record::{Channel, Force, Grievance, Item, RecordKind, Step};
use words::refusal::Reason;
use words::review::{Circle, Position};
use words::role::{Role, Side};

use tongue::speech::Tongue;

/// A word of a closed set, said as `family-word`.
pub trait Term: Copy {
    /// The set.
    const FAMILY: &'static str;

    /// The word.
    fn word(self) -> &'static str;

    /// The key of its message.
    fn key(self) -> String {
        format!("{}-{}", Self::FAMILY, self.word())
    }
}

/// Declares a closed set of a page: its values, their list and their words. [`Term`] is in scope.
#[macro_export]
macro_rules! closed {
    ($(#[$doc:meta])* $name:ident in $family:literal {
        $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl Term for $name {
            const FAMILY: &'static str = $family;
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

macro_rules! terms {
    ($($name:ident = $family:literal . $word:ident),+ $(,)?) => {$(
        impl Term for $name {
            const FAMILY: &'static str = $family;
            fn word(self) -> &'static str {
                self.$word()
            }
        }
    )+};
}

terms! {
    Category = "category".as_str,
    Task = "task".as_str,
    Rung = "rung".as_str,
    ArmsClass = "arms".as_str,
    ArmourClass = "armour".as_str,
    Purpose = "purpose".as_str,
    Criticality = "criticality".as_str,
    Risk = "risk".as_str,
    Reason = "reason".code,
    Training = "training".as_str,
    Instrument = "instrument".as_str,
    Sensor = "sensor".as_str,
    RecordKind = "kind".as_str,
    Step = "step".as_str,
    Force = "level".as_str,
    Channel = "channel".as_str,
    Grievance = "grievance".as_str,
    Item = "item".as_str,
    Harm = "harm".as_str,
    Severity = "severity".as_str,
    Service = "service".as_str,
    Drill = "drill".as_str,
    Prohibited = "prohibited".as_str,
    Circle = "circle".as_str,
    ErasureRule = "erasure".as_str,
    Position = "position".as_str,
}

impl Term for Role {
    const FAMILY: &'static str = "role";
    fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Node => "node",
            Self::Signatory => "signatory",
            Self::ConsentOfficer => "consent_officer",
            Self::WatchOfficer => "watch_officer",
            Self::ProtectionLead => "protection_lead",
            Self::JourneyManager => "journey_manager",
            Self::EscortLeader => "escort_leader",
            Self::DistrictCommand => "district_command",
            Self::CheckpointOfficer => "checkpoint_officer",
            Self::Analyst => "analyst",
            Self::Driver => "driver",
            Self::Protected => "protected",
            Self::Inspector => "inspector",
        }
    }
}

impl Term for Side {
    const FAMILY: &'static str = "side";
    fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Guest => "guest",
        }
    }
}

impl Term for Stage {
    const FAMILY: &'static str = "stage";
    fn word(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Start => "start",
            Self::Minute => "minute",
            Self::Route => "route",
        }
    }
}

impl Term for Check {
    const FAMILY: &'static str = "check";
    fn word(self) -> &'static str {
        match self {
            Self::Armour => "armour",
            Self::Gap => "gap",
            Self::Escort => "escort",
            Self::DriverHours => "driver_hours",
            Self::TwoRadios => "two_radios",
            Self::Tracker => "tracker",
            Self::Briefed => "briefed",
            Self::Alternates => "alternates",
            Self::Picture => "picture",
            Self::NoSurveillance => "no_surveillance",
        }
    }
}

impl Term for Halt {
    const FAMILY: &'static str = "halt";
    fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Diverted => "diverted",
            Self::Aborted => "aborted",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Term for &Audience {
    const FAMILY: &'static str = "audience";
    fn word(self) -> &'static str {
        match self {
            Audience::Own => "own",
            Audience::Joint => "joint",
            Audience::Named(_) => "named",
        }
    }
}

/// Roles in the order of the closed set, for lists and tests.
pub const ROLES: [Role; 14] = [
    Role::Root,
    Role::Node,
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
    Role::DistrictCommand,
    Role::CheckpointOfficer,
    Role::Analyst,
    Role::Driver,
    Role::Protected,
    Role::Inspector,
];

/// Stages in the order of their disclosure.
pub const STAGES: [Stage; 4] = [Stage::Window, Stage::Start, Stage::Minute, Stage::Route];

/// Ways to stop short, from the mildest.
pub const HALTS: [Halt; 4] = [Halt::Held, Halt::Diverted, Halt::Aborted, Halt::Cancelled];

/// Words that other rooms own and send as text; one that is not listed is shown as it came.
pub const OPEN_WORDS: &[(&str, &[&str])] = &[
    ("alarm", ALARM_KINDS),
    ("state", MOVEMENT_STATES),
    ("source", SOURCES),
    ("misbehaviour", MISBEHAVIOURS),
    ("gate", GATE_FACTS),
    ("deed", DEEDS),
];

/// The kinds of alarms (`watch`); each has a cause, a consequence and an action.
pub const ALARM_KINDS: &[&str] = &[
    "sos",
    "duress",
    "left-corridor",
    "overdue-prompt",
    "overdue-radio",
    "overdue-call-others",
    "overdue-declared",
    "missing",
    "lost-signal",
    "guest-out-of-zone",
    "consent-lost",
    "duty-due",
    "duty-breached",
];

/// The standings of a movement (`node`), in the order of its life.
pub const MOVEMENT_STATES: &[&str] = &[
    "noticed",
    "submitted",
    "assessed",
    "consented",
    "refused",
    "approved",
    "sealed",
    "drawn",
    "under_way",
    "held",
    "diverted",
    "arrived",
    "debriefed",
    "closed",
    "aborted",
    "cancelled",
];

/// Over which channel a sign of life came (`watch`).
pub const SOURCES: &[&str] = &["owntracks", "me", "peer", "sms", "radio"];

/// How a party can break the rules of ledgers (`words`).
pub const MISBEHAVIOURS: &[&str] =
    &["fork", "rollback", "seen-mismatch", "withheld", "stale", "hybrid-missing"];

/// Lines of the departure gate that the node computes.
pub const GATE_FACTS: &[&str] =
    &["consent_live", "risk_bearable", "drawn", "route_released", "pass_live"];

/// What can be asked of an agreement (`accord`).
pub const DEEDS: &[&str] = &["deploy", "order_task", "notice", "move", "depart", "enter"];

/// A tongue that knows the names of the domain's words.
pub trait Naming {
    /// The name of a word of a closed set.
    fn term(&self, term: impl Term) -> String;

    /// The names of several words, in a list.
    fn terms(&self, terms: &[impl Term]) -> String;

    /// The name of a word that another room sent as text, or the word itself.
    fn word(&self, family: &str, word: &str) -> String;
}

impl Naming for Tongue {
    fn term(&self, term: impl Term) -> String {
        self.say(&term.key())
    }

    fn terms(&self, terms: &[impl Term]) -> String {
        let names: Vec<String> = terms.iter().map(|term| self.term(*term)).collect();
        names.join(&self.say("list-comma"))
    }

    fn word(&self, family: &str, word: &str) -> String {
        let key = format!("{family}-{word}");
        if self.has(&key) { self.say(&key) } else { word.to_owned() }
    }
}

/// An id, a name or a plate, kept whole in text of either direction.
pub fn own(text: impl Display) -> Markup {
    html! { bdi { (text.to_string()) } }
}
