//! Answers: what the rules say, and which facts they looked at.

use std::collections::BTreeSet;

use words::clause::Sensor;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Reason;
use words::role::Role;

use crate::cedar::{Guard, Rule, Says};
use crate::explain::{Change, Fact, Named, Value};
use crate::judge::{Brief, Case, Told};
use crate::rules::{Citation, Decision, Deed, Facts, Question, Rules};
use article::provision::Provision;
use article::provision::powers::Permit;

/// Why nothing permits what is asked.
pub(super) enum Unpermitted<'a> {
    /// Something does.
    No,
    /// These articles would, and are suspended.
    Suspended(Vec<&'a str>),
    /// These permits come nearest; there may be none.
    Nearest(Vec<(&'a str, &'a Permit)>),
}

/// A question made ready for Cedar: what its own answer costs is what a decision is held against.
#[derive(Debug)]
pub struct Prepared<'a>(Brief<'a>);

impl Prepared<'_> {
    /// Cedar's bare answer, without a reason.
    pub fn allows(&self) -> bool {
        self.0.bare()
    }
}

impl Rules {
    /// Answers a question. What nothing permits is denied, and so is whatever goes wrong.
    pub fn decide(&self, question: &Question, facts: &Facts) -> Decision {
        let own = match self.judge.hear(self.case(question, facts)) {
            Ok((true, matched)) => self.allow(question, facts, &matched),
            Ok((false, matched)) => self.deny(question, facts, &matched),
            Err(fault) => broken(fault),
        };
        match &self.upper {
            None => own,
            Some(upper) => both(upper.decide(question, facts), own),
        }
    }

    /// Answers a question, and after a no finds the [nearest](crate::explain::Nearest) change.
    pub fn explain(&self, question: &Question, facts: &Facts) -> Decision {
        let decision = self.decide(question, facts);
        let nearest = (!decision.allow).then(|| self.nearest(question, facts));
        Decision { nearest, ..decision }
    }

