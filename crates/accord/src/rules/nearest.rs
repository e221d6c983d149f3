//! The nearest change: the least after which the engine itself says yes.

use std::collections::BTreeSet;

use words::presence::{ArmsClass, Task};

use crate::cedar::Guard;
use crate::explain::{Change, Nearest, Whose};
use crate::rules::answer::{Unpermitted, about_personnel, guard, lacking};
use crate::rules::{Facts, Question, Rules};
use article::provision::Provision;
use article::provision::powers::{Permit, SensorRule};

/// More changes at once are another request.
const CHANGES_MAX: usize = 3;

/// Changes that are tried one by one where the smallest set is too large.
const STEPS_MAX: usize = 12;

/// Questions to the engine for one answer: some milliseconds at most.
const ASKED_MAX: usize = 400;

/// Zones, or permits, that are tried in place of the one that was asked for.
const TRIED_MAX: usize = 8;

/// What stands in the way, and in which text.
enum Lack {
    Guard(Guard),
    Permit,
}

type Obstacle<'a> = (&'a Rules, Lack);

/// Changes that only help together.
type Bundle = Vec<Change>;

struct Search<'a> {
    rules: &'a Rules,
    scope: Whose,
    asked: usize,
    tried: BTreeSet<String>,
}

impl Rules {
    /// The least that turns a no into a yes: of what the asker can do, else of what the host
    /// can do, else of what the parties can. The engine has said yes to it, with all other facts
    /// as they are; where zone or category change, as many are taken to be there as here. Only
    /// [`Change::Amend`] and [`Change::Repair`] stand unproved, for want of anything else.
    pub fn nearest(&self, question: &Question, facts: &Facts) -> Nearest {
        for scope in [Whose::Asker, Whose::Host, Whose::Parties] {
            let mut search = Search { rules: self, scope, asked: 0, tried: BTreeSet::new() };
            let found = (1..=CHANGES_MAX)
                .find_map(|most| {
                    search.tried.clear();
                    search.within(most, Vec::new(), question, facts)
                })
                .or_else(|| search.step_by_step(question, facts));
            if let Some(changes) = found {
                let whose = changes.iter().map(Change::whose).max().unwrap_or(scope);
                return Nearest { whose, changes };
            }
        }
        let broken = self.obstacles(question, facts).is_none();
        let change = if broken { Change::Repair } else { Change::Amend };
        Nearest { whose: change.whose(), changes: vec![change] }
    }

    /// The question and its facts after a change.
    fn changed(&self, change: &Change, question: &mut Question, facts: &mut Facts) {
        match change {
            Change::Purpose(purpose) => question.purpose = Some(*purpose),
            Change::Zone(zone) => question.zone = zone.clone(),
            Change::Category(category) => question.category = Some(*category),
            Change::Task(task) => question.task = Some(*task),
            Change::Rung(rung) => question.rung = Some(*rung),
            Change::Arms(arms) => question.arms = Some(*arms),
            Change::Armour(armour) => question.armour = Some(*armour),
            Change::Sensor(sensor) => question.sensor = Some(*sensor),
            Change::Altitude(metres) => question.altitude_m = *metres,
            Change::OrderedBy(role) => question.ordered_by = Some(*role),
            Change::At(moment) => question.at = *moment,
            Change::FewerPersons(n) => {
                facts.headcount_after = facts.headcount_after.saturating_sub(*n);
            }
            Change::FewerVehicles(n) => {
                facts.vehicles_after = facts.vehicles_after.saturating_sub(*n);
            }
            Change::FewerArmed(n) => facts.armed_after = facts.armed_after.saturating_sub(*n),
            Change::Later(ms) => facts.notice_ms = facts.notice_ms.saturating_add(*ms),
            Change::ShorterStay(ms) => facts.stay_ms = facts.stay_ms.saturating_sub(*ms),
            Change::Wait(ms) => facts.absent_ms = facts.absent_ms.saturating_add(*ms),
            Change::HearHost => facts.host_heard = true,
            Change::Accredit => facts.accredited = true,
            Change::License => facts.licensed = true,
            Change::Consent => facts.consent_live = true,
            Change::OpenRung => facts.rung_open = true,
            Change::Officers(most) => facts.guests_per_officer = *most,
            Change::Sign => facts.in_force = true,
            Change::LiftSuspension => facts.suspended = false,
            Change::LiftClause(article) => {
                facts.suspended_articles.remove(article);
            }
            Change::AsPermitted(..) | Change::Amend | Change::Repair => {}
        }
        if matches!(change, Change::Zone(_) | Change::Category(_)) {
            self.recounted(question, facts);
        }
    }

