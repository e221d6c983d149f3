//! Posts, rosters and convoys at a moment, for whoever may see them.

use fleet::demand::Never as Unable;
use fleet::queue::Departure;
use guardroom::posts::{
    Convoy, Never, Post, Resting, Rota, Shift, Site, Team, Timetable, View, Worth,
};
use planner::posted::{Chances, Drawn, Fleet, Posted};
use post::file::{clock, day};
use post::origami::WHOLE;
use post::plan::Plan;
use post::rest::{DAY, Span};
use post::roster::Slot;
use sheet::frame::POSTED;
use sheet::stamp::PKT_AHEAD_MS;
use words::moment::Moment;

use desk::page::Viewer;

use crate::ground::may_foresee;

/// Convoys on a page: a night and the day after it. The command has them all.
const CONVOYS_SHOWN: usize = 40;

/// A convoy that left is shown for so many minutes more: it is on the road.
const GONE_SHOWN: i64 = 60;

/// Whoever commands a watch and plans nothing sees convoys so many minutes ahead: times and
/// hand-over points of a day to come are what an insider would sell.
const AHEAD_SHOWN: i64 = 60;

/// Sites on a page.
const SITES_SHOWN: usize = 60;

/// May the viewer see who stands where?
pub fn may_see(viewer: &Viewer) -> bool {
    viewer.person.is_some() && viewer.is_any(POSTED)
}

/// The page, for whoever may see it. Days to come, and what guards are worth, only for whoever
/// may foresee: a roster that is known ahead is one that somebody can wait for.
pub fn view(posted: Option<&Posted>, now: Moment, viewer: &Viewer) -> View {
    let Some(posted) = posted else { return View::default() };
    let foresees = may_foresee(viewer);
    let worth = posted.plan.as_ref().filter(|_| foresees);
    View {
        loaded: true,
        rota: posted.drawn.as_ref().map(|drawn| rota(drawn, now, foresees)),
        worth: worth.map(|(plan, chances)| worth_of(plan, chances)),
        fleet: posted.fleet.as_ref().map(|fleet| timetable(fleet, now, foresees)),
    }
}

// Minutes since the first midnight in PKT, as every time of day of a plan is meant.
fn minutes(start: Moment, now: Moment) -> i64 {
    (now.unix_ms + PKT_AHEAD_MS - start.unix_ms).div_euclid(60_000)
}

