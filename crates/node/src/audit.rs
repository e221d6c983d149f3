//! Audits the ledgers alone: consent and ceilings at every instant.

use std::collections::BTreeSet;

use accord::rules::Rules;
use words::deployment::Subject;
use words::id::{AgreementId, DeploymentId, MovementId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::Category;
use words::role::Side;

use crate::judge::facts::ceiling;
use joint::authority::Span;
use joint::consent::{Consent, peak, peak_on_duty};
use joint::quorum::counts_until;
use joint::standing::closures_of;
use joint::state::{Sight, State, TaskOrder};

const FAR: Moment = Moment::from_ms(i64::MAX);

/// A stay of guest personnel that no consent covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// The task, or the deployment whose leases are for fewer persons than are there.
    pub what: String,
    /// How many persons.
    pub headcount: u32,
    /// When.
    pub window: Window,
}

/// Every uncovered stay up to a moment: admitted presence minus the life of its consent.
///
/// Authority ends with the lease, with a closed rung, and with the end or a suspension of the
/// agreement. Then the texts grant the time that it takes to stand down (`host_consent`, stop
/// within; the shortest counts); beyond it every moment counts.
pub fn uncovered(state: &State, now: Moment) -> Vec<Uncovered> {
    let lawful = state.tasks.values().flat_map(|task| overstays(state, task, now));
    let crowded = state.deployments.keys().flat_map(|id| crowds(state, id, now));
    let unlawful = state.unlawful.iter().filter_map(|stay| {
        let window = Window::new(stay.from, stay.until.unwrap_or(now))?;
        Some(Uncovered { what: stay.what.clone(), headcount: stay.headcount, window })
    });
    lawful.chain(crowded).chain(unlawful).collect()
}

// Every gap between the leases of a task's deployment while its people were on duty: a lease
// that is granted later does not cover what was before it, and none covers what was stopped.
fn overstays(state: &State, task: &TaskOrder, now: Moment) -> Vec<Uncovered> {
    let Some(started) = task.started else { return Vec::new() };
    let stay = (started, task.ended.unwrap_or(now));
    let Some(cover) = Cover::of(state, &task.order.deployment) else { return Vec::new() };
    let covered = cover
        .leases()
        .into_iter()
        .flat_map(|(span, _)| cover.without_stops(span))
        .collect::<Vec<_>>();
    let headcount = u32::try_from(task.order.units.len()).unwrap_or(u32::MAX);
    let what = task.order.task.to_string();
    let uncovered = |window| Uncovered { what: what.clone(), headcount, window };
    let gaps = gaps(Vec::clone(&covered), stay);
    let suspended = task.order.units.iter().flat_map(|unit| {
        // While everybody is counted, nobody is counted twice.
        let stops = cover.stops_of(unit).into_iter();
        let there = stops.map(|(from, until)| (from.max(stay.0), until.min(stay.1)));
        let there = there.flat_map(|span| common(&covered, span));
        there.filter_map(|(from, until)| {
            let window = Window::new(from, until)?;
            Some(Uncovered { what: unit.to_string(), headcount: 1, window })
        })
    });
    gaps.into_iter().map(uncovered).chain(suspended.collect::<Vec<_>>()).collect()
}

// The leases of a deployment, and what stopped them.
struct Cover<'a> {
    state: &'a State,
    id: &'a DeploymentId,
    place: (&'a AgreementId, &'a ZoneId),
    stops: Vec<Span>,
}

impl<'a> Cover<'a> {
    fn of(state: &'a State, id: &'a DeploymentId) -> Option<Self> {
        let request = &state.deployments.get(id)?.request;
        let place = (&request.agreement, &request.terms.zone);
        let closed = closures_of(state, id).map(|closure| {
            (closure.closed.at, closure.opened.as_ref().map_or(FAR, |said| said.at))
        });
        let paused = state.pauses(place, Some(request.terms.category));
        let stops = closed.chain(paused).map(|span| stood_down(state, place, span)).collect();
        Some(Self { state, id, place, stops })
    }

    // Each lease with its time to stand down, and for how many it is.
    fn leases(&self) -> Vec<(Span, u32)> {
        let subject = Subject::Deployment(self.id.clone());
        leases(self.state, &subject, self.place)
    }

    fn without_stops(&self, span: Span) -> Vec<Span> {
        self.stops.iter().fold(vec![span], |spans, stop| without(spans, *stop))
    }

