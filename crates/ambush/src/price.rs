//! The route within the limit that an attacker’s mix catches least.
#![expect(clippy::indexing_slicing, reason = "arcs, junctions and rows are numbered by the field")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use route::net::{NONE, ix};

use crate::field::{Field, NEVER};
use crate::number::{end, fit, id, whole};

/// A cost is a share times a weight in millionths, through this: so that a route's costs, each
/// rounded down, fit 64 bits. A bound made from them is never too high.
const COST_SHIFT: u32 = 20;

/// An attacker's mix over the rows of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mix {
    /// `(row, share)`, each row once.
    pub(crate) shares: Vec<(u32, u64)>,
    sum: u64,
}

impl Mix {
    /// The mix in proportion to these prices, each share rounded down; `None` if all are zero.
    pub(crate) fn of(prices: &[(u32, f64)]) -> Option<Self> {
        let all: f64 = prices.iter().map(|(_, price)| *price).sum();
        let scale = f64::from(1_u32 << 26) * f64::from(1_u32 << 26) / all;
        let shares = prices.iter().map(|(row, price)| (*row, whole(price * scale)));
        Self::whole(shares.filter(|(_, share)| *share > 0).collect())
    }

    /// The mix of these shares, which sum to at most a little more than 2^52.
    pub(crate) fn whole(shares: Vec<(u32, u64)>) -> Option<Self> {
        let sum = shares.iter().map(|(_, share)| share).sum();
        (sum > 0).then_some(Self { shares, sum })
    }

    /// What the attacker gets from one who takes a way of this cost: at least this, as a part of
    /// a whole movement.
    pub(crate) fn gain(&self, cost: u64) -> f64 {
        let scale = crate::number::real(self.sum) * f64::from(crate::threat::ONE);
        crate::number::real(cost) * f64::from(1_u32 << COST_SHIFT) / scale
    }

    fn costs(&self, field: &Field) -> Vec<u64> {
        let mut costs = vec![0; field.weights.len()];
        for (row, share) in &self.shares {
            let cost = u128::from(*share) * u128::from(field.weights[ix(*row)]);
            costs[ix(*row)] = fit(cost >> COST_SHIFT);
        }
        costs
    }
}

/// A way within the limit, and a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Priced {
    /// No way within the limit costs less than this.
    pub(crate) least: u64,
    /// What the way costs.
    pub(crate) cost: u64,
    /// Its arcs.
    pub(crate) way: Vec<u32>,
}

/// Searches ways on one field; what it learnt of the field and its lists serve again.
#[derive(Debug)]
pub(crate) struct Pricing<'a> {
    field: &'a Field,
    costs: Vec<u64>,
    // By junction: the least cost to the end, and the time of the fastest such way.
    ahead: Vec<(u64, u64)>,
    // The same of the last search, tolls paid, and the arc that it takes from each junction.
    best: Vec<(u64, u64)>,
    onward: Vec<u32>,
    // By junction: the least cost to the end when a millisecond costs as much as `toll`.
    tolled: Vec<(u64, u64)>,
    toll: u64,
    // By junction: the least time of a label that was taken up.
    seen: Vec<u64>,
    labels: Vec<Label>,
    /// Labels and junctions looked at.
    pub(crate) work: u64,
}

#[derive(Debug, Clone, Copy)]
struct Label {
    cost: u64,
    millis: u64,
    before: u32,
    at: u32,
    arc: u32,
}

// Which end a search begins at.
enum Side {
    Start,
    End,
}

// How often a toll is tried; after four little is gained.
const TOLLS_MAX: usize = 4;

// A bound this part below a way that is found is close enough.
const CLOSE: u64 = 2_000;

// Numbers of junctions and of labels have 28 bits, times the 36 above: two years.
const NUMBER_BITS: u32 = 28;

// Labels of one search: half a gigabyte. A search that needs more keeps its bound from tolls.
const LABELS_MAX: usize = 1 << 24;