fn rota(drawn: &Drawn, now: Moment, foresees: bool) -> Rota {
    let rota = &drawn.rota;
    let at = minutes(rota.plan.start, now);
    let numbered = || (0_u32..).zip(&rota.slots);
    let runs = |slot: &Slot| (begins(slot)..begins(slot) + i64::from(slot.minutes)).contains(&at);
    let next = numbered().find(|(_, slot)| begins(slot) > at);
    let days = (0..rota.plan.days).filter(|_| foresees).map(|number| {
        let own = numbered().filter(|(_, slot)| slot.day == number);
        let shifts = own.map(|it| shift(drawn, it, runs(it.1))).collect();
        (day(rota.plan.start, number), shifts)
    });
    let teams = drawn.orders.iter().map(|order| Team {
        number: order.team,
        base: order.base.clone(),
        movements: order.movements.clone(),
    });
    let teams: Vec<Team> = teams.collect();
    Rota {
        title: rota.plan.title.clone(),
        plan: drawn.plan.to_string(),
        now: numbered().filter(|it| runs(it.1)).map(|it| shift(drawn, it, true)).collect(),
        next: next.map(|it| shift(drawn, it, false)),
        resting: resting(drawn, at),
        days: days.collect(),
        teams: (foresees && !teams.is_empty() && (0..i64::from(DAY)).contains(&at))
            .then(|| (day(rota.plan.start, 0), teams)),
        empty: count(rota.roster.unmet.iter().map(|unmet| unmet.posts.len()).sum()),
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn begins(slot: &Slot) -> i64 {
    i64::from(slot.day) * i64::from(DAY) + i64::from(slot.start)
}

fn shift(drawn: &Drawn, (number, slot): (u32, &Slot), now: bool) -> Shift {
    let rota = &drawn.rota;
    let mut posts: Vec<Post> = Vec::new();
    let mut at = |post: u32| -> Option<usize> {
        let name = rota.post(post);
        let known = posts.iter().position(|it| it.name == name);
        Some(known.unwrap_or_else(|| {
            posts.push(Post { name: name.to_owned(), people: Vec::new(), empty: 0 });
            posts.len() - 1
        }))
    };
    let manned: Vec<(Option<usize>, String)> = rota
        .roster
        .lines
        .iter()
        .filter(|line| line.slot == number)
        .map(|line| (at(line.post), rota.person(line.person).to_owned()))
        .collect();
    let unmet = rota.roster.unmet.iter().filter(|unmet| unmet.slot == number);
    let bare: Vec<Option<usize>> =
        unmet.flat_map(|unmet| unmet.posts.iter()).map(|post| at(*post)).collect();
    for (place, person) in manned {
        if let Some(post) = place.and_then(|place| posts.get_mut(place)) {
            post.people.push(person);
        }
    }
    for place in bare.into_iter().flatten() {
        posts.get_mut(place).into_iter().for_each(|post| post.empty += 1);
    }
    // What nobody mans comes first: it is what is to be acted on.
    posts.sort_by(|one, other| other.empty.cmp(&one.empty).then(one.name.cmp(&other.name)));
    let handover = (slot.start + DAY).saturating_sub(rota.plan.rules.handover);
    Shift {
        date: day(rota.plan.start, slot.day),
        name: rota.shift(slot).to_owned(),
        times: format!("{}–{}", clock(slot.start), clock(slot.start + slot.minutes)),
        handover: clock(handover),
        now,
        posts,
    }
}

// Who is not on duty: first those who may not be called, the longest last.
fn resting(drawn: &Drawn, at: i64) -> Vec<Resting> {
    let rota = &drawn.rota;
    let rules = &rota.plan.rules;
    let mut resting = Vec::new();
    for (number, person) in (0_u32..).zip(&rota.plan.people) {
        let lines = rota.roster.lines.iter().filter(|line| line.person == number);
        let slots: Vec<&Slot> = lines.filter_map(|line| rota.slot(line.slot)).collect();
        let span = |slot: &&Slot| Span::new(slot.day, slot.start, slot.minutes, rules.handover);
        let spans: Vec<Span> = slots.iter().map(span).collect();
        let here = |span: &Span| (i64::from(span.from)..i64::from(span.until)).contains(&at);
        if spans.iter().any(here) {
            continue;
        }
        let over = spans.iter().map(|span| span.until).filter(|until| i64::from(*until) <= at);
        let until = over.max().map(|until| until + rules.rest_min);
        let until = until.filter(|until| i64::from(*until) > at);
        let later = slots.iter().filter(|slot| begins(slot) > at).min_by_key(|slot| begins(slot));
        let when =
            |minute: u32| format!("{} {}", day(rota.plan.start, minute / DAY), clock(minute));
        resting.push((
            until,
            Resting {
                person: person.name.clone(),
                until: until.map(when),
                next: later.map(|slot| {
                    let minute = slot.day * DAY + slot.start;
                    format!("{} {}", when(minute), rota.shift(slot))
                }),
            },
        ));
    }
    resting.sort_by_key(|(until, one)| (until.is_none(), *until, one.person.clone()));
    resting.into_iter().map(|(_, one)| one).collect()
}

fn worth_of(plan: &Plan, chances: &Chances) -> Worth {
    let mut worth = Worth::default();
    if let (Some(drawn), Some((found, more))) = (&plan.drawn, &chances.guards) {
        worth.guards = drawn.guards;
        worth.threat = format!("{:.2}", found.threat);
        worth.with_more = format!("{:.2}", more.threat);
        let mut sites: Vec<(f64, Site)> = (0..)
            .zip(&drawn.names)
            .filter_map(|(number, name)| {
                let (stake, chance) = (drawn.sites.stake(number)?, found.chance(number));
                let bare = f64::from(stake.uncovered);
                let remains = chance * f64::from(stake.covered) + (1.0 - chance) * bare;
                Some((
                    chance,
                    Site {
                        name: name.clone(),
                        chance: percent(chance),
                        remains: format!("{remains:.2}"),
                        bare: format!("{bare:.0}"),
                    },
                ))
            })
            .collect();
        sites.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.name.cmp(&other.1.name)));
        worth.more = count(sites.len().saturating_sub(SITES_SHOWN));
        worth.sites = sites.into_iter().take(SITES_SHOWN).map(|(_, site)| site).collect();
    }
    if let (Some(escorted), Some(escorts)) = (&plan.escorted, &chances.escorts) {
        let rows = escorted.names.iter().zip(&escorts.cover).take(SITES_SHOWN);
        let rows = rows.map(|(name, cover)| (name.clone(), percent(part(*cover))));
        worth.escorts = rows.collect();
    }
    worth
}