    fn stops_of(&self, unit: &UnitId) -> Vec<Span> {
        let paused = self.state.pauses_of(self.place, unit).into_iter();
        paused.map(|span| stood_down(self.state, self.place, span)).collect()
    }
}

// What is stopped counts from the time on that it takes to stand down.
fn stood_down(state: &State, place: (&AgreementId, &ZoneId), (from, until): Span) -> Span {
    (from.plus_ms(state.stand_down_ms(place, from)), until)
}

// People of a deployment beyond the persons of its living leases: a lease covers as many as it
// says, and of two at a time the larger. Where no lease lives every stay counts by itself.
fn crowds(state: &State, id: &DeploymentId, now: Moment) -> Vec<Uncovered> {
    let Some(cover) = Cover::of(state, id) else { return Vec::new() };
    let leases = cover.leases().into_iter().flat_map(|(span, most)| {
        let living = cover.without_stops(span).into_iter();
        living.filter_map(move |(from, until)| Some((Window::new(from, until)?, most)))
    });
    let tasks = state.tasks.values().filter(|task| task.order.deployment == *id);
    let stays = tasks.filter_map(|task| {
        let window = Window::new(task.started?, task.ended.unwrap_or(now))?;
        Some((window, u32::try_from(task.order.units.len()).unwrap_or(u32::MAX)))
    });
    let (leases, stays): (Vec<_>, Vec<_>) = (leases.collect(), stays.collect());
    let ends = leases.iter().chain(&stays).flat_map(|(window, _)| [window.start(), window.end()]);
    let steps: BTreeSet<Moment> = ends.collect();
    let over = |at: &Moment| {
        let most = leases.iter().filter(|(window, _)| window.holds(*at)).map(|(_, most)| *most);
        let there = stays.iter().filter(|(window, _)| window.holds(*at));
        let there = there.fold(0, |sum: u32, (_, heads)| sum.saturating_add(*heads));
        most.max().map_or(0, |most| there.saturating_sub(most))
    };
    let mut found: Vec<Uncovered> = Vec::new();
    for (from, until) in steps.iter().zip(steps.iter().skip(1)) {
        let (headcount, what) = (over(from), id.to_string());
        let Some(window) = Window::new(*from, *until).filter(|_| headcount > 0) else { continue };
        match found.last_mut() {
            Some(last) if last.window.end() == *from && last.headcount == headcount => {
                last.window = Window::new(last.window.start(), *until).unwrap_or(window);
            }
            Some(_) | None => found.push(Uncovered { what, headcount, window }),
        }
    }
    found
}

// What of a span lies in others, each moment once.
fn common(spans: &[Span], within: Span) -> Vec<Span> {
    let outside = gaps(spans.to_vec(), within).into_iter();
    outside.fold(vec![within], |left, gap| without(left, (gap.start(), gap.end())))
}

// Spans less what lies between two moments.
fn without(spans: Vec<Span>, (from, until): Span) -> Vec<Span> {
    if until <= from {
        return spans;
    }
    let parts = spans
        .into_iter()
        .flat_map(|(start, end)| [(start, end.min(from)), (start.max(until), end)]);
    parts.filter(|(start, end)| start < end).collect()
}

/// A movement that was on the road when no consent covered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convoy {
    /// Which.
    pub movement: MovementId,
    /// When.
    pub window: Window,
}

/// Every time that a movement was on the road after its lease and the time to stand down. How
/// many guests go with it nobody has stated, so that it is no part of the person-minutes.
pub fn convoys(state: &State, now: Moment) -> Vec<Convoy> {
    let mut found = Vec::new();
    for (id, movement) in &state.movements {
        let Some((_, departed)) = &movement.departed else { continue };
        // By place and not by time: two clocks may differ.
        let mut after = movement.history.iter().skip_while(|(it, _, _)| !it.on_the_road());
        let ended = after.find(|(standing, _, _)| standing.ended());
        let ended = ended.map_or(now, |(_, at, _)| *at);
        let place = (&movement.notice.agreement, &movement.notice.zone);
        let stops = state.pauses(place, None).into_iter();
        let stops: Vec<Span> = stops.map(|span| stood_down(state, place, span)).collect();
        let leases = leases(state, &Subject::Movement(id.clone()), place).into_iter();
        let leases = leases.map(|(span, _)| span).collect();
        let living = stops.iter().fold(leases, |spans, stop| without(spans, *stop));
        let gaps = gaps(living, (departed.at, ended));
        found.extend(gaps.into_iter().map(|window| Convoy { movement: id.clone(), window }));
    }
    found
}

