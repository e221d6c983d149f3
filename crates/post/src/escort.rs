//! Escort teams over a day: which movements get one, how often.
//!
//! A team is a path through the day: escort a movement, go on to where another begins, wait
//! there. A movement has a team or not, so it carries at most one whole of flow. That a threat
//! can be held is a feasible flow with a lower bound on each movement (Hoffman); a cut that
//! forbids it names movements at which too few teams can be, and ORIGAMI on those alone gives
//! the next threat. Each such step stays at or below the answer and ends at it after few cuts.
//! The flow of whole numbers is integral, so rosters with exactly these chances exist.

use route::net::ix;
use thiserror::Error;

use crate::column::at;
use crate::number::{count, real, whole};
use crate::origami::{Live, WHOLE, press};
use crate::site::STAKE_MAX;
use crate::stream::{Pipe, Stream};

/// Ten times the busiest day on record between two parties' companies.
pub const MOVEMENTS_MAX: usize = 100_000;

/// Teams of a day: their wholes must fit 63 bits.
pub const TEAMS_MAX: u32 = 1_000;

/// A day's movements lie between this many places; every pair of them has a time.
pub const PLACES_MAX: usize = 1_000;

/// No way between two places that a team could take.
pub const NO_WAY: u32 = u32::MAX;

/// A movement that an escort may go with. Times are whole minutes of the day's plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trip {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// When the team must be there.
    pub leaves: u32,
    /// When the team is free again.
    pub arrives: u32,
    /// What an attack on it is worth without an escort.
    pub uncovered: i32,
    /// What it is worth with one; less.
    pub covered: i32,
}

/// Where teams begin their day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// Which place.
    pub place: u32,
    /// How many teams.
    pub teams: u32,
    /// From which minute.
    pub from: u32,
}

/// A day of movements and teams, of one shift: every team may do all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The movements, in any order.
    pub trips: Vec<Trip>,
    /// The bases.
    pub bases: Vec<Base>,
    /// How many places.
    pub places: u32,
    /// Minutes from place to place, row by row; [`NO_WAY`] where there is none.
    pub minutes: Vec<u32>,
}

/// Why a day cannot be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DayError {
    /// No movement.
    #[error("there is no movement")]
    None,
    /// More than [`MOVEMENTS_MAX`], [`TEAMS_MAX`] or [`PLACES_MAX`].
    #[error("more than {MOVEMENTS_MAX} movements, {TEAMS_MAX} teams or {PLACES_MAX} places")]
    TooMany,
    /// The table of minutes has another size.
    #[error("the table of minutes is not one of all pairs of places")]
    Minutes,
    /// A movement names no place, or ends before it begins.
    #[error("movement {0} names no place, or ends before it begins")]
    Trip(u32),
    /// An escort must make a movement worth less to an attacker.
    #[error("movement {0} is worth as much to the attacker with an escort as without")]
    NoUse(u32),
    /// A base names no place.
    #[error("base {0} names no place")]
    Base(u32),
}

impl Day {
    /// Names the first thing that cannot be planned on.
    pub fn check(&self) -> Result<(), DayError> {
        let places = ix(self.places);
        let teams: u64 = self.bases.iter().map(|base| u64::from(base.teams)).sum();
        if self.trips.is_empty() {
            return Err(DayError::None);
        }
        let many = self.trips.len() > MOVEMENTS_MAX || places > PLACES_MAX;
        if many || teams > u64::from(TEAMS_MAX) {
            return Err(DayError::TooMany);
        }
        if self.minutes.len() != places * places {
            return Err(DayError::Minutes);
        }
        for (number, trip) in (0..).zip(&self.trips) {
            let inside = trip.from < self.places && trip.to < self.places;
            if !inside || trip.arrives <= trip.leaves || trip.arrives == NO_WAY {
                return Err(DayError::Trip(number));
            }
            let range = -STAKE_MAX..=STAKE_MAX;
            let stakes = range.contains(&trip.uncovered) && range.contains(&trip.covered);
            if !stakes || trip.covered >= trip.uncovered {
                return Err(DayError::NoUse(number));
            }
        }
        let away = (0..).zip(&self.bases).find(|(_, base)| base.place >= self.places);
        away.map_or(Ok(()), |(number, _)| Err(DayError::Base(number)))
    }