    /// A question made ready for Cedar; nothing if it cannot be.
    pub fn prepared(&self, question: &Question, facts: &Facts) -> Option<Prepared<'_>> {
        self.judge.brief(self.case(question, facts)).ok().map(Prepared)
    }

    pub(super) fn case<'a>(&self, question: &'a Question, facts: &Facts) -> Case<'a> {
        let within_period = self.basics.period.is_none_or(|period| period.holds(question.at));
        let facts = context(question, facts, within_period);
        Case { deed: question.deed, zone: &question.zone, facts }
    }

    fn allow(&self, question: &Question, facts: &Facts, matched: &[&Rule]) -> Decision {
        let watched = self.judge.guards().iter().filter(|guard| watches(**guard, question));
        Decision {
            allow: true,
            citations: self.cite(matched.iter().map(|rule| rule.article.as_str())),
            facts: watched.flat_map(|guard| self.facts(*guard, question, facts)).collect(),
            changes: Vec::new(),
            nearest: None,
            reasons: Vec::new(),
        }
    }

    fn deny(&self, question: &Question, facts: &Facts, matched: &[&Rule]) -> Decision {
        let guards: BTreeSet<Guard> = matched.iter().copied().filter_map(guard).collect();
        let mut articles: Vec<&str> = matched.iter().map(|rule| rule.article.as_str()).collect();
        let mut said: Vec<Fact> =
            guards.iter().flat_map(|guard| self.facts(*guard, question, facts)).collect();
        let mut changes: Vec<Change> = guards
            .iter()
            .filter_map(|guard| self.options(*guard, question, facts).into_iter().next())
            .flatten()
            .collect();
        let mut reasons: BTreeSet<Reason> = guards.iter().map(|guard| guard.reason()).collect();
        // Cedar names the guards that forbade; that nothing permitted it either is for us to say.
        match self.unpermitted(question, facts) {
            Unpermitted::Suspended(suspended) => {
                reasons.insert(Reason::Suspended);
                let clause = |one: &&str| fact(Named::Clause, Value::Text((*one).to_owned()));
                said.extend(suspended.iter().map(clause));
                changes.extend(suspended.iter().map(|one| Change::LiftClause((*one).to_owned())));
                articles.extend(suspended);
            }
            Unpermitted::Nearest(nearest) if !reasons.contains(&Reason::NotPermitted) => {
                reasons.insert(Reason::NotPermitted);
                said.extend(asked(question));
                articles.extend(nearest.iter().map(|(article, _)| *article));
                let offer = |(article, permit): (&str, &Permit)| {
                    Change::AsPermitted(article.to_owned(), permit.clone())
                };
                changes.extend(nearest.into_iter().map(offer));
            }
            Unpermitted::No | Unpermitted::Nearest(_) => {}
        }
        if changes.is_empty() {
            changes.push(Change::Amend);
        }
        Decision {
            allow: false,
            citations: self.cite(articles.into_iter()),
            facts: said,
            changes,
            nearest: None,
            reasons: reasons.into_iter().collect(),
        }
    }

    // Each article once, in the order of the text.
    fn cite<'a>(&self, articles: impl Iterator<Item = &'a str>) -> Vec<Citation> {
        let places: BTreeSet<usize> =
            articles.filter_map(|number| self.places.get(number).copied()).collect();
        let articles = places.into_iter().filter_map(|at| self.document.articles.get(at));
        articles.map(|article| Citation::of(&self.document, article)).collect()
    }

    /// Whether something permits what is asked, guards aside.
    pub(super) fn unpermitted(&self, question: &Question, facts: &Facts) -> Unpermitted<'_> {
        if self.leaves_to_the_upper(question) {
            return Unpermitted::No;
        }
        let asleep = |article: &str| facts.suspended_articles.contains(article);
        let fitting: Vec<&str> = if about_personnel(question) {
            let here = self.permits.get(&question.zone).into_iter().flatten();
            let fitting = here.filter(|(_, permit)| lacking(permit, question) == 0);
            fitting.map(|(article, _)| article.as_str()).collect()
        } else {
            self.draws(question)
        };
        if fitting.iter().any(|article| !asleep(article)) {
            return Unpermitted::No;
        }
        if !fitting.is_empty() {
            return Unpermitted::Suspended(fitting);
        }
        if !about_personnel(question) {
            return Unpermitted::Nearest(Vec::new());
        }
        let awake = || self.document.permits().filter(|(article, _)| !asleep(article));
        let least = awake().map(|(_, permit)| lacking(permit, question)).min();
        let nearest = awake().filter(|(_, permit)| least == Some(lacking(permit, question)));
        Unpermitted::Nearest(nearest.take(NEAREST_MAX).collect())
    }

    fn leaves_to_the_upper(&self, question: &Question) -> bool {
        let kind = if question.category.is_some() || question.task.is_some() {
            "permitted_tasks"
        } else {
            "territory_and_zones"
        };
        self.upper.is_some() && self.article_of(kind).is_none()
    }

    // The articles that draw the zone and allow it.
    fn draws(&self, question: &Question) -> Vec<&str> {
        let drawn = self.document.provisions().filter(|(_, provision)| {
            let Provision::TerritoryAndZones(zones) = provision else { return false };
            zones.iter().any(|zone| zone.allowed && zone.zone == question.zone)
        });
        drawn.map(|(article, _)| article.number.as_str()).collect()
    }

    /// The facts that a guard looks at.
    fn facts(&self, guard: Guard, question: &Question, facts: &Facts) -> Vec<Fact> {
        let one = |name, value| vec![fact(name, value)];
        match guard {
            Guard::Force => one(Named::Force, Value::Is(facts.in_force)),
            Guard::Period => one(Named::At, Value::At(question.at)),
            Guard::Suspension => one(Named::Suspended, Value::Is(facts.suspended)),
            Guard::Purpose => one(Named::Purpose, word(question.purpose.map(Purpose::as_str))),
            Guard::Territory => one(Named::Zone, Value::Zone(question.zone.clone())),
            Guard::Category => one(Named::Category, word(question.category.map(Category::as_str))),
            Guard::Consent => one(Named::Consent, Value::Is(facts.consent_live)),
            Guard::Heard => one(Named::Heard, Value::Is(facts.host_heard)),
            Guard::Rung => vec![
                fact(Named::Rung, word(question.rung.map(Rung::as_str))),
                fact(Named::RungOpen, Value::Is(facts.rung_open)),
            ],
            Guard::Notice => one(Named::Notice, self.notice_given(facts)),
            Guard::Ceiling => self.count(question, facts),
            Guard::Stay => one(Named::Stay, self.stay(facts)),
            Guard::Absence => one(Named::Absence, self.absence(facts)),
            Guard::Accreditation => one(Named::Accredited, Value::Is(facts.accredited)),
            Guard::Licence => one(Named::Licensed, Value::Is(facts.licensed)),
            Guard::Officers => {
                let most = self.guests_per_officer_max(question);
                one(Named::GuestsPerOfficer, Value::Count { is: facts.guests_per_officer, most })
            }
            Guard::Command => one(Named::OrderedBy, word(question.ordered_by.map(Role::as_str))),
            Guard::Cordon => one(Named::Task, word(question.task.map(Task::as_str))),
            Guard::Arms => one(Named::Arms, word(question.arms.map(ArmsClass::as_str))),
            Guard::Sensor => vec![
                fact(Named::Sensor, word(question.sensor.map(Sensor::as_str))),
                fact(Named::Altitude, Value::Metres(question.altitude_m)),
            ],
            Guard::Armour => one(Named::Armour, word(question.armour.map(ArmourClass::as_str))),
        }
    }

    fn notice_given(&self, facts: &Facts) -> Value {
        match &self.basics.notice {
            None => Value::NotSaid,
            Some(notice) => Value::Notice {
                ms: facts.notice_ms,
                normal_ms: notice.normal_ms,
                least_ms: self.notice_min(facts).unwrap_or(notice.urgent_ms),
            },
        }
    }

    fn count(&self, question: &Question, facts: &Facts) -> Vec<Fact> {
        let [persons, vehicles, armed] = self.most(question, facts);
        // A movement brings nobody in, so no ceiling is asked.
        let count = |name, is, most| {
            let most = (most != u32::MAX).then_some(most);
            fact(name, Value::Count { is, most })
        };
        vec![
            count(Named::Persons, facts.headcount_after, persons),
            count(Named::Vehicles, facts.vehicles_after, vehicles),
            count(Named::Armed, facts.armed_after, armed),
        ]
    }

    fn stay(&self, facts: &Facts) -> Value {
        let most = self.basics.rotation.as_ref().map(|rotation| rotation.stay_ms_max);
        Value::AtMost { ms: facts.stay_ms, most_ms: most.unwrap_or(i64::MAX) }
    }

    fn absence(&self, facts: &Facts) -> Value {
        let least = self.basics.rotation.as_ref().map(|rotation| rotation.gap_ms_min);
        Value::AtLeast { ms: facts.absent_ms, least_ms: least.unwrap_or_default() }
    }
}

