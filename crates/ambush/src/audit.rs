//! Is a menu what it is said to be? Two bounds, found without the solver.
#![expect(clippy::indexing_slicing, reason = "arcs are looked up once before they are used")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use route::net::{NONE, Net, ix};

use crate::menu::{Attack, Menu, WEIGHT_TOTAL};
use crate::number::{end, id, wide};
use crate::threat::Threat;
use crate::trouble::Trouble;

/// One whole movement in the units of [`Verdict`].
pub const WHOLE: u128 = (1 << 52) * 1_000_000;

/// What was found, in parts of [`WHOLE`]: exact, nothing is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// No ambush on any road gains more than this against the menu.
    pub upper: u128,
    /// The road where an ambush gains it.
    pub worst_road: u32,
    /// Against the attack, no route within the limit loses less than this: so no menu does.
    pub lower: u128,
    /// Labels looked at.
    pub work: u64,
}

impl Verdict {
    /// The upper bound as a fraction, to be shown.
    pub fn value(&self) -> f64 {
        fraction(self.upper)
    }

    /// The lower bound as a fraction, to be shown.
    pub fn bound(&self) -> f64 {
        fraction(self.lower)
    }

    /// How far the bounds are apart, as a part of the lower one.
    pub fn gap(&self) -> f64 {
        self.value() / self.bound() - 1.0
    }
}

/// A number of parts of [`WHOLE`] as a fraction.
pub fn fraction(parts: u128) -> f64 {
    wide(parts) / wide(WHOLE)
}

/// Checks every route of a menu, weighs what an ambush on each road would gain, and searches the
/// route that a published attack catches least. A route that passes a road twice is exposed
/// twice, and counts twice in both bounds.
pub fn audit(net: &Net, threat: &Threat, menu: &Menu, attack: &Attack) -> Result<Verdict, Trouble> {
    several(net, threat, menu, attack, 1)
}

/// More ambushes at once than one movement ever met.
pub const AMBUSHES_MAX: u32 = 16;

/// The same against so many ambushes at once, each on another road; what they gain adds up. As
/// long as no road is ambushed for certain, both bounds are those of one ambush times their
/// number: a route crosses the narrowest cut once, whoever lies there. Beyond that the bounds
/// part, and the verdict shows it.
pub fn several(
    net: &Net,
    threat: &Threat,
    menu: &Menu,
    attack: &Attack,
    ambushes: u32,
) -> Result<Verdict, Trouble> {
    if ambushes == 0 || ambushes > AMBUSHES_MAX {
        return Err(Trouble::OutOfRange { what: "the number of ambushes at once, from 1 to 16," });
    }
    let mut gains = gains(net, threat, menu)?;
    gains.sort_by_key(|(gain, road)| (Reverse(*gain), *road));
    let worst_road = gains.first().map_or(0, |(_, road)| *road);
    let upper = gains.iter().take(ix(ambushes)).map(|(gain, _)| gain).sum();
    attack.check_sum()?;
    let mut costs = vec![0_u128; ix(net.roads)];
    for (road, share) in &attack.shares {
        let cost = costs.get_mut(ix(*road)).ok_or(Trouble::NoRoad { road: *road })?;
        let often = share.saturating_mul(u64::from(ambushes)).min(WEIGHT_TOTAL);
        *cost += u128::from(often) * u128::from(threat.weight(*road));
    }
    let (lower, work) = least(net, &costs, menu)?;
    Ok(Verdict { upper, worst_road, lower, work })
}

/// What the best ambush gains against a menu, in parts of [`WHOLE`], and on which road: one pass
/// over its routes. Every route is checked on the way.
pub fn exposure(net: &Net, threat: &Threat, menu: &Menu) -> Result<(u128, u32), Trouble> {
    let worst = gains(net, threat, menu)?.into_iter();
    Ok(worst.max_by_key(|(gain, road)| (*gain, Reverse(*road))).unwrap_or((0, 0)))
}

// What an ambush on each road of the menu gains, with the road.
fn gains(net: &Net, threat: &Threat, menu: &Menu) -> Result<Vec<(u128, u32)>, Trouble> {
    let gain = |(road, met): (u32, u128)| (met * u128::from(threat.weight(road)), road);
    Ok(met(net, menu)?.into_iter().map(gain).collect())
}

