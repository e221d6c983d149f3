//! A mixture of routes in whole numbers: sealed, drawn from, audited.

use std::cmp::Reverse;

use route::share::apportion;

use crate::number::{id, real};
use crate::trouble::Trouble;

/// The weights of a menu sum to this, and so do the shares of an attack: a route's chance is
/// within one part in 2^52 of what was computed.
pub const WEIGHT_TOTAL: u64 = 1 << 52;

/// More routes than any solution has been seen to need (370), by a factor of ten.
pub const ROUTES_MAX: usize = 4_096;

/// What a menu's bytes begin with.
const HEADER: &[u8] = b"safeconduct/menu/1\n";

/// One way to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Its arcs, in the order they are driven.
    pub arcs: Vec<u32>,
    /// How long it takes, in milliseconds.
    pub millis: u64,
    /// How many of [`WEIGHT_TOTAL`] tickets draw it.
    pub weight: u64,
}

/// What is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// Where the routes start.
    pub from: u32,
    /// Where they end.
    pub to: u32,
    /// How long each may take, in milliseconds; `None` if as long as it likes.
    pub limit_ms: Option<u64>,
    /// The routes, heaviest first, then by time, then by arcs; no two alike.
    pub ways: Vec<Way>,
}

/// Where an adversary who plays perfectly lies in wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attack {
    /// `(road, share)`, by road, each once; the shares sum to [`WEIGHT_TOTAL`].
    pub shares: Vec<(u32, u64)>,
}

impl Menu {
    /// The menu of these routes, `(arcs, milliseconds, amount)`; equal routes are put together,
    /// and of amounts that are none nothing is left.
    pub(crate) fn of(
        (from, to): (u32, u32),
        limit_ms: Option<u64>,
        mut routes: Vec<(Vec<u32>, u64, u64)>,
    ) -> Self {
        routes.sort();
        let mut merged: Vec<(Vec<u32>, u64, u64)> = Vec::new();
        for (arcs, millis, amount) in routes {
            match merged.last_mut().filter(|last| last.0 == arcs) {
                Some(last) => last.2 = last.2.saturating_add(amount),
                None => merged.push((arcs, millis, amount)),
            }
        }
        merged.sort_by(|a, b| (Reverse(a.2), a.1, &a.0).cmp(&(Reverse(b.2), b.1, &b.0)));
        merged.truncate(ROUTES_MAX);
        let amounts: Vec<u64> = merged.iter().map(|(_, _, amount)| *amount).collect();
        let weighed = merged.into_iter().zip(apportion_wide(&amounts, WEIGHT_TOTAL));
        let ways = weighed.map(|((arcs, millis, _), weight)| Way { arcs, millis, weight });
        let mut ways: Vec<Way> = ways.filter(|way| way.weight > 0).collect();
        ways.sort_by(|a, b| {
            (Reverse(a.weight), a.millis, &a.arcs).cmp(&(Reverse(b.weight), b.millis, &b.arcs))
        });
        Self { from, to, limit_ms, ways }
    }

    /// The one byte form. `network` and `threat` are hashes of what the numbers refer to; both
    /// parties agree on them before.
    ///
    /// `HEADER || network || threat || from || to || limit || count`, and for every route
    /// `weight || millis || arcs || arc...`; numbers most significant byte first, limit, weight
    /// and millis in 8 bytes, all others in 4; a limit of `2^64 - 1` is none.
    pub fn bytes(&self, network: &[u8; 32], threat: &[u8; 32]) -> Vec<u8> {
        let mut bytes = [HEADER, network, threat].concat();
        bytes.extend(self.from.to_be_bytes());
        bytes.extend(self.to.to_be_bytes());
        bytes.extend(self.limit_ms.unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend(id(self.ways.len()).to_be_bytes());
        for way in &self.ways {
            bytes.extend(way.weight.to_be_bytes());
            bytes.extend(way.millis.to_be_bytes());
            bytes.extend(id(way.arcs.len()).to_be_bytes());
            bytes.extend(way.arcs.iter().flat_map(|arc| arc.to_be_bytes()));
        }
        bytes
    }

    /// The weights for the joint draw, which sum to `total`: what [`route::draw::draw`] takes.
    pub fn tickets(&self, total: u32) -> Vec<u32> {
        apportion(&self.ways.iter().map(|way| way.weight).collect::<Vec<_>>(), total)
    }

    /// The weights sum to what they must.
    pub fn check_sum(&self) -> Result<(), Trouble> {
        check_sum(self.ways.iter().map(|way| way.weight))
    }

    /// How long a route takes in the mean, in milliseconds.
    pub fn expected_ms(&self) -> u64 {
        let sum: u128 =
            self.ways.iter().map(|way| u128::from(way.weight) * u128::from(way.millis)).sum();
        crate::number::fit(sum.div_ceil(u128::from(WEIGHT_TOTAL)))
    }

    /// How long the slowest route takes, in milliseconds.
    pub fn worst_ms(&self) -> u64 {
        self.ways.iter().map(|way| way.millis).max().unwrap_or(0)
    }

    /// How hard the route is to guess, in bits: to be shown, never signed.
    pub fn entropy_bits(&self) -> f64 {
        let share = |way: &Way| real(way.weight) / real(WEIGHT_TOTAL);
        let bits = self.ways.iter().map(share).map(|share| -share * share.log2());
        bits.sum::<f64>().max(0.0)
    }
}

impl Attack {
    /// The attack in proportion to these amounts; `None` if all are zero.
    pub(crate) fn of(mut amounts: Vec<(u32, u64)>) -> Option<Self> {
        amounts.sort_unstable();
        amounts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        let shares = apportion_wide(
            &amounts.iter().map(|(_, amount)| *amount).collect::<Vec<_>>(),
            WEIGHT_TOTAL,
        );
        let roads = amounts.into_iter().map(|(road, _)| road);
        let shares: Vec<_> = roads.zip(shares).filter(|(_, share)| *share > 0).collect();
        (!shares.is_empty()).then_some(Self { shares })
    }

    /// The shares sum to what they must.
    pub fn check_sum(&self) -> Result<(), Trouble> {
        check_sum(self.shares.iter().map(|(_, share)| *share))
    }
}

fn check_sum(parts: impl Iterator<Item = u64>) -> Result<(), Trouble> {
    let sum: u128 = parts.map(u128::from).sum();
    let due = WEIGHT_TOTAL;
    if sum == u128::from(due) { Ok(()) } else { Err(Trouble::BadSum { sum, due }) }
}

// Largest remainder over 64 bits: as `route::share::apportion`, for a greater total.
fn apportion_wide(amounts: &[u64], total: u64) -> Vec<u64> {
    let sum: u128 = amounts.iter().copied().map(u128::from).sum();
    if sum == 0 {
        return vec![0; amounts.len()];
    }
    let parts = amounts.iter().map(|amount| u128::from(*amount) * u128::from(total));
    let mut shares: Vec<(u64, u128)> =
        parts.map(|part| (crate::number::fit(part / sum), part % sum)).collect();
    let given: u64 = shares.iter().map(|(share, _)| share).sum();
    let mut by_remainder: Vec<_> = shares.iter_mut().collect();
    by_remainder.sort_by_key(|(_, remainder)| Reverse(*remainder));
    for ((share, _), _) in by_remainder.into_iter().zip(given..total) {
        *share += 1;
    }
    shares.into_iter().map(|(share, _)| share).collect()
}
