//! The game with a budget for each route: columns, prices and a bound.
#![expect(clippy::indexing_slicing, reason = "arcs and rows are numbered by the field")]

use std::collections::{BTreeMap, BTreeSet};

use route::net::{NONE, Net, ix};
use route::packing::Master;

use crate::field::{Field, NEVER};
use crate::frontier::Frontier;
use crate::greatest::greatest;
use crate::ground::Ground;
use crate::habit::{by_habit, fastest};
use crate::number::real;
use crate::price::{Mix, Pricing};
use crate::threat::{CAPACITY_ONE, OPEN, Threat};
use crate::trouble::Trouble;

/// How long to look for a better mixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Good enough: the value is at most this part above the bound, in millionths.
    pub gap_ppm: u32,
    /// Steps of search and of the simplex method, some five hundred million a second. A limit of
    /// work and not of time, so that every machine finds the same answer.
    pub work: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { gap_ppm: 10_000, work: 1_000_000_000 }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Routes over arcs of the field, and how much each is driven.
    pub(crate) ways: Vec<(Vec<u32>, f64)>,
    /// The attacker's mix that proves the bound.
    pub(crate) mix: Mix,
    /// How often prices were asked for.
    pub(crate) rounds: u32,
    /// Steps done.
    pub(crate) work: u64,
}

/// How far prices are held back towards those of the best bound: the last of these prices jump
/// from one corner to another, and most of the jumps teach nothing (Wentges, 1997).
const HOLD: f64 = 0.85;

/// What counts as better than the prices.
const BETTER: f64 = 1e-9;

/// Routes put at a time beside the cheapest one, and how much better than the prices they are.
const BESIDE_MAX: usize = 5;
const BESIDE_BETTER: f64 = 1e-3;

/// Pivots between two questions for a price.
const PIVOTS_MAX: u32 = 2_000;

/// A junction looked at costs as much time as so many steps of the simplex method.
const JUNCTION_STEPS: u64 = 64;

/// Searches until the gap is closed, the work is done or the caller has enough. It begins with
/// the routes of the greatest flow and those given, as arcs of the network; where these do not
/// close the gap, with those of the frontier.
pub(crate) fn generate(
    field: &Field,
    known: &[Vec<u32>],
    effort: Effort,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Found, Trouble> {
    let mut search = Generation::of(field, known)?;
    let most = 1.0 + real(u64::from(effort.gap_ppm)) * 1e-6;
    loop {
        search.master.solve(PIVOTS_MAX);
        search.rounds += 1;
        let closed = 1.0 / search.master.value() <= search.bound * most;
        if closed || search.work() > effort.work || !go_on() {
            return Ok(search.found());
        }
        if search.rounds == 1 {
            search.frontier();
        } else if !search.round() {
            return Ok(search.found());
        }
    }
}

struct Generation<'a> {
    field: &'a Field,
    master: Master,
    pricing: Pricing<'a>,
    ways: Vec<Vec<u32>>,
    known: BTreeSet<Vec<u32>>,
    best: Mix,
    bound: f64,
    rounds: u32,
    begun: u64,
}

impl<'a> Generation<'a> {
    fn of(field: &'a Field, known: &[Vec<u32>]) -> Result<Self, Trouble> {
        let (best, widest) = narrowest(field)?;
        let mut this = Self {
            field,
            master: Master::of(field.weights.len()),
            pricing: Pricing::of(field),
            ways: Vec::new(),
            known: BTreeSet::new(),
            best,
            bound: 0.0,
            rounds: 0,
            begun: 0,
        };
        let folded = field.fold(known);
        for way in widest.into_iter().chain(by_habit(field)).chain(folded) {
            this.put(way);
        }
        let least = this.pricing.cheap(&this.best, &this.ways).map_or(0, |found| found.least);
        this.bound = this.best.gain(least);
        Ok(this)
    }

    // Puts the routes of the frontier. Without a limit the greatest flow was the answer.
    fn frontier(&mut self) {
        if self.field.limit < NEVER {
            let mut frontier = Frontier::of(self.field);
            frontier.run(&mut |_| true);
            self.begun += frontier.work;
            for (way, _) in frontier.apart() {
                self.put(way);
            }
        }
    }

    fn work(&self) -> u64 {
        (self.begun + self.pricing.work) * JUNCTION_STEPS + self.master.work
    }

    // `false` if the route was there already.
    fn put(&mut self, way: Vec<u32>) -> bool {
        let new = self.known.insert(way.clone());
        if new {
            self.master.put(&column(self.field, &way));
            self.ways.push(way);
        }
        new
    }

    // Asks for routes at prices that are held back. `false` if nothing is left to learn.
    fn round(&mut self) -> bool {
        let prices = self.master.prices();
        let Some(mix) = Mix::of(&between(&self.best, &prices)) else { return false };
        let Some(mut found) = self.pricing.cheap(&mix, &self.ways) else { return false };
        let gain = |way: &[u32]| gain_at(&column(self.field, way), &prices);
        if gain(&found.way) >= 1.0 - BETTER {
            found = self.pricing.cheapest(found);
        }
        let better = gain(&found.way) < 1.0 - BETTER;
        let beside = self.pricing.through(&prices).into_iter().map(|way| (gain(&way), way));
        let mut beside: Vec<_> = beside.filter(|(gain, _)| *gain < 1.0 - BESIDE_BETTER).collect();
        beside.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        beside.truncate(BESIDE_MAX);
        let mut learnt = self.keep(mix, found.least);
        if better {
            learnt |= self.put(found.way);
        }
        for (_, way) in beside {
            learnt |= self.put(way);
        }
        learnt || self.round_at(&prices)
    }

