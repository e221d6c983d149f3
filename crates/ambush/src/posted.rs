//! Guards that are posted after the route is drawn, and their worth.
#![expect(clippy::indexing_slicing, reason = "arcs and rows are numbered by the field")]

use std::collections::BTreeMap;

use route::net::{NONE, ix};

use crate::field::Field;
use crate::frontier::{Frontier, Point};
use crate::ground::Ground;
use crate::number::{fit, real, wide};
use crate::threat::{CAPACITY_ONE, ONE, OPEN, Threat, room};
use crate::trouble::Trouble;

/// What guards do who learn the route with the convoy: nobody sees them stand there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posts {
    /// How many are posted for one movement in the mean, in millionths.
    pub mean_ppm: u32,
    /// The part of an ambush's success that one takes away, in millionths.
    pub stops_ppm: u32,
}

/// The value with such guards, and where they stand how often.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// What the best ambush gains, as a part of a whole movement.
    pub value: f64,
    /// Roads and how often a guard is posted there, of all movements; dearest first.
    pub stands: Vec<(u32, f64)>,
}

/// The best mixture of routes and posts drawn together, without a budget for time. More than
/// `1 / weight` may flow along a road at the price of guards: a flow of least price.
pub fn posted(
    ground: &Ground<'_>,
    threat: &Threat,
    (from, to): (u32, u32),
    posts: Posts,
) -> Result<Posted, Trouble> {
    if posts.stops_ppm == 0 || posts.stops_ppm > ONE {
        return Err(Trouble::OutOfRange {
            what: "what a guard stops, above zero and at most all,",
        });
    }
    if threat.weights().iter().all(|weight| *weight == 0) {
        return Err(Trouble::NoThreat);
    }
    let field = Field::in_pieces(ground, threat, (from, to))?.doubled();
    let rooms = field.arcs.iter().map(|arc| {
        let weight = if arc.row == NONE { 0 } else { field.weights[ix(arc.row)] };
        if arc.millis == 0 { room(weight) } else { beyond(weight, posts.stops_ppm) }
    });
    let mut frontier = Frontier::with(&field, rooms);
    let mut before = (Point { amount: 0, amount_millis: 0, slowest_ms: 0 }, Vec::new());
    let stops = f64::from(posts.stops_ppm) / f64::from(ONE);
    // How much of the price may be paid for each part of flow.
    let paid = f64::from(posts.mean_ppm) / f64::from(ONE) * stops;
    let (amount, share) = loop {
        let Some(after) = frontier.step() else { break (wide(before.0.amount), 0.0) };
        if wide(after.amount_millis) > paid * wide(after.amount) {
            // Somewhere between the two the guards are all posted.
            let more = (paid * wide(before.0.amount) - wide(before.0.amount_millis))
                / (real(after.slowest_ms) - paid);
            let share = more / wide(after.amount - before.0.amount);
            break (wide(before.0.amount) + more, share);
        }
        if after.amount >= u128::from(OPEN) {
            if after.amount_millis == 0 {
                return Err(Trouble::SafeRoute { millis: field.fastest });
            }
            // Guards who stop everything, and enough of them for a whole route.
            return Ok(Posted { value: 0.0, stands: Vec::new() });
        }
        before = (after, frontier.flow().to_vec());
    };
    let stands = stands(&field, (&before.1, frontier.flow(), share), stops * amount);
    Ok(Posted { value: real(CAPACITY_ONE) / amount, stands })
}

// How much more flows where a guard stands.
fn beyond(weight: u32, stops_ppm: u32) -> u64 {
    if stops_ppm >= ONE {
        return OPEN;
    }
    let all = u128::from(room(weight)) * u128::from(ONE) / u128::from(ONE - stops_ppm);
    fit(all - u128::from(room(weight))).min(OPEN)
}

fn stands(
    field: &Field,
    (before, after, share): (&[i64], &[i64], f64),
    through: f64,
) -> Vec<(u32, f64)> {
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    for (place, arc) in field.arcs.iter().enumerate().filter(|(_, arc)| arc.millis > 0) {
        let of =
            |flow: &[i64]| real(u64::try_from(flow.get(place).copied().unwrap_or(0)).unwrap_or(0));
        let flows = of(before) * (1.0 - share) + of(after) * share;
        if flows > 0.0 {
            *sums.entry(field.roads[ix(arc.row)]).or_default() += flows / through;
        }
    }
    let mut stands: Vec<(u32, f64)> = sums.into_iter().collect();
    stands.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    stands
}
