//! What is asked of a fleet, and what there is for it.

use thiserror::Error;
use words::presence::{ArmourClass, Criticality};

use crate::hours::{DAY, DRIVING_RUNNING_MAX, DUTY_MAX};

/// Ten busy days of a country.
pub const MOVEMENTS_MAX: usize = 20_000;

/// Vehicles, drivers, districts: of each at most so many.
pub const POOL_MAX: usize = 2_000;

/// A convoy has at most so many vehicles for its people: more cannot be kept together.
pub const CONVOY_MAX: usize = 8;

/// A hand-over between districts, in minutes: both escorts are there, papers and count are
/// compared, and the convoy is told who leads it now.
pub const HANDOVER: u32 = 10;

/// A vehicle of the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// Its call sign.
    pub name: String,
    /// Its class.
    pub armour: ArmourClass,
    /// Seats for protected persons.
    pub seats: u32,
}

/// A driver, who is there at the same hours each day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    /// The pseudonym.
    pub name: String,
    /// From this minute of the day.
    pub from: u32,
    /// For so many minutes.
    pub minutes: u32,
}

/// A district and its escort teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Its name.
    pub name: String,
    /// How many teams it can send at a time.
    pub teams: u32,
}

/// A part of the way, within one district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Which district.
    pub district: u32,
    /// How long, in minutes.
    pub minutes: u32,
}

/// A movement that asks for seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its id.
    pub name: String,
    /// Whose: a company or a party.
    pub company: u32,
    /// When its people are ready, in minutes since the first day's midnight.
    pub ready: u32,
    /// How many seats.
    pub seats: u32,
    /// The least class of its vehicles.
    pub armour: ArmourClass,
    /// How important it is.
    pub criticality: Criticality,
    /// Escort teams in each district, 0 for none.
    pub escorts: u32,
    /// The way, district by district; between two is a hand-over point.
    pub legs: Vec<Leg>,
}

impl Movement {
    /// Minutes from departure to arrival, hand-overs included.
    pub fn minutes(&self) -> u32 {
        let crossings = u32::try_from(self.legs.len().saturating_sub(1)).unwrap_or(0);
        self.legs.iter().map(|leg| leg.minutes).sum::<u32>() + crossings * HANDOVER
    }

    /// Minutes that a vehicle and its driver are away: there, and back empty.
    pub fn away(&self) -> u32 {
        self.minutes() + self.legs.iter().map(|leg| leg.minutes).sum::<u32>()
    }

    /// When each leg begins and ends, in minutes after departure; the hand-over lies before each
    /// but the first and belongs to the escorts of both.
    pub fn spans(&self) -> Vec<(u32, u32)> {
        let mut spans = Vec::new();
        let mut from = 0;
        for leg in &self.legs {
            let begins = from;
            // The next escort is there when the hand-over begins, the last stays until it ends.
            from += leg.minutes + if spans.is_empty() { 0 } else { HANDOVER };
            spans.push((begins, from));
        }
        let more = spans.len().saturating_sub(1);
        for span in spans.iter_mut().take(more) {
            span.1 += HANDOVER;
        }
        spans
    }
}

/// Everything that is asked, and what there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    /// The pool of vehicles.
    pub vehicles: Vec<Vehicle>,
    /// The drivers.
    pub drivers: Vec<Driver>,
    /// The districts.
    pub districts: Vec<District>,
    /// The companies and parties, by name.
    pub companies: Vec<String>,
    /// The movements.
    pub movements: Vec<Movement>,
}

/// Why demand cannot be read as a plan at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DemandError {
    /// More than [`MOVEMENTS_MAX`] or [`POOL_MAX`].
    #[error("more than {MOVEMENTS_MAX} movements, or {POOL_MAX} vehicles, drivers or districts")]
    TooMany,
    /// A movement without seats, without a way, with a leg of no time, with two legs in a row in
    /// one district, or with an unknown name.
    #[error(
        "movement {0} has no seats, no way, a leg of no time, two legs in a row in one district, \
         or names what is not there"
    )]
    Movement(u32),
    /// A driver who is there for no time, or for more than a day.
    #[error("driver {0} is there for no time, or for more than a day")]
    Driver(u32),
}

