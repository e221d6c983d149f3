//! Rules: ask a compiled agreement about a deed, and hear why.

mod after;
mod answer;
mod nearest;
pub mod panel;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use words::act::Names;
use words::clause::Sensor;
use words::id::{AgreementId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::{Reason, Refusal};
use words::role::Role;

use crate::cedar::{self, Place, Standing, View};
use crate::check::basics::Basics;
use crate::check::{Above, CompileError, check};
use crate::explain::{Change, Fact, Nearest};
use crate::judge::Judge;
use article::document::{Article, Document};
use article::provision::governance::Suspension;
use article::provision::information::Step;
use article::provision::powers::Permit;
use article::provision::presence::{AdvanceNotice, Ceiling, HostConsent, Identification};
use article::provision::{Provision, Zone};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Guest asks to bring personnel.
    Deploy,
    /// Guest orders its personnel to a task.
    OrderTask,
    /// Guest announces the capacity that a movement needs.
    Notice,
    /// Guest submits a movement.
    Move,
    /// A convoy departs.
    Depart,
    /// Guest personnel enter a zone on duty.
    Enter,
}

impl Deed {
    /// Every deed, in order.
    pub const ALL: &'static [Self] =
        &[Self::Deploy, Self::OrderTask, Self::Notice, Self::Move, Self::Depart, Self::Enter];

    /// The word used in rules and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::OrderTask => "order_task",
            Self::Notice => "notice",
            Self::Move => "move",
            Self::Depart => "depart",
            Self::Enter => "enter",
        }
    }

    /// The deed of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.as_str() == text)
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A question to an agreement: may the guest do this, here, now?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What.
    pub deed: Deed,
    /// What for; `Deploy` and `Move` must say it.
    pub purpose: Option<Purpose>,
    /// Where.
    pub zone: ZoneId,
    /// By which guest personnel; `None` only for a movement without any.
    pub category: Option<Category>,
    /// Doing what; guest personnel must say it, but in a `Deploy`, which may leave it open.
    pub task: Option<Task>,
    /// On which rung of presence; whoever names a task must say it.
    pub rung: Option<Rung>,
    /// How armed; `OrderTask` and `Enter` must say it.
    pub arms: Option<ArmsClass>,
    /// In what; `Depart` must say it.
    pub armour: Option<ArmourClass>,
    /// When: the period of the agreement must hold this moment.
    pub at: Moment,
    /// Who orders it; an agreement that lists who may asks for it in an `OrderTask`.
    pub ordered_by: Option<Role>,
    /// With which sensor; an agreement that lists sensors asks for it when technical
    /// surveillance is ordered or begins.
    pub sensor: Option<Sensor>,
    /// How high the sensor flies, in metres above ground; 0 for what does not fly.
    pub altitude_m: u32,
}

/// What the node worked out about the request; an agreement does no sums of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
pub struct Facts {
    /// Both parties have signed this very text.
    pub in_force: bool,
    /// A suspension covers the request.
    pub suspended: bool,
    /// The host's consent to it lives at this moment.
    pub consent_live: bool,
    /// The host's ledger was heard within the freshness of the agreement.
    pub host_heard: bool,
    /// Persons of the category present in the zone, this request included.
    pub headcount_after: u32,
    /// How many there may be: the ceiling, or less if the host said so.
    pub headcount_max: u32,
    /// Vehicles, this request included.
    pub vehicles_after: u32,
    /// How many there may be.
    pub vehicles_max: u32,
    /// Persons with a firearm, this request included.
    pub armed_after: u32,
    /// How many there may be.
    pub armed_max: u32,
    /// From this moment to the start of the window, in milliseconds.
    pub notice_ms: i64,
    /// The personnel have shown everything that they must have shown.
    pub accredited: bool,
    /// The company has what a company needs.
    pub licensed: bool,
    /// Guest personnel for each officer of the host beside them; `u32::MAX` without an officer.
    pub guests_per_officer: u32,
    /// How long the personnel would stay, in milliseconds.
    pub stay_ms: i64,
    /// How long the personnel were gone since their last stay, in milliseconds.
    pub absent_ms: i64,
    /// An emergency has been declared and lasts.
    pub emergency: bool,
    /// The host holds the rung open for this category and zone.
    pub rung_open: bool,
    /// The articles whose permits are suspended.
    pub suspended_articles: BTreeSet<String>,
}

impl Facts {
    /// Facts with which nothing stands in the way: both signed, consent lives, nobody there.
    /// What a node does not work out keeps the value that it has here.
    pub const fn clear() -> Self {
        Self {
            in_force: true,
            suspended: false,
            consent_live: true,
            host_heard: true,
            headcount_after: 0,
            headcount_max: u32::MAX,
            vehicles_after: 0,
            vehicles_max: u32::MAX,
            armed_after: 0,
            armed_max: u32::MAX,
            notice_ms: i64::MAX,
            accredited: true,
            licensed: true,
            guests_per_officer: 0,
            stay_ms: 0,
            absent_ms: i64::MAX,
            emergency: false,
            rung_open: true,
            suspended_articles: BTreeSet::new(),
        }
    }
}

