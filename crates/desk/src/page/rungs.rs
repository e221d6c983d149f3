//! The rungs board: agreed, consented, on duty, open or closed.

use accord::rules::Rules;
use engine::engine::Engine;
use folio::rungs::{Cell, Closure, Effect, Place, Reach, Row, Step, View};
use joint::consent::live;
use joint::register::Closure as Closed;
use joint::standing::{permitted_up_to, withheld};
use joint::state::{Deployment, State};
use words::act::Names;
use words::deployment::{Subject, Terms};
use words::id::{AgreementId, DeploymentId, ZoneId};
use words::moment::Moment;
use words::presence::{Category, Rung};

use crate::page::{Viewer, movements, standing};

/// The whole board; both sides see the same.
pub fn view(engine: &Engine, viewer: &Viewer) -> View {
    if viewer.person.is_none() {
        return View::default();
    }
    let standing = standing::view(engine, viewer);
    let Some((id, agreement)) = movements::in_force(engine) else {
        return View { standing, ..View::default() };
    };
    let Some(rules) = agreement.rules() else { return View { standing, ..View::default() } };
    let board = Board { state: engine.state(), id, rules, now: engine.now() };
    View {
        agreement: Some(id.clone()),
        steps: Rung::ALL.iter().map(|rung| board.step(*rung)).collect(),
        places: board.zones().map(|(zone, names)| board.place(zone, names)).collect(),
        standing,
    }
}

/// An agreement in force at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Board<'a> {
    pub(crate) state: &'a State,
    pub(crate) id: &'a AgreementId,
    pub(crate) rules: &'a Rules,
    pub(crate) now: Moment,
}

impl<'a> Board<'a> {
    /// Every zone in which guest personnel may be, and its name.
    pub(crate) fn zones(self) -> impl Iterator<Item = (&'a ZoneId, &'a Names)> {
        let allowed = self.rules.zones().filter(|zone| zone.allowed);
        allowed.map(|zone| (&zone.zone, &zone.names))
    }

    /// The closures of a rung that are in effect.
    pub(crate) fn closures(self, rung: Rung) -> impl Iterator<Item = &'a Closed> {
        let all = self.state.standing.closures(self.id).iter();
        all.filter(move |closure| closure.rung == rung && closure.opened.is_none())
    }

    /// Every category that the agreement permits or bounds in a zone, with its rungs.
    pub(crate) fn rows(self, zone: &ZoneId) -> Vec<Row> {
        let categories = Category::ALL.iter().copied();
        categories.filter_map(|category| self.row(zone, category)).collect()
    }

    /// Persons consented to and on duty on a rung, everywhere.
    pub(crate) fn counts(self, rung: Rung) -> (u32, u32) {
        self.count(|terms| terms.rung == rung)
    }

    fn step(self, rung: Rung) -> Step {
        let (consented, on_duty) = self.counts(rung);
        let closures: Vec<Closure> = self.closures(rung).map(|it| self.closure(it)).collect();
        let all = self.state.standing.closures(self.id).iter();
        let opened = all.filter(|closure| closure.rung == rung);
        let opened = opened.filter_map(|closure| closure.opened.as_ref()).next_back();
        let zones = self.zones().map(|(zone, names)| Reach {
            zone: Some((zone.clone(), names.clone())),
            effect: self.effect(rung, Some(zone)),
        });
        let everywhere = Reach { zone: None, effect: self.effect(rung, None) };
        Step {
            rung,
            consented,
            on_duty,
            closures,
            opened: opened.map(|said| (said.by.to_string(), said.at)),
            reaches: std::iter::once(everywhere).chain(zones).collect(),
        }
    }

    fn closure(self, closure: &Closed) -> Closure {
        let names = |zone: &ZoneId| {
            let known = self.rules.zone(zone).map(|zone| zone.names.clone());
            let id = || zone.to_string();
            known.unwrap_or_else(|| Names { en: id(), zh: id(), ur: id() })
        };
        Closure {
            zone: closure.zone.as_ref().map(|zone| (zone.clone(), names(zone))),
            by: closure.closed.by.to_string(),
            at: closure.closed.at,
            reason: closure.reason.clone(),
        }
    }

    fn place(self, zone: &ZoneId, names: &Names) -> Place {
        Place { zone: zone.clone(), names: names.clone(), rows: self.rows(zone) }
    }

    fn row(self, zone: &ZoneId, category: Category) -> Option<Row> {
        let permitted = permitted_up_to(self.rules, category, zone);
        let ceiling = self.rules.ceiling(category, zone).map_or(0, |it| it.headcount_max);
        if permitted.is_none() && ceiling == 0 {
            return None;
        }
        let cell = |rung: Rung| {
            let fits = |terms: &Terms| {
                terms.rung == rung && terms.category == category && &terms.zone == zone
            };
            let (consented, on_duty) = self.count(fits);
            Cell {
                rung,
                permitted: permitted.is_some_and(|(most, _)| rung <= most),
                closed: self.closures(rung).any(|closure| closure.covers(rung, zone)),
                consented,
                on_duty,
            }
        };
        Some(Row {
            category,
            permitted: permitted.map(|(most, article)| (most, article.to_owned())),
            ceiling,
            cells: Rung::ALL.iter().map(|rung| cell(*rung)).collect(),
        })
    }

    // A lease on a closed rung counts for nothing; who is on duty counts wherever he is.
    fn count(self, fits: impl Fn(&Terms) -> bool) -> (u32, u32) {
        self.deployments(fits).fold((0, 0), |(consented, on_duty), (id, _)| {
            let open = withheld(self.state, id).is_none();
            let more = if open { self.leased(id) } else { 0 };
            (consented.saturating_add(more), on_duty.saturating_add(on_duty_of(self.state, id)))
        })
    }

    fn effect(self, rung: Rung, zone: Option<&ZoneId>) -> Effect {
        let fits =
            |terms: &Terms| terms.rung == rung && zone.is_none_or(|zone| &terms.zone == zone);
        self.deployments(fits).fold(Effect::default(), |sum, (id, _)| {
            let leased = live(self.state, &Subject::Deployment(id.clone()), self.now).is_some();
            let tasks = self.state.tasks.values().filter(|task| {
                &task.order.deployment == id
                    && task.ended.is_none()
                    && self.now < task.order.window.end()
            });
            let tasks = if leased { u32::try_from(tasks.count()).unwrap_or(u32::MAX) } else { 0 };
            Effect {
                tasks: sum.tasks.saturating_add(tasks),
                persons: sum.persons.saturating_add(on_duty_of(self.state, id)),
                leases: sum.leases.saturating_add(u32::from(leased)),
            }
        })
    }

    fn deployments(
        self,
        fits: impl Fn(&Terms) -> bool,
    ) -> impl Iterator<Item = (&'a DeploymentId, &'a Deployment)> {
        self.state.deployments.iter().filter(move |(_, known)| {
            &known.request.agreement == self.id && fits(&known.request.terms)
        })
    }

    fn leased(self, id: &DeploymentId) -> u32 {
        let lease = live(self.state, &Subject::Deployment(id.clone()), self.now);
        lease.map_or(0, |lease| lease.headcount_max)
    }
}

/// Persons on duty under a deployment.
fn on_duty_of(state: &State, id: &DeploymentId) -> u32 {
    let tasks = state.tasks.values().filter(|task| &task.order.deployment == id);
    let on = tasks.filter(|task| task.started.is_some() && task.ended.is_none());
    let heads = on.map(|task| u32::try_from(task.order.units.len()).unwrap_or(u32::MAX));
    heads.fold(0, u32::saturating_add)
}
