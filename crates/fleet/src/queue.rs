//! The queue for armoured seats: who leaves when, with what.
//!
//! Whoever waits is served by criticality, a class better for every [`AGE_STEP`] waited; among
//! equals the company that has had the fewest seat-minutes for what it asked, then who was ready
//! first. Whoever waits longer than [`DUE`] holds the others back until he leaves. So nobody
//! starves: when a movement becomes due, at most those due before it leave before it, each at
//! the latest when everything under way is back and the drivers have had a day, and so
//! [`longest_wait`] bounds every wait, whatever comes after.

use std::collections::BTreeSet;

use words::presence::Criticality;

use crate::convoy::pick;
use crate::demand::{Demand, DemandError, Movement, Never};
use crate::hours::{BREAK_MIN, DAY, Journey, REST_MIN, fits};

/// Waited so long, in minutes, a movement counts as one class more important: half an hour is
/// what a company accepts without a call.
pub const AGE_STEP: u32 = 30;

/// Waited so long, in minutes, a movement is due, and nobody leaves before it any more.
pub const DUE: u32 = 120;

/// A movement that leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Which movement.
    pub movement: u32,
    /// When, in minutes since the first day's midnight.
    pub leaves: u32,
    /// How long its people waited, in minutes.
    pub waited: u32,
    /// Its vehicles, in the order of the convoy.
    pub vehicles: Vec<u32>,
    /// Their drivers, relief drivers after them.
    pub drivers: Vec<u32>,
    /// For each leg, the teams of its district that escort it.
    pub escorts: Vec<Vec<u32>>,
}

/// What the queue came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    /// Who leaves, in the order in which they leave.
    pub departures: Vec<Departure>,
    /// Who can never be served, and why.
    pub never: Vec<(u32, Never)>,
}

// Spans of time in which somebody or something is taken, in order.
type Calendar = Vec<(u32, u32)>;

struct Yard<'a> {
    demand: &'a Demand,
    vehicles: Vec<Calendar>,
    drivers: Vec<Vec<Journey>>,
    teams: Vec<Vec<Calendar>>,
    // Seat-minutes that each company has had, and asked for.
    had: Vec<u64>,
    asked: Vec<u64>,
}

/// Runs the queue to its end.
pub fn run(demand: &Demand) -> Result<Timetable, DemandError> {
    demand.check()?;
    let mut yard = Yard::new(demand);
    let (mut waiting, mut never) = (Vec::new(), Vec::new());
    for (number, movement) in (0..).zip(&demand.movements) {
        match demand.never(movement) {
            Some(why) => never.push((number, why)),
            None => waiting.push((number, movement)),
        }
    }
    // Moments at which something may change: somebody is ready, due or older, something is back.
    let mut moments: BTreeSet<u32> = BTreeSet::new();
    for (_, movement) in &waiting {
        let ages = (0..=DUE / AGE_STEP).map(|age| movement.ready + age * AGE_STEP);
        moments.extend(ages.chain([movement.ready + DUE]));
    }
    let mut departures = Vec::new();
    while let Some(now) = moments.pop_first() {
        while let Some((place, departure)) = yard.next(now, &waiting) {
            waiting.remove(place);
            yard.leave(&departure, &mut moments);
            departures.push(departure);
        }
        // Drivers come at their hours: each day has its moments as long as somebody waits.
        if !waiting.is_empty() {
            let tomorrow = (now / DAY + 1) * DAY;
            moments.extend(demand.drivers.iter().map(|driver| tomorrow + driver.from));
            let today = (now / DAY) * DAY;
            let later = demand.drivers.iter().map(|driver| today + driver.from);
            moments.extend(later.filter(|moment| *moment > now));
        }
    }
    Ok(Timetable { departures, never })
}