    // Held back too far to learn anything: asks at the prices themselves.
    fn round_at(&mut self, prices: &[(u32, f64)]) -> bool {
        let Some(mix) = Mix::of(prices) else { return false };
        let Some(cheap) = self.pricing.cheap(&mix, &self.ways) else { return false };
        let found = self.pricing.cheapest(cheap);
        let better = gain_at(&column(self.field, &found.way), prices) < 1.0 - BETTER;
        let learnt = self.keep(mix, found.least);
        (better && self.put(found.way)) || learnt
    }

    fn keep(&mut self, mix: Mix, least: u64) -> bool {
        let gain = mix.gain(least);
        let better = gain > self.bound;
        if better {
            self.bound = gain;
            self.best = mix;
        }
        better
    }

    fn found(self) -> Found {
        let work = self.work();
        let carried = self.master.carried().filter(|(_, y)| *y > 0.0);
        let ways = carried.map(|(column, y)| (self.ways[ix(column)].clone(), y)).collect();
        Found { ways, mix: self.best, rounds: self.rounds, work }
    }
}

// What a route pays at these prices; below one it makes the mixture better.
fn gain_at(column: &[(u32, f64)], prices: &[(u32, f64)]) -> f64 {
    column.iter().map(|(row, a)| a * price(prices, *row)).sum()
}

fn price(prices: &[(u32, f64)], row: u32) -> f64 {
    prices.iter().find(|(priced, _)| *priced == row).map_or(0.0, |(_, price)| *price)
}

// The best mix, a little moved towards the prices.
fn between(best: &Mix, prices: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let all: f64 = prices.iter().map(|(_, price)| price).sum();
    let held: u64 = best.shares.iter().map(|(_, share)| share).sum();
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    for (row, share) in &best.shares {
        *sums.entry(*row).or_default() += HOLD * real(*share) / real(held);
    }
    for (row, price) in prices {
        *sums.entry(*row).or_default() += (1.0 - HOLD) * price / all;
    }
    sums.into_iter().collect()
}

/// A route as a column: each row it meets, with the row's weight, as often as it meets it.
pub(crate) fn column(field: &Field, way: &[u32]) -> Vec<(u32, f64)> {
    let mut column: BTreeMap<u32, f64> = BTreeMap::new();
    for arc in way {
        let row = field.arcs[ix(*arc)].row;
        if row != NONE {
            let weight = f64::from(field.weights[ix(row)]) / f64::from(crate::threat::ONE);
            *column.entry(row).or_default() += weight;
        }
    }
    column.into_iter().collect()
}

// The mix of the narrowest cut of the field, which knows what the budget closes altogether, and
// the routes of the greatest flow that keep the limit.
fn narrowest(field: &Field) -> Result<(Mix, Vec<Vec<u32>>), Trouble> {
    let rows = crate::number::end(&field.weights);
    let net = Net {
        first: field.first.clone(),
        head: field.arcs.iter().map(|arc| arc.head).collect(),
        millis: field.arcs.iter().map(|arc| arc.millis).collect(),
        road: field.arcs.iter().map(|arc| arc.row.min(rows)).collect(),
        roads: rows + 1,
        places: Vec::new(),
    };
    let ground = Ground::of(&net)?;
    let threat = Threat::of(field.weights.iter().copied().chain([0]).collect())?;
    let flow = greatest(&ground, &threat, field.from, field.to)?;
    if flow.amount >= u128::from(OPEN) {
        return past_the_limit(field).map(|mix| (mix, Vec::new()));
    }
    let mut prices: BTreeMap<u32, f64> = BTreeMap::new();
    for (arc, room) in &flow.cut {
        let row = field.arcs[ix(*arc)].row;
        if row != NONE {
            *prices.entry(row).or_default() += real(*room) / real(CAPACITY_ONE);
        }
    }
    let prices: Vec<(u32, f64)> = prices.into_iter().collect();
    let ways = flow.routes.into_iter().map(|(way, _)| way);
    let ways = ways.filter(|way| field.millis(way) <= field.limit).collect();
    let mix = Mix::of(&prices).ok_or(Trouble::SafeRoute { millis: field.fastest })?;
    Ok((mix, ways))
}

// A way that meets no threat leads there. If it keeps the limit, nothing needs to be drawn;
// else the fastest route, which then meets some, gives the first mix.
fn past_the_limit(field: &Field) -> Result<Mix, Trouble> {
    let safe = fastest(field, |row| row == NONE).map(|way| field.millis(&way));
    let fastest = fastest(field, |_| true).unwrap_or_default();
    let met: BTreeSet<u32> = fastest.iter().map(|arc| field.arcs[ix(*arc)].row).collect();
    let prices: Vec<(u32, f64)> =
        met.into_iter().filter(|row| *row != NONE).map(|row| (row, 1.0)).collect();
    let millis = safe.unwrap_or(field.fastest);
    let mix = Mix::of(&prices).filter(|_| safe.is_none());
    mix.ok_or(Trouble::SafeRoute { millis })
}
