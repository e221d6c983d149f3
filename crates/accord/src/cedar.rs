//! Provisions become Cedar: guards that forbid, and the permits they bound.

use words::id::ZoneId;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung};
use words::refusal::Reason;

use crate::document::Document;
use crate::provision::powers::{ArmsRule, Permit};
use crate::provision::presence::{AdvanceNotice, Ceiling};
use crate::provision::{Provision, Zone};

/// Deeds that put guest personnel or a convoy on the ground.
const PRESENT: &str = r#"[Action::"order_task", Action::"depart", Action::"enter"]"#;
/// Deeds of guest personnel that the host has already heard of in a request.
const ON_DUTY: &str = r#"[Action::"order_task", Action::"enter"]"#;
/// Deeds that announce a movement.
const ANNOUNCED: &str = r#"[Action::"notice", Action::"move"]"#;
/// Deeds of a movement.
const MOVING: &str = r#"[Action::"notice", Action::"move", Action::"depart"]"#;
/// Deeds that ask the host for something.
const ASKING: &str = r#"[Action::"deploy", Action::"move"]"#;

/// One rule of Cedar with the article it comes from.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) article: String,
    pub(crate) says: Says,
    pub(crate) text: String,
}

/// Which way a rule points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Permit,
    Forbid(Guard),
}

/// What a guard watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guard {
    Force,
    Period,
    Suspension,
    Purpose,
    Territory,
    Category,
    Consent,
    Heard,
    Notice,
    Ceiling,
    Arms,
    Armour,
}

impl Guard {
    /// Why the answer is no when this guard forbids.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::Force | Self::Period => Reason::NotInForce,
            Self::Suspension => Reason::Suspended,
            Self::Consent => Reason::NoLiveConsent,
            Self::Heard => Reason::HostNotHeard,
            Self::Notice => Reason::NoticeTooShort,
            Self::Ceiling => Reason::CeilingReached,
            Self::Purpose | Self::Territory | Self::Category | Self::Arms | Self::Armour => {
                Reason::NotPermitted
            }
        }
    }
}

/// Every rule of a document that was checked, in the order of its articles.
pub(crate) fn rules(document: &Document) -> Vec<Rule> {
    let allowed = allowed(document);
    let mut rules: Vec<Rule> = Vec::new();
    for (article, provision) in document.provisions() {
        for (at, (says, body)) in bodies(document, provision, &allowed).into_iter().enumerate() {
            let (number, kind) = (&article.number, provision.kind());
            let id = format!("{number}/{kind}/{}", at + 1);
            let reason = match says {
                Says::Permit => String::new(),
                Says::Forbid(guard) => format!("@reason(\"{}\")\n", guard.reason().code()),
            };
            let text = format!("@id(\"{id}\")\n@article(\"{number}\")\n{reason}{body}\n");
            rules.push(Rule { id, article: number.clone(), says, text });
        }
    }
    rules
}

