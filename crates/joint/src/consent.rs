//! Consent: a lease that dies by itself, and slots under a ceiling.

use minicbor::Encode;
use words::deployment::{Subject, Terms};
use words::id::{ConsentId, DeploymentId, PersonId, TaskId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category};
use words::role::Side;

use crate::quorum::{Step, counts_until};
use crate::state::{Sight, State, TaskOrder};

/// One lease. It may be renewed only while it lives, so its life has no gaps.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Consent {
    /// Of what.
    #[n(0)]
    pub subject: Subject,
    /// Granted by whom.
    #[n(1)]
    pub by: PersonId,
    /// The first moment of its life.
    #[n(2)]
    pub from: Moment,
    /// Its end unless renewed.
    #[n(3)]
    pub until: Moment,
    /// How many persons at most.
    #[n(4)]
    pub headcount_max: u32,
    /// When it was revoked: from then on it is dead for ever.
    #[n(5)]
    pub revoked: Option<Moment>,
    /// Why it was revoked.
    #[n(6)]
    pub revoked_reason: Option<String>,
    /// The place of the revocation in the host's ledger.
    #[n(7)]
    pub revoked_at: Option<u64>,
    /// The grant and its renewals, where the agreement asks for witnesses to them.
    #[n(8)]
    pub steps: Option<Vec<Step>>,
}

impl Consent {
    /// The first moment at which it no longer lives.
    pub fn end(&self) -> Moment {
        self.revoked.map_or(self.until, |revoked| revoked.min(self.until))
    }

    /// Does it live at that moment?
    pub fn lives(&self, at: Moment) -> bool {
        self.from <= at && at < self.end()
    }

    /// Does it live at that moment, as far as whoever asks can know?
    ///
    /// No clock decides: a revocation ends it for everyone who has seen it, at once.
    pub fn lives_for(&self, at: Moment, sight: Sight) -> bool {
        let known = self.revoked_at.is_some_and(|index| sight.reaches(Side::Host, index));
        self.from <= at && at < self.until && !known
    }
}

/// The living lease of a subject, if there is one.
pub fn live<'a>(state: &'a State, subject: &Subject, at: Moment) -> Option<&'a Consent> {
    newest(state, subject).filter(|consent| consent.lives(at))
}

/// The lease of a subject that lives as far as whoever asks can know; of several the one for the
/// most persons.
///
/// Not only the newest: a guest may not yet know that its lease was revoked and granted anew, for
/// fewer.
pub fn live_for<'a>(
    state: &'a State,
    subject: &Subject,
    at: Moment,
    sight: Sight,
) -> Option<&'a Consent> {
    let leases = state.consents.values().filter(|consent| &consent.subject == subject);
    let living = leases.filter(|consent| consent.lives_for(at, sight));
    let living = living.filter(|it| counts_until(state, it, sight).is_some_and(|until| at < until));
    living.max_by_key(|consent| consent.headcount_max)
}

/// The newest lease of a subject, living or dead.
pub fn newest<'a>(state: &'a State, subject: &Subject) -> Option<&'a Consent> {
    state.consents.get(newest_id(state, subject)?)
}

/// The id of the newest lease of a subject.
pub fn newest_id<'a>(state: &'a State, subject: &Subject) -> Option<&'a ConsentId> {
    match subject {
        Subject::Deployment(id) => state.deployments.get(id)?.consent.as_ref(),
        Subject::Movement(id) => state.movements.get(id)?.consent.as_ref(),
    }
}

/// Persons, vehicles and armed persons that leases allow at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Strength {
    /// Persons.
    pub headcount: u32,
    /// Vehicles.
    pub vehicles: u32,
    /// Persons who may bear lethal arms.
    pub armed: u32,
}

impl Strength {
    /// What terms would add, with that many persons.
    pub fn of(terms: &Terms, headcount: u32) -> Self {
        let lethal = terms.arms >= ArmsClass::Sidearm;
        Self { headcount, vehicles: terms.vehicles, armed: if lethal { headcount } else { 0 } }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            headcount: self.headcount.saturating_add(other.headcount),
            vehicles: self.vehicles.saturating_add(other.vehicles),
            armed: self.armed.saturating_add(other.armed),
        }
    }

    fn most(self, other: Self) -> Self {
        Self {
            headcount: self.headcount.max(other.headcount),
            vehicles: self.vehicles.max(other.vehicles),
            armed: self.armed.max(other.armed),
        }
    }
}

