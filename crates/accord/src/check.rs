//! What a text must provide before it can bind.

use std::collections::BTreeMap;

use cedar_policy::{CedarSchemaError, ParseErrors, PolicySetError};
use thiserror::Error;
use words::id::{PartyId, ZoneId};
use words::limit::{CLOCK_SKEW_MAX_MS, HEARTBEAT_EVERY_MS, LEASE_MS_MAX};
use words::moment::Window;
use words::movement::Stage;
use words::presence::{ArmourClass, Category, Rung};
use words::role::{Role, Side};

use crate::document::Document;
use crate::provision::Provision;
use crate::provision::governance::{Extent, Suspension};
use crate::provision::information::Step;
use crate::provision::presence::{AdvanceNotice, Ceiling, HostConsent, Vehicles};

/// The largest ceiling that still bounds anything: guest personnel are tens or hundreds, and a
/// watch officer must be able to count them.
pub const CEILING_MAX: u32 = 1_000;

/// Provisions that a guard or a node cannot do without.
const REQUIRED: [&str; 11] = [
    "parties_and_authorities",
    "purpose",
    "territory_and_zones",
    "personnel_categories",
    "host_consent",
    "advance_notice",
    "ceilings",
    "permitted_tasks",
    "arms",
    "vehicles",
    "suspension",
];

/// Provisions that annexes may repeat, each adding to the others.
const REPEATABLE: [&str; 3] = ["territory_and_zones", "ceilings", "permitted_tasks"];

/// Why a text that can be read cannot become rules.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "each field is said in its variant's message")]
pub enum CompileError {
    /// A text without its words in a language that it says is authentic.
    #[error("{place} has no text in `{language}`; every authentic language has one")]
    NoText { place: String, language: String },
    /// A copy of a text.
    #[error("article {article} is withheld: a redacted copy proves a text and does not bind")]
    Withheld { article: String },
    /// A provision that no agreement can do without.
    #[error("no article provides `{kind}`; add an article that does")]
    Missing { kind: &'static str },
    /// A provision that may stand once.
    #[error("articles {first} and {second} both provide `{kind}`; keep one of them")]
    Twice { kind: &'static str, first: String, second: String },
    /// A party that is neither host nor guest.
    #[error("article {article} names the party `{party}`; only the host and the guest are parties")]
    UnknownParty { article: String, party: PartyId },
    /// A zone that no article draws.
    #[error(
        "article {article} names the zone `{zone}`, which no article draws; draw it or \
         correct its id"
    )]
    UnknownZone { article: String, zone: ZoneId },
    /// A zone where nothing may be permitted.
    #[error(
        "article {article} names the zone `{zone}`, which is excluded; remove it there or \
         allow the zone"
    )]
    ExcludedZone { article: String, zone: ZoneId },
    /// Two areas of one id.
    #[error("article {article} draws the zone `{zone}` a second time; keep one of the two")]
    ZoneTwice { article: String, zone: ZoneId },
    /// A territory without a place.
    #[error("no zone is allowed; allow at least one")]
    NoZone,
    /// A category that may not come.
    #[error(
        "article {article} names the category `{category}`, which may not come; list it \
         among the categories"
    )]
    UnknownCategory { article: String, category: Category },
    /// Permission without a limit.
    #[error("article {article} permits `{category}` in `{zone}` without a ceiling; set one")]
    NoCeiling { article: String, category: Category, zone: ZoneId },
    /// Two limits of one thing.
    #[error(
        "article {article} sets a ceiling for `{category}` in `{zone}` a second time; keep \
         one of the two"
    )]
    CeilingTwice { article: String, category: Category, zone: ZoneId },
    /// A limit that limits nothing.
    #[error(
        "article {article} sets a ceiling of {max} for `{category}` in `{zone}`, which \
         bounds nothing; set at most {CEILING_MAX}"
    )]
    Unbounded { article: String, category: Category, zone: ZoneId, max: u32 },
    /// Two limits that contradict each other.
    #[error(
        "article {article} lets more `{category}` be armed in `{zone}` than be present; \
         lower the number of armed"
    )]
    MoreArmedThanPresent { article: String, category: Category, zone: ZoneId },
    /// A rung that the ceiling forbids.
    #[error(
        "article {article} permits the rung `{rung}` to `{category}` in `{zone}`, where \
         nobody of them may be armed; lower the rung"
    )]
    ArmedRung { article: String, category: Category, zone: ZoneId, rung: Rung },
    /// A duration that defeats its purpose.
    #[error(
        "article {article} sets {what} to {ms} ms; it must lie between {min_ms} and {max_ms} ms"
    )]
    OutOfRange { article: String, what: &'static str, ms: i64, min_ms: i64, max_ms: i64 },
    /// Two times for one fact and role.
    #[error(
        "article {article} lists `{role:?}` twice for the stage `{stage:?}`; keep one of the two"
    )]
    StepTwice { article: String, stage: Stage, role: Role },
    /// A host that could not take back control.
    #[error("article {article} does not let the host suspend the whole; a host always can: add it")]
    HostCannotSuspend { article: String },
    /// A rule that is not Cedar.
    #[error("the rule `{id}` of article {article} is not Cedar; this is a fault of this program")]
    Rule {
        id: String,
        article: String,
        #[source]
        cause: Box<ParseErrors>,
    },
    /// A rule that cannot be kept.
    #[error("the rule `{id}` cannot be kept; this is a fault of this program")]
    Kept {
        id: String,
        #[source]
        cause: Box<PolicySetError>,
    },
    /// A schema that cannot be read.
    #[error("the schema cannot be read; this is a fault of this program")]
    Schema(#[source] Box<CedarSchemaError>),
    /// Rules that do not fit the schema.
    #[error("the rules do not fit the schema: {detail}; this is a fault of this program")]
    Invalid { detail: String },
}

