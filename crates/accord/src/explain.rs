//! The words of an explanation: facts that decided, changes that help.

use std::fmt;

use words::clause::Sensor;
use words::id::ZoneId;
use words::moment::Moment;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

use article::provision::powers::Permit;

macro_rules! named {
    ($($(#[$doc:meta])* $variant:ident = $word:literal $english:literal),+ $(,)?) => {
        /// What a fact is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Named {
            $($(#[$doc])* $variant),+
        }

        impl Named {
            /// Every name, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in the API and in translation keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            const fn english(self) -> &'static str {
                match self { $(Self::$variant => $english),+ }
            }
        }
    };
}

named! {
    /// Has the agreement been signed by both parties?
    Force = "in_force" "agreement in force",
    /// The moment that was asked for.
    At = "at" "asked for",
    /// Does a suspension cover the request?
    Suspended = "suspended" "suspended",
    /// The article that would permit it and is suspended.
    Clause = "clause" "suspended article",
    /// What for.
    Purpose = "purpose" "purpose",
    /// Where.
    Zone = "zone" "zone",
    /// By whom.
    Category = "category" "category",
    /// Doing what.
    Task = "task" "task",
    /// On which rung.
    Rung = "rung" "rung",
    /// Does the host's consent live?
    Consent = "consent_live" "host consent live",
    /// Has the host's ledger been heard in time?
    Heard = "host_heard" "host heard in time",
    /// Is the rung open for this category and zone?
    RungOpen = "rung_open" "rung open",
    /// How early it is announced.
    Notice = "notice" "notice",
    /// Persons present, this request included.
    Persons = "persons" "persons",
    /// Vehicles, this request included.
    Vehicles = "vehicles" "vehicles",
    /// Persons with a firearm, this request included.
    Armed = "armed" "armed",
    /// How long the stay is.
    Stay = "stay" "stay",
    /// How long the personnel were gone.
    Absence = "absence" "absence before",
    /// Is everything shown that personnel must have shown?
    Accredited = "accredited" "accredited",
    /// Is the company licensed?
    Licensed = "licensed" "licensed",
    /// Guest personnel for each officer of the host.
    GuestsPerOfficer = "guests_per_officer" "guests per host officer",
    /// Who orders.
    OrderedBy = "ordered_by" "ordered by",
    /// How armed.
    Arms = "arms" "arms",
    /// With which sensor.
    Sensor = "sensor" "sensor",
    /// How high the sensor flies.
    Altitude = "altitude" "altitude",
    /// In which class of vehicle.
    Armour = "armour" "armour",
    /// The program failed, and denies.
    Fault = "fault" "fault",
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Is(bool),
    /// The question does not say it.
    NotSaid,
    /// A word of the set that the fact is about.
    Word(&'static str),
    /// A zone.
    Zone(ZoneId),
    /// A moment.
    At(Moment),
    /// So many, of at most so many; no ceiling was asked if there is no most.
    Count {
        /// How many.
        is: u32,
        /// At most.
        most: Option<u32>,
    },
    /// So long, of at most so long, in milliseconds.
    AtMost {
        /// How long.
        ms: i64,
        /// At most.
        most_ms: i64,
    },
    /// So long, of at least so long, in milliseconds.
    AtLeast {
        /// How long.
        ms: i64,
        /// At least.
        least_ms: i64,
    },
    /// The time between announcement and window, in milliseconds.
    Notice {
        /// How long it is.
        ms: i64,
        /// The rule; shorter is urgent.
        normal_ms: i64,
        /// The least.
        least_ms: i64,
    },
    /// Metres above ground.
    Metres(u32),
    /// The number of an article, or what broke.
    Text(String),
}

/// A fact that a decision looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub name: Named,
    /// What it says.
    pub value: Value,
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(true) => out.write_str("yes"),
            Self::Is(false) => out.write_str("no"),
            Self::NotSaid => out.write_str("not said"),
            Self::Word(word) => out.write_str(word),
            Self::Zone(zone) => write!(out, "{zone}"),
            Self::At(moment) => write!(out, "{moment}"),
            Self::Count { is, most: None } => write!(out, "{is}, no ceiling asked"),
            Self::Count { is, most: Some(most) } => write!(out, "{is} of at most {most}"),
            Self::AtMost { ms, most_ms } => {
                write!(out, "{} h of at most {} h", hours(*ms), hours(*most_ms))
            }
            Self::AtLeast { ms, least_ms } => {
                write!(out, "{} h of at least {} h", hours(*ms), hours(*least_ms))
            }
            Self::Notice { ms, normal_ms, least_ms } => {
                let urgent = if ms < normal_ms { ", urgent" } else { "" };
                let (is, normal, least) = (hours(*ms), hours(*normal_ms), hours(*least_ms));
                write!(out, "{is} h{urgent} (normal {normal} h, at least {least} h)")
            }
            Self::Metres(metres) => write!(out, "{metres} m"),
            Self::Text(text) => out.write_str(text),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.name.english(), self.value)
    }
}