    // Elsewhere, or of another category, another ceiling counts.
    fn recounted(&self, question: &Question, facts: &mut Facts) {
        let ceiling = question.category.and_then(|one| self.ceiling(one, &question.zone));
        if let Some(ceiling) = ceiling {
            facts.headcount_max = ceiling.headcount_max;
            facts.vehicles_max = ceiling.vehicles_max;
            facts.armed_max = ceiling.armed_max;
        }
    }

    // Everything that stands in the way, here and in the texts above; none if the engine failed.
    fn obstacles(&self, question: &Question, facts: &Facts) -> Option<Vec<Obstacle<'_>>> {
        let mut found = Vec::new();
        let mut next = Some(self);
        while let Some(rules) = next {
            let (allow, matched) = rules.judge.hear(rules.case(question, facts)).ok()?;
            if !allow {
                let guards: BTreeSet<Guard> = matched.into_iter().filter_map(guard).collect();
                found.extend(guards.into_iter().map(|guard| (rules, Lack::Guard(guard))));
                match rules.unpermitted(question, facts) {
                    Unpermitted::No => {}
                    Unpermitted::Suspended(_) | Unpermitted::Nearest(_) => {
                        found.push((rules, Lack::Permit));
                    }
                }
            }
            next = rules.upper.as_deref();
        }
        Some(found)
    }

    /// What would satisfy a guard, the plainest first.
    pub(super) fn options(&self, guard: Guard, question: &Question, facts: &Facts) -> Vec<Bundle> {
        match guard {
            Guard::Force => vec![vec![Change::Sign]],
            Guard::Period => self.in_period(question),
            Guard::Suspension => vec![vec![Change::LiftSuspension]],
            Guard::Purpose => each(self.basics.purposes.iter().copied().map(Change::Purpose)),
            Guard::Territory => {
                each(self.allowed.iter().take(TRIED_MAX).cloned().map(Change::Zone))
            }
            Guard::Category => each(self.basics.categories.iter().copied().map(Change::Category)),
            Guard::Consent => vec![vec![Change::Consent]],
            Guard::Heard => vec![vec![Change::HearHost]],
            Guard::Rung => vec![vec![Change::OpenRung]],
            Guard::Notice => {
                let least = self.notice_min(facts);
                let by = least.map(|least| least.saturating_sub(facts.notice_ms));
                each(by.into_iter().map(Change::Later))
            }
            Guard::Ceiling => self.fewer(question, facts),
            Guard::Stay => {
                let most = self.basics.rotation.as_ref().map(|rotation| rotation.stay_ms_max);
                let by = most.map(|most| facts.stay_ms.saturating_sub(most));
                each(by.into_iter().map(Change::ShorterStay))
            }
            Guard::Absence => {
                let least = self.basics.rotation.as_ref().map(|rotation| rotation.gap_ms_min);
                let by = least.map(|least| least.saturating_sub(facts.absent_ms));
                each(by.into_iter().map(Change::Wait))
            }
            Guard::Accreditation => vec![vec![Change::Accredit]],
            Guard::Licence => vec![vec![Change::License]],
            Guard::Officers => {
                each(self.guests_per_officer_max(question).into_iter().map(Change::Officers))
            }
            Guard::Command => each(self.basics.orders_by.iter().copied().map(Change::OrderedBy)),
            Guard::Cordon => self.other_tasks(),
            Guard::Arms => self.lower_arms(question),
            Guard::Sensor => self.other_sensor(question),
            Guard::Armour => vec![vec![Change::Armour(self.basics.armour_min)]],
        }
    }

    fn in_period(&self, question: &Question) -> Vec<Bundle> {
        let period = self.basics.period.filter(|period| question.at < period.start());
        each(period.into_iter().map(|period| Change::At(period.start())))
    }

    /// The notice that is needed, in an emergency less.
    pub(super) fn notice_min(&self, facts: &Facts) -> Option<i64> {
        let least = self.basics.notice.as_ref()?.urgent_ms;
        let relaxed = self.basics.emergency_notice_ms.filter(|_| facts.emergency);
        Some(relaxed.map_or(least, |relaxed| relaxed.min(least)))
    }

    /// Persons, vehicles and armed persons that there may be.
    pub(super) fn most(&self, question: &Question, facts: &Facts) -> [u32; 3] {
        let ceiling = question
            .category
            .and_then(|one| self.ceilings.get(&(one, question.zone.clone())))
            .map(|one| (one.headcount_max, one.vehicles_max, one.armed_max));
        let (persons, vehicles, armed) = ceiling.unwrap_or((u32::MAX, u32::MAX, u32::MAX));
        [
            facts.headcount_max.min(persons),
            facts.vehicles_max.min(vehicles),
            facts.armed_max.min(armed),
        ]
    }

    // All that is too much at once. Nobody at all is no request.
    fn fewer(&self, question: &Question, facts: &Facts) -> Vec<Bundle> {
        let [persons, vehicles, armed] = self.most(question, facts);
        if persons == 0 {
            return Vec::new();
        }
        let over = |after: u32, most: u32, change: fn(u32) -> Change| {
            after.checked_sub(most).filter(|over| *over > 0).map(change)
        };
        let bundle = [
            over(facts.headcount_after, persons, Change::FewerPersons),
            over(facts.vehicles_after, vehicles, Change::FewerVehicles),
            over(facts.armed_after, armed, Change::FewerArmed),
        ];
        vec![bundle.into_iter().flatten().collect()]
    }

    /// How many guests an officer of the host may have beside them in a task.
    pub(super) fn guests_per_officer_max(&self, question: &Question) -> Option<u32> {
        let rules = self.document.provisions().filter_map(|(_, provision)| {
            let Provision::HostPresence(rules) = provision else { return None };
            Some(rules)
        });
        let asked = |tasks: &[Task]| question.task.is_some_and(|task| tasks.contains(&task));
        let asked = rules.flatten().filter(|rule| asked(&rule.tasks));
        asked.map(|rule| rule.guests_per_officer_max).min()
    }

    fn other_tasks(&self) -> Vec<Bundle> {
        let tasks: BTreeSet<Task> = self.document.permits().map(|(_, one)| one.task).collect();
        let others = tasks.into_iter().filter(|task| *task != Task::InnerCordon);
        each(others.map(Change::Task))
    }

    fn lower_arms(&self, question: &Question) -> Vec<Bundle> {
        let rules = self.document.provisions().filter_map(|(_, provision)| {
            let Provision::Arms(rules) = provision else { return None };
            Some(rules)
        });
        let most = rules
            .flatten()
            .filter(|rule| {
                Some(rule.category) == question.category && rule.zones.contains(&question.zone)
            })
            .map(|rule| rule.class_max)
            .max();
        let most = most.filter(|most| question.arms.is_some_and(|arms| *most < arms));
        each(most.into_iter().chain([ArmsClass::Unarmed]).map(Change::Arms))
    }

    fn other_sensor(&self, question: &Question) -> Vec<Bundle> {
        let rules = self.document.provisions().filter_map(|(_, provision)| {
            let Provision::SensorsAndDrones(rules) = provision else { return None };
            Some(rules)
        });
        let rules: Vec<&SensorRule> = rules.flatten().collect();
        let as_listed = |rule: &&SensorRule| {
            let mut bundle = Vec::new();
            if question.sensor != Some(rule.sensor) {
                bundle.push(Change::Sensor(rule.sensor));
            }
            if question.altitude_m > rule.altitude_m_max {
                bundle.push(Change::Altitude(rule.altitude_m_max));
            }
            bundle
        };
        let here = rules.iter().filter(|rule| rule.zones.contains(&question.zone));
        let mut options: Vec<Bundle> = here.map(as_listed).collect();
        let elsewhere = rules.iter().filter(|rule| Some(rule.sensor) == question.sensor);
        let elsewhere = elsewhere.flat_map(|rule| &rule.zones).take(TRIED_MAX);
        options.extend(each(elsewhere.cloned().map(Change::Zone)));
        options.retain(|bundle| !bundle.is_empty());
        options.sort_by_key(Vec::len);
        options
    }

    // As some article permits it: what fits already stays.
    fn permitted_instead(&self, question: &Question, facts: &Facts) -> Vec<Bundle> {
        if !about_personnel(question) {
            return match self.unpermitted(question, facts) {
                Unpermitted::Suspended(articles) => {
                    each(articles.into_iter().map(|one| Change::LiftClause(one.to_owned())))
                }
                Unpermitted::No | Unpermitted::Nearest(_) => Vec::new(),
            };
        }
        let mut permits: Vec<(&str, &Permit)> = self.document.permits().collect();
        permits.sort_by_key(|(_, permit)| lacking(permit, question));
        let mut bundles = Vec::new();
        for (article, permit) in permits.into_iter().take(TRIED_MAX) {
            let mut bundle = adapted(permit, question);
            if facts.suspended_articles.contains(article) {
                bundle.push(Change::LiftClause(article.to_owned()));
            }
            let moves = !permit.zones.contains(&question.zone);
            let zones = permit.zones.iter().take(if moves { TRIED_MAX } else { 0 });
            if !moves {
                bundles.push(bundle.clone());
            }
            for zone in zones {
                let there = bundle.iter().cloned().chain([Change::Zone(zone.clone())]);
                bundles.push(there.collect());
            }
        }
        bundles.sort_by_key(Vec::len);
        bundles
    }
}

