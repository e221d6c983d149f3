//! Without a solver: the edges of both texts are tried.

use std::collections::BTreeSet;

use accord::rules::{Deed, Rules};
use article::provision::Provision;
use words::id::ZoneId;
use words::moment::Moment;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};

use crate::case::{Case, zones};
use crate::gain::{WITNESSES_MAX, cell, moments};
use crate::least::least;

/// Counts that no ceiling of either text names are tried no further than this.
const COUNTS_MAX: usize = 64;

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) gained: Vec<Case>,
    pub(crate) lost: Vec<Case>,
    pub(crate) more: bool,
    pub(crate) tried: usize,
}

/// Tries every deed in every zone by every category at every task and rung, as it should be,
/// and then every one that either text permits with one thing at a time at or past an edge.
pub(crate) fn searched(old: &Rules, new: &Rules) -> Search {
    let mut search = Search::default();
    let mut seen = BTreeSet::new();
    let edges = Edges::of(old, new);
    for base in bases(old, new) {
        let permitted = search.tried(old, new, &base, &mut seen);
        if !permitted {
            continue;
        }
        for other in edges.around(&base) {
            search.tried(old, new, &other, &mut seen);
        }
    }
    search
}

impl Search {
    // Is it permitted by either text?
    fn tried(
        &mut self,
        old: &Rules,
        new: &Rules,
        case: &Case,
        seen: &mut BTreeSet<(bool, String)>,
    ) -> bool {
        self.tried += 1;
        let allow = |rules: &Rules, case: &Case| rules.decide(&case.question, &case.facts).allow;
        let (before, after) = (allow(old, case), allow(new, case));
        if before != after && seen.insert((after, format!("{:?}", cell(case)))) {
            let (narrow, wide) = if after { (old, new) } else { (new, old) };
            let differs = |case: &Case| allow(wide, case) && !allow(narrow, case);
            let kept = ["zone", "category", "task", "within_period"];
            let case = least(wide, case.clone(), &kept, differs);
            let found = if after { &mut self.gained } else { &mut self.lost };
            if found.len() < WITNESSES_MAX {
                found.push(case);
            } else {
                self.more = true;
            }
        }
        before || after
    }
}

/// Does the engine permit some request for a deed? A no is a search and not a proof.
pub(crate) fn permitted(rules: &Rules, deed: Deed) -> bool {
    let document = rules.document();
    let ordered_by = document.provisions().find_map(|(_, one)| {
        let Provision::CommandAndInstructions(command) = one else { return None };
        command.orders_by.first().copied()
    });
    let base = |zone: &ZoneId| {
        let mut case = Case::clear(rules, deed, zone);
        case.question.arms = Some(ArmsClass::Unarmed);
        case.question.armour = ArmourClass::ALL.last().copied();
        case.question.purpose = common(rules, rules);
        case.question.ordered_by = ordered_by;
        case
    };
    let posted = document.permits().flat_map(|(_, permit)| {
        let pairs = permit
            .categories
            .iter()
            .flat_map(|category| permit.zones.iter().map(move |zone| (*category, zone)));
        pairs.map(|(category, zone)| {
            let mut case = base(zone);
            case.question.category = Some(category);
            case.question.task = Some(permit.task);
            case.question.rung = Rung::ALL.first().copied();
            case
        })
    });
    let unmanned = rules.zones().filter(|zone| zone.allowed).map(|zone| base(&zone.zone));
    unmanned.chain(posted).any(|case| rules.decide(&case.question, &case.facts).allow)
}

fn both_zones(old: &Rules, new: &Rules) -> Vec<ZoneId> {
    let mut all = zones(old);
    all.extend(zones(new));
    let mut seen = BTreeSet::new();
    all.retain(|zone| seen.insert(zone.clone()));
    all
}

fn unsaid_or<T: Copy>(all: &[T]) -> Vec<Option<T>> {
    std::iter::once(None).chain(all.iter().copied().map(Some)).collect()
}

