//! The keys of every provision, in the order of the catalogue.

use words::clause::{
    Appearance, DrawFallback, Drill, Grading, Harm, Immunity, Instrument, Prohibited, Sensor,
    Service, Severity, Training, WhenStale,
};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};

use crate::schema::Takes::{
    Amount, Count, Is, Kinds, List, Moment, Names, One, Party, Ring, Text, Texts, Word, Words,
    Zone, Zones,
};
use crate::schema::{Key, Takes};

/// Sides, as a text writes them.
const SIDES: Choice = || vec!["host", "guest"];

/// How much of an agreement a suspension stops, as a text writes it.
const EXTENTS: Choice = || vec!["whole", "clause", "zone", "category", "person"];

/// The stages of a disclosure, as a text writes them.
const STAGES: Choice = || vec!["window", "start", "minute", "route"];

/// Roles, as a text writes them.
const ROLES: Choice = || {
    vec![
        "root",
        "node",
        "signatory",
        "consent_officer",
        "watch_officer",
        "protection_lead",
        "journey_manager",
        "escort_leader",
        "district_command",
        "checkpoint_officer",
        "analyst",
        "driver",
        "protected",
        "inspector",
    ]
};

/// The words that a key chooses from.
pub(crate) type Choice = fn() -> Vec<&'static str>;

macro_rules! choices {
    ($($name:ident $type:ty;)+) => {
        $(const $name: Choice = || <$type>::ALL.iter().map(|one| one.as_str()).collect();)+
    };
}

choices! {
    PURPOSES Purpose;
    CATEGORIES Category;
    INSTRUMENTS Instrument;
    TRAININGS Training;
    APPEARANCES Appearance;
    ARMOURS ArmourClass;
    TASKS Task;
    RUNGS Rung;
    PROHIBITED Prohibited;
    ARMS ArmsClass;
    SENSORS Sensor;
    SERVICES Service;
    SEVERITIES Severity;
    GRADINGS Grading;
    IMMUNITIES Immunity;
    HARMS Harm;
    DRILLS Drill;
    WHEN_STALE WhenStale;
    FALLBACKS DrawFallback;
}

const fn key(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, takes, about, optional: false }
}

const fn maybe(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, takes, about, optional: true }
}

/// The kinds of instrument.
pub(crate) const INSTRUMENT: Takes = Word(INSTRUMENTS);

/// What each kind takes.
pub(crate) const KINDS: &[(&str, Takes)] = &[
    ("parties_and_authorities", List(AUTHORITY)),
    ("purpose", Words(PURPOSES)),
    ("territory_and_zones", List(ZONE)),
    ("period", One(PERIOD)),
    ("precedence", One(PRECEDENCE)),
    ("reciprocity", One(RECIPROCITY)),
    ("personnel_categories", Words(CATEGORIES)),
    ("languages", One(LANGUAGES)),
    ("host_consent", One(HOST_CONSENT)),
    ("advance_notice", One(ADVANCE_NOTICE)),
    ("accreditation_and_training", List(REQUIREMENT)),
    ("ceilings", List(CEILING)),
    ("rotation", One(ROTATION)),
    ("entry_exit_customs", One(ENTRY_EXIT)),
    ("uniform_and_insignia", List(UNIFORM)),
    ("identification", One(IDENTIFICATION)),
    ("premises_and_lodging", List(LODGING)),
    ("vehicles", One(VEHICLES)),
    ("communications", One(COMMUNICATIONS)),
    ("permitted_tasks", List(PERMIT)),
    ("prohibited_acts", Words(PROHIBITED)),
    ("host_presence", List(HOST_PRESENCE)),
    ("command_and_instructions", One(COMMAND)),
    ("cordon_roles", One(CORDONS)),
    ("arms", List(ARMS_RULE)),
    ("use_of_force", One(USE_OF_FORCE)),
    ("detention_handover", One(DETENTION)),
    ("sensors_and_drones", List(SENSOR_RULE)),
    ("host_support", List(SUPPORT)),
    ("capacity_building", List(CAPACITY)),
    ("duty_to_warn", List(WARNING)),
    ("markings_and_third_party_rule", One(MARKINGS)),
    ("personal_data", One(PERSONAL_DATA)),
    ("movement_disclosure_schedule", List(STEP)),
    ("secrecy_of_instrument", One(SECRECY)),
    ("logging_inspection", One(INSPECTION)),
    ("public_statements", One(STATEMENTS)),
    ("criminal_jurisdiction", List(JURISDICTION)),
    ("immunity_and_testimony", List(IMMUNITY)),
    ("claims_and_compensation", One(CLAIMS)),
    ("joint_investigation", One(INVESTIGATION)),
    ("complaints_and_rights", One(COMPLAINTS)),
    ("removal_of_individual", One(REMOVAL)),
    ("psc_licensing", One(LICENSING)),
    ("weapons_and_equipment_losses", One(LOSSES)),
    ("joint_committee", One(COMMITTEE)),
    ("review_exercises_kpis", One(REVIEW)),
    ("costs", List(COST)),
    ("suspension", One(SUSPENSION)),
    ("termination", One(TERMINATION)),
    ("amendment", One(AMENDMENT)),
    ("disputes", List(DISPUTE)),
    ("emergency_and_evacuation", One(EMERGENCY)),
];