// Who, what and how high, to fit a permit.
fn adapted(permit: &Permit, question: &Question) -> Bundle {
    let mut bundle = Vec::new();
    let comes = question.category.is_some_and(|one| permit.categories.contains(&one));
    if let Some(category) = permit.categories.first().filter(|_| !comes) {
        bundle.push(Change::Category(*category));
    }
    let open = question.deed == crate::rules::Deed::Deploy && question.task.is_none();
    if !open && question.task != Some(permit.task) {
        bundle.push(Change::Task(permit.task));
    }
    if question.rung.map_or(!open, |rung| rung > permit.rung_max) {
        bundle.push(Change::Rung(permit.rung_max));
    }
    bundle
}

fn each(changes: impl Iterator<Item = Change>) -> Vec<Bundle> {
    changes.map(|change| vec![change]).collect()
}

impl Search<'_> {
    // The first set of at most `most` changes that the engine says yes to.
    fn within(
        &mut self,
        most: usize,
        done: Bundle,
        question: &Question,
        facts: &Facts,
    ) -> Option<Bundle> {
        self.asked += 1;
        if self.asked > ASKED_MAX {
            return None;
        }
        let obstacles = self.rules.obstacles(question, facts)?;
        if obstacles.is_empty() {
            return Some(done);
        }
        for option in self.open(&obstacles, question, facts)? {
            if option.len() > most || !self.is_new(&done, &option) {
                continue;
            }
            let (mut then, mut known) = (question.clone(), facts.clone());
            for change in &option {
                self.rules.changed(change, &mut then, &mut known);
            }
            let all: Bundle = done.iter().chain(&option).cloned().collect();
            let found = self.within(most - option.len(), all, &then, &known);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    // Whatever stands in the way first is changed first, until nothing does; then whatever
    // turns out not to have been needed is left out.
    fn step_by_step(&mut self, question: &Question, facts: &Facts) -> Option<Bundle> {
        let (mut then, mut known, mut done) = (question.clone(), facts.clone(), Vec::new());
        for _ in 0..STEPS_MAX {
            let obstacles = self.rules.obstacles(&then, &known)?;
            if obstacles.is_empty() {
                return Some(self.needed(done, question, facts));
            }
            let option = self.open(&obstacles, &then, &known)?.into_iter().next()?;
            for change in &option {
                self.rules.changed(change, &mut then, &mut known);
            }
            done.extend(option);
        }
        None
    }

    fn needed(&self, mut changes: Bundle, question: &Question, facts: &Facts) -> Bundle {
        let mut at = 0;
        while at < changes.len() {
            let mut fewer = changes.clone();
            fewer.remove(at);
            if self.suffices(&fewer, question, facts) {
                changes = fewer;
            } else {
                at += 1;
            }
        }
        changes
    }

    fn suffices(&self, changes: &[Change], question: &Question, facts: &Facts) -> bool {
        let (mut then, mut known) = (question.clone(), facts.clone());
        for change in changes {
            self.rules.changed(change, &mut then, &mut known);
        }
        self.rules.obstacles(&then, &known).is_some_and(|left| left.is_empty())
    }

    // Options of everything that stands in the way, within the scope. None if something has no
    // option in this scope and no other change could take it out of the way.
    fn open(
        &self,
        obstacles: &[Obstacle<'_>],
        question: &Question,
        facts: &Facts,
    ) -> Option<Vec<Bundle>> {
        let mut found: Vec<Bundle> = Vec::new();
        for (rules, lack) in obstacles {
            let mut options = match lack {
                Lack::Guard(guard) => rules.options(*guard, question, facts),
                Lack::Permit => rules.permitted_instead(question, facts),
            };
            options.retain(|option| option.iter().all(|change| change.whose() <= self.scope));
            let stands = matches!(lack, Lack::Guard(guard) if stands_alone(*guard));
            if options.is_empty() && stands {
                return None;
            }
            found.extend(options);
        }
        found.sort_by_key(Vec::len);
        Some(found)
    }

    // The same changes in another order are the same.
    fn is_new(&mut self, done: &[Change], option: &[Change]) -> bool {
        let mut all: Vec<String> = done.iter().chain(option).map(|it| format!("{it:?}")).collect();
        all.sort_unstable();
        self.tried.insert(all.join(";"))
    }
}

// Does the guard look at nothing that another guard's change could change?
const fn stands_alone(guard: Guard) -> bool {
    match guard {
        Guard::Force
        | Guard::Period
        | Guard::Suspension
        | Guard::Consent
        | Guard::Heard
        | Guard::Rung
        | Guard::Notice
        | Guard::Stay
        | Guard::Absence
        | Guard::Accreditation => true,
        Guard::Purpose
        | Guard::Territory
        | Guard::Category
        | Guard::Ceiling
        | Guard::Licence
        | Guard::Officers
        | Guard::Command
        | Guard::Cordon
        | Guard::Arms
        | Guard::Sensor
        | Guard::Armour => false,
    }
}