/// Why a movement can never be served, whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// The whole pool has not so many seats of that class in one convoy.
    Seats {
        /// So many there are.
        most: u32,
    },
    /// There are fewer drivers than the convoy needs for whom the journey fits into a day.
    Drivers {
        /// So many are needed.
        needed: u32,
        /// For so many it fits.
        there: u32,
    },
    /// A district on the way has too few teams.
    Escorts {
        /// Which district.
        district: u32,
        /// So many it has.
        there: u32,
    },
}

impl Demand {
    /// Names the first thing that is no demand.
    pub fn check(&self) -> Result<(), DemandError> {
        let pools = [self.vehicles.len(), self.drivers.len(), self.districts.len()];
        if self.movements.len() > MOVEMENTS_MAX || pools.iter().any(|pool| *pool > POOL_MAX) {
            return Err(DemandError::TooMany);
        }
        for (number, driver) in (0..).zip(&self.drivers) {
            if driver.minutes == 0 || driver.minutes > DAY || driver.from >= DAY {
                return Err(DemandError::Driver(number));
            }
        }
        let known = |index: u32, length: usize| usize::try_from(index).is_ok_and(|at| at < length);
        for (number, movement) in (0..).zip(&self.movements) {
            let legs = movement.legs.iter();
            let way = legs.clone().all(|leg| {
                known(leg.district, self.districts.len()) && (1..=DAY).contains(&leg.minutes)
            });
            let crosses = movement.legs.array_windows().all(|[a, b]| a.district != b.district);
            let good = way
                && crosses
                && !movement.legs.is_empty()
                && movement.legs.len() <= CONVOY_MAX
                && movement.seats > 0
                && movement.ready < 400 * DAY
                && known(movement.company, self.companies.len());
            if !good {
                return Err(DemandError::Movement(number));
            }
        }
        Ok(())
    }

    /// Drivers for a convoy of so many vehicles: two in each if the way is long.
    pub(crate) fn crew(movement: &Movement, vehicles: usize) -> (usize, u32) {
        let driving = movement.legs.iter().map(|leg| leg.minutes).sum::<u32>() * 2;
        let relieved = driving > DRIVING_RUNNING_MAX;
        if relieved { (2 * vehicles, driving.div_ceil(2)) } else { (vehicles, driving) }
    }

    /// Can a movement be served if nobody else moves? The least crew that there is for it.
    pub fn never(&self, movement: &Movement) -> Option<Never> {
        let all: Vec<usize> = (0..self.vehicles.len()).collect();
        let Some(convoy) = crate::convoy::pick(self, movement, &all) else {
            let able = self.vehicles.iter().filter(|it| it.armour >= movement.armour);
            let mut seats: Vec<u32> = able.map(|it| it.seats).collect();
            seats.sort_unstable_by(|a, b| b.cmp(a));
            return Some(Never::Seats { most: seats.iter().take(CONVOY_MAX).sum() });
        };
        let (needed, driving) = Self::crew(movement, convoy.len());
        let there = self.crew_there(movement, driving);
        if there < needed {
            let count = |it| u32::try_from(it).unwrap_or(u32::MAX);
            return Some(Never::Drivers { needed: count(needed), there: count(there) });
        }
        let spans: Vec<_> = movement.spans().into_iter().zip(&movement.legs).collect();
        movement.legs.iter().zip(&spans).find_map(|(leg, ((from, _), _))| {
            // Teams of the same district that are still on an earlier leg or on the way home.
            let out = spans.iter().filter(|((begins, ends), other)| {
                other.district == leg.district && begins <= from && *from < ends + other.minutes
            });
            let out = u32::try_from(out.count()).unwrap_or(u32::MAX);
            let there = self.districts.get(usize::try_from(leg.district).ok()?)?.teams;
            let short = there < movement.escorts.saturating_mul(out);
            short.then_some(Never::Escorts { district: leg.district, there })
        })
    }

    // How many rested drivers can leave with it at one time of the day.
    fn crew_there(&self, movement: &Movement, driving: u32) -> usize {
        let away = movement.away();
        if away > DUTY_MAX || driving > DRIVING_RUNNING_MAX {
            return 0;
        }
        let at = |start: u32| {
            let able = self.drivers.iter().filter(|it| it.since(start) + away <= it.minutes);
            able.count()
        };
        self.drivers.iter().map(|driver| at(driver.from)).max().unwrap_or(0)
    }
}

impl Driver {
    /// How long ago his hours began, in minutes; they may have begun yesterday.
    pub(crate) const fn since(&self, moment: u32) -> u32 {
        (moment % DAY + DAY - self.from) % DAY
    }
}