/// How many of the tickets pass each road, a road passed twice counted twice. Every route is
/// checked on the way.
pub fn met(net: &Net, menu: &Menu) -> Result<BTreeMap<u32, u128>, Trouble> {
    menu.check_sum()?;
    let mut met: BTreeMap<u32, u128> = BTreeMap::new();
    for (number, way) in (0..).zip(&menu.ways) {
        let mut at = menu.from;
        let mut millis = 0;
        for (step, arc) in (0..).zip(&way.arcs) {
            let known = net.leaving(at).contains(&ix(*arc));
            let broken = Trouble::BrokenRoute { route: number, step };
            at = net.head.get(ix(*arc)).filter(|_| known).copied().ok_or(broken)?;
            millis += u64::from(net.millis[ix(*arc)]);
            *met.entry(net.road[ix(*arc)]).or_default() += u128::from(way.weight);
        }
        if at != menu.to {
            return Err(Trouble::BrokenRoute { route: number, step: end(&way.arcs) });
        }
        if let Some(limit_ms) = menu.limit_ms.filter(|limit| millis > *limit) {
            return Err(Trouble::SlowRoute { route: number, millis, limit_ms });
        }
    }
    Ok(met)
}

// The least cost of a way within the limit. Labels come by cost and then by time, so that at one
// junction a later one is of use only if it is faster.
fn least(net: &Net, costs: &[u128], menu: &Menu) -> Result<(u128, u64), Trouble> {
    let limit = menu.limit_ms.unwrap_or(u64::MAX);
    let ahead = times_to(net, menu.to, limit);
    let mut seen = vec![u64::MAX; net.junctions()];
    let mut heap = BinaryHeap::from([Reverse((0_u128, 0_u64, menu.from))]);
    let mut work = 0;
    while let Some(Reverse((cost, millis, at))) = heap.pop() {
        work += 1;
        if at == menu.to {
            return Ok((cost, work));
        }
        let best = seen.get_mut(ix(at)).ok_or(Trouble::NoJunction { junction: at })?;
        if millis >= *best {
            continue;
        }
        *best = millis;
        for arc in net.leaving(at) {
            let then = millis + u64::from(net.millis[arc]);
            let head = net.head[arc];
            let arrives = then.saturating_add(ahead[ix(head)]);
            if arrives <= limit && arrives < u64::MAX && then < seen[ix(head)] {
                heap.push(Reverse((cost + costs[ix(net.road[arc])], then, head)));
            }
        }
    }
    let fastest_ms = ahead.get(ix(menu.from)).copied().unwrap_or(u64::MAX);
    Err(Trouble::NoneWithin { limit_ms: limit, fastest_ms })
}

fn times_to(net: &Net, to: u32, limit: u64) -> Vec<u64> {
    // Arcs by head, as a list through the arcs.
    let mut last = vec![NONE; net.junctions()];
    let mut before = vec![NONE; net.arcs()];
    let mut tail = vec![0; net.arcs()];
    for junction in 0..id(net.junctions()) {
        for arc in net.leaving(junction) {
            tail[arc] = junction;
            before[arc] = std::mem::replace(&mut last[ix(net.head[arc])], id(arc));
        }
    }
    let mut best = vec![u64::MAX; net.junctions()];
    // Time and junction in one word, compared at once.
    let key = |far: u64, at: u32| Reverse((u128::from(far) << 32) | u128::from(at));
    let Some(there) = best.get_mut(ix(to)) else { return best };
    *there = 0;
    let mut heap = BinaryHeap::from([key(0, to)]);
    while let Some(Reverse(least)) = heap.pop() {
        let far = crate::number::fit(least >> 32);
        let at = u32::try_from(least & u128::from(u32::MAX)).unwrap_or(NONE);
        if far > best[ix(at)] {
            continue;
        }
        let mut arc = last[ix(at)];
        while arc != NONE {
            let (then, from) = (far + u64::from(net.millis[ix(arc)]), tail[ix(arc)]);
            if then <= limit && then < best[ix(from)] {
                best[ix(from)] = then;
                heap.push(key(then, from));
            }
            arc = before[ix(arc)];
        }
    }
    best
}