impl<'a> Pricing<'a> {
    pub(crate) fn of(field: &'a Field) -> Self {
        Self {
            field,
            costs: Vec::new(),
            ahead: Vec::new(),
            best: Vec::new(),
            onward: Vec::new(),
            tolled: Vec::new(),
            toll: 0,
            seen: Vec::new(),
            labels: Vec::new(),
            work: 0,
        }
    }

    /// A cheap way under a mix and a bound, both from a few searches: time is given a toll, the
    /// one at which the cheapest way just keeps the limit (Handler and Zang, 1980). The toll of
    /// the question before is tried first, and what cannot be cheaper than the cheapest of the
    /// known ways, which keep the limit, is not looked at. `None` if none is known.
    pub(crate) fn cheap(&mut self, mix: &Mix, known: &[Vec<u32>]) -> Option<Priced> {
        let field = self.field;
        let rows = mix.costs(field);
        let cost = |row: u32| if row == NONE { 0 } else { rows[ix(row)] };
        self.costs = field.arcs.iter().map(|arc| cost(arc.row)).collect();
        let ways = known.iter().map(|way| (self.cost(way), way));
        let (cost, way) = ways.min_by_key(|(cost, _)| *cost)?;
        let mut found = Priced { least: 0, cost, way: way.clone() };
        let fast = (cost, field.millis(way));
        let before = std::mem::take(&mut self.toll);
        if before > 0 {
            let here = self.try_toll(before, &mut found);
            if here.1 > field.limit {
                self.tolls(here, fast, &mut found);
                return Some(found);
            }
        }
        let least = self.try_toll(0, &mut found);
        if least.1 <= field.limit {
            found.least = found.cost;
        } else {
            let fast = (found.cost, field.millis(&found.way));
            self.tolls(least, fast, &mut found);
        }
        Some(found)
    }

    /// The cheapest way, after [`Self::cheap`] with the same mix found this one.
    pub(crate) fn cheapest(&mut self, cheap: Priced) -> Priced {
        if cheap.least >= cheap.cost {
            return cheap;
        }
        self.search(0, cheap.cost);
        std::mem::swap(&mut self.ahead, &mut self.best);
        self.forward(cheap)
    }

    // Between a way that is too slow and one that is fast enough lies a toll at which both cost
    // the same. If another way then costs less, it takes the place of one of them.
    fn tolls(&mut self, mut slow: (u64, u64), mut fast: (u64, u64), found: &mut Priced) {
        for _ in 0..TOLLS_MAX {
            let toll = fast.0.saturating_sub(slow.0) / (slow.1 - fast.1).max(1);
            if toll == 0 || found.least >= found.cost - found.cost / CLOSE {
                return;
            }
            let here = self.try_toll(toll, found);
            if here.1 <= self.field.limit {
                if here.0 >= fast.0 {
                    return;
                }
                fast = here;
            } else {
                if here.0 <= slow.0 || here.1 >= slow.1 {
                    return;
                }
                slow = here;
            }
        }
    }

    // The cheapest way at a toll, its cost and time; what it shows is kept.
    fn try_toll(&mut self, toll: u64, found: &mut Priced) -> (u64, u64) {
        let limit = self.field.limit;
        let most = found.cost.saturating_add(toll.saturating_mul(limit)).saturating_add(1);
        let (whole, _) = self.search(toll, most);
        if whole == NEVER {
            // Nothing is cheaper than what is found.
            found.least = found.cost;
            return (found.cost, self.field.millis(&found.way));
        }
        let bound = whole.saturating_sub(toll.saturating_mul(limit));
        if bound > found.least || self.toll == 0 {
            found.least = found.least.max(bound);
            self.toll = toll;
            std::mem::swap(&mut self.tolled, &mut self.best);
        }
        let way = self.follow();
        let here = (self.cost(&way), self.field.millis(&way));
        if here.1 <= limit && here.0 < found.cost {
            found.cost = here.0;
            found.way = way;
        }
        here
    }