/// Permits that are named beside a no: more would not be read.
const NEAREST_MAX: usize = 8;

fn broken(fault: String) -> Decision {
    Decision {
        allow: false,
        citations: Vec::new(),
        facts: vec![fact(Named::Fault, Value::Text(fault))],
        changes: vec![Change::Repair],
        nearest: None,
        reasons: vec![Reason::BadAgreement],
    }
}

// Yes only if both say yes; what is said is what those said that denied.
fn both(upper: Decision, lower: Decision) -> Decision {
    match (upper.allow, lower.allow) {
        (true, false) => lower,
        (false, true) => upper,
        (true, true) | (false, false) => {
            let mut whole = upper;
            whole.citations.extend(lower.citations);
            for fact in lower.facts {
                if !whole.facts.contains(&fact) {
                    whole.facts.push(fact);
                }
            }
            for change in lower.changes {
                if !whole.changes.contains(&change) {
                    whole.changes.push(change);
                }
            }
            let reasons: BTreeSet<Reason> =
                whole.reasons.into_iter().chain(lower.reasons).collect();
            Decision { reasons: reasons.into_iter().collect(), ..whole }
        }
    }
}

fn context(question: &Question, facts: &Facts, within_period: bool) -> Vec<(&'static str, Told)> {
    let words = [
        ("purpose", question.purpose.map(Purpose::as_str)),
        ("category", question.category.map(Category::as_str)),
        ("task", question.task.map(Task::as_str)),
        ("rung", question.rung.map(Rung::as_str)),
        ("arms", question.arms.map(ArmsClass::as_str)),
        ("armour", question.armour.map(ArmourClass::as_str)),
        ("ordered_by", question.ordered_by.map(Role::as_str)),
        ("sensor", question.sensor.map(Sensor::as_str)),
    ];
    let given = words.into_iter().filter_map(|(name, word)| Some((name, Told::Word(word?))));
    let suspended = facts.suspended_articles.iter().cloned().collect();
    let known = [
        ("in_force", Told::Is(facts.in_force)),
        ("within_period", Told::Is(within_period)),
        ("suspended", Told::Is(facts.suspended)),
        ("consent_live", Told::Is(facts.consent_live)),
        ("host_heard", Told::Is(facts.host_heard)),
        ("headcount_after", Told::Count(facts.headcount_after.into())),
        ("headcount_max", Told::Count(facts.headcount_max.into())),
        ("vehicles_after", Told::Count(facts.vehicles_after.into())),
        ("vehicles_max", Told::Count(facts.vehicles_max.into())),
        ("armed_after", Told::Count(facts.armed_after.into())),
        ("armed_max", Told::Count(facts.armed_max.into())),
        ("notice_ms", Told::Count(facts.notice_ms)),
        ("accredited", Told::Is(facts.accredited)),
        ("licensed", Told::Is(facts.licensed)),
        ("guests_per_officer", Told::Count(facts.guests_per_officer.into())),
        ("stay_ms", Told::Count(facts.stay_ms)),
        ("absent_ms", Told::Count(facts.absent_ms)),
        ("emergency", Told::Is(facts.emergency)),
        ("rung_open", Told::Is(facts.rung_open)),
        ("suspended_articles", Told::Words(suspended)),
        ("altitude_m", Told::Count(question.altitude_m.into())),
    ];
    known.into_iter().chain(given).collect()
}