    fn minutes(&self, from: u32, to: u32) -> u32 {
        self.minutes.get(ix(from) * ix(self.places) + ix(to)).copied().unwrap_or(NO_WAY)
    }
}

/// What the teams can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Escorts {
    /// What an attacker expects at best, in stakes.
    pub threat: f64,
    /// The chance of an escort for each movement, of [`WHOLE`].
    pub cover: Vec<u64>,
    /// The movements that hold the threat up: too few teams can be at all of them.
    pub binding: Vec<u32>,
    /// How many teams can be at the binding movements together.
    pub teams_there: f64,
    /// How many flows were looked for.
    pub rounds: u32,
    pub(crate) web: Web,
    pub(crate) carried: Vec<u64>,
}

/// The day as a network. Vertices: where each movement begins, where each ends, the bases, the
/// night after, the morning before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Web {
    pub(crate) vertices: u32,
    pub(crate) trips: u32,
    pub(crate) bases: Vec<u32>,
    /// Tail, head, how much; first the movements in their order, then the bases in theirs.
    pub(crate) pipes: Vec<(u32, u32, u64)>,
}

impl Web {
    pub(crate) const fn night(&self) -> u32 {
        self.vertices - 2
    }

    pub(crate) const fn morning(&self) -> u32 {
        self.vertices - 1
    }

    fn new(day: &Day) -> Self {
        let (trips, bases) = (count(day.trips.len()), count(day.bases.len()));
        let vertices = 2 * trips + bases + 2;
        let mut web = Self { vertices, trips, bases: Vec::new(), pipes: Vec::new() };
        let (night, morning) = (web.night(), web.morning());
        let all = u64::from(TEAMS_MAX) * WHOLE;
        web.pipes.extend((0..trips).map(|trip| (trip, trips + trip, WHOLE)));
        for (base, number) in day.bases.iter().zip(2 * trips..) {
            web.pipes.push((morning, number, u64::from(base.teams) * WHOLE));
            web.bases.push(number);
        }
        web.pipes.push((night, morning, all));
        web.pipes.extend((0..trips).map(|trip| (trips + trip, night, all)));
        let begins = begins(day);
        for row in &begins {
            web.pipes.extend(row.array_windows().map(|[(_, a), (_, b)]| (*a, *b, all)));
        }
        let ends = day.trips.iter().zip(trips..).map(|(it, number)| (it.to, it.arrives, number));
        let bases = day.bases.iter().zip(2 * trips..);
        let free: Vec<_> = ends.chain(bases.map(|(it, at)| (it.place, it.from, at))).collect();
        web.pipes.extend(links(day, free, &begins).into_iter().map(|(a, b)| (a, b, all)));
        web
    }
}

// For each place, when movements begin there and their numbers, in order.
fn begins(day: &Day) -> Vec<Vec<(u32, u32)>> {
    let mut begins = vec![Vec::new(); ix(day.places)];
    for (trip, number) in day.trips.iter().zip(0..) {
        if let Some(row) = begins.get_mut(ix(trip.from)) {
            row.push((trip.leaves, number));
        }
    }
    for row in &mut begins {
        row.sort_unstable();
    }
    begins
}

// From where a team becomes free to the first movement that it can reach at each place. Of those
// that become free at one place and reach the same movement, each has its own link.
fn links(day: &Day, free: Vec<(u32, u32, u32)>, begins: &[Vec<(u32, u32)>]) -> Vec<(u32, u32)> {
    let mut links = Vec::new();
    for (place, moment, vertex) in free {
        for (to, row) in (0..).zip(begins) {
            let Some(there) = moment.checked_add(day.minutes(place, to)) else { continue };
            if day.minutes(place, to) == NO_WAY {
                continue;
            }
            let first = row.partition_point(|(leaves, _)| *leaves < there);
            if let Some((_, number)) = row.get(first) {
                links.push((vertex, *number));
            }
        }
    }
    links
}