// Each lease of a subject with its time to stand down, and for how many it is.
fn leases(state: &State, subject: &Subject, place: (&AgreementId, &ZoneId)) -> Vec<(Span, u32)> {
    let leases = state.consents.values().filter(|consent| consent.subject == *subject);
    let leases = leases.filter_map(|consent| {
        let end = end_of(state, consent)?;
        let stood_down = end.plus_ms(state.stand_down_ms(place, end));
        Some(((consent.from, stood_down), consent.headcount_max))
    });
    leases.collect()
}

// The end of what a lease covers: no later than that of the last grant or renewal that the agreed
// witnesses cosigned, by all that the ledgers show.
fn end_of(state: &State, consent: &Consent) -> Option<Moment> {
    let all = Sight { side: Side::Host, seen: 0 };
    Some(counts_until(state, consent, all)?.min(consent.end()))
}

// What no lease covers between two moments.
fn gaps(mut leases: Vec<Span>, (from, until): Span) -> Vec<Window> {
    leases.sort_unstable();
    let (mut gaps, mut covered) = (Vec::new(), from);
    for (from, end) in leases {
        gaps.extend(Window::new(covered, from.min(until)));
        covered = covered.max(end);
    }
    gaps.extend(Window::new(covered, until));
    gaps
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

/// Who passed a ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The leases: more was allowed than may be there.
    Leases,
    /// The people on duty: more were there.
    OnDuty,
}

impl Held {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leases => "leases",
            Self::OnDuty => "on_duty",
        }
    }
}

/// What a ceiling counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Persons.
    Persons,
    /// Vehicles.
    Vehicles,
    /// Persons who may bear lethal arms.
    Armed,
}

impl Counted {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Vehicles => "vehicles",
            Self::Armed => "armed",
        }
    }
}

/// A ceiling that was passed at some instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overrun {
    /// The agreement.
    pub agreement: AgreementId,
    /// By whom.
    pub held: Held,
    /// What was counted.
    pub counted: Counted,
    /// Whose ceiling.
    pub category: Category,
    /// Where.
    pub zone: ZoneId,
    /// The highest number reached.
    pub reached: u32,
    /// The ceiling.
    pub most: u32,
}

/// Every ceiling of every agreement that leases, or people on duty, ever passed: each instant is
/// held against the text that was in force then. A lower instrument's are kept at every grant, and
/// cut no lease short that was granted before it came into force: which of two clocks would say
/// that, no ledger tells, so they are not counted here.
pub fn overruns(state: &State) -> Vec<Overrun> {
    let mut found = Vec::new();
    for (id, agreement) in state.agreements.iter().filter(|(_, one)| one.under().is_none()) {
        let versions = &agreement.cycle.versions;
        for (number, version) in versions.iter().enumerate() {
            let until = versions.get(number + 1).map_or(FAR, |it| it.from);
            let Some(span) = Window::new(version.from, until) else { continue };
            let Some(rules) = state.rules_of(agreement, version) else { continue };
            for zone in rules.zones() {
                for category in Category::ALL {
                    let place = (*category, &zone.zone);
                    found.extend(passed(state, (id, &rules), place, span));
                }
            }
        }
    }
    found
}

fn passed(
    state: &State,
    (agreement, rules): (&AgreementId, &Rules),
    (category, zone): (Category, &ZoneId),
    span: Window,
) -> Vec<Overrun> {
    let most = ceiling(rules, category, zone);
    let leases = (Held::Leases, peak(state, category, zone, span));
    let on_duty = (Held::OnDuty, peak_on_duty(state, category, zone, span));
    let counts = [leases, on_duty].into_iter().flat_map(|(held, reached)| {
        [
            (held, Counted::Persons, reached.headcount, most.headcount),
            (held, Counted::Vehicles, reached.vehicles, most.vehicles),
            (held, Counted::Armed, reached.armed, most.armed),
        ]
    });
    let over = counts.filter(|(_, _, reached, most)| reached > most);
    over.map(|(held, counted, reached, most)| Overrun {
        agreement: agreement.clone(),
        held,
        counted,
        category,
        zone: zone.clone(),
        reached,
        most,
    })
    .collect()
}
