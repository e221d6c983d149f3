//! Audits the ledgers alone: consent and ceilings at every instant.

use words::deployment::Subject;
use words::id::{AgreementId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::Category;

use crate::judge::facts::ceiling;
use joint::consent::peak;
use joint::standing::closures_of;
use joint::state::{State, TaskOrder};

/// A stay of guest personnel that no consent covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// The task or movement.
    pub what: String,
    /// How many persons.
    pub headcount: u32,
    /// When.
    pub window: Window,
}

/// Every uncovered stay up to a moment: admitted presence minus the life of its consent.
///
/// After a consent's end the agreement grants the time that it takes to stand down
/// (`host_consent`, stop within); beyond it every moment counts.
pub fn uncovered(state: &State, now: Moment) -> Vec<Uncovered> {
    let lawful = state.tasks.values().flat_map(|task| overstays(state, task, now));
    let unlawful = state.unlawful.iter().filter_map(|stay| {
        let window = Window::new(stay.from, stay.until.unwrap_or(now))?;
        Some(Uncovered { what: stay.what.clone(), headcount: stay.headcount, window })
    });
    lawful.chain(unlawful).collect()
}

// Every gap between the leases of a task's deployment while its people were on duty: a lease
// that is granted later does not cover what was before it, and none covers a closed rung.
fn overstays(state: &State, task: &TaskOrder, now: Moment) -> Vec<Uncovered> {
    let Some(started) = task.started else { return Vec::new() };
    let ended = task.ended.unwrap_or(now);
    let id = &task.order.deployment;
    let agreement = state
        .deployments
        .get(id)
        .and_then(|deployment| state.agreements.get(&deployment.request.agreement));
    let grace = agreement
        .and_then(|agreement| agreement.rules())
        .map_or(0, |rules| rules.consent().stop_within_ms);
    let subject = Subject::Deployment(id.clone());
    let leases = state.consents.values().filter(|consent| consent.subject == subject);
    let mut leases: Vec<(Moment, Moment)> =
        leases.map(|consent| (consent.from, consent.end().plus_ms(grace))).collect();
    for closure in closures_of(state, id) {
        let from = closure.closed.at.plus_ms(grace);
        let until = closure.opened.as_ref().map(|said| said.at);
        leases = without(leases, (from, until.unwrap_or(Moment::from_ms(i64::MAX))));
    }
    leases.sort_unstable();
    let mut gaps = Vec::new();
    let mut covered = started;
    for (from, end) in leases {
        gaps.extend(Window::new(covered, from.min(ended)));
        covered = covered.max(end);
    }
    gaps.extend(Window::new(covered, ended));
    let headcount = u32::try_from(task.order.units.len()).unwrap_or(u32::MAX);
    let what = task.order.task.to_string();
    gaps.into_iter().map(|window| Uncovered { what: what.clone(), headcount, window }).collect()
}

// Spans less what lies between two moments.
fn without(spans: Vec<(Moment, Moment)>, (from, until): (Moment, Moment)) -> Vec<(Moment, Moment)> {
    if until <= from {
        return spans;
    }
    let parts = spans
        .into_iter()
        .flat_map(|(start, end)| [(start, end.min(from)), (start.max(until), end)]);
    parts.filter(|(start, end)| start < end).collect()
}

/// Person-minutes of guest presence without consent, begun minutes counted whole.
pub fn unconsented_guest_minutes(state: &State, now: Moment) -> u64 {
    let minutes = |stay: &Uncovered| {
        let ms = stay.window.end().ms_since(stay.window.start());
        let whole = u64::try_from(ms).unwrap_or(0).div_ceil(60_000);
        whole.saturating_mul(u64::from(stay.headcount))
    };
    uncovered(state, now).iter().map(minutes).fold(0, u64::saturating_add)
}

/// A ceiling that leases passed at some instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overrun {
    /// The agreement.
    pub agreement: AgreementId,
    /// Whose ceiling.
    pub category: Category,
    /// Where.
    pub zone: ZoneId,
    /// The highest number of persons reached.
    pub reached: u32,
    /// The ceiling.
    pub most: u32,
}

/// Every ceiling of every agreement in force that leases ever passed.
pub fn overruns(state: &State) -> Vec<Overrun> {
    let always = Window::new(Moment::from_ms(i64::MIN), Moment::from_ms(i64::MAX));
    let Some(always) = always else { return Vec::new() };
    let mut found = Vec::new();
    for (id, agreement) in &state.agreements {
        let Some(rules) = agreement.rules() else { continue };
        for zone in rules.zones() {
            for category in Category::ALL {
                let most = ceiling(rules, *category, &zone.zone);
                let reached = peak(state, *category, &zone.zone, always);
                if reached.headcount > most.headcount {
                    found.push(Overrun {
                        agreement: id.clone(),
                        category: *category,
                        zone: zone.zone.clone(),
                        reached: reached.headcount,
                        most: most.headcount,
                    });
                }
            }
        }
    }
    found
}
