//! Provisions become Cedar: guards that forbid, and the permits they bound.

mod guards;
mod permits;
mod spell;

use words::id::ZoneId;
use words::refusal::Reason;

use article::document::Document;
use article::provision::Provision;

/// One rule of Cedar with the article it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) id: String,
    /// Empty if the rule comes from what the text does not say.
    pub(crate) article: String,
    pub(crate) says: Says,
    pub(crate) text: String,
    /// Does the rule read otherwise from zone to zone?
    pub(crate) local: bool,
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
    Rung,
    Notice,
    Ceiling,
    Stay,
    Absence,
    Accreditation,
    Licence,
    Officers,
    Command,
    Cordon,
    Arms,
    Sensor,
    Armour,
}

impl Guard {
    /// Why the answer is no when this guard forbids.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::Force | Self::Period => Reason::NotInForce,
            Self::Suspension => Reason::Suspended,
            Self::Consent => Reason::NoLiveConsent,
            Self::Rung => Reason::RungClosed,
            Self::Heard => Reason::HostNotHeard,
            Self::Notice => Reason::NoticeTooShort,
            Self::Ceiling => Reason::CeilingReached,
            Self::Purpose
            | Self::Territory
            | Self::Category
            | Self::Stay
            | Self::Absence
            | Self::Accreditation
            | Self::Licence
            | Self::Officers
            | Self::Command
            | Self::Cordon
            | Self::Arms
            | Self::Sensor
            | Self::Armour => Reason::NotPermitted,
        }
    }
}

/// Where rules are read.
///
/// In one zone every list of zones shrinks to that zone and what is about other zones only
/// falls away: the answers there stay the same, and ten thousand annexes cost what a few do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In the whole text.
    Everywhere,
    /// In one zone that the text draws.
    In(&'a ZoneId),
    /// Where the text draws nothing.
    Elsewhere,
}

impl Place<'_> {
    /// Those of `zones` that this place can be in.
    fn of(self, zones: &[ZoneId]) -> Vec<&ZoneId> {
        match self {
            Self::Everywhere => zones.iter().collect(),
            Self::In(here) => zones.iter().filter(|zone| *zone == here).take(1).collect(),
            Self::Elsewhere => Vec::new(),
        }
    }
}

/// Whether a text stands alone or relies on the guards of one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// What it does not say is forbidden.
    Alone,
    /// What it does not say is left to the text above, which is asked as well.
    Under,
}

/// A document as its rules are written: where they are read, and which zones are open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) document: &'a Document,
    pub(crate) allowed: &'a [ZoneId],
    pub(crate) standing: Standing,
    pub(crate) place: Place<'a>,
}

/// What one rule says; nothing if it cannot apply at that place.
struct Body {
    says: Says,
    text: Option<String>,
    local: bool,
}

/// Every rule of a document that was checked, in the order of its articles.
pub(crate) fn rules(view: View<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (article, provision) in view.document.provisions() {
        let (number, kind) = (article.number.as_str(), provision.kind());
        write(&mut rules, (number, kind), bodies(view, provision, number));
    }
    for (kind, bodies) in silence(view) {
        write(&mut rules, ("", kind), bodies);
    }
    rules
}

/// The rules of a place that read otherwise elsewhere, as they read there.
pub(crate) fn local(view: View<'_>) -> Vec<Rule> {
    let mut rules = rules(view);
    rules.retain(|rule| rule.local);
    rules
}

/// Every zone in which guest acts may be.
pub(crate) fn allowed(document: &Document) -> Vec<ZoneId> {
    let open = document.zones().filter(|zone| zone.allowed);
    open.map(|zone| zone.zone.clone()).collect()
}