/// Every zone in which guest acts may be.
pub(crate) fn allowed(document: &Document) -> Vec<ZoneId> {
    let open = document.zones().filter(|zone| zone.allowed);
    open.map(|zone| zone.zone.clone()).collect()
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of provision")]
fn bodies(document: &Document, one: &Provision, allowed: &[ZoneId]) -> Vec<(Says, String)> {
    match one {
        Provision::PartiesAndAuthorities(_) => {
            vec![forbid(Guard::Force, "action", "unless { context.in_force }")]
        }
        Provision::Purpose(purposes) => purpose(purposes),
        Provision::TerritoryAndZones(zones) => territory(document, zones, allowed),
        Provision::Period(_) => {
            vec![forbid(Guard::Period, "action", "unless { context.within_period }")]
        }
        Provision::PersonnelCategories(categories) => {
            let listed = words(categories.iter().copied().map(Category::as_str));
            let rest = format!(
                "when {{ context has category }}\nunless {{ {listed}.contains(context.category) }}"
            );
            vec![forbid(Guard::Category, "action", &rest)]
        }
        Provision::HostConsent(_) => vec![
            forbid(Guard::Consent, &among(PRESENT), "unless { context.consent_live }"),
            forbid(Guard::Heard, &among(PRESENT), "unless { context.host_heard }"),
        ],
        Provision::AdvanceNotice(notice) => vec![short_notice(notice)],
        Provision::Ceilings(ceilings) => {
            let mut bodies = vec![beyond_the_facts()];
            bodies.extend(ceilings.iter().map(beyond));
            bodies
        }
        Provision::PermittedTasks(permits) => {
            permits.iter().flat_map(|permit| task(document, permit)).collect()
        }
        Provision::Arms(rules) => arms(rules),
        Provision::Vehicles(vehicles) => armour(vehicles.armour_min),
        Provision::Suspension(_) => {
            vec![forbid(Guard::Suspension, "action", "when { context.suspended }")]
        }
        // What binds people, and not the answer to a request.
        Provision::Precedence(_)
        | Provision::Reciprocity(_)
        | Provision::Languages(_)
        | Provision::AccreditationAndTraining(_)
        | Provision::Rotation(_)
        | Provision::EntryExitCustoms(_)
        | Provision::UniformAndInsignia(_)
        | Provision::Identification(_)
        | Provision::PremisesAndLodging(_)
        | Provision::Communications(_)
        | Provision::ProhibitedActs(_)
        | Provision::HostPresence(_)
        | Provision::CommandAndInstructions(_)
        | Provision::CordonRoles(_)
        | Provision::UseOfForce(_)
        | Provision::DetentionHandover(_)
        | Provision::SensorsAndDrones(_)
        | Provision::HostSupport(_)
        | Provision::CapacityBuilding(_)
        | Provision::DutyToWarn(_)
        | Provision::MarkingsAndThirdPartyRule(_)
        | Provision::PersonalData(_)
        | Provision::MovementDisclosureSchedule(_)
        | Provision::SecrecyOfInstrument(_)
        | Provision::LoggingInspection(_)
        | Provision::PublicStatements(_)
        | Provision::CriminalJurisdiction(_)
        | Provision::ImmunityAndTestimony(_)
        | Provision::ClaimsAndCompensation(_)
        | Provision::JointInvestigation(_)
        | Provision::ComplaintsAndRights(_)
        | Provision::RemovalOfIndividual(_)
        | Provision::PscLicensing(_)
        | Provision::WeaponsAndEquipmentLosses(_)
        | Provision::JointCommittee(_)
        | Provision::ReviewExercisesKpis(_)
        | Provision::Costs(_)
        | Provision::Termination(_)
        | Provision::Amendment(_)
        | Provision::Disputes(_)
        | Provision::EmergencyAndEvacuation(_) => Vec::new(),
    }
}

fn forbid(guard: Guard, action: &str, rest: &str) -> (Says, String) {
    (Says::Forbid(guard), format!("forbid (principal, {action}, resource)\n{rest};"))
}

fn among(actions: &str) -> String {
    format!("action in {actions}")
}

fn purpose(purposes: &[Purpose]) -> Vec<(Says, String)> {
    let listed = words(purposes.iter().copied().map(Purpose::as_str));
    let other =
        format!("when {{ context has purpose }}\nunless {{ {listed}.contains(context.purpose) }}");
    vec![
        forbid(Guard::Purpose, &among(ASKING), "unless { context has purpose }"),
        forbid(Guard::Purpose, "action", &other),
    ]
}

// The guard names the zones of every article, so that a second article of zones adds to the
// first instead of forbidding it. Guest personnel in a movement need a task like any other.
fn territory(document: &Document, zones: &[Zone], allowed: &[ZoneId]) -> Vec<(Says, String)> {
    let everywhere = format!("unless {{ {}.contains(resource) }}", entities(allowed));
    let mut bodies = vec![forbid(Guard::Territory, "action", &everywhere)];
    let here: Vec<ZoneId> =
        zones.iter().filter(|zone| zone.allowed).map(|zone| zone.zone.clone()).collect();
    if !here.is_empty() {
        let moving = format!(
            "permit (principal == Party::\"{}\", {}, resource)\nwhen {{ {}.contains(resource) }}\n\
             unless {{ context has category || context has task }};",
            document.guest,
            among(MOVING),
            entities(&here),
        );
        bodies.push((Says::Permit, moving));
    }
    bodies
}

fn short_notice(notice: &AdvanceNotice) -> (Says, String) {
    let rest = format!("when {{ context.notice_ms < {} }}", notice.urgent_ms);
    forbid(Guard::Notice, &among(ANNOUNCED), &rest)
}

// What the node worked out for this very request: the ceiling, or less if the host said so.
fn beyond_the_facts() -> (Says, String) {
    let rest = "when {\n    context.headcount_after > context.headcount_max ||\n    \
                context.vehicles_after > context.vehicles_max ||\n    \
                context.armed_after > context.armed_max\n}";
    forbid(Guard::Ceiling, "action", rest)
}

fn beyond(ceiling: &Ceiling) -> (Says, String) {
    let Ceiling { category, zone, headcount_max, vehicles_max, armed_max } = ceiling;
    let body = format!(
        "forbid (principal, action, resource == Zone::\"{zone}\")\nwhen {{\n    \
         context has category && context.category == \"{category}\" &&\n    \
         (context.headcount_after > {headcount_max} ||\n     \
         context.vehicles_after > {vehicles_max} ||\n     \
         context.armed_after > {armed_max})\n}};"
    );
    (Says::Forbid(Guard::Ceiling), body)
}

// A request may leave the task open; whoever is on duty has one.
fn task(document: &Document, permit: &Permit) -> Vec<(Says, String)> {
    let Permit { task, categories, zones, rung_max } = permit;
    let categories = words(categories.iter().copied().map(Category::as_str));
    let rungs = words(Rung::ALL.iter().filter(|rung| *rung <= rung_max).map(|rung| rung.as_str()));
    let (guest, zones) = (&document.guest, entities(zones));
    let who_and_where = format!(
        "{zones}.contains(resource) &&\n    \
         context has category && {categories}.contains(context.category)"
    );
    let ordered = format!(
        "permit (principal == Party::\"{guest}\", action, resource)\nwhen {{\n    {who_and_where} \
         &&\n    context has task && context.task == \"{task}\" &&\n    \
         context has rung && {rungs}.contains(context.rung)\n}};"
    );
    let open = format!(
        "permit (principal == Party::\"{guest}\", action == Action::\"deploy\", resource)\n\
         when {{\n    {who_and_where}\n}}\nunless {{ context has task }}\n\
         unless {{ context has rung && !{rungs}.contains(context.rung) }};"
    );
    vec![(Says::Permit, ordered), (Says::Permit, open)]
}

fn arms(rules: &[ArmsRule]) -> Vec<(Says, String)> {
    let exceptions = rules.iter().map(|ArmsRule { category, zones, class_max }| {
        let classes = ArmsClass::ALL.iter().filter(|class| *class <= class_max);
        format!(
            " ||\n    (context has category && context.category == \"{category}\" &&\n     \
             {}.contains(resource) &&\n     {}.contains(context.arms))",
            entities(zones),
            words(classes.map(|class| class.as_str())),
        )
    });
    let exceptions: String = exceptions.collect();
    let beyond = format!(
        "when {{ context has arms }}\nunless {{\n    context.arms == \"{}\"{exceptions}\n}}",
        ArmsClass::Unarmed
    );
    vec![
        forbid(Guard::Arms, &among(ON_DUTY), "unless { context has arms }"),
        forbid(Guard::Arms, "action", &beyond),
    ]
}

fn armour(armour_min: ArmourClass) -> Vec<(Says, String)> {
    let enough = ArmourClass::ALL.iter().filter(|class| **class >= armour_min);
    let listed = words(enough.map(|class| class.as_str()));
    let weak =
        format!("when {{ context has armour }}\nunless {{ {listed}.contains(context.armour) }}");
    vec![
        forbid(Guard::Armour, "action == Action::\"depart\"", "unless { context has armour }"),
        forbid(Guard::Armour, "action", &weak),
    ]
}

// Words and ids hold no character that Cedar would read as anything else (words::id).
fn words(items: impl Iterator<Item = &'static str>) -> String {
    let quoted: Vec<String> = items.map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

fn entities(zones: &[ZoneId]) -> String {
    let quoted: Vec<String> = zones.iter().map(|zone| format!("Zone::\"{zone}\"")).collect();
    format!("[{}]", quoted.join(", "))
}
