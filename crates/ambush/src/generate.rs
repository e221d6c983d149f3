//! The game with a budget for each route: columns, prices and a bound.
#![expect(clippy::indexing_slicing, reason = "arcs and rows are numbered by the field")]

use std::collections::BTreeMap;

use route::net::{NONE, Net, ix};

use crate::field::Field;
use crate::frontier::Frontier;
use crate::greatest::greatest;
use crate::ground::Ground;
use crate::master::Master;
use crate::number::real;
use crate::price::{Mix, Pricing};
use crate::threat::{CAPACITY_ONE, OPEN, Threat};
use crate::trouble::Trouble;

/// How long to look for a better mixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Good enough: the value is at most this part above the bound, in millionths.
    pub gap_ppm: u32,
    /// Steps of search and of the simplex method, some hundred million a second. A limit of work
    /// and not of time, so that every machine finds the same answer.
    pub work: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { gap_ppm: 10_000, work: 2_000_000_000 }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Routes over arcs of the field, and how much each is driven.
    pub(crate) ways: Vec<(Vec<u32>, f64)>,
    /// The attacker's mix that proves the bound.
    pub(crate) mix: Mix,
    /// The bound: no mixture of routes within the limit is caught less.
    pub(crate) bound: f64,
    /// How often prices were asked for.
    pub(crate) rounds: u32,
    pub(crate) work: u64,
    pub(crate) stats: String,
}

/// How far prices are held back towards those of the best bound: the last of these prices jump
/// from one corner to another, and most of the jumps teach nothing (Wentges, 1997).
const HOLD: f64 = 0.85;

/// Pivots between two questions for a price.
const PIVOTS_MAX: u32 = 2_000;

/// Searches until the gap is closed, the work is done or the caller has enough.
pub(crate) fn generate(
    field: &Field,
    effort: Effort,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Found, Trouble> {
    let mut best = narrowest(field)?;
    let mut frontier = Frontier::of(field);
    frontier.run(&mut |_| true);
    let mut master = Master::of(field.weights.len());
    let mut ways: Vec<Vec<u32>> = Vec::new();
    for (way, _) in frontier.apart() {
        master.put(column(field, &way));
        ways.push(way);
    }
    let mut pricing = Pricing::of(field);
    let mut work = frontier.work;
    let cheapest = pricing.cheapest(&best).map_or(0, |found| found.cost);
    let mut bound = best.gain(cheapest);
    let mut rounds = 0;
    loop {
        master.solve(PIVOTS_MAX);
        rounds += 1;
        let value = 1.0 / master.value();
        work += 1;
        let done = work + master.work + pricing.work;
        let good = bound * (1.0 + real(u64::from(effort.gap_ppm)) * 1e-6);
        if value <= good || done > effort.work || !go_on() {
            break;
        }
        let prices = master.prices();
        let Some(mix) = Mix::of(&between(&best, &prices)) else { break };
        let Some(found) = pricing.cheapest(&mix) else { break };
        let gain = mix.gain(found.cost);
        let column = column(field, &found.way);
        let at_prices: f64 = column.iter().map(|(row, a)| a * price(&prices, *row)).sum();
        if at_prices < 1.0 - 1e-9 {
            master.put(column);
            ways.push(found.way);
        }
        if gain > bound {
            bound = gain;
            best = mix;
        } else if at_prices >= 1.0 - 1e-9 {
            // Held back too far to learn anything: ask at the prices themselves.
            let Some(mix) = Mix::of(&prices) else { break };
            let Some(found) = pricing.cheapest(&mix) else { break };
            if mix.gain(found.cost) > bound {
                bound = mix.gain(found.cost);
                best = mix;
            } else {
                master.put(self::column(field, &found.way));
                ways.push(found.way);
            }
        }
    }
    let nc = ways.len();
    let carried: Vec<(u32, f64)> = master.carried().filter(|(_, y)| *y > 0.0).collect();
    let ways = carried.into_iter().map(|(column, y)| (ways[ix(column)].clone(), y)).collect();
    Ok(Found { ways, mix: best, bound, rounds, work: work + master.work + pricing.work, stats: format!("frontier {} {} master {} pricing {} cols {}", frontier.points.len(), frontier.work, master.work, pricing.work, nc) })
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

// The mix of the narrowest cut of the field: it knows what the budget closes altogether.
fn narrowest(field: &Field) -> Result<Mix, Trouble> {
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
        return Err(Trouble::SafeRoute { millis: field.fastest });
    }
    let mut prices: BTreeMap<u32, f64> = BTreeMap::new();
    for (arc, room) in &flow.cut {
        let row = field.arcs[ix(*arc)].row;
        if row != NONE {
            *prices.entry(row).or_default() += real(*room) / real(CAPACITY_ONE);
        }
    }
    let prices: Vec<(u32, f64)> = prices.into_iter().collect();
    Mix::of(&prices).ok_or(Trouble::SafeRoute { millis: field.fastest })
}
