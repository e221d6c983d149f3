//! How predictable movements were, from what was driven.

use std::collections::BTreeMap;

use words::moment::Moment;

use crate::number::{count, real};

/// Over how many days the board looks.
pub const DAYS: i64 = 30;

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;

/// Minutes of the day that an observer holds for one.
const MINUTES_ALIKE: i64 = 5;

/// Roads that are named; the others are passed less often.
pub const NAMED_MAX: usize = 12;

/// Fewer movements in a half show no trend.
const TREND_MIN: usize = 3;

/// A change of less than this in evenness is none.
const TREND_TELLS: f64 = 0.1;

/// A movement that was driven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// When it left.
    pub left: Moment,
    /// From where to where: routes are compared between the same ends only.
    pub leg: String,
    /// What tells its route from others.
    pub route: String,
    /// The roads that it passed, each once.
    pub roads: Vec<String>,
}

/// How hard something was to guess.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bits {
    /// What an observer of all of them does not know, in bits.
    pub bits: f64,
    /// The most that so few movements can show.
    pub most: f64,
}

impl Bits {
    /// From 0, always the same, to 1, never twice.
    pub fn evenness(self) -> f64 {
        if self.most > 0.0 { (self.bits / self.most).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// Where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Harder to guess in the later half.
    Better,
    /// Easier.
    Worse,
    /// Neither.
    Steady,
    /// Too few to say.
    Unknown,
}

impl Trend {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Better, Self::Worse, Self::Steady, Self::Unknown];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Steady => "steady",
            Self::Unknown => "unknown",
        }
    }
}

/// The board.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// How many movements it is of.
    pub movements: u32,
    /// The minute of departure.
    pub minute: Bits,
    /// The route, between the same ends.
    pub route: Bits,
    /// Whether the minute gets harder to guess.
    pub minute_trend: Trend,
    /// Whether the route does.
    pub route_trend: Trend,
    /// Roads by the part of movements that passed them, the most first.
    pub roads: Vec<(String, f64)>,
    /// From where to where, how many, and how many different routes.
    pub legs: Vec<(String, u32, u32)>,
}

/// The board of the movements that left in the last days before `now`.
pub fn board(past: &[Past], now: Moment) -> Board {
    let since = now.plus_ms(-DAYS * DAY_MS);
    let middle = now.plus_ms(-DAYS * DAY_MS / 2);
    let all: Vec<&Past> = past.iter().filter(|it| it.left >= since && it.left <= now).collect();
    let (early, late): (Vec<&Past>, Vec<&Past>) = all.iter().partition(|it| it.left < middle);
    let trend = |of: &dyn Fn(&[&Past]) -> Bits| {
        if early.len() < TREND_MIN || late.len() < TREND_MIN {
            return Trend::Unknown;
        }
        match of(&late).evenness() - of(&early).evenness() {
            change if change > TREND_TELLS => Trend::Better,
            change if change < -TREND_TELLS => Trend::Worse,
            _ => Trend::Steady,
        }
    };
    Board {
        movements: count(all.len()),
        minute: minute(&all),
        route: route(&all),
        minute_trend: trend(&minute),
        route_trend: trend(&route),
        roads: roads(&all),
        legs: legs(&all),
    }
}

fn minute(past: &[&Past]) -> Bits {
    let of_day = |it: &&Past| {
        let minute = it.left.unix_ms.rem_euclid(DAY_MS) / MINUTE_MS / MINUTES_ALIKE;
        minute.to_string()
    };
    let bins = usize::try_from(DAY_MS / MINUTE_MS / MINUTES_ALIKE).unwrap_or(usize::MAX);
    let minutes: Vec<String> = past.iter().map(of_day).collect();
    Bits { bits: bits(&minutes), most: log2(minutes.len().min(bins)) }
}

// Between the same ends, each pair of ends counted by its movements.
fn route(past: &[&Past]) -> Bits {
    let mut legs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for it in past {
        legs.entry(&it.leg).or_default().push(it.route.clone());
    }
    let all = size(past.len());
    let sum = |of: &dyn Fn(&[String]) -> f64| {
        let parts = legs.values().map(|routes| of(routes) * size(routes.len()));
        if all > 0.0 { parts.sum::<f64>() / all } else { 0.0 }
    };
    Bits { bits: sum(&bits), most: sum(&|routes| log2(routes.len())) }
}

fn bits(things: &[String]) -> f64 {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for thing in things {
        *counts.entry(thing).or_default() += 1;
    }
    let all = size(things.len());
    let parts = counts.values().map(|n| size(*n) / all);
    parts.map(|part| -part * part.log2()).sum::<f64>().max(0.0)
}

fn roads(past: &[&Past]) -> Vec<(String, f64)> {
    let mut passed: BTreeMap<&str, usize> = BTreeMap::new();
    for road in past.iter().flat_map(|it| &it.roads) {
        *passed.entry(road).or_default() += 1;
    }
    let all = size(past.len());
    let share = |(road, n): (&str, usize)| (road.to_owned(), size(n) / all);
    let mut roads: Vec<(String, f64)> = passed.into_iter().map(share).collect();
    roads.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    roads.truncate(NAMED_MAX);
    roads
}

fn legs(past: &[&Past]) -> Vec<(String, u32, u32)> {
    let mut legs: BTreeMap<&str, BTreeMap<&str, u32>> = BTreeMap::new();
    for it in past {
        *legs.entry(&it.leg).or_default().entry(&it.route).or_default() += 1;
    }
    let leg = |(leg, routes): (&str, BTreeMap<&str, u32>)| {
        (leg.to_owned(), routes.values().sum(), count(routes.len()))
    };
    legs.into_iter().map(leg).collect()
}

fn size(number: usize) -> f64 {
    real(u64::try_from(number).unwrap_or(u64::MAX))
}

fn log2(number: usize) -> f64 {
    size(number.max(1)).log2()
}