impl<'a> Yard<'a> {
    fn new(demand: &'a Demand) -> Self {
        let teams = |teams: u32| vec![Calendar::new(); usize::try_from(teams).unwrap_or(0)];
        let mut asked = vec![0; demand.companies.len()];
        for movement in &demand.movements {
            if let Some(sum) =
                usize::try_from(movement.company).ok().and_then(|at| asked.get_mut(at))
            {
                *sum += seat_minutes(movement);
            }
        }
        Self {
            demand,
            vehicles: vec![Calendar::new(); demand.vehicles.len()],
            drivers: vec![Vec::new(); demand.drivers.len()],
            teams: demand.districts.iter().map(|district| teams(district.teams)).collect(),
            had: vec![0; demand.companies.len()],
            asked,
        }
    }

    // The first in the queue who can leave now, unless somebody who is due comes before it.
    fn next(&self, now: u32, waiting: &[(u32, &Movement)]) -> Option<(usize, Departure)> {
        let mut queue: Vec<usize> = (0..waiting.len())
            .filter(|place| waiting.get(*place).is_some_and(|(_, it)| it.ready <= now))
            .collect();
        queue.sort_by_cached_key(|place| {
            waiting.get(*place).map(|(number, movement)| self.rank(now, *number, movement))
        });
        for place in queue {
            let (number, movement) = waiting.get(place)?;
            if let Some(departure) = self.departure(now, *number, movement) {
                return Some((place, departure));
            }
            if is_due(now, movement) {
                return None;
            }
        }
        None
    }

    // Lowest first.
    fn rank(&self, now: u32, number: u32, movement: &Movement) -> (bool, u32, u32, u64, u32, u32) {
        let due = is_due(now, movement);
        let class = match movement.criticality {
            Criticality::Pc1 => 0,
            Criticality::Pc2 => 1,
            Criticality::Pc3 => 2,
            Criticality::Pc4 => 3_u32,
        };
        let age = (now - movement.ready) / AGE_STEP;
        let at = usize::try_from(movement.company).ok();
        let of = |sums: &[u64]| at.and_then(|at| sums.get(at)).copied().unwrap_or(0);
        // Thousandths of what it asked for that a company has had.
        let share = of(&self.had) * 1_000 / of(&self.asked).max(1);
        // Those who are due leave in the order in which they became it.
        let (since, class) = if due { (movement.ready, 0) } else { (0, class.saturating_sub(age)) };
        (!due, since, class, share, movement.ready, number)
    }

    fn departure(&self, now: u32, number: u32, movement: &Movement) -> Option<Departure> {
        let back = now + movement.away();
        let free = |calendar: &Calendar| is_free(calendar, now, back);
        let vehicles = self.vehicles.iter().enumerate().filter(|(_, it)| free(it));
        let vehicles: Vec<usize> = vehicles.map(|(at, _)| at).collect();
        let convoy = pick(self.demand, movement, &vehicles)?;
        let (crew, driving) = Demand::crew(movement, convoy.len());
        let journey = Journey { from: now, until: back, driving };
        let drivers = self.rested(journey, crew)?;
        let mut escorts: Vec<Vec<u32>> = Vec::new();
        let mut out: Vec<(u32, u32, (u32, u32))> = Vec::new();
        for ((from, until), leg) in movement.spans().into_iter().zip(&movement.legs) {
            // A team is back when it has driven its leg home.
            let span = (now + from, now + until + leg.minutes);
            let teams = self.escorts((leg.district, span), movement.escorts, &out)?;
            out.extend(teams.iter().map(|team| (leg.district, *team, span)));
            escorts.push(teams);
        }
        let vehicles = convoy.into_iter().map(count).collect();
        let waited = now - movement.ready;
        Some(Departure { movement: number, leaves: now, waited, vehicles, drivers, escorts })
    }

