//! The route that an attacker's mix catches least, among those within the limit.
#![expect(clippy::indexing_slicing, reason = "arcs, junctions and rows are numbered by the field")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use route::net::{NONE, ix};

use crate::field::{Field, NEVER};
use crate::number::{end, fit, whole};

/// An attacker's shares sum to at most this.
pub(crate) const SHARES: u64 = 1 << 52;

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

    /// The mix of these shares, which sum to at most a little more than [`SHARES`].
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

/// The way of least cost within the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cheapest {
    /// Its cost; no way within the limit costs less.
    pub(crate) cost: u64,
    /// Its arcs.
    pub(crate) way: Vec<u32>,
}

/// Searches ways on one field; what it learnt of the field and its lists serve again.
#[derive(Debug)]
pub(crate) struct Pricing<'a> {
    field: &'a Field,
    // By junction: the least cost to the end, and the time of the fastest such way.
    ahead: Vec<(u64, u64)>,
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
    arc: u32,
}

impl<'a> Pricing<'a> {
    pub(crate) fn of(field: &'a Field) -> Self {
        Self { field, ahead: Vec::new(), seen: Vec::new(), labels: Vec::new(), work: 0 }
    }

    /// The cheapest way under a mix; `None` if the field has no way within its limit.
    pub(crate) fn cheapest(&mut self, mix: &Mix) -> Option<Cheapest> {
        let costs = mix.costs(self.field);
        let cost = |arc: u32| {
            let row = self.field.arcs[ix(arc)].row;
            if row == NONE { 0 } else { costs[ix(row)] }
        };
        let costs: Vec<u64> = (0..end(&self.field.arcs)).map(cost).collect();
        let first = self.backward(&costs);
        let (least, millis) = self.ahead[ix(self.field.from)];
        if least == NEVER {
            return None;
        }
        if millis <= self.field.limit {
            return Some(Cheapest { cost: least, way: self.follow(&first) });
        }
        self.forward(&costs)
    }

    // Costs and times to the end, and the arc that the cheapest way takes from each junction.
    fn backward(&mut self, costs: &[u64]) -> Vec<u32> {
        let field = self.field;
        self.ahead.clear();
        self.ahead.resize(field.junctions(), (NEVER, NEVER));
        let mut onward = vec![NONE; field.junctions()];
        self.ahead[ix(field.to)] = (0, 0);
        let mut heap = BinaryHeap::from([Reverse((0, 0, field.to))]);
        while let Some(Reverse((cost, millis, at))) = heap.pop() {
            if (cost, millis) > self.ahead[ix(at)] {
                continue;
            }
            self.work += 1;
            for arc in field.entering(at) {
                let passed = field.arcs[ix(*arc)];
                let then = (cost + costs[ix(*arc)], millis + u64::from(passed.millis));
                if then < self.ahead[ix(passed.tail)] {
                    self.ahead[ix(passed.tail)] = then;
                    onward[ix(passed.tail)] = *arc;
                    heap.push(Reverse((then.0, then.1, passed.tail)));
                }
            }
        }
        onward
    }

    fn follow(&self, onward: &[u32]) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = self.field.from;
        while at != self.field.to {
            let arc = onward[ix(at)];
            way.push(arc);
            at = self.field.arcs[ix(arc)].head;
        }
        way
    }

    // Labels by cost so far and cost ahead, then by time. At one junction they come in order of
    // cost, so that one is of use only if it is faster than all before it.
    fn forward(&mut self, costs: &[u64]) -> Option<Cheapest> {
        let field = self.field;
        self.seen.clear();
        self.seen.resize(field.junctions(), NEVER);
        self.labels.clear();
        self.labels.push(Label { cost: 0, millis: 0, before: NONE, arc: NONE });
        let mut heap = BinaryHeap::from([Reverse((0, 0, field.from, 0_u32))]);
        while let Some(Reverse((_, _, at, number))) = heap.pop() {
            let label = self.labels[ix(number)];
            if label.millis >= self.seen[ix(at)] {
                continue;
            }
            self.seen[ix(at)] = label.millis;
            self.work += 1;
            if at == field.to {
                return Some(Cheapest { cost: label.cost, way: self.trace(number) });
            }
            for arc in field.leaving(at) {
                let passed = field.arcs[arc];
                let head = ix(passed.head);
                let millis = label.millis + u64::from(passed.millis);
                let whole = millis.saturating_add(field.ahead[head]);
                let (ahead, _) = self.ahead[head];
                if whole > field.limit || millis >= self.seen[head] || ahead == NEVER {
                    continue;
                }
                let cost = label.cost + costs[arc];
                let next = end(&self.labels);
                let arc = crate::number::id(arc);
                self.labels.push(Label { cost, millis, before: number, arc });
                heap.push(Reverse((cost + ahead, whole, passed.head, next)));
            }
        }
        None
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
}