/// The highest strength that living leases of a category in a zone reach within a span.
///
/// A lease occupies its slots from its grant to its end, and no longer than the window it was
/// asked for; the maximum of such steps is reached where one of them begins.
pub fn peak(state: &State, category: Category, zone: &ZoneId, span: Window) -> Strength {
    let holds: Vec<(Window, Strength)> = state
        .consents
        .values()
        .filter_map(|consent| held(state, consent, category, zone))
        .filter(|(window, _)| window.overlaps(span))
        .collect();
    highest(&holds, span)
}

/// What people take up who are on duty and whom no living lease holds, from a moment on: the
/// room under a ceiling is theirs until they are said to have ended. Those of one deployment may
/// be left out, as they take up what it asks for itself.
pub fn overstaying(
    state: &State,
    (category, zone): (Category, &ZoneId),
    at: Moment,
    but: Option<&DeploymentId>,
) -> Strength {
    let there = present(state, category, zone).filter(|(task, _)| {
        let deployment = &task.order.deployment;
        let held = live(state, &Subject::Deployment(deployment.clone()), at).is_some();
        task.ended.is_none() && !held && but != Some(deployment)
    });
    there.fold(Strength::default(), |sum, (_, strength)| sum.plus(strength))
}

/// What people take up who are on duty, as far as is stated, beside those of one task.
pub fn on_duty_beside(
    state: &State,
    (category, zone): (Category, &ZoneId),
    but: Option<&TaskId>,
) -> Strength {
    let there = present(state, category, zone)
        .filter(|(task, _)| task.ended.is_none() && but != Some(&task.order.task));
    there.fold(Strength::default(), |sum, (_, strength)| sum.plus(strength))
}

/// The most people that were ever on duty at one moment of a span, by whatever consent.
pub fn peak_on_duty(state: &State, category: Category, zone: &ZoneId, span: Window) -> Strength {
    let ever = Moment::from_ms(i64::MAX);
    let stays = present(state, category, zone).filter_map(|(task, strength)| {
        Some((Window::new(task.started?, task.ended.unwrap_or(ever))?, strength))
    });
    highest(&stays.filter(|(window, _)| window.overlaps(span)).collect::<Vec<_>>(), span)
}

// Tasks that were lawfully started, with their people; vehicles are known of leases alone.
fn present<'a>(
    state: &'a State,
    category: Category,
    zone: &'a ZoneId,
) -> impl Iterator<Item = (&'a TaskOrder, Strength)> {
    state.tasks.values().filter(|task| task.started.is_some()).filter_map(move |task| {
        let terms = &state.deployments.get(&task.order.deployment)?.request.terms;
        let here = terms.category == category && terms.zone == *zone;
        let heads = u32::try_from(task.order.units.len()).unwrap_or(u32::MAX);
        here.then(|| (task, Strength { vehicles: 0, ..Strength::of(terms, heads) }))
    })
}

// The highest sum of what overlaps: it is reached where one of the steps begins.
fn highest(holds: &[(Window, Strength)], span: Window) -> Strength {
    let starts = holds.iter().map(|(window, _)| window.start().max(span.start()));
    starts
        .map(|at| {
            let living = holds.iter().filter(|(window, _)| window.holds(at));
            living.fold(Strength::default(), |sum, (_, strength)| sum.plus(*strength))
        })
        .fold(Strength::default(), Strength::most)
}

fn held(
    state: &State,
    consent: &Consent,
    category: Category,
    zone: &ZoneId,
) -> Option<(Window, Strength)> {
    let Subject::Deployment(id) = &consent.subject else { return None };
    let terms = &state.deployments.get(id)?.request.terms;
    if terms.category != category || &terms.zone != zone {
        return None;
    }
    let window =
        Window::new(consent.from.max(terms.window.start()), consent.end().min(terms.window.end()))?;
    Some((window, Strength::of(terms, consent.headcount_max)))
}