/// Whose move a change is, from the asker's own to the farthest away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Whoever asks can do it.
    Asker,
    /// Only the host can do it.
    Host,
    /// It takes what both parties agreed or must agree.
    Parties,
}

impl Whose {
    /// The word used in the API and in translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asker => "asker",
            Self::Host => "host",
            Self::Parties => "parties",
        }
    }
}

/// One thing to change in a request or around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Ask for this purpose.
    Purpose(Purpose),
    /// Be in this zone.
    Zone(ZoneId),
    /// Send this category.
    Category(Category),
    /// Do this task.
    Task(Task),
    /// Stay on this rung.
    Rung(Rung),
    /// Be armed no more than this.
    Arms(ArmsClass),
    /// Ride in at least this.
    Armour(ArmourClass),
    /// Use this sensor.
    Sensor(Sensor),
    /// Fly no higher than so many metres.
    Altitude(u32),
    /// Have it ordered by a person of this role.
    OrderedBy(Role),
    /// Ask for this moment.
    At(Moment),
    /// So many persons fewer, or so many others stood down first.
    FewerPersons(u32),
    /// So many vehicles fewer.
    FewerVehicles(u32),
    /// So many armed persons fewer.
    FewerArmed(u32),
    /// Move the window later by so many milliseconds.
    Later(i64),
    /// Leave earlier by so many milliseconds.
    ShorterStay(i64),
    /// Wait so many milliseconds more before coming again.
    Wait(i64),
    /// Hear the host's ledger again.
    HearHost,
    /// As an article permits; what fits best.
    AsPermitted(String, Permit),
    /// Have the personnel accredited.
    Accredit,
    /// Have the company licensed.
    License,
    /// The host grants or renews its consent.
    Consent,
    /// The host opens the rung.
    OpenRung,
    /// The host sends officers, so that each has at most so many guests.
    Officers(u32),
    /// Both parties sign the same text.
    Sign,
    /// Who suspended lifts the suspension.
    LiftSuspension,
    /// Who suspended the article lifts the suspension.
    LiftClause(String),
    /// The parties amend the text.
    Amend,
    /// The operator has the program repaired.
    Repair,
}