    fn cost(&self, way: &[u32]) -> u64 {
        way.iter().map(|arc| self.costs[ix(*arc)]).sum()
    }

    // To the end.
    fn search(&mut self, toll: u64, most: u64) -> (u64, u64) {
        self.spread(&Side::End, toll, most);
        self.best[ix(self.field.from)]
    }

    // Costs, and times between equal costs, to the end or from the start; and the arc that the
    // cheapest way takes at each junction. A toll is paid for each millisecond. Where no way of
    // less than `most` can pass, it is not looked.
    fn spread(&mut self, side: &Side, toll: u64, most: u64) {
        let field = self.field;
        let (begin, beyond, first) = match side {
            Side::End => (field.to, &field.behind, &field.enters_first),
            Side::Start => (field.from, &field.ahead, &field.first),
        };
        self.best.clear();
        self.best.resize(field.junctions(), (NEVER, NEVER));
        self.onward.resize(field.junctions(), NONE);
        self.best[ix(begin)] = (0, 0);
        let mut heap = BinaryHeap::from([key(0, 0, begin)]);
        while let Some(Reverse(least)) = heap.pop() {
            let (cost, millis, at) = unpack(least);
            if (cost, millis) > self.best[ix(at)] {
                continue;
            }
            self.work += 1;
            for place in first[ix(at)]..first[ix(at) + 1] {
                let (arc, next) = match side {
                    Side::End => {
                        let arc = field.enters[ix(place)];
                        (ix(arc), field.arcs[ix(arc)].tail)
                    }
                    Side::Start => (ix(place), field.arcs[ix(place)].head),
                };
                let taken = u64::from(field.arcs[arc].millis);
                let then = (cost + self.costs[arc] + toll * taken, millis + taken);
                let whole = then.0.saturating_add(toll * beyond[ix(next)]);
                if then < self.best[ix(next)] && whole < most {
                    self.best[ix(next)] = then;
                    self.onward[ix(next)] = id(arc);
                    heap.push(key(then.0, then.1, next));
                }
            }
        }
    }