/// The answer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub allow: bool,
    /// The articles that say so.
    pub citations: Vec<Citation>,
    /// The facts that matched.
    pub facts: Vec<Fact>,
    /// After a no: what each guard that forbids asks for, and what is permitted instead.
    pub changes: Vec<Change>,
    /// After a no that was [explained](Rules::explain): the least that would make it a yes.
    pub nearest: Option<Nearest>,
    /// After a no: why, at least one.
    pub reasons: Vec<Reason>,
}

impl Decision {
    /// The refusal that a no amounts to.
    pub fn refusal(&self) -> Option<Refusal> {
        let facts = self.facts.iter().map(ToString::to_string);
        let lines: Vec<String> = facts.chain(self.remedy()).collect();
        (!self.allow).then(|| Refusal {
            reasons: self.reasons.clone(),
            articles: self.citations.iter().map(|one| one.article.clone()).collect(),
            detail: lines.join("; "),
        })
    }

    /// What would have to change, in English: the nearest change if it is known, else what each
    /// guard asks for.
    pub fn remedy(&self) -> Vec<String> {
        let nearest = self.nearest.as_ref().map(|nearest| &nearest.changes);
        nearest.unwrap_or(&self.changes).iter().map(ToString::to_string).collect()
    }
}

/// An article, as it is shown beside a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The text that it stands in.
    pub agreement: AgreementId,
    /// Its number.
    pub article: String,
    /// Its heading.
    pub heading: Names,
    /// Its words.
    pub text: Names,
}

impl Citation {
    /// An article of a text.
    pub fn of(document: &Document, article: &Article) -> Self {
        Self {
            agreement: document.agreement.clone(),
            article: article.number.clone(),
            heading: article.heading.clone(),
            text: article.text.clone(),
        }
    }
}

/// An agreement, compiled and checked: it answers questions and never changes.
#[derive(Debug)]
pub struct Rules {
    document: Document,
    basics: Basics,
    allowed: Vec<ZoneId>,
    ceilings: BTreeMap<(Category, ZoneId), Ceiling>,
    // Found once, so that an answer does not read the whole text: where each article stands, and
    // what is permitted in each zone, by which article.
    places: BTreeMap<String, usize>,
    permits: BTreeMap<ZoneId, Vec<(String, Permit)>>,
    about: Option<BTreeSet<ZoneId>>,
    pub(crate) judge: Judge,
    upper: Option<Arc<Self>>,
    mirror: Option<Box<Self>>,
}

impl Rules {
    /// Checks a document and compiles its provisions.
    pub fn compile(document: Document) -> Result<Self, CompileError> {
        let mirror = document.mirrored().map(Self::compile).transpose();
        let mirror = mirror.map_err(|cause| CompileError::Mirror(Box::new(cause)))?;
        Ok(Self { mirror: mirror.map(Box::new), ..Self::build(document, None)? })
    }

    /// Checks a lower instrument against the text above it and compiles both as one.
    ///
    /// The guards of both apply. What the lower text permits, it permits within what the upper
    /// one does; where it provides no tasks or no zones of its own, it narrows none. So a lower
    /// text never widens: whatever it allows, the upper one allows.
    pub fn compile_under(lower: Document, upper: &Arc<Self>) -> Result<Self, CompileError> {
        Self::build(lower, Some(upper))
    }

    fn build(document: Document, upper: Option<&Arc<Self>>) -> Result<Self, CompileError> {
        let zones = upper.map(|upper| upper.drawn()).unwrap_or_default();
        let armed = upper.map(|upper| upper.armed()).unwrap_or_default();
        let above = upper.map(|upper| Above {
            document: &upper.document,
            basics: &upper.basics,
            zones: &zones,
            armed: &armed,
        });
        let basics = check(&document, above)?;
        let allowed = cedar::allowed(&document);
        let ceilings = document.ceilings();
        let ceilings = ceilings.map(|one| ((one.category, one.zone.clone()), one.clone()));
        let ceilings = ceilings.collect();
        let standing = if upper.is_some() { Standing::Under } else { Standing::Alone };
        let view =
            View { document: &document, allowed: &allowed, standing, place: Place::Everywhere };
        let judge = Judge::new(view)?;
        let upper = upper.cloned();
        let numbers = document.articles.iter().map(|article| article.number.clone());
        let places = numbers.enumerate().map(|(at, number)| (number, at)).collect();
        let mut permits: BTreeMap<ZoneId, Vec<(String, Permit)>> = BTreeMap::new();
        for (article, permit) in document.permits() {
            for zone in &permit.zones {
                let here = permits.entry(zone.clone()).or_default();
                here.push((article.to_owned(), permit.clone()));
            }
        }
        let about = document.about().filter(|_| upper.is_some());
        Ok(Self {
            document,
            about,
            basics,
            allowed,
            ceilings,
            judge,
            upper,
            mirror: None,
            places,
            permits,
        })
    }

