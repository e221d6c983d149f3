//! Provisions: the typed clauses that an article carries.

pub mod accountability;
pub mod governance;
pub mod information;
pub mod powers;
pub mod presence;

use std::fmt;

use serde::Deserialize;
use toml::Spanned;
use words::act::Names;
use words::clause::Prohibited;
use words::hash::Hash;
use words::id::ZoneId;
use words::moment::Window;
use words::place::Area;
use words::presence::{Category, Purpose};

use crate::provision::accountability::{
    Claims, Complaints, ImmunityRule, Investigation, Jurisdiction, Licensing, Losses, Removal,
};
use crate::provision::governance::{
    Amendment, Authority, Committee, Cost, DisputeLevel, Emergency, Languages, Precedence,
    Reciprocity, Review, Suspension, Termination,
};
use crate::provision::information::{
    Inspection, Markings, PersonalData, Secrecy, Statements, Step, Warning,
};
use crate::provision::powers::{
    ArmsRule, Capacity, Command, Cordons, Detention, HostPresence, Permit, SensorRule, Support,
    UseOfForce,
};
use crate::provision::presence::{
    AdvanceNotice, Ceiling, Communications, EntryExit, HostConsent, Identification, Lodging,
    Requirement, Rotation, Uniform, Vehicles,
};
use crate::read::{self, List, Texts};

/// The chapter of an agreement that a kind of provision belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What the text is.
    Instrument,
    /// Who may come, and how.
    Presence,
    /// What may be done.
    Powers,
    /// Who is told what.
    Information,
    /// Who answers for what.
    Accountability,
    /// How the parties run it.
    Governance,
}

/// A kind of provision, as the catalogue of the field lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its number, such as `P10`.
    pub number: &'static str,
    /// The word under which a text carries it.
    pub word: &'static str,
    /// Its chapter.
    pub group: Group,
    /// What it says, in a sentence.
    pub about: &'static str,
}

// A list in the text is never empty; what is held is a plain vector.
macro_rules! held {
    (list $type:ty) => { Vec<$type> };
    (one $type:ty) => { $type };
}
macro_rules! written {
    (list $type:ty) => { List<$type> };
    (one $type:ty) => { $type };
}
macro_rules! taken {
    (list $field:expr) => {
        $field.0
    };
    (one $field:expr) => {
        $field
    };
}

macro_rules! provisions {
    ($(
        $number:literal $group:ident $word:ident $variant:ident $shape:ident $type:ty,
        $doc:literal;
    )+) => {
        /// What an article provides, besides its words. A provision is written in the text
        /// under its [`kind`](Provision::kind).
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Provision {
            $(#[doc = $doc] $variant(held!($shape $type)),)+
        }

        impl Provision {
            /// The word under which the text carries it.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => stringify!($word)),+ }
            }
        }

        /// Every kind, in the order of the catalogue.
        pub const KINDS: &[Kind] = &[
            $(Kind {
                number: $number,
                word: stringify!($word),
                group: Group::$group,
                about: $doc,
            },)+
        ];

        /// An article as the text says it.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct RawArticle {
            pub(crate) number: Spanned<String>,
            pub(crate) heading: Option<Texts>,
            pub(crate) text: Option<Texts>,
            #[serde(default)]
            pub(crate) restricted: bool,
            pub(crate) withheld: Option<Spanned<Hash>>,
            $($word: Option<written!($shape $type)>,)+
        }

        impl RawArticle {
            pub(crate) fn provisions(self) -> Vec<Provision> {
                let mut found = Vec::new();
                $(if let Some(field) = self.$word {
                    found.push(Provision::$variant(taken!($shape field)));
                })+
                found
            }
        }
    };
}