    fn follow(&self) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = self.field.from;
        while at != self.field.to {
            let arc = self.onward[ix(at)];
            way.push(arc);
            at = self.field.arcs[ix(arc)].head;
        }
        way
    }

    // Labels by cost so far and cost ahead, then by time. At one junction they come in order of
    // cost, so that one is of use only if it is faster than all before it. With the toll, a
    // label that cannot lead to less than what is found already is none.
    fn forward(&mut self, found: Priced) -> Priced {
        let field = self.field;
        self.seen.clear();
        self.seen.resize(field.junctions(), NEVER);
        self.labels.clear();
        self.labels.push(Label { cost: 0, millis: 0, before: NONE, at: field.from, arc: NONE });
        let mut heap = BinaryHeap::from([key(0, 0, 0)]);
        while let Some(Reverse(least)) = heap.pop() {
            let (_, _, number) = unpack(least);
            let label = self.labels[ix(number)];
            let at = label.at;
            if label.millis >= self.seen[ix(at)] {
                continue;
            }
            self.seen[ix(at)] = label.millis;
            self.work += 1;
            if at == field.to {
                return Priced { least: label.cost, cost: label.cost, way: self.trace(number) };
            }
            if self.labels.len() > LABELS_MAX {
                return found;
            }
            for arc in field.leaving(at) {
                if let Some((label, ahead, whole)) = self.step(label, number, arc, found.cost) {
                    let next = end(&self.labels);
                    self.labels.push(label);
                    heap.push(key(ahead, whole, next));
                }
            }
        }
        Priced { least: found.cost, ..found }
    }

    // A label one arc on, with the least cost and time of a way through it.
    fn step(&self, from: Label, before: u32, arc: usize, most: u64) -> Option<(Label, u64, u64)> {
        let field = self.field;
        let passed = field.arcs[arc];
        let head = ix(passed.head);
        let millis = from.millis + u64::from(passed.millis);
        let whole = millis.saturating_add(field.ahead[head]);
        if whole > field.limit || millis >= self.seen[head] {
            return None;
        }
        let cost = from.cost + self.costs[arc];
        let ahead = cost.saturating_add(self.ahead[head].0);
        let tolled = (cost + self.toll * millis).saturating_add(self.tolled[head].0);
        if ahead >= most || tolled >= most.saturating_add(self.toll.saturating_mul(field.limit)) {
            return None;
        }
        Some((Label { cost, millis, before, at: passed.head, arc: id(arc) }, ahead, whole))
    }

    fn trace(&self, mut number: u32) -> Vec<u32> {
        let mut way = Vec::new();
        while number != 0 {
            let label = self.labels[ix(number)];
            way.push(label.arc);
            number = label.before;
        }
        way.reverse();
        way
    }

    /// For each of these rows the way through it that is cheapest under the toll just found, if
    /// it keeps the limit and passes no junction twice: after [`Self::cheap`], two searches more.
    pub(crate) fn through(&mut self, rows: &[(u32, f64)]) -> Vec<Vec<u32>> {
        let field = self.field;
        if self.toll == 0 {
            return Vec::new();
        }
        self.spread(&Side::Start, self.toll, NEVER);
        let (behind, came) = (std::mem::take(&mut self.best), std::mem::take(&mut self.onward));
        self.search(self.toll, NEVER);
        let mut found = vec![(NEVER, NONE); field.weights.len()];
        let mut wanted = vec![false; field.weights.len()];
        for (row, _) in rows {
            wanted[ix(*row)] = true;
        }
        for (number, arc) in (0..).zip(&field.arcs) {
            if arc.row == NONE || !wanted[ix(arc.row)] {
                continue;
            }
            let (before, after) = (behind[ix(arc.tail)], self.best[ix(arc.head)]);
            if before.0 == NEVER || after.0 == NEVER {
                continue;
            }
            let taken = u64::from(arc.millis);
            let whole = before.0 + after.0 + self.costs[ix(number)] + self.toll * taken;
            if before.1 + after.1 + taken <= field.limit && whole < found[ix(arc.row)].0 {
                found[ix(arc.row)] = (whole, number);
            }
        }
        let arcs = rows.iter().map(|(row, _)| found[ix(*row)].1).filter(|arc| *arc != NONE);
        arcs.filter_map(|arc| self.over(arc, &came)).collect()
    }

    // The way over an arc, if it passes no junction twice.
    fn over(&self, arc: u32, came: &[u32]) -> Option<Vec<u32>> {
        let field = self.field;
        let mut way = vec![arc];
        let mut at = field.arcs[ix(arc)].tail;
        while at != field.from {
            way.push(came[ix(at)]);
            at = field.arcs[ix(came[ix(at)])].tail;
        }
        way.reverse();
        at = field.arcs[ix(arc)].head;
        while at != field.to {
            way.push(self.onward[ix(at)]);
            at = field.arcs[ix(self.onward[ix(at)])].head;
        }
        let mut heads: Vec<u32> = way.iter().map(|arc| field.arcs[ix(*arc)].head).collect();
        heads.sort_unstable();
        heads.dedup();
        (heads.len() == way.len()).then_some(way)
    }
}

// Cost, time and number in one wide word, compared at once: a heap then never guesses a branch.
fn key(cost: u64, millis: u64, number: u32) -> Reverse<u128> {
    Reverse((u128::from(cost) << 64) | u128::from((millis << NUMBER_BITS) | u64::from(number)))
}

fn unpack(key: u128) -> (u64, u64, u32) {
    let packed = fit(key & u128::from(u64::MAX));
    let number = packed & ((1 << NUMBER_BITS) - 1);
    (fit(key >> 64), packed >> NUMBER_BITS, u32::try_from(number).unwrap_or(NONE))
}