    /// The text that was compiled.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Does the text speak of that zone? A lower one that draws no zones and names some in what
    /// it permits or bounds speaks of those alone; every other text speaks of all.
    pub fn is_about(&self, zone: &ZoneId) -> bool {
        self.about.as_ref().is_none_or(|named| named.contains(zone))
    }

    /// The zones that it speaks of; `None` for all.
    pub fn named_zones(&self) -> Option<&BTreeSet<ZoneId>> {
        self.about.as_ref()
    }

    /// The rules of the text above this one.
    pub fn upper(&self) -> Option<&Arc<Self>> {
        self.upper.as_ref()
    }

    /// What holds for the host in the guest's territory, if the text says that anything does.
    pub fn mirror(&self) -> Option<&Self> {
        self.mirror.as_deref()
    }

    /// When the agreement has effect; `None` without end.
    pub fn period(&self) -> Option<Window> {
        self.basics.period
    }

    /// How the host consents.
    pub fn consent(&self) -> &HostConsent {
        &self.basics.consent
    }

    /// How early a movement is announced; none can be if the text does not say.
    pub fn notice(&self) -> Option<&AdvanceNotice> {
        self.basics.notice.as_ref()
    }

    /// Which roles may order a task; empty if the text leaves it to whoever may sign an order.
    pub fn orders_by(&self) -> &[Role] {
        &self.basics.orders_by
    }

    /// Who may suspend, and how much.
    pub fn suspension(&self) -> &Suspension {
        &self.basics.suspension
    }

    /// The zone of an id, allowed or excluded.
    pub fn zone(&self, zone: &ZoneId) -> Option<&Zone> {
        self.zones().find(|one| one.zone == *zone)
    }

    /// Every zone, allowed or excluded; a lower text that draws none has those above it.
    pub fn zones(&self) -> impl Iterator<Item = &Zone> {
        let mut draws = self;
        while let (None, Some(upper)) = (draws.document.zones().next(), &draws.upper) {
            draws = upper;
        }
        draws.document.zones()
    }

    // Every zone that counts here, and whether guest acts may be there.
    fn drawn(&self) -> BTreeMap<ZoneId, bool> {
        self.zones().map(|zone| (zone.zone.clone(), zone.allowed)).collect()
    }

    // Every ceiling that counts here: of each, how many may be armed.
    fn armed(&self) -> BTreeMap<(Category, ZoneId), u32> {
        let mut found = self.upper.as_ref().map(|upper| upper.armed()).unwrap_or_default();
        let own = self.ceilings.iter();
        found.extend(own.map(|(whose, ceiling)| (whose.clone(), ceiling.armed_max)));
        found
    }

    /// How many of a category may be in a zone.
    pub fn ceiling(&self, category: Category, zone: &ZoneId) -> Option<&Ceiling> {
        let own = self.ceilings.get(&(category, zone.clone()));
        own.or_else(|| self.upper.as_ref()?.ceiling(category, zone))
    }

    /// Who learns what, and not before when; empty if nobody learns anything early.
    pub fn disclosure(&self) -> &[Step] {
        self.document.schedule()
    }

    /// The least protection of a vehicle; any, if the text does not say.
    pub fn armour_min(&self) -> ArmourClass {
        self.basics.armour_min
    }

    /// The least gap between two vehicles of a convoy, in metres; none, if the text does not say.
    pub fn gap_m_min(&self) -> u32 {
        self.basics.gap_m_min
    }

    /// What is carried and shown, if the text says so.
    pub fn identification(&self) -> Option<&Identification> {
        self.document.provisions().find_map(|(_, provision)| {
            let Provision::Identification(one) = provision else { return None };
            Some(one)
        })
    }

    /// The number of the first article that provides `kind`.
    pub fn article_of(&self, kind: &str) -> Option<&str> {
        let mut provisions = self.document.provisions();
        let (article, _) = provisions.find(|(_, provision)| provision.kind() == kind)?;
        Some(&article.number)
    }

    /// The Cedar that an article became; empty if it has no rule. What follows from silence has
    /// the empty number.
    pub fn rules_text(&self, article: &str) -> String {
        let of = self.judge.rules().iter().filter(|rule| rule.article == article);
        of.map(|rule| rule.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}