/// After so many cuts the sums of rounded numbers would only creep.
const ROUNDS_MAX: u32 = 200;

/// The least threat that the day's teams can hold, and how.
pub fn escort(day: &Day) -> Result<Escorts, DayError> {
    day.check()?;
    let web = Web::new(day);
    let floor = day.trips.iter().map(|trip| trip.covered).max().unwrap_or(0);
    let mut escorts = Escorts {
        threat: f64::from(floor),
        cover: Vec::new(),
        binding: Vec::new(),
        teams_there: 0.0,
        rounds: 0,
        web,
        carried: Vec::new(),
    };
    while !escorts.holds(day) {
        let mut live: Vec<Live> = Vec::new();
        for number in &escorts.binding {
            let trip = day.trips.get(ix(*number));
            live.extend(trip.map(|trip| Live::new(*number, trip.uncovered, trip.covered)));
        }
        let next = press(&mut live, escorts.teams_there, escorts.threat);
        // Chances are rounded up to whole numbers; a cut may be short of a few of them still.
        let least = escorts.threat + escorts.threat.abs().max(1.0) * 1e-12;
        escorts.threat = next.max(least);
        if escorts.rounds > ROUNDS_MAX {
            escorts.threat += escorts.threat.abs().max(1.0) * 1e-9;
        }
    }
    let trips = count(day.trips.len());
    escorts.cover = (0..trips).map(|trip| at(&escorts.carried, trip)).collect();
    Ok(escorts)
}

impl Escorts {
    // Looks for a flow that holds the threat; if there is none, the cut says which movements.
    fn holds(&mut self, day: &Day) -> bool {
        self.rounds += 1;
        let wanted: Vec<u64> = day.trips.iter().map(|trip| wanted(trip, self.threat)).collect();
        let (source, sink) = (self.web.vertices, self.web.vertices + 1);
        let mut pipes: Vec<Pipe> = Vec::with_capacity(self.web.pipes.len() + 2 * wanted.len());
        for ((tail, head, capacity), number) in self.web.pipes.iter().zip(0..) {
            let lower = at(&wanted, number);
            pipes.push(Pipe { tail: *tail, head: *head, capacity: capacity - lower });
        }
        for (trip, lower) in (0..).zip(&wanted) {
            pipes.push(Pipe { tail: source, head: self.web.trips + trip, capacity: *lower });
            pipes.push(Pipe { tail: trip, head: sink, capacity: *lower });
        }
        let mut stream = Stream::new(self.web.vertices + 2, &pipes);
        let pushed = stream.fill(source, sink);
        let total: u128 = wanted.iter().map(|lower| u128::from(*lower)).sum();
        if pushed == total {
            let numbers = 0..count(self.web.pipes.len());
            let carried = numbers.map(|pipe| stream.carried(pipe) + at(&wanted, pipe));
            self.carried = carried.collect();
            return true;
        }
        self.cut(&stream, &wanted);
        false
    }

    fn cut(&mut self, stream: &Stream, wanted: &[u64]) {
        let trips = self.web.trips;
        let binds = |trip: &u32| {
            stream.with_source(trips + trip) && !stream.with_source(*trip) && at(wanted, *trip) > 0
        };
        self.binding = (0..trips).filter(binds).collect();
        // What the cut lets through: whole movements and teams, none of it a chance.
        let crossing = self
            .web
            .pipes
            .iter()
            .filter(|(tail, head, _)| stream.with_source(*tail) && !stream.with_source(*head));
        self.teams_there = crossing.map(|(.., capacity)| real(*capacity) / real(WHOLE)).sum();
    }
}

// The chance of an escort that keeps a movement from being worth more than the threat.
fn wanted(trip: &Trip, threat: f64) -> u64 {
    let live = Live::new(0, trip.uncovered, trip.covered);
    let chance = ((live.worth - threat) * live.slope).clamp(0.0, 1.0);
    // Rounded up, so that the threat is held and not nearly held.
    let exact = chance * real(WHOLE);
    let weight = whole(exact);
    weight.saturating_add(u64::from(real(weight) < exact)).min(WHOLE)
}