fn fact(name: Named, value: Value) -> Fact {
    Fact { name, value }
}

fn word(given: Option<&'static str>) -> Value {
    given.map_or(Value::NotSaid, Value::Word)
}

/// What was asked, as facts.
fn asked(question: &Question) -> [Fact; 4] {
    [
        fact(Named::Task, word(question.task.map(Task::as_str))),
        fact(Named::Category, word(question.category.map(Category::as_str))),
        fact(Named::Zone, Value::Zone(question.zone.clone())),
        fact(Named::Rung, word(question.rung.map(Rung::as_str))),
    ]
}

pub(super) fn guard(rule: &Rule) -> Option<Guard> {
    match rule.says {
        Says::Permit => None,
        Says::Forbid(guard) => Some(guard),
    }
}

pub(super) fn about_personnel(question: &Question) -> bool {
    match question.deed {
        Deed::Deploy | Deed::OrderTask | Deed::Enter => true,
        Deed::Notice | Deed::Move | Deed::Depart => {
            question.category.is_some() || question.task.is_some()
        }
    }
}

// Is the guard's fact worth telling after a yes?
fn watches(guard: Guard, question: &Question) -> bool {
    let on_duty = matches!(question.deed, Deed::OrderTask | Deed::Enter);
    match guard {
        Guard::Force | Guard::Suspension | Guard::Period | Guard::Territory | Guard::Ceiling => {
            true
        }
        Guard::Purpose => question.purpose.is_some(),
        Guard::Category => question.category.is_some(),
        Guard::Rung => question.rung.is_some(),
        Guard::Arms => question.arms.is_some(),
        Guard::Armour => question.armour.is_some(),
        Guard::Sensor => question.sensor.is_some(),
        Guard::Consent | Guard::Heard => on_duty || question.deed == Deed::Depart,
        Guard::Notice => matches!(question.deed, Deed::Notice | Deed::Move),
        Guard::Stay => question.deed == Deed::Deploy,
        Guard::Absence | Guard::Command => question.deed == Deed::OrderTask,
        Guard::Accreditation | Guard::Officers => on_duty,
        Guard::Licence => on_duty || question.deed == Deed::Deploy,
        // That no cordon is asked for is nothing to tell.
        Guard::Cordon => false,
    }
}

/// How many parts of a permit do not fit the question.
pub(super) fn lacking(permit: &Permit, question: &Question) -> usize {
    let open = question.deed == Deed::Deploy && question.task.is_none();
    let fits = [
        permit.zones.contains(&question.zone),
        question.category.is_some_and(|category| permit.categories.contains(&category)),
        open || question.task == Some(permit.task),
        question.rung.map_or(open, |rung| rung <= permit.rung_max),
    ];
    fits.into_iter().filter(|fit| !fit).count()
}
