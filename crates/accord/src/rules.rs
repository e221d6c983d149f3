//! Rules: ask a compiled agreement about a deed, and hear why.

use std::collections::BTreeSet;
use std::fmt;

use words::act::Names;
use words::id::ZoneId;
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::{Reason, Refusal};

use crate::cedar::{self, Guard, Rule, Says};
use crate::check::{Basics, CompileError, check};
use crate::document::{Article, Document};
use crate::judge::{Case, Fact, Judge};
use crate::provision::governance::Suspension;
use crate::provision::information::Step;
use crate::provision::powers::Permit;
use crate::provision::presence::{AdvanceNotice, Ceiling, HostConsent};
use crate::provision::{Zone, joined};

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
}

/// What the node worked out about the request; an agreement does no sums of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// The answer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub allow: bool,
    /// The articles that say so.
    pub citations: Vec<Citation>,
    /// The facts that matched, as name and value, for people, in English.
    pub facts: Vec<(String, String)>,
    /// After a no: what would have to change, in English.
    pub remedy: Vec<String>,
    /// After a no: why, at least one.
    pub reasons: Vec<Reason>,
}

impl Decision {
    /// The refusal that a no amounts to.
    pub fn refusal(&self) -> Option<Refusal> {
        let facts = self.facts.iter().map(|(name, value)| format!("{name}: {value}"));
        let lines: Vec<String> = facts.chain(self.remedy.iter().cloned()).collect();
        (!self.allow).then(|| Refusal {
            reasons: self.reasons.clone(),
            articles: self.citations.iter().map(|one| one.article.clone()).collect(),
            detail: lines.join("; "),
        })
    }
}

/// An article, as it is shown beside a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Its number.
    pub article: String,
    /// Its heading.
    pub heading: Names,
    /// Its words.
    pub text: Names,
}

