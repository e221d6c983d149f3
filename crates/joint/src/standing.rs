//! Standing: who may act at all, beside whom, how long, on which rung.

use std::collections::BTreeSet;

use accord::rules::Rules;
use article::provision::Provision;
use article::provision::accountability::Licensing;
use article::provision::governance::Emergency;
use article::provision::presence::Requirement;
use words::deployment::{TaskOrdered, Terms};
use words::id::{AgreementId, CompanyId, DeploymentId, UnitId, ZoneId};
use words::moment::Moment;
use words::presence::{Category, Task};
use words::standing::Beside;

use crate::register::{Closure, Licence};
use crate::state::{Sight, State, TaskOrder};

/// The facts of standing for one question; rules only compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
pub struct Standing {
    /// Everybody ordered has shown, and the host accepted, what the agreement asks of them.
    pub accredited: bool,
    /// The companies that field them are licensed as the agreement asks.
    pub licensed: bool,
    /// Guest personnel for each officer of the host beside them, rounded up; `u32::MAX` when
    /// there is no officer, 0 where the task needs none.
    pub guests_per_officer: u32,
    /// The longest stay under this request that the act leads to, in milliseconds.
    pub stay_ms: i64,
    /// The shortest absence since somebody's last stay under another request, in milliseconds;
    /// `i64::MAX` if nobody stayed before.
    pub absent_ms: i64,
    /// An emergency lasts here.
    pub emergency: bool,
    /// The host keeps the rung open here.
    pub rung_open: bool,
}

impl Standing {
    /// Nothing stands against it.
    pub const fn clear() -> Self {
        Self {
            accredited: true,
            licensed: true,
            guests_per_officer: 0,
            stay_ms: 0,
            absent_ms: i64::MAX,
            emergency: false,
            rung_open: true,
        }
    }

    /// The facts for a question at a moment, as far as whoever asks can know.
    pub fn of(state: &State, matter: &Matter<'_>, (at, sight): (Moment, Sight)) -> Self {
        let emergencies = state.standing.emergencies(matter.agreement);
        let emergency =
            emergencies.iter().any(|it| it.covers(matter.zone) && it.lasts((at, sight)));
        let rung_open = closure(state, matter, sight).is_none();
        let clear = Self { emergency, rung_open, ..Self::clear() };
        let agreement = state.agreements.get(matter.agreement);
        let rules = agreement.and_then(|agreement| agreement.rules());
        let (Some(rules), Some(terms)) = (rules, matter.terms) else { return clear };
        let case = Case { state, rules, terms, at, sight };
        let Some(order) = matter.order else {
            let stay_ms = terms.window.end().ms_since(terms.window.start());
            return Self { licensed: case.licensed(None), stay_ms, ..clear };
        };
        Self {
            accredited: case.accredited(order),
            licensed: case.licensed(Some(order)),
            guests_per_officer: case.guests_per_officer(order),
            stay_ms: case.stay_ms(order),
            absent_ms: case.absent_ms(order),
            ..clear
        }
    }
}

/// What a question is about, as far as standing goes.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// Under which agreement.
    pub agreement: &'a AgreementId,
    /// Where.
    pub zone: &'a ZoneId,
    /// On which terms; none for a movement.
    pub terms: Option<&'a Terms>,
    /// By whom; none before people are ordered.
    pub order: Option<&'a TaskOrdered>,
}

/// The closure that stops it, as far as whoever asks can know. What is on no rung, such as a
/// movement, no closure stops.
pub fn closure<'s>(state: &'s State, matter: &Matter<'_>, sight: Sight) -> Option<&'s Closure> {
    let rung = matter.terms?.rung;
    let closures = state.standing.closures(matter.agreement).iter();
    closures.into_iter().find(|it| it.covers(rung, matter.zone) && it.holds(sight))
}

/// Every closure that ever reached a deployment, oldest first.
pub fn closures_of<'s>(
    state: &'s State,
    deployment: &DeploymentId,
) -> impl Iterator<Item = &'s Closure> {
    let request = state.deployments.get(deployment).map(|known| &known.request);
    request.into_iter().flat_map(|request| {
        let terms = &request.terms;
        let closures = state.standing.closures(&request.agreement).iter();
        closures.filter(|closure| closure.covers(terms.rung, &terms.zone))
    })
}

/// Since when a deployment's rung is closed, by everything that is folded: its lease may live,
/// its people have no authority.
pub fn withheld(state: &State, deployment: &DeploymentId) -> Option<Moment> {
    let standing = closures_of(state, deployment).filter(|closure| closure.opened.is_none());
    standing.map(|closure| closure.closed.at).min()
}

// A question about personnel under an agreement in force.
#[derive(Clone, Copy)]
struct Case<'a> {
    state: &'a State,
    rules: &'a Rules,
    terms: &'a Terms,
    at: Moment,
    sight: Sight,
}

