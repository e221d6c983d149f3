//! What a text must provide before it can bind.

pub(crate) mod basics;
mod bounds;
mod names;

use std::collections::BTreeMap;

use cedar_policy::{CedarSchemaError, ParseErrors, PolicySetError};
use thiserror::Error;
use words::id::{AgreementId, PartyId, ZoneId};
use words::movement::Stage;
use words::presence::{Category, Rung};
use words::role::Role;

use crate::check::basics::Basics;
use crate::check::names::About;
use article::document::Document;
use article::provision::Provision;

/// The largest ceiling that still bounds anything: guest personnel are tens or hundreds, and a
/// watch officer must be able to count them.
pub const CEILING_MAX: u32 = 1_000;

/// Provisions that a guard or a node cannot do without. What else a text leaves out is left out
/// safely: without tasks nothing is permitted, without arms everybody is unarmed, without notice
/// nothing moves; without purposes or vehicles none are prescribed.
const REQUIRED: [&str; 4] =
    ["parties_and_authorities", "territory_and_zones", "host_consent", "suspension"];

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
    /// A word that is no kind of provision.
    #[error("article {article} names `{kind}`, which is no kind of provision; correct it")]
    UnknownKind { article: String, kind: String },
    /// A number that forbids everything.
    #[error("article {article} sets {what} to 0, which forbids everything; set at least 1")]
    Zero { article: String, what: &'static str },
    /// A lower text under another.
    #[error("the text stands under `{under}`, and not under `{upper}`; name the text above it")]
    NotUnder { under: String, upper: AgreementId },
    /// A lower text between others.
    #[error("the parties of a lower text are those of the text above it; name the same two")]
    OtherParties,
    /// What holds in both directions is no agreement.
    #[error("what holds in both directions does not hold together when host and guest change")]
    Mirror(#[source] Box<Self>),
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

/// A text that is checked, and what it relies on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Above<'a> {
    pub(crate) document: &'a Document,
    pub(crate) basics: &'a Basics,
}

/// Checks the whole and finds what there is once.
pub(crate) fn check(document: &Document, above: Option<Above<'_>>) -> Result<Basics, CompileError> {
    shown_whole(document)?;
    if let Some(above) = above {
        under(document, above.document)?;
    }
    each_once(document, above)?;
    let categories = categories(document, above);
    let zones = zones(document, above)?;
    let ceilings = bounds::ceilings(document, above)?;
    for (article, provision) in document.provisions() {
        let about = About { number: &article.number, categories: &categories, zones: &zones };
        about.names_what_exists(document, provision)?;
        bounds::in_range(document, &article.number, provision)?;
        bounds::is_bounded(&article.number, provision, &ceilings)?;
    }
    let basics = basics::find(document, above)?;
    above.map_or(Ok(()), |above| bounds::no_wider(document, &basics, above.basics))?;
    Ok(basics)
}

fn under(document: &Document, upper: &Document) -> Result<(), CompileError> {
    let upper_id = &upper.agreement;
    if document.under.as_ref() != Some(upper_id) {
        let under = document.under.as_ref().map_or_else(String::new, ToString::to_string);
        return Err(CompileError::NotUnder { under, upper: upper_id.clone() });
    }
    let same = document.host == upper.host && document.guest == upper.guest;
    same.then_some(()).ok_or(CompileError::OtherParties)
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

fn each_once(document: &Document, above: Option<Above<'_>>) -> Result<(), CompileError> {
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
    let missing = missing.filter(|_| above.is_none());
    missing.map_or(Ok(()), |kind| Err(CompileError::Missing { kind }))
}

// Who may come; a lower text that does not say it relies on the upper one.
fn categories(document: &Document, above: Option<Above<'_>>) -> Vec<Category> {
    let mut found = Vec::new();
    for (_, provision) in document.provisions() {
        let Provision::PersonnelCategories(categories) = provision else { continue };
        found.extend(categories);
    }
    match above {
        Some(above) if found.is_empty() => above.basics.categories.clone(),
        Some(_) | None => found,
    }
}

// Every zone, and whether guest acts may be there. A lower text closes zones and opens none.
fn zones(
    document: &Document,
    above: Option<Above<'_>>,
) -> Result<BTreeMap<ZoneId, bool>, CompileError> {
    let upper: Option<BTreeMap<&ZoneId, bool>> =
        above.map(|above| above.document.zones().map(|zone| (&zone.zone, zone.allowed)).collect());
    let mut found = BTreeMap::new();
    for (article, provision) in document.provisions() {
        let Provision::TerritoryAndZones(zones) = provision else { continue };
        for zone in zones {
            let (article, id) = (article.number.clone(), zone.zone.clone());
            match upper.as_ref().map(|upper| upper.get(&id)) {
                Some(None) => return Err(CompileError::UnknownZone { article, zone: id }),
                Some(Some(false)) if zone.allowed => {
                    return Err(CompileError::ExcludedZone { article, zone: id });
                }
                Some(Some(_)) | None => {}
            }
            if found.insert(id.clone(), zone.allowed).is_some() {
                return Err(CompileError::ZoneTwice { article, zone: id });
            }
        }
    }
    if let Some(upper) = upper.filter(|_| found.is_empty()) {
        return Ok(upper.into_iter().map(|(zone, allowed)| (zone.clone(), allowed)).collect());
    }
    found.values().any(|allowed| *allowed).then_some(found).ok_or(CompileError::NoZone)
}