const AUTHORITY: &[Key] = &[
    key("party", Party, "whose office it is"),
    key("names", Names, "how it is called"),
    key("roles", Words(ROLES), "what its people sign"),
    key("contact_point", Text, "where it is reached at any hour"),
];
const ZONE: &[Key] = &[
    key("zone", Zone, "its id"),
    key("names", Names, "how it is called"),
    key("allowed", Is, "may guest acts be there?"),
    key("corners", Ring, "where it is: three or more corners, each latitude and longitude"),
];
const PERIOD: &[Key] = &[
    key("from", Moment, "the first moment of effect"),
    key("until", Moment, "the first moment after it"),
];
const PRECEDENCE: &[Key] = &[key("order", Words(INSTRUMENTS), "from the highest to the lowest")];
const RECIPROCITY: &[Key] =
    &[key("kinds", Kinds, "the provisions that hold in both directions alike")];
const LANGUAGES: &[Key] = &[
    key("authentic", Texts, "tags of the authentic languages, such as `en`"),
    maybe("prevailing", Text, "which one decides where they differ; none, if all are equal"),
];
const HOST_CONSENT: &[Key] = &[
    key("lease_minutes_max", Count, "the longest lease"),
    key("freshness_seconds", Count, "how long the host's last signed head lets guests act"),
    key("skew_seconds", Count, "how far two clocks may differ"),
    key("stop_within_minutes", Count, "personnel have stood down this long after consent ends"),
    key("decide_within_hours", Count, "a request unanswered for this long is refused"),
    maybe("witness_quorum", Count, "a grant counts once so many of the witnesses cosigned it"),
    maybe("witnesses", Texts, "their verifier keys, NAME+KEYHASH+BASE64"),
    maybe("hybrid_heads", Is, "a head counts only if the node's ML-DSA-44 key signed it too"),
];
const ADVANCE_NOTICE: &[Key] = &[
    key("normal_hours", Count, "the rule; later is urgent"),
    key("urgent_hours", Count, "the least; later is refused"),
    maybe("draw_within_minutes", Count, "each side shows its share of a draw this soon"),
    maybe("draw_fallback", Word(FALLBACKS), "what follows if a side keeps its share back"),
];
const REQUIREMENT: &[Key] = &[
    key("item", Word(TRAININGS), "what must have been shown"),
    key("categories", Words(CATEGORIES), "by whom"),
    key("valid_days", Count, "how long it counts"),
];
const CEILING: &[Key] = &[
    key("category", Word(CATEGORIES), "of whom"),
    key("zone", Zone, "where"),
    key("headcount_max", Count, "persons at any instant"),
    key("vehicles_max", Count, "vehicles at any instant"),
    key("armed_max", Count, "persons with a firearm at any instant"),
];
const ROTATION: &[Key] = &[
    key("days_max", Count, "the longest stay"),
    key("gap_days_min", Count, "the least absence between two stays"),
];
const ENTRY_EXIT: &[Key] = &[
    key("ports", Zones, "ports of entry"),
    key("declare_within_hours", Count, "arrivals and kit are declared within this long"),
    key("serials_declared", Is, "must every weapon's serial stand in the manifest?"),
];
const UNIFORM: &[Key] =
    &[key("category", Word(CATEGORIES), "who"), key("appearance", Word(APPEARANCES), "how")];
