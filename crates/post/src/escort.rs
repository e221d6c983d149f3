//! Escort teams over a day: which movements get one, how often.
//!
//! A team is a path through the day: escort a movement, go on to where another begins, wait
//! there. A movement has a team or not, so it carries at most one whole of flow. That a threat
//! can be held is a feasible flow with a lower bound on each movement (Hoffman); a cut that
//! forbids it names movements at which too few teams can be, and ORIGAMI on those alone gives
//! the next threat. Each such step stays at or below the answer and ends at it after few cuts.
//! The first cuts need no flow: movements that are under way at one moment have a team each.
//! The flow of whole numbers is integral, so rosters with exactly these chances exist.

use route::net::ix;
use thiserror::Error;

use crate::number::{count, real, whole};
use crate::origami::{Live, WHOLE, press};
use crate::relay::Relay;
use crate::round::Round;
use crate::site::STAKE_MAX;

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

    pub(crate) fn minutes(&self, from: u32, to: u32) -> u32 {
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
}

/// The teams of a day as a network. Vertices: where each movement begins, where each ends, the
/// bases, the night after, the morning before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Web {
    pub(crate) vertices: u32,
    pub(crate) trips: u32,
    pub(crate) bases: Vec<u32>,
    /// Tail, head, how much goes along: first the movements in their order, then the bases in
    /// theirs, then who goes on where.
    pub(crate) pipes: Vec<(u32, u32, u64)>,
}

impl Web {
    pub(crate) const fn night(&self) -> u32 {
        self.vertices - 2
    }

    const fn morning(&self) -> u32 {
        self.vertices - 1
    }

    fn of(relay: &Relay<'_>, wanted: &[u64]) -> Self {
        let (sources, trips) = (count(relay.free.len()), count(wanted.len()));
        let vertices = trips + sources + 2;
        let bases = (2 * trips..trips + sources).collect();
        let mut web = Self { vertices, trips, bases, pipes: Vec::new() };
        let mut out = vec![0; ix(sources)];
        let mut onward = Vec::new();
        for link in &relay.links {
            onward.push((trips + link.source, link.trip, link.amount));
            if let Some(out) = out.get_mut(ix(link.source)) {
                *out += link.amount;
            }
        }
        let with = wanted.iter().zip(&relay.rides).map(|(wanted, rides)| wanted + rides);
        let with: Vec<u64> = with.collect();
        web.pipes.extend((0..).zip(&with).map(|(trip, amount)| (trip, trips + trip, *amount)));
        let from_bases = (2 * trips..).zip(out.iter().skip(wanted.len()));
        let (night, morning) = (web.night(), web.morning());
        web.pipes.extend(from_bases.map(|(base, amount)| (morning, base, *amount)));
        web.pipes.append(&mut onward);
        let home = (trips..).zip(with.iter().zip(&out)).filter(|(_, (with, out))| with > out);
        web.pipes.extend(home.map(|(end, (with, out))| (end, night, with - out)));
        let teams = out.iter().skip(wanted.len()).sum();
        web.pipes.push((night, morning, teams));
        web
    }
}

/// After so many cuts the sums of rounded numbers would only creep.
const ROUNDS_MAX: u32 = 200;

/// The least threat that the day's teams can hold, and how.
pub fn escort(day: &Day) -> Result<Escorts, DayError> {
    day.check()?;
    let floor = day.trips.iter().map(|trip| trip.covered).max().unwrap_or(0);
    let mut escorts = Escorts {
        threat: f64::from(floor),
        cover: Vec::new(),
        binding: Vec::new(),
        teams_there: 0.0,
        rounds: 0,
        web: Web::default(),
    };
    escorts.crowds(day);
    let mut relay = Relay::of(day);
    loop {
        escorts.rounds += 1;
        let wanted: Vec<u64> = day.trips.iter().map(|trip| wanted(trip, escorts.threat)).collect();
        let last = relay.fill(&wanted);
        if relay.complete() {
            let cover = wanted.iter().zip(&relay.rides).map(|(wanted, rides)| wanted + rides);
            escorts.cover = cover.collect();
            escorts.web = Web::of(&relay, &wanted);
            return Ok(escorts);
        }
        escorts.cut(day, &last, &wanted);
        escorts.press(day);
    }
}