provisions! {
    "P01" Instrument parties_and_authorities PartiesAndAuthorities list Authority,
        "Who acts for each party, and where it is reached at any hour.";
    "P02" Instrument purpose Purpose list Purpose, "What acts may be for.";
    "P03" Instrument territory_and_zones TerritoryAndZones list Zone,
        "Where guest acts may be, and where not.";
    "P04" Instrument period Period one Period, "When the agreement has effect.";
    "P05" Instrument precedence Precedence one Precedence, "Which text prevails.";
    "P06" Instrument reciprocity Reciprocity one Reciprocity, "What holds in both directions.";
    "P07" Instrument personnel_categories PersonnelCategories list Category, "Who may come.";
    "P08" Instrument languages Languages one Languages, "Which texts are authentic.";
    "P10" Presence host_consent HostConsent one HostConsent,
        "How the host consents and takes consent back.";
    "P11" Presence advance_notice AdvanceNotice one AdvanceNotice,
        "How early a movement is announced.";
    "P12" Presence accreditation_and_training AccreditationAndTraining list Requirement,
        "What personnel must have shown before they are tasked.";
    "P13" Presence ceilings Ceilings list Ceiling, "How many may be present at once.";
    "P14" Presence rotation Rotation one Rotation, "How long personnel stay.";
    "P15" Presence entry_exit_customs EntryExitCustoms one EntryExit,
        "Where personnel and their kit come in.";
    "P16" Presence uniform_and_insignia UniformAndInsignia list Uniform,
        "How personnel appear.";
    "P17" Presence identification Identification one Identification,
        "What is carried and shown.";
    "P18" Presence premises_and_lodging PremisesAndLodging list Lodging,
        "Where personnel lodge.";
    "P19" Presence vehicles Vehicles one Vehicles, "What protected persons ride in.";
    "P20" Presence communications Communications one Communications,
        "What personnel communicate with.";
    "P30" Powers permitted_tasks PermittedTasks list Permit, "What guest personnel may do.";
    "P31" Powers prohibited_acts ProhibitedActs list Prohibited,
        "What guest personnel never do.";
    "P32" Powers host_presence HostPresence list HostPresence,
        "What is done only beside officers of the host.";
    "P33" Powers command_and_instructions CommandAndInstructions one Command, "Who commands.";
    "P34" Powers cordon_roles CordonRoles one Cordons, "Who holds which cordon.";
    "P35" Powers arms Arms list ArmsRule,
        "Who may be armed, and how; who is not listed is unarmed.";
    "P36" Powers use_of_force UseOfForce one UseOfForce, "Rules for force and its report.";
    "P37" Powers detention_handover DetentionHandover one Detention,
        "How soon whoever is held is handed over.";
    "P38" Powers sensors_and_drones SensorsAndDrones list SensorRule, "Which sensors run.";
    "P39" Powers host_support HostSupport list Support, "What the host provides, how soon.";
    "P40" Powers capacity_building CapacityBuilding list Capacity,
        "What the sender gives so that the host can do more.";
    "P50" Information duty_to_warn DutyToWarn list Warning, "How soon a threat is told.";
    "P51" Information markings_and_third_party_rule MarkingsAndThirdPartyRule one Markings,
        "How reports are graded and passed on.";
    "P52" Information personal_data PersonalData one PersonalData, "What is kept of persons.";
    "P53" Information movement_disclosure_schedule MovementDisclosureSchedule list Step,
        "Who learns what of a movement; a role that a stage does not list never learns it early.";
    "P54" Information secrecy_of_instrument SecrecyOfInstrument one Secrecy,
        "Who may know that the text exists.";
    "P55" Information logging_inspection LoggingInspection one Inspection,
        "What is logged, and who may inspect.";
    "P56" Information public_statements PublicStatements one Statements,
        "Who speaks to the public.";
    "P60" Accountability criminal_jurisdiction CriminalJurisdiction list Jurisdiction,
        "Who tries which offence.";
    "P61" Accountability immunity_and_testimony ImmunityAndTestimony list ImmunityRule,
        "How far personnel are immune.";
    "P62" Accountability claims_and_compensation ClaimsAndCompensation one Claims,
        "Who compensates, how much, how soon.";
    "P63" Accountability joint_investigation JointInvestigation one Investigation,
        "Who investigates with whom, by when.";
    "P64" Accountability complaints_and_rights ComplaintsAndRights one Complaints,
        "How complaints are answered.";
    "P65" Accountability removal_of_individual RemovalOfIndividual one Removal,
        "How soon an unwelcome person leaves.";
    "P66" Accountability psc_licensing PscLicensing one Licensing,
        "What a security company needs.";
    "P67" Accountability weapons_and_equipment_losses WeaponsAndEquipmentLosses one Losses,
        "How soon a loss is reported.";
    "P70" Governance joint_committee JointCommittee one Committee, "How the parties meet.";
    "P71" Governance review_exercises_kpis ReviewExercisesKpis one Review,
        "How the parties learn.";
    "P72" Governance costs Costs list Cost, "Who pays for what.";
    "P73" Governance suspension Suspension one Suspension,
        "Who may suspend the agreement, and how much of it.";
    "P74" Governance termination Termination one Termination, "How the text ends.";
    "P75" Governance amendment Amendment one Amendment, "How the text changes.";
    "P76" Governance disputes Disputes list DisputeLevel, "How a dispute is settled.";
    "P77" Governance emergency_and_evacuation EmergencyAndEvacuation one Emergency,
        "What is relaxed while an emergency lasts.";
}

/// When the text has effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Period {
    /// Holds its start and not its end.
    #[serde(deserialize_with = "read::window")]
    pub window: Window,
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

/// The kind of a word.
pub fn kind(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.word == word)
}

/// Words in a row, for people.
pub(crate) fn joined(items: &[impl fmt::Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