/// What an agreement provides exactly once, found once.
#[derive(Debug)]
pub(crate) struct Basics {
    pub(crate) consent: HostConsent,
    pub(crate) notice: AdvanceNotice,
    pub(crate) armour_min: ArmourClass,
    pub(crate) gap_m_min: u32,
    pub(crate) suspension: Suspension,
    pub(crate) period: Option<Window>,
}

/// Checks the whole and finds what there is once.
pub(crate) fn check(document: &Document) -> Result<Basics, CompileError> {
    shown_whole(document)?;
    each_once(document)?;
    let categories = categories(document);
    let zones = zones(document)?;
    let ceilings = ceilings(document)?;
    for (article, provision) in document.provisions() {
        let about = About { number: &article.number, categories: &categories, zones: &zones };
        about.names_what_exists(document, provision)?;
        about.stays_in_range(provision)?;
        about.is_bounded(provision, &ceilings)?;
    }
    basics(document)
}

type Armed = u32;
type CeilingsBy = BTreeMap<(Category, ZoneId), Armed>;

struct About<'a> {
    number: &'a str,
    categories: &'a [Category],
    zones: &'a BTreeMap<ZoneId, bool>,
}

impl About<'_> {
    fn article(&self) -> String {
        self.number.to_owned()
    }

    fn names_what_exists(&self, document: &Document, one: &Provision) -> Result<(), CompileError> {
        if let Provision::PartiesAndAuthorities(authorities) = one {
            let known = [&document.host, &document.guest];
            let stranger = authorities.iter().find(|office| !known.contains(&&office.party));
            return stranger.map_or(Ok(()), |office| {
                let party = office.party.clone();
                Err(CompileError::UnknownParty { article: self.article(), party })
            });
        }
        if let Provision::Ceilings(ceilings) = one {
            let each = |one: &Ceiling| self.known(&[one.category], std::slice::from_ref(&one.zone));
            return ceilings.iter().try_for_each(each);
        }
        if let Provision::PermittedTasks(permits) = one {
            return permits.iter().try_for_each(|one| self.known(&one.categories, &one.zones));
        }
        if let Provision::Arms(rules) = one {
            return rules.iter().try_for_each(|one| self.known(&[one.category], &one.zones));
        }
        Ok(())
    }

    fn known(&self, categories: &[Category], zones: &[ZoneId]) -> Result<(), CompileError> {
        let article = self.article();
        if let Some(category) = categories.iter().find(|one| !self.categories.contains(one)) {
            return Err(CompileError::UnknownCategory { article, category: *category });
        }
        for zone in zones {
            let (article, zone) = (self.article(), zone.clone());
            match self.zones.get(&zone) {
                Some(true) => {}
                Some(false) => return Err(CompileError::ExcludedZone { article, zone }),
                None => return Err(CompileError::UnknownZone { article, zone }),
            }
        }
        Ok(())
    }

    fn stays_in_range(&self, provision: &Provision) -> Result<(), CompileError> {
        if let Provision::HostConsent(consent) = provision {
            self.within("the longest lease", consent.lease_ms_max, 1, LEASE_MS_MAX)?;
            // Below one heartbeat nothing would ever be allowed.
            let (min, max) = (HEARTBEAT_EVERY_MS, LEASE_MS_MAX);
            self.within("the freshness", consent.freshness_ms, min, max)?;
            self.within("the skew", consent.skew_ms, 0, CLOCK_SKEW_MAX_MS)?;
            return self.within("the time to stop", consent.stop_within_ms, 0, LEASE_MS_MAX);
        }
        if let Provision::AdvanceNotice(notice) = provision {
            return self.within("the urgent notice", notice.urgent_ms, 0, notice.normal_ms);
        }
        if let Provision::MovementDisclosureSchedule(steps) = provision {
            return self.each_step_once(steps);
        }
        if let Provision::Suspension(suspension) = provision {
            let can =
                suspension.by.contains(&Side::Host) && suspension.extents.contains(&Extent::Whole);
            return can
                .then_some(())
                .ok_or_else(|| CompileError::HostCannotSuspend { article: self.article() });
        }
        Ok(())
    }

    fn each_step_once(&self, steps: &[Step]) -> Result<(), CompileError> {
        let mut seen = Vec::new();
        let pairs = steps.iter().flat_map(|step| step.roles.iter().map(|role| (step.stage, *role)));
        for (stage, role) in pairs {
            if seen.contains(&(stage, role)) {
                return Err(CompileError::StepTwice { article: self.article(), stage, role });
            }
            seen.push((stage, role));
        }
        Ok(())
    }

    fn within(
        &self,
        what: &'static str,
        ms: i64,
        min_ms: i64,
        max_ms: i64,
    ) -> Result<(), CompileError> {
        let article = self.article();
        let inside = (min_ms..=max_ms).contains(&ms);
        inside.then_some(()).ok_or(CompileError::OutOfRange { article, what, ms, min_ms, max_ms })
    }

    // Every category has a ceiling wherever it may do anything.
    fn is_bounded(&self, one: &Provision, ceilings: &CeilingsBy) -> Result<(), CompileError> {
        let Provision::PermittedTasks(permits) = one else {
            return Ok(());
        };
        for permit in permits {
            let pairs = permit.categories.iter().flat_map(|category| {
                permit.zones.iter().map(move |zone| (*category, zone.clone()))
            });
            for (category, zone) in pairs {
                let article = self.article();
                match ceilings.get(&(category, zone.clone())) {
                    None => return Err(CompileError::NoCeiling { article, category, zone }),
                    Some(0) if permit.rung_max == Rung::Armed => {
                        let rung = permit.rung_max;
                        return Err(CompileError::ArmedRung { article, category, zone, rung });
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }
}

// Every article is there, in every language that is authentic.
fn shown_whole(document: &Document) -> Result<(), CompileError> {
    if let Some(article) = document.articles.iter().find(|article| article.withheld.is_some()) {
        return Err(CompileError::Withheld { article: article.number.clone() });
    }
    match document.untranslated().into_iter().next() {
        None => Ok(()),
        Some((place, language)) => Err(CompileError::NoText { place, language }),
    }
}

fn each_once(document: &Document) -> Result<(), CompileError> {
    let mut found: BTreeMap<&'static str, &str> = BTreeMap::new();
    for (article, provision) in document.provisions() {
        let kind = provision.kind();
        let first = found.insert(kind, &article.number);
        if let Some(first) = first.filter(|_| !REPEATABLE.contains(&kind)) {
            let (first, second) = (first.to_owned(), article.number.clone());
            return Err(CompileError::Twice { kind, first, second });
        }
    }
    let missing = REQUIRED.into_iter().find(|kind| !found.contains_key(kind));
    missing.map_or(Ok(()), |kind| Err(CompileError::Missing { kind }))
}

fn categories(document: &Document) -> Vec<Category> {
    let mut found = Vec::new();
    for (_, provision) in document.provisions() {
        let Provision::PersonnelCategories(categories) = provision else { continue };
        found.extend(categories);
    }
    found
}

// Every zone, and whether guest acts may be there.
fn zones(document: &Document) -> Result<BTreeMap<ZoneId, bool>, CompileError> {
    let mut found = BTreeMap::new();
    for (article, provision) in document.provisions() {
        let Provision::TerritoryAndZones(zones) = provision else { continue };
        for zone in zones {
            if found.insert(zone.zone.clone(), zone.allowed).is_some() {
                let (article, zone) = (article.number.clone(), zone.zone.clone());
                return Err(CompileError::ZoneTwice { article, zone });
            }
        }
    }
    found.values().any(|allowed| *allowed).then_some(found).ok_or(CompileError::NoZone)
}

// Every ceiling's number of armed persons, by whom and where.
fn ceilings(document: &Document) -> Result<CeilingsBy, CompileError> {
    let mut found = BTreeMap::new();
    for (article, provision) in document.provisions() {
        let Provision::Ceilings(ceilings) = provision else { continue };
        for one in ceilings {
            let (article, category, zone) =
                (article.number.clone(), one.category, one.zone.clone());
            let max = one.headcount_max.max(one.vehicles_max);
            if max > CEILING_MAX {
                return Err(CompileError::Unbounded { article, category, zone, max });
            }
            if one.armed_max > one.headcount_max {
                return Err(CompileError::MoreArmedThanPresent { article, category, zone });
            }
            if found.insert((category, zone.clone()), one.armed_max).is_some() {
                return Err(CompileError::CeilingTwice { article, category, zone });
            }
        }
    }
    Ok(found)
}

fn basics(document: &Document) -> Result<Basics, CompileError> {
    let (mut consent, mut notice, mut vehicles) = (None, None, None);
    let (mut suspension, mut period) = (None, None);
    for (_, provision) in document.provisions() {
        if let Provision::HostConsent(one) = provision {
            consent = Some(one.clone());
        } else if let Provision::AdvanceNotice(one) = provision {
            notice = Some(one.clone());
        } else if let Provision::Vehicles(one) = provision {
            vehicles = Some(one.clone());
        } else if let Provision::Suspension(one) = provision {
            suspension = Some(one.clone());
        } else if let Provision::Period(one) = provision {
            period = Some(one.window);
        }
    }
    let missing = |kind| CompileError::Missing { kind };
    let Vehicles { armour_min, gap_m_min } = vehicles.ok_or(missing("vehicles"))?;
    Ok(Basics {
        consent: consent.ok_or(missing("host_consent"))?,
        notice: notice.ok_or(missing("advance_notice"))?,
        armour_min,
        gap_m_min,
        suspension: suspension.ok_or(missing("suspension"))?,
        period,
    })
}