// A weight as a part of a whole, to a thousandth.
fn part(weight: u64) -> f64 {
    let thousandths = u128::from(weight) * 1_000 / u128::from(WHOLE);
    f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1_000.0
}

fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

fn timetable(fleet: &Fleet, now: Moment, foresees: bool) -> Timetable {
    let at = minutes(fleet.plan.start, now);
    let last = if foresees { i64::MAX } else { at + AHEAD_SHOWN };
    let shown = at - GONE_SHOWN..=last;
    let all = &fleet.timetable.departures;
    let mut ahead: Vec<&Departure> =
        all.iter().filter(|it| shown.contains(&i64::from(it.leaves))).collect();
    ahead.sort_by_key(|it| (it.leaves, it.movement));
    let convoys: Vec<Convoy> =
        ahead.iter().take(CONVOYS_SHOWN).filter_map(|it| convoy(fleet, it)).collect();
    let demand = &fleet.plan.demand;
    let companies = demand.companies.iter().zip(&fleet.measures.companies);
    let queue = companies.map(|(name, waits)| {
        (name.clone(), waits.count, format!("{:.1}", waits.mean), waits.worst)
    });
    let never = fleet.timetable.never.iter().filter_map(|(number, why)| {
        let name = of(&demand.movements, *number)?.name.clone();
        let never = match *why {
            Unable::Seats { most } => Never::Seats(most),
            Unable::Drivers { needed, there } => Never::Drivers(needed, there),
            Unable::Escorts { district, there } => {
                Never::Escorts(of(&demand.districts, district)?.name.clone(), there)
            }
        };
        Some((name, never))
    });
    Timetable {
        title: fleet.plan.title.clone(),
        more: count(all.len() - convoys.len()),
        convoys,
        queue: queue.collect(),
        never: never.collect(),
    }
}

fn of<T>(column: &[T], number: u32) -> Option<&T> {
    column.get(usize::try_from(number).ok()?)
}

fn convoy(fleet: &Fleet, departure: &Departure) -> Option<Convoy> {
    let demand = &fleet.plan.demand;
    let movement = of(&demand.movements, departure.movement)?;
    let points = of(&fleet.plan.points, departure.movement)?;
    let later = movement.spans().into_iter().zip(&movement.legs).skip(1);
    let handovers = later.zip(points).filter_map(|(((from, _), leg), point)| {
        let district = of(&demand.districts, leg.district)?.name.clone();
        Some((clock(departure.leaves + from), point.clone(), district))
    });
    let date = day(fleet.plan.start, departure.leaves / DAY);
    let vehicles = departure.vehicles.iter().filter_map(|it| of(&demand.vehicles, *it));
    let drivers = departure.drivers.iter().filter_map(|it| of(&demand.drivers, *it));
    Some(Convoy {
        leaves: format!("{date} {}", clock(departure.leaves)),
        arrives: clock(departure.leaves + movement.minutes()),
        movement: movement.name.clone(),
        company: of(&demand.companies, movement.company)?.clone(),
        seats: movement.seats,
        vehicles: vehicles.map(|it| it.name.clone()).collect(),
        drivers: drivers.map(|it| it.name.clone()).collect(),
        waited: departure.waited,
        handovers: handovers.collect(),
    })
}