impl<'a> Case<'a> {
    fn provisions(&self) -> impl Iterator<Item = &'a Provision> {
        self.rules.document().provisions().map(|(_, provision)| provision)
    }

    // Every item that the category must have shown, by every person ordered.
    fn accredited(&self, order: &TaskOrdered) -> bool {
        let category = self.terms.category;
        let required = self.provisions().filter_map(requirements).flatten();
        let mut asked = required.filter(|one| one.categories.contains(&category));
        asked.all(|one| order.units.iter().all(|unit| self.shown(unit, one)))
    }

    fn shown(&self, unit: &UnitId, required: &Requirement) -> bool {
        let at = (self.at, self.sight);
        self.state.standing.accreditations.values().any(|known| {
            &known.act.unit == unit
                && known.act.category == self.terms.category
                && known.act.item == required.item
                && known.counts(at, required.valid_ms)
        })
    }

    // Before people are named, some company must be able to field them; then each one's own.
    fn licensed(&self, order: Option<&TaskOrdered>) -> bool {
        let category = self.terms.category;
        let provisions = self.provisions().filter_map(licensing);
        let mut asked = provisions.filter(|one| one.categories.contains(&category));
        let licences = &self.state.standing.licences;
        asked.all(|rule| match order {
            None => licences.values().flatten().any(|it| self.lawful(it, rule)),
            Some(order) => order.units.iter().all(|unit| {
                let mut records =
                    self.companies(unit).filter_map(|company| licences.get(company)).flatten();
                records.any(|it| self.lawful(it, rule))
            }),
        })
    }

    fn lawful(&self, licence: &Licence, rule: &Licensing) -> bool {
        licence.lives((self.at, self.sight))
            && licence.act.categories.contains(&self.terms.category)
            && self.at.ms_since(licence.act.audited) < rule.audit_ms
            && (licence.act.insured || !rule.insured)
    }

    // The companies that field a person, by what the host accepted.
    fn companies(&self, unit: &UnitId) -> impl Iterator<Item = &'a CompanyId> {
        let known = self.state.standing.accreditations.values();
        let of: Vec<&CompanyId> = known
            .filter(|it| &it.act.unit == unit && it.stands(self.sight))
            .filter_map(|it| it.act.company.as_ref())
            .collect();
        of.into_iter()
    }

    // Officers beside this very order, else those of its deployment shared among its people.
    fn guests_per_officer(&self, order: &TaskOrdered) -> u32 {
        let mut presences = self.provisions().filter_map(host_presence);
        if !presences.any(|tasks| tasks.contains(&self.terms.task)) {
            return 0;
        }
        let (register, at) = (&self.state.standing, (self.at, self.sight));
        let own = |task: &TaskOrdered| register.officers(&Beside::Task(task.task.clone()), at);
        let (officers, guests) = if let Some(own) = own(order) {
            (own.officers, heads(order))
        } else {
            let beside = Beside::Deployment(order.deployment.clone());
            let shared = register.officers(&beside, at).map_or(0, |word| word.officers);
            let others = self.under(&order.deployment).filter(|other| {
                other.order.task != order.task
                    && other.started.is_some()
                    && other.ended.is_none()
                    && own(&other.order).is_none()
            });
            let others = others.map(|other| heads(&other.order)).fold(0, u32::saturating_add);
            (shared, heads(order).saturating_add(others))
        };
        if officers == 0 { u32::MAX } else { guests.div_ceil(officers) }
    }

    // From somebody's first duty under the deployment to the end of what is ordered.
    fn stay_ms(&self, order: &TaskOrdered) -> i64 {
        let began = |unit: &UnitId| {
            let of = self.under(&order.deployment).filter(|task| task.order.units.contains(unit));
            of.filter_map(|task| task.started).min()
        };
        let first = order.units.iter().filter_map(began).min();
        let from = first.map_or(order.window.start(), |first| first.min(order.window.start()));
        order.window.end().ms_since(from)
    }

    // Since somebody's last duty under another deployment; who is still there is not absent.
    fn absent_ms(&self, order: &TaskOrdered) -> i64 {
        let ordered: BTreeSet<&UnitId> = order.units.iter().collect();
        let begins = order.window.start().max(self.at);
        let others = self.state.tasks.values().filter(|task| {
            task.order.deployment != order.deployment
                && task.order.units.iter().any(|unit| ordered.contains(unit))
        });
        let absences = others.filter_map(|task| {
            task.started?;
            Some(task.ended.map_or(0, |ended| begins.ms_since(ended).max(0)))
        });
        absences.min().unwrap_or(i64::MAX)
    }

    fn under(&self, deployment: &DeploymentId) -> impl Iterator<Item = &'a TaskOrder> {
        let tasks = self.state.tasks.values();
        tasks.filter(move |task| &task.order.deployment == deployment)
    }
}

fn heads(order: &TaskOrdered) -> u32 {
    u32::try_from(order.units.len()).unwrap_or(u32::MAX)
}

fn requirements(provision: &Provision) -> Option<&Vec<Requirement>> {
    if let Provision::AccreditationAndTraining(all) = provision { Some(all) } else { None }
}

fn licensing(provision: &Provision) -> Option<&Licensing> {
    if let Provision::PscLicensing(one) = provision { Some(one) } else { None }
}

fn host_presence(provision: &Provision) -> Option<Vec<Task>> {
    let Provision::HostPresence(all) = provision else { return None };
    Some(all.iter().flat_map(|one| one.tasks.iter().copied()).collect())
}

/// The highest rung that an agreement permits a category in a zone, and by which article.
pub fn permitted_up_to<'r>(
    rules: &'r Rules,
    category: Category,
    zone: &ZoneId,
) -> Option<(words::presence::Rung, &'r str)> {
    let permits = rules.document().permits();
    let here =
        permits.filter(|(_, one)| one.categories.contains(&category) && one.zones.contains(zone));
    here.map(|(article, one)| (one.rung_max, article)).max_by_key(|(rung, _)| *rung)
}

/// What an agreement says of emergencies.
pub fn emergency(rules: &Rules) -> Option<&Emergency> {
    rules.document().provisions().find_map(|(_, provision)| {
        if let Provision::EmergencyAndEvacuation(one) = provision { Some(one) } else { None }
    })
}