impl Change {
    /// Every word of [`Self::as_str`].
    pub const WORDS: &'static [&'static str] = &[
        "purpose",
        "zone",
        "category",
        "task",
        "rung",
        "arms",
        "armour",
        "sensor",
        "altitude",
        "ordered_by",
        "at",
        "fewer_persons",
        "fewer_vehicles",
        "fewer_armed",
        "later",
        "shorter_stay",
        "wait",
        "hear_host",
        "as_permitted",
        "accredit",
        "license",
        "consent",
        "open_rung",
        "officers",
        "sign",
        "lift_suspension",
        "lift_clause",
        "amend",
        "repair",
    ];

    /// The word used in the API and in translation keys.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Purpose(_) => "purpose",
            Self::Zone(_) => "zone",
            Self::Category(_) => "category",
            Self::Task(_) => "task",
            Self::Rung(_) => "rung",
            Self::Arms(_) => "arms",
            Self::Armour(_) => "armour",
            Self::Sensor(_) => "sensor",
            Self::Altitude(_) => "altitude",
            Self::OrderedBy(_) => "ordered_by",
            Self::At(_) => "at",
            Self::FewerPersons(_) => "fewer_persons",
            Self::FewerVehicles(_) => "fewer_vehicles",
            Self::FewerArmed(_) => "fewer_armed",
            Self::Later(_) => "later",
            Self::ShorterStay(_) => "shorter_stay",
            Self::Wait(_) => "wait",
            Self::HearHost => "hear_host",
            Self::AsPermitted(..) => "as_permitted",
            Self::Accredit => "accredit",
            Self::License => "license",
            Self::Consent => "consent",
            Self::OpenRung => "open_rung",
            Self::Officers(_) => "officers",
            Self::Sign => "sign",
            Self::LiftSuspension => "lift_suspension",
            Self::LiftClause(_) => "lift_clause",
            Self::Amend => "amend",
            Self::Repair => "repair",
        }
    }

    /// Whose move it is.
    pub const fn whose(&self) -> Whose {
        match self {
            Self::Purpose(_)
            | Self::Zone(_)
            | Self::Category(_)
            | Self::Task(_)
            | Self::Rung(_)
            | Self::Arms(_)
            | Self::Armour(_)
            | Self::Sensor(_)
            | Self::Altitude(_)
            | Self::OrderedBy(_)
            | Self::At(_)
            | Self::FewerPersons(_)
            | Self::FewerVehicles(_)
            | Self::FewerArmed(_)
            | Self::Later(_)
            | Self::ShorterStay(_)
            | Self::Wait(_)
            | Self::HearHost
            | Self::AsPermitted(..) => Whose::Asker,
            Self::Accredit | Self::License | Self::Consent | Self::OpenRung | Self::Officers(_) => {
                Whose::Host
            }
            Self::Sign
            | Self::LiftSuspension
            | Self::LiftClause(_)
            | Self::Amend
            | Self::Repair => Whose::Parties,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purpose(purpose) => write!(out, "name a listed purpose, such as {purpose}"),
            Self::Zone(zone) => write!(out, "do it in {zone}"),
            Self::Category(category) => write!(out, "send {category}"),
            Self::Task(task) => write!(out, "make the task {task}"),
            Self::Rung(rung) => write!(out, "stay on the rung {rung}"),
            Self::Arms(ArmsClass::Unarmed) => out.write_str("come unarmed and say so"),
            Self::Arms(arms) => write!(out, "carry no more than {arms} and say so"),
            Self::Armour(armour) => write!(out, "use vehicles that are at least {armour}"),
            Self::Sensor(sensor) => write!(out, "use a {sensor}"),
            Self::Altitude(metres) => write!(out, "fly at most {metres} m above ground"),
            Self::OrderedBy(role) => write!(out, "have it ordered by a {}", role.as_str()),
            Self::At(moment) => write!(out, "ask for {moment} or later"),
            Self::FewerPersons(n) => write!(out, "bring {n} fewer, or stand others down first"),
            Self::FewerVehicles(n) => write!(out, "bring {n} vehicles fewer"),
            Self::FewerArmed(n) => write!(out, "arm {n} fewer"),
            Self::Later(ms) => write!(out, "move the window later by {}", span(*ms)),
            Self::ShorterStay(ms) => write!(out, "leave {} earlier", span(*ms)),
            Self::Wait(ms) => write!(out, "wait {} more", span(*ms)),
            Self::HearHost => out.write_str("reconnect to the host's node, or ask the host"),
            Self::AsPermitted(article, permit) => {
                write!(out, "article {article} permits {permit}")
            }
            Self::Accredit => out.write_str("have the personnel accredited by the host"),
            Self::License => out.write_str("have the company licensed by the host"),
            Self::Consent => out.write_str("the host must grant or renew its consent"),
            Self::OpenRung => out.write_str("the host must open the rung"),
            Self::Officers(most) => {
                write!(out, "the host must send an officer for every {most} guests")
            }
            Self::Sign => out.write_str("both parties must sign the same text"),
            Self::LiftSuspension => {
                out.write_str("the party that suspended must lift its suspension")
            }
            Self::LiftClause(article) => {
                write!(out, "the party that suspended article {article} must lift it")
            }
            Self::Amend => out.write_str("the parties must agree on another text"),
            Self::Repair => out.write_str("report this as a fault of the program: it denies"),
        }
    }
}

/// The least that would turn a no into a yes, as the engine itself answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Whose move it is: of the farthest change.
    pub whose: Whose,
    /// The changes, all of them together.
    pub changes: Vec<Change>,
}

/// Whole hours of a span, for people.
pub const fn hours(ms: i64) -> i64 {
    ms.div_euclid(3_600_000)
}

// Rounded up, so that whoever follows it has done enough.
fn span(ms: i64) -> String {
    let minutes = ms.saturating_add(59_999).div_euclid(60_000);
    let (hours, rest) = (minutes.div_euclid(60), minutes.rem_euclid(60));
    match (hours, rest) {
        (0, _) => format!("{rest} min"),
        (_, 0) => format!("{hours} h"),
        (..) => format!("{hours} h {rest} min"),
    }
}