fn bases(old: &Rules, new: &Rules) -> Vec<Case> {
    let mut bases = Vec::new();
    let moments = moments(old, new);
    // The moment that most likely is within both.
    let now = moments.iter().max_by_key(|(_, before, after)| (*before, *after));
    for deed in Deed::ALL {
        for zone in both_zones(old, new) {
            for category in unsaid_or(Category::ALL) {
                for task in unsaid_or(Task::ALL) {
                    for rung in unsaid_or(Rung::ALL) {
                        let mut case = Case::clear(old, *deed, &zone);
                        case.period = None;
                        case.question.at = now.map_or(case.question.at, |(at, ..)| *at);
                        case.question.category = category;
                        case.question.task = task;
                        case.question.rung = rung;
                        case.question.arms = Some(ArmsClass::Unarmed);
                        case.question.armour = ArmourClass::ALL.last().copied();
                        case.question.purpose = common(old, new);
                        bases.push(case);
                    }
                }
            }
        }
    }
    bases
}

// A purpose of both texts, or of one.
fn common(old: &Rules, new: &Rules) -> Option<Purpose> {
    let asks = |rules: &Rules, purpose: &Purpose| {
        rules
            .document()
            .provisions()
            .any(|(_, one)| matches!(one, Provision::Purpose(all) if all.contains(purpose)))
    };
    let count =
        |purpose: &&Purpose| usize::from(asks(old, purpose)) + usize::from(asks(new, purpose));
    Purpose::ALL.iter().rev().max_by_key(count).copied()
}

struct Edges {
    counts: Vec<(u32, u32, u32)>,
    notices_ms: Vec<i64>,
    moments: Vec<Moment>,
}

impl Edges {
    fn of(old: &Rules, new: &Rules) -> Self {
        let all = old.document().ceilings().chain(new.document().ceilings());
        let maxima: BTreeSet<u32> = all
            .flat_map(|one| [one.headcount_max, one.vehicles_max, one.armed_max])
            .flat_map(|most| [most, most.saturating_add(1)])
            .collect();
        let counts = maxima.into_iter().take(COUNTS_MAX);
        let notices = [old.notice(), new.notice()].into_iter().flatten();
        let notices_ms = notices.flat_map(|one| [one.urgent_ms, one.normal_ms]);
        let notices_ms = notices_ms.flat_map(|ms| [ms, ms - 1]).collect();
        let moments = moments(old, new).into_iter().map(|(at, ..)| at).collect();
        Self {
            counts: counts.flat_map(|n| [(n, 0, 0), (0, n, 0), (n, 0, n)]).collect(),
            notices_ms,
            moments,
        }
    }

    fn around(&self, base: &Case) -> Vec<Case> {
        let mut around = Vec::new();
        let mut with = |change: &dyn Fn(&mut Case)| {
            let mut case = base.clone();
            change(&mut case);
            around.push(case);
        };
        for purpose in unsaid_or(Purpose::ALL) {
            with(&|case| case.question.purpose = purpose);
        }
        for arms in unsaid_or(ArmsClass::ALL) {
            with(&|case| case.question.arms = arms);
        }
        for armour in unsaid_or(ArmourClass::ALL) {
            with(&|case| case.question.armour = armour);
        }
        for (persons, vehicles, armed) in &self.counts {
            with(&|case| {
                case.facts.headcount_after = *persons;
                case.facts.vehicles_after = *vehicles;
                case.facts.armed_after = *armed;
            });
        }
        for notice_ms in &self.notices_ms {
            with(&|case| case.facts.notice_ms = *notice_ms);
        }
        for moment in &self.moments {
            with(&|case| case.question.at = *moment);
        }
        with(&|case| case.facts.in_force = false);
        with(&|case| case.facts.suspended = true);
        with(&|case| case.facts.consent_live = false);
        with(&|case| case.facts.host_heard = false);
        with(&|case| case.facts.rung_open = false);
        with(&|case| case.facts.accredited = false);
        with(&|case| case.facts.licensed = false);
        with(&|case| case.facts.emergency = true);
        with(&|case| case.facts.guests_per_officer = u32::MAX);
        around
    }
}