const IDENTIFICATION: &[Key] = &[
    key("carry_pass", Is, "must the pass be carried on duty?"),
    key("challenge", Is, "may a protected person challenge whoever shows one?"),
    maybe("list_stale_minutes", Count, "the age at which a list of dead passes is called stale"),
    maybe("when_list_stale", Word(WHEN_STALE), "what a checkpoint does then"),
];
const LODGING: &[Key] = &[
    key("zone", Zone, "the zone that the premises lie in"),
    key("names", Names, "how they are called"),
    key("access_by", Word(SIDES), "who controls access"),
    key("guards_min", Count, "the least number of guards"),
];
const VEHICLES: &[Key] = &[
    key("armour_min", Word(ARMOURS), "the least protection of a vehicle"),
    key("gap_m_min", Count, "the least gap between two vehicles, in metres"),
];
const COMMUNICATIONS: &[Key] = &[
    key("bands", Texts, "radio bands"),
    key("encryption", Is, "may traffic be encrypted?"),
    key("satellite", Is, "may satellite terminals be used?"),
];
const PERMIT: &[Key] = &[
    key("task", Word(TASKS), "the task"),
    key("categories", Words(CATEGORIES), "by whom"),
    key("zones", Zones, "where"),
    key("rung_max", Word(RUNGS), "up to which rung of presence"),
];
const HOST_PRESENCE: &[Key] = &[
    key("tasks", Words(TASKS), "done only beside officers of the host"),
    key("guests_per_officer_max", Count, "guest personnel for each officer of the host, at most"),
];
const COMMAND: &[Key] = &[
    key("tactical", Word(SIDES), "who has tactical command on the ground"),
    key("orders_by", Words(ROLES), "which roles of the sender may order a task"),
    key("refuse_unlawful", Is, "may an unlawful order be refused?"),
];
const CORDONS: &[Key] = &[
    key("inner", Word(SIDES), "who stands around the protected persons"),
    key("outer", Word(SIDES), "who stands around the place"),
    key("public_contact", Is, "may the inner cordon deal with the public?"),
];
const ARMS_RULE: &[Key] = &[
    key("category", Word(CATEGORIES), "who"),
    key("zones", Zones, "where"),
    key("class_max", Word(ARMS), "how armed at most"),
];
const USE_OF_FORCE: &[Key] = &[
    key("rule_set", Text, "the rule set that personnel were trained on"),
    key("warning", Is, "is a warning given first, where there is time?"),
    key("medical_aid", Is, "is medical aid given to whoever is hurt?"),
    key("report_within_minutes", Count, "reported to the other side within this long"),
    key("review_within_days", Count, "reviewed within this long"),
];
const DETENTION: &[Key] = &[
    key("minutes_max", Count, "handed to the host within this long"),
    key("receiving_post", Text, "where"),
];
const SENSOR_RULE: &[Key] = &[
    key("sensor", Word(SENSORS), "what"),
    key("zones", Zones, "where"),
    key("altitude_m_max", Count, "above ground at most, in metres; 0 for what does not fly"),
    key("retention_hours", Count, "recordings are kept at most this long"),
    key("feed_to_host", Is, "does the host see the same picture at the same time?"),
];
const SUPPORT: &[Key] = &[
    key("service", Word(SERVICES), "what the host provides"),
    key("amount", Count, "how much: seats, vehicles or persons"),
    key("within_minutes", Count, "within this long of being asked"),
];
const CAPACITY: &[Key] = &[
    key("names", Names, "what the sender gives"),
    key("quantity", Count, "how many"),
    key("end_use_check_days", Count, "checked this long after it was handed over"),
];
const WARNING: &[Key] = &[
    key("severity", Word(SEVERITIES), "from this severity on"),
    key("within_minutes", Count, "within this long of being known"),
    key("to", Words(ROLES), "to whom at the other side"),
];
const MARKINGS: &[Key] = &[
    key("grading", Word(GRADINGS), "the scheme"),
    key("originator_consent", Is, "does the originator agree before a third party sees it?"),
    key("tear_line", Is, "does a report carry an extract that may be passed on?"),
];
const PERSONAL_DATA: &[Key] = &[
    key("fields", Texts, "which fields"),
    key("granularity_m_min", Count, "positions are told no finer than this, in metres"),
    key("retention_days", Count, "erased after this long"),
];
const STEP: &[Key] = &[
    key("stage", Word(STAGES), "what is disclosed"),
    key("roles", Words(ROLES), "to whom"),
    key("before_minutes", Count, "not earlier than this long before the window"),
];
const SECRECY: &[Key] = &[
    key("known_to", Words(ROLES), "who may know that the text exists"),
    key("line", Names, "what is said to everybody else"),
];
const INSPECTION: &[Key] = &[
    key("retention_days", Count, "kept for this long"),
    key("witnesses_min", Count, "the least number of witnesses that cosign"),
    key("inspectors", Texts, "who may inspect"),
];
const STATEMENTS: &[Key] = &[
    key("spoken_by", Words(ROLES), "who speaks"),
    key("delay_minutes", Count, "the other side has this long to comment"),
    key("correct_within_hours", Count, "what was wrong is corrected within this long"),
];
const JURISDICTION: &[Key] = &[
    key("offence", Names, "the class of offence"),
    key("primary", Word(SIDES), "who has the first right"),
    key("waiver_hours", Count, "a request to waive it is answered within this long"),
];
const IMMUNITY: &[Key] = &[
    key("category", Word(CATEGORIES), "who"),
    key("immunity", Word(IMMUNITIES), "how far"),
    key("waived_by", Word(SIDES), "who may waive it"),
    key("testimony", Is, "must they testify?"),
];
const CLAIMS: &[Key] = &[
    key("payer", Word(SIDES), "who pays"),
    key("currency", Text, "ISO 4217, such as `USD`"),
    key("pay_within_days", Count, "paid within this long of the claim"),
    key("awards", List(AWARD), "the schedule"),
];
const AWARD: &[Key] = &[
    key("harm", Word(HARMS), "what for"),
    key("amount", Amount, "how much, in whole units of the currency"),
];
const INVESTIGATION: &[Key] = &[
    key("scene_access", Words(SIDES), "who may enter the scene"),
    key("preliminary_days", Count, "a preliminary report within this long"),
    key("discipline_days", Count, "who failed is dealt with within this long"),
];
const COMPLAINTS: &[Key] = &[
    key("answer_within_days", Count, "answered within this long"),
    key("monitor", Text, "who watches over the answers"),
    key("anonymous", Is, "may a complaint be anonymous?"),
    key("restriction_hours_max", Count, "a restriction ends or is renewed within this long"),
];
const REMOVAL: &[Key] = &[key("leave_within_hours", Count, "gone within this long")];
const LICENSING: &[Key] = &[
    key("categories", Words(CATEGORIES), "whose personnel need it"),
    key("audit_days", Count, "audited anew this often"),
    key("insured", Is, "must it be insured?"),
];
const LOSSES: &[Key] = &[
    key("report_within_hours", Count, "reported within this long"),
    key("joint_search", Is, "do both sides search?"),
];
const COMMITTEE: &[Key] = &[
    key("members_each", Count, "members of each side"),
    key("quorum_each", Count, "a decision needs this many of each side"),
    key("every_days", Count, "meets this often"),
];
const REVIEW: &[Key] = &[
    key("drills", List(DRILL), "exercises"),
    key("action_days", Count, "a corrective action is done within this long"),
];
const DRILL: &[Key] = &[key("drill", Word(DRILLS), "which"), key("every_days", Count, "how often")];
const COST: &[Key] = &[
    key("item", Names, "what"),
    key("payer", Word(SIDES), "who pays"),
    key("cap", Amount, "at most this much a year, in whole units of the currency"),
    key("currency", Text, "ISO 4217, such as `USD`"),
];
const SUSPENSION: &[Key] =
    &[key("by", Words(SIDES), "which sides"), key("extents", Words(EXTENTS), "how much")];
const TERMINATION: &[Key] = &[
    key("notice_days", Count, "notice"),
    key("survivors", Kinds, "the provisions that outlive it"),
];
const AMENDMENT: &[Key] = &[key("signed_by", Words(SIDES), "who must sign")];
const DISPUTE: &[Key] =
    &[key("level", Names, "who settles it"), key("days", Count, "within this long")];
const EMERGENCY: &[Key] = &[
    key("declared_by", Word(SIDES), "who may declare one"),
    key("hours_max", Count, "it ends by itself after this long"),
    key("notice_minutes", Count, "the notice that a movement needs meanwhile"),
];