impl Escorts {
    // The next threat: the least that can be held at the binding movements.
    fn press(&mut self, day: &Day) {
        let mut live: Vec<Live> = Vec::new();
        for number in &self.binding {
            let trip = day.trips.get(ix(*number));
            live.extend(trip.map(|trip| Live::new(*number, trip.uncovered, trip.covered)));
        }
        let next = press(&mut live, self.teams_there, self.threat);
        // Chances are rounded up to whole numbers; a cut may be short of a few of them still.
        let least = self.threat + self.threat.abs().max(1.0) * 1e-12;
        self.threat = next.max(least);
        if self.rounds > ROUNDS_MAX {
            self.threat += self.threat.abs().max(1.0) * 1e-9;
        }
    }

    // A team that is with a movement at some moment, or not yet where the next could begin, is
    // with no other: as long as more chances than teams are together at one, the threat grows.
    fn crowds(&mut self, day: &Day) {
        let least = day.minutes.iter().copied().min().unwrap_or(0);
        let until = |trip: &Trip| trip.arrives.saturating_add(least);
        let mut begins: Vec<u32> = (0..count(day.trips.len())).collect();
        let mut ends = begins.clone();
        let of = |number: &u32| day.trips.get(ix(*number));
        begins.sort_by_key(|number| of(number).map(|trip| trip.leaves));
        ends.sort_by_key(|number| of(number).map(until));
        let teams = day.bases.iter().map(|base| f64::from(base.teams)).sum();
        for _ in 0..ROUNDS_MAX {
            let chance = |number: &u32| of(number).map_or(0.0, |trip| chance(trip, self.threat));
            let (mut there, mut most, mut moment) = (0.0, teams, None);
            let mut over = ends.iter().peekable();
            for number in &begins {
                let leaves = of(number).map_or(0, |trip| trip.leaves);
                while let Some(end) = over.next_if(|end| of(end).map_or(0, until) <= leaves) {
                    there -= chance(end);
                }
                there += chance(number);
                if there > most * (1.0 + CROWDED) {
                    (most, moment) = (there, Some(leaves));
                }
            }
            let Some(moment) = moment else { return };
            let there = |number: &u32| {
                of(number).is_some_and(|trip| trip.leaves <= moment && moment < until(trip))
            };
            self.binding = begins.iter().copied().filter(there).collect();
            self.binding.retain(|number| chance(number) > 0.0);
            self.binding.sort_unstable();
            self.teams_there = teams;
            self.press(day);
        }
    }

    fn cut(&mut self, day: &Day, last: &Round, wanted: &[u64]) {
        let trips = count(wanted.len());
        let wanted = |trip: u32| wanted.get(ix(trip)).is_some_and(|wanted| *wanted > 0);
        let binds = |trip: &u32| last.source(*trip) && !last.trip(*trip) && wanted(*trip);
        self.binding = (0..trips).filter(binds).collect();
        // What the cut lets through: whole movements and teams, none of it a chance.
        let whole = (0..trips).filter(|trip| last.trip(*trip) && !last.source(*trip)).count();
        let bases = (trips..).zip(&day.bases).filter(|(base, _)| !last.source(*base));
        let teams: u64 = bases.map(|(_, base)| u64::from(base.teams)).sum();
        self.teams_there = real(teams + u64::from(count(whole)));
    }
}

/// Sums of chances are rounded: by how much one that fits may seem too great.
const CROWDED: f64 = 1e-9;

// The chance of an escort that keeps a movement from being worth more than the threat.
fn chance(trip: &Trip, threat: f64) -> f64 {
    let live = Live::new(0, trip.uncovered, trip.covered);
    ((live.worth - threat) * live.slope).clamp(0.0, 1.0)
}

// The same in whole numbers, rounded up, so that the threat is held and not nearly held.
fn wanted(trip: &Trip, threat: f64) -> u64 {
    let exact = chance(trip, threat) * real(WHOLE);
    let weight = whole(exact);
    weight.saturating_add(u64::from(real(weight) < exact)).min(WHOLE)
}