fn write(rules: &mut Vec<Rule>, (article, kind): (&str, &str), bodies: Vec<Body>) {
    for (at, Body { says, text, local }) in bodies.into_iter().enumerate() {
        let Some(body) = text else { continue };
        let place = if article.is_empty() { "silence" } else { article };
        let id = format!("{place}/{kind}/{}", at + 1);
        let reason = match says {
            Says::Permit => String::new(),
            Says::Forbid(guard) => format!("@reason(\"{}\")\n", guard.reason().code()),
        };
        let text = format!("@id(\"{id}\")\n@article(\"{article}\")\n{reason}{body}\n");
        rules.push(Rule { id, article: article.to_owned(), says, text, local });
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of provision")]
fn bodies(view: View<'_>, one: &Provision, article: &str) -> Vec<Body> {
    match one {
        Provision::PartiesAndAuthorities(_) => vec![guards::force()],
        Provision::Purpose(purposes) => guards::purpose(purposes),
        Provision::TerritoryAndZones(zones) => {
            let guard = once(view, one, article, guards::territory(view));
            vec![guard, permits::moving(view, zones, article)]
        }
        Provision::Period(_) => vec![guards::period()],
        Provision::PersonnelCategories(categories) => vec![guards::category(categories)],
        Provision::HostConsent(_) => guards::consent(),
        Provision::AdvanceNotice(notice) => vec![guards::notice(view.document, notice)],
        Provision::AccreditationAndTraining(_) => vec![guards::accreditation()],
        Provision::Ceilings(ceilings) => {
            let mut bodies = vec![once(view, one, article, guards::beyond_the_facts())];
            bodies.extend(ceilings.iter().map(|ceiling| guards::beyond(view.place, ceiling)));
            bodies
        }
        Provision::Rotation(rotation) => guards::rotation(rotation),
        Provision::PermittedTasks(listed) => {
            listed.iter().flat_map(|permit| permits::task(view, permit, article)).collect()
        }
        Provision::HostPresence(rules) => rules.iter().map(guards::officers).collect(),
        Provision::CommandAndInstructions(command) => vec![guards::command(command)],
        Provision::CordonRoles(cordons) => guards::cordon(cordons),
        Provision::Arms(rules) => guards::arms(view.place, rules),
        Provision::SensorsAndDrones(rules) => guards::sensors(view.place, rules),
        Provision::Vehicles(vehicles) => guards::armour(vehicles.armour_min),
        Provision::PscLicensing(licensing) => vec![guards::licence(&licensing.categories)],
        Provision::Suspension(_) => vec![guards::suspension()],
        // An emergency relaxes the guard of the notice, which is written there. The others bind
        // people, and not the answer to a request.
        Provision::EmergencyAndEvacuation(_)
        | Provision::Precedence(_)
        | Provision::Reciprocity(_)
        | Provision::Languages(_)
        | Provision::EntryExitCustoms(_)
        | Provision::UniformAndInsignia(_)
        | Provision::Identification(_)
        | Provision::PremisesAndLodging(_)
        | Provision::Communications(_)
        | Provision::ProhibitedActs(_)
        | Provision::UseOfForce(_)
        | Provision::DetentionHandover(_)
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
        | Provision::WeaponsAndEquipmentLosses(_)
        | Provision::JointCommittee(_)
        | Provision::ReviewExercisesKpis(_)
        | Provision::Costs(_)
        | Provision::Termination(_)
        | Provision::Amendment(_)
        | Provision::Disputes(_) => Vec::new(),
    }
}

// A guard that is about every article of a kind stands with the first of them: a thousand annexes
// would repeat it a thousand times.
fn once(view: View<'_>, one: &Provision, article: &str, body: Body) -> Body {
    let kind = one.kind();
    let first = view.document.provisions().find(|(_, other)| other.kind() == kind);
    let is_first = first.is_some_and(|(first, _)| first.number == article);
    Body { text: body.text.filter(|_| is_first), ..body }
}

// What follows from silence: without an article on arms everybody is unarmed, and without one on
// notice nothing can be announced and so nothing moves. A lower text leaves to the upper one
// whatever it does not narrow.
fn silence(view: View<'_>) -> Vec<(&'static str, Vec<Body>)> {
    let says =
        |kind: &str| view.document.provisions().any(|(_, provision)| provision.kind() == kind);
    let mut found = Vec::new();
    match view.standing {
        Standing::Alone => {
            if !says("arms") {
                found.push(("arms", guards::arms(view.place, &[])));
            }
            if !says("advance_notice") {
                found.push(("advance_notice", vec![guards::no_notice()]));
            }
        }
        Standing::Under => {
            if !says("permitted_tasks") {
                found.push(("permitted_tasks", vec![permits::left_to_the_upper()]));
            }
            if !says("territory_and_zones") {
                found.push(("territory_and_zones", vec![permits::moves_left_to_the_upper()]));
            }
        }
    }
    found
}