impl From<&Article> for Citation {
    fn from(article: &Article) -> Self {
        Self {
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
    pub(crate) judge: Judge,
}

impl Rules {
    /// Checks a document and compiles its provisions.
    pub fn compile(document: Document) -> Result<Self, CompileError> {
        let basics = check(&document)?;
        let judge = Judge::new(cedar::rules(&document))?;
        let allowed = cedar::allowed(&document);
        Ok(Self { document, basics, allowed, judge })
    }

    /// The text that was compiled.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// When the agreement has effect; `None` without end.
    pub fn period(&self) -> Option<Window> {
        self.basics.period
    }

    /// How the host consents.
    pub fn consent(&self) -> &HostConsent {
        &self.basics.consent
    }

    /// How early a movement is announced.
    pub fn notice(&self) -> &AdvanceNotice {
        &self.basics.notice
    }

    /// Who may suspend, and how much.
    pub fn suspension(&self) -> &Suspension {
        &self.basics.suspension
    }

    /// The zone of an id, allowed or excluded.
    pub fn zone(&self, zone: &ZoneId) -> Option<&Zone> {
        self.zones().find(|one| one.zone == *zone)
    }

    /// Every zone, allowed or excluded.
    pub fn zones(&self) -> impl Iterator<Item = &Zone> {
        self.document.zones()
    }

    /// How many of a category may be in a zone.
    pub fn ceiling(&self, category: Category, zone: &ZoneId) -> Option<&Ceiling> {
        self.document.ceilings().find(|one| one.category == category && one.zone == *zone)
    }

    /// Who learns what, and not before when; empty if nobody learns anything early.
    pub fn disclosure(&self) -> &[Step] {
        self.document.schedule()
    }

    /// The least protection of a vehicle.
    pub fn armour_min(&self) -> ArmourClass {
        self.basics.armour_min
    }

    /// The least gap between two vehicles of a convoy, in metres.
    pub fn gap_m_min(&self) -> u32 {
        self.basics.gap_m_min
    }

    /// The number of the first article that provides `kind`.
    pub fn article_of(&self, kind: &str) -> Option<&str> {
        let mut provisions = self.document.provisions();
        let (article, _) = provisions.find(|(_, provision)| provision.kind() == kind)?;
        Some(&article.number)
    }

    /// The Cedar that an article became; empty if it has no rule.
    pub fn rules_text(&self, article: &str) -> String {
        let of = self.judge.rules().iter().filter(|rule| rule.article == article);
        of.map(|rule| rule.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Answers a question. What nothing permits is denied, and so is whatever goes wrong.
    pub fn decide(&self, question: &Question, facts: &Facts) -> Decision {
        let within_period = self.basics.period.is_none_or(|period| period.holds(question.at));
        let case = Case {
            guest: self.document.guest.as_str(),
            deed: question.deed.as_str(),
            zone: question.zone.as_str(),
            facts: context(question, facts, within_period),
        };
        match self.judge.hear(&case) {
            Ok((true, matched)) => self.allow(question, facts, &matched),
            Ok((false, matched)) => self.deny(question, facts, &matched),
            Err(fault) => Decision {
                allow: false,
                citations: Vec::new(),
                facts: vec![("fault".to_owned(), fault)],
                remedy: vec!["report this as a fault of the program: it denies".to_owned()],
                reasons: vec![Reason::BadAgreement],
            },
        }
    }

    fn allow(&self, question: &Question, facts: &Facts, matched: &[&Rule]) -> Decision {
        let guards: BTreeSet<Guard> = self.judge.rules().iter().filter_map(guard).collect();
        let watched = guards.into_iter().filter(|guard| watches(*guard, question));
        Decision {
            allow: true,
            citations: self.cite(matched.iter().map(|rule| rule.article.as_str())),
            facts: watched.map(|guard| self.fact(guard, question, facts)).collect(),
            remedy: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn deny(&self, question: &Question, facts: &Facts, matched: &[&Rule]) -> Decision {
        let guards: BTreeSet<Guard> = matched.iter().copied().filter_map(guard).collect();
        let mut articles: Vec<&str> = matched.iter().map(|rule| rule.article.as_str()).collect();
        let mut said: Vec<_> =
            guards.iter().map(|guard| self.fact(*guard, question, facts)).collect();
        let mut remedy: Vec<String> =
            guards.iter().map(|guard| self.remedy(*guard, question)).collect();
        let mut reasons: BTreeSet<Reason> = guards.iter().map(|guard| guard.reason()).collect();
        // Cedar names the guards that forbade; that nothing permitted it either is for us to say.
        let nearest = self.nearest(question);
        if !reasons.contains(&Reason::NotPermitted) && !nearest.is_empty() {
            reasons.insert(Reason::NotPermitted);
            said.push(("asked".to_owned(), asked(question)));
            articles.extend(nearest.iter().map(|(article, _)| *article));
            let offer = |(article, permit)| format!("article {article} permits {permit}");
            remedy.extend(nearest.into_iter().map(offer));
        }
        Decision {
            allow: false,
            citations: self.cite(articles.into_iter()),
            facts: said,
            remedy,
            reasons: reasons.into_iter().collect(),
        }
    }

    // Each article once, in the order of the text.
    fn cite<'a>(&self, articles: impl Iterator<Item = &'a str>) -> Vec<Citation> {
        let named: BTreeSet<&str> = articles.collect();
        let articles = self.document.articles.iter();
        articles.filter(|one| named.contains(one.number.as_str())).map(Citation::from).collect()
    }

    // The permits that lack least of what is asked; none if one lacks nothing, or if no guest
    // personnel are asked about.
    fn nearest(&self, question: &Question) -> Vec<(&str, &Permit)> {
        if !about_personnel(question) {
            return Vec::new();
        }
        let permits: Vec<_> = self.document.permits().collect();
        let least = permits.iter().map(|(_, permit)| lacking(permit, question)).min();
        permits
            .into_iter()
            .filter(|(_, permit)| least.is_some_and(|l| l > 0 && lacking(permit, question) == l))
            .collect()
    }

    fn fact(&self, guard: Guard, question: &Question, facts: &Facts) -> (String, String) {
        let either = |fact: bool, yes: &str, no: &str| (if fact { yes } else { no }).to_owned();
        let (name, value) = match guard {
            Guard::Force => ("agreement", either(facts.in_force, "in force", "not in force")),
            Guard::Period => ("asked for", question.at.to_string()),
            Guard::Suspension => ("suspension", either(facts.suspended, "in effect", "none")),
            Guard::Purpose => ("purpose", word(question.purpose.map(Purpose::as_str))),
            Guard::Territory => ("zone", question.zone.to_string()),
            Guard::Category => ("category", word(question.category.map(Category::as_str))),
            Guard::Consent => ("host consent", either(facts.consent_live, "live", "not live")),
            Guard::Heard => {
                ("host's ledger", either(facts.host_heard, "heard in time", "not heard in time"))
            }
            Guard::Notice => ("notice", self.notice_given(facts)),
            Guard::Ceiling => ("count", self.count(question, facts)),
            Guard::Arms => ("arms", word(question.arms.map(ArmsClass::as_str))),
            Guard::Armour => ("armour", word(question.armour.map(ArmourClass::as_str))),
        };
        (name.to_owned(), value)
    }

    fn notice_given(&self, facts: &Facts) -> String {
        let notice = &self.basics.notice;
        let urgent = if facts.notice_ms < notice.normal_ms { ", urgent" } else { "" };
        format!(
            "{} h{urgent} (normal {} h, at least {} h)",
            hours(facts.notice_ms),
            hours(notice.normal_ms),
            hours(notice.urgent_ms)
        )
    }

    fn count(&self, question: &Question, facts: &Facts) -> String {
        let ceiling = question.category.and_then(|category| self.ceiling(category, &question.zone));
        let headcount_max = ceiling.map(|one| one.headcount_max);
        let vehicles_max = ceiling.map(|one| one.vehicles_max);
        let armed_max = ceiling.map(|one| one.armed_max);
        [
            ("persons", facts.headcount_after, facts.headcount_max, headcount_max),
            ("vehicles", facts.vehicles_after, facts.vehicles_max, vehicles_max),
            ("armed", facts.armed_after, facts.armed_max, armed_max),
        ]
        .map(|(what, after, fact_max, max)| {
            match max.map_or(fact_max, |max| max.min(fact_max)) {
                // A movement brings nobody in, so no ceiling is asked.
                u32::MAX => format!("{after} {what}, no ceiling asked"),
                max => format!("{after} of at most {max} {what}"),
            }
        })
        .join(", ")
    }

    fn remedy(&self, guard: Guard, question: &Question) -> String {
        match guard {
            Guard::Force => "both parties must sign the same text".to_owned(),
            Guard::Period => self.basics.period.map_or_else(String::new, |period| {
                format!("ask for a moment from {} until {}", period.start(), period.end())
            }),
            Guard::Suspension => "the party that suspended must lift its suspension".to_owned(),
            Guard::Purpose => "name a purpose that the agreement lists".to_owned(),
            Guard::Territory => format!("stay in one of: {}", joined(&self.allowed)),
            Guard::Category => "send personnel of a category that may come".to_owned(),
            Guard::Consent => "the host must grant or renew its consent".to_owned(),
            Guard::Heard => "reconnect to the host's node, or ask the host directly".to_owned(),
            Guard::Notice => {
                format!("announce it at least {} h before", hours(self.basics.notice.urgent_ms))
            }
            Guard::Ceiling => "bring fewer, or stand others down first".to_owned(),
            Guard::Arms if question.arms.is_none() => "say how the personnel are armed".to_owned(),
            Guard::Arms => "come unarmed, or armed as the agreement lists".to_owned(),
            Guard::Armour => {
                format!("use vehicles that are at least {}", self.basics.armour_min)
            }
        }
    }
}

fn context(question: &Question, facts: &Facts, within_period: bool) -> Vec<(&'static str, Fact)> {
    let words = [
        ("purpose", question.purpose.map(Purpose::as_str)),
        ("category", question.category.map(Category::as_str)),
        ("task", question.task.map(Task::as_str)),
        ("rung", question.rung.map(Rung::as_str)),
        ("arms", question.arms.map(ArmsClass::as_str)),
        ("armour", question.armour.map(ArmourClass::as_str)),
    ];
    let given = words.into_iter().filter_map(|(name, word)| Some((name, Fact::Word(word?))));
    let known = [
        ("in_force", Fact::Is(facts.in_force)),
        ("within_period", Fact::Is(within_period)),
        ("suspended", Fact::Is(facts.suspended)),
        ("consent_live", Fact::Is(facts.consent_live)),
        ("host_heard", Fact::Is(facts.host_heard)),
        ("headcount_after", Fact::Count(facts.headcount_after.into())),
        ("headcount_max", Fact::Count(facts.headcount_max.into())),
        ("vehicles_after", Fact::Count(facts.vehicles_after.into())),
        ("vehicles_max", Fact::Count(facts.vehicles_max.into())),
        ("armed_after", Fact::Count(facts.armed_after.into())),
        ("armed_max", Fact::Count(facts.armed_max.into())),
        ("notice_ms", Fact::Count(facts.notice_ms)),
    ];
    known.into_iter().chain(given).collect()
}

fn guard(rule: &Rule) -> Option<Guard> {
    match rule.says {
        Says::Permit => None,
        Says::Forbid(guard) => Some(guard),
    }
}

fn about_personnel(question: &Question) -> bool {
    match question.deed {
        Deed::Deploy | Deed::OrderTask | Deed::Enter => true,
        Deed::Notice | Deed::Move | Deed::Depart => {
            question.category.is_some() || question.task.is_some()
        }
    }
}

// Is the guard's fact worth telling after a yes?
fn watches(guard: Guard, question: &Question) -> bool {
    match guard {
        Guard::Force | Guard::Suspension | Guard::Period | Guard::Territory | Guard::Ceiling => {
            true
        }
        Guard::Purpose => question.purpose.is_some(),
        Guard::Category => question.category.is_some(),
        Guard::Arms => question.arms.is_some(),
        Guard::Armour => question.armour.is_some(),
        Guard::Consent | Guard::Heard => {
            matches!(question.deed, Deed::OrderTask | Deed::Depart | Deed::Enter)
        }
        Guard::Notice => matches!(question.deed, Deed::Notice | Deed::Move),
    }
}

// How many parts of a permit do not fit the question.
fn lacking(permit: &Permit, question: &Question) -> usize {
    let open = question.deed == Deed::Deploy && question.task.is_none();
    let fits = [
        permit.zones.contains(&question.zone),
        question.category.is_some_and(|category| permit.categories.contains(&category)),
        open || question.task == Some(permit.task),
        question.rung.map_or(open, |rung| rung <= permit.rung_max),
    ];
    fits.into_iter().filter(|fit| !fit).count()
}

fn asked(question: &Question) -> String {
    format!(
        "{} by {} in {} on rung {}",
        word(question.task.map(Task::as_str)),
        word(question.category.map(Category::as_str)),
        question.zone,
        word(question.rung.map(Rung::as_str))
    )
}

fn word(given: Option<&'static str>) -> String {
    given.unwrap_or("not said").to_owned()
}

fn hours(ms: i64) -> i64 {
    ms.div_euclid(3_600_000)
}
