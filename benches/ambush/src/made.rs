//! Networks and questions from a seed.

use route::net::Net;
use words::place::Point;

/// Numbers from a seed (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// The next number.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.roll() % u64::from(n.max(1))).unwrap_or(0)
    }
}

/// A square of streets, each driven both ways in 20 to 60 seconds.
pub(crate) fn grid(side: u32, dice: &mut Dice) -> Net {
    let mut arcs = Vec::new();
    let mut road = 0;
    for row in 0..side {
        for column in 0..side {
            let here = row * side + column;
            let right = (column + 1 < side).then_some(here + 1);
            let below = (row + 1 < side).then_some(here + side);
            for there in right.into_iter().chain(below) {
                let millis = 20_000 + dice.below(40_001);
                arcs.push((here, there, millis, road));
                arcs.push((there, here, millis, road));
                road += 1;
            }
        }
    }
    let place = Point::from_degrees(24.9, 67.1);
    let count = usize::try_from(side * side).unwrap_or(0);
    Net::of(place.into_iter().cycle().take(count).collect(), &arcs)
}

/// Weights from 0.30 to 1.00 for each road.
pub(crate) fn weights(roads: u32, dice: &mut Dice) -> Vec<u32> {
    (0..roads).map(|_| 300_000 + dice.below(700_001)).collect()
}

/// Roads between any two junctions, one-way and both ways, in 20 to 60 seconds.
pub(crate) fn random(junctions: u32, roads: u32, dice: &mut Dice) -> Net {
    let mut arcs = Vec::new();
    for road in 0..roads {
        let (tail, head) = (dice.below(junctions), dice.below(junctions));
        let millis = 20_000 + dice.below(40_001);
        arcs.push((tail, head, millis, road));
        if dice.below(4) > 0 {
            arcs.push((head, tail, millis, road));
        }
    }
    let place = Point::from_degrees(24.9, 67.1);
    let count = usize::try_from(junctions).unwrap_or(0);
    Net { roads, ..Net::of(place.into_iter().cycle().take(count).collect(), &arcs) }
}

pub(crate) fn junctions(net: &Net) -> u32 {
    u32::try_from(net.junctions()).unwrap_or(u32::MAX)
}

/// The arcs of a network, `(tail, head, millis, road)`.
pub(crate) fn arcs(net: &Net) -> Vec<(u32, u32, u32, u32)> {
    let of = |tail: u32| {
        net.leaving(tail).filter_map(move |arc| {
            Some((tail, *net.head.get(arc)?, *net.millis.get(arc)?, *net.road.get(arc)?))
        })
    };
    (0..junctions(net)).flat_map(of).collect()
}