    // Drivers for whom the journey fits, those with the least driving so far first.
    fn rested(&self, journey: Journey, crew: usize) -> Option<Vec<u32>> {
        let mut able: Vec<(u32, u32)> = (0..)
            .zip(self.demand.drivers.iter().zip(&self.drivers))
            .filter(|(_, (driver, journeys))| {
                let hours = driver.since(journey.from) + (journey.until - journey.from);
                hours <= driver.minutes && fits(journeys, journey)
            })
            .map(|(at, (_, journeys))| (journeys.iter().map(|it| it.driving).sum(), at))
            .collect();
        able.sort_unstable();
        (able.len() >= crew).then(|| able.into_iter().take(crew).map(|(_, at)| at).collect())
    }

    // Teams of a district for a leg; some may be out already on an earlier leg of the same way.
    fn escorts(
        &self,
        (district, (from, until)): (u32, (u32, u32)),
        wanted: u32,
        out: &[(u32, u32, (u32, u32))],
    ) -> Option<Vec<u32>> {
        let teams = get(&self.teams, district)?;
        let busy = |team: u32| {
            out.iter().any(|(other, taken, (begins, ends))| {
                (*other, *taken) == (district, team) && *begins < until && from < *ends
            })
        };
        let free = (0..)
            .zip(teams)
            .filter(|(team, calendar)| !busy(*team) && is_free(calendar, from, until));
        let taken: Vec<u32> =
            free.map(|(team, _)| team).take(usize::try_from(wanted).unwrap_or(0)).collect();
        (count(taken.len()) == wanted).then_some(taken)
    }

    fn leave(&mut self, departure: &Departure, moments: &mut BTreeSet<u32>) {
        let Some(movement) = get(&self.demand.movements, departure.movement) else { return };
        let (now, back) = (departure.leaves, departure.leaves + movement.away());
        for vehicle in &departure.vehicles {
            if let Some(calendar) = get_mut(&mut self.vehicles, *vehicle) {
                calendar.push((now, back));
            }
        }
        let (_, driving) = Demand::crew(movement, departure.vehicles.len());
        for driver in &departure.drivers {
            if let Some(journeys) = get_mut(&mut self.drivers, *driver) {
                journeys.push(Journey { from: now, until: back, driving });
            }
        }
        let spans = movement.spans().into_iter().zip(&movement.legs).zip(&departure.escorts);
        for (((from, until), leg), taken) in spans {
            let span = (now + from, now + until + leg.minutes);
            for team in taken {
                let teams = get_mut(&mut self.teams, leg.district);
                if let Some(calendar) = teams.and_then(|teams| get_mut(teams, *team)) {
                    calendar.push(span);
                }
            }
            moments.extend([span.1]);
        }
        moments.extend([back, back + BREAK_MIN, back + REST_MIN, back + DAY, now + DAY]);
        if let Some(had) = get_mut(&mut self.had, movement.company) {
            *had += seat_minutes(movement);
        }
    }
}

fn is_due(now: u32, movement: &Movement) -> bool {
    now - movement.ready >= DUE
}

fn is_free(calendar: &Calendar, from: u32, until: u32) -> bool {
    calendar.iter().all(|(taken, free)| *free <= from || until <= *taken)
}

fn seat_minutes(movement: &Movement) -> u64 {
    u64::from(movement.seats) * u64::from(movement.minutes())
}

fn get<T>(column: &[T], number: u32) -> Option<&T> {
    column.get(usize::try_from(number).ok()?)
}

fn get_mut<T>(column: &mut [T], number: u32) -> Option<&mut T> {
    column.get_mut(usize::try_from(number).ok()?)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// No movement waits longer than this, in minutes, if so many were ready no later than it. When
/// it is due, whatever left is back within the longest journey; a day after that every driver
/// has rested and come to his hours; then the one that was due first leaves, and so on.
pub fn longest_wait(demand: &Demand, ready_before: u32) -> u32 {
    let longest = demand.movements.iter().map(Movement::away).max().unwrap_or(0);
    DUE.saturating_add((ready_before + 1).saturating_mul(longest + 2 * DAY))
}
