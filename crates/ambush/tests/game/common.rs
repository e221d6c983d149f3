//! Small networks from a seed, their routes, and a linear programme.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use route::net::Net;
use words::place::Point;

/// Numbers from a seed (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.roll() % u64::from(n.max(1))).unwrap()
    }
}

/// A number of a column as a place.
pub(crate) fn ix(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

/// A network of these arcs, `(tail, head, millis, road)`.
pub(crate) fn net(junctions: usize, arcs: &[(u32, u32, u32, u32)]) -> Net {
    Net::of(vec![Point::from_degrees(24.9, 67.1).unwrap(); junctions], arcs)
}

/// Some junctions with some roads: one-way, both ways, parallel, loops, and copies of a road
/// from other junctions, as a split junction makes them.
pub(crate) fn random(junctions: u32, roads: u32, copies: bool, dice: &mut Dice) -> Net {
    let mut arcs = Vec::new();
    for road in 0..roads {
        let (tail, head) = (dice.below(junctions), dice.below(junctions));
        let millis = 1 + dice.below(9);
        arcs.push((tail, head, millis, road));
        if dice.below(3) > 0 {
            arcs.push((head, tail, millis, road));
        }
        if copies && dice.below(4) == 0 {
            arcs.push((dice.below(junctions), head, millis, road));
        }
    }
    Net { roads, ..net(ix(junctions), &arcs) }
}

/// A square of streets driven both ways, each in 1 to 9.
pub(crate) fn grid(side: u32, dice: &mut Dice) -> Net {
    let mut arcs = Vec::new();
    let mut road = 0;
    for here in 0..side * side {
        let right = (here % side + 1 < side).then_some(here + 1);
        let below = (here / side + 1 < side).then_some(here + side);
        for there in right.into_iter().chain(below) {
            let millis = 1 + dice.below(9);
            arcs.extend([(here, there, millis, road), (there, here, millis, road)]);
            road += 1;
        }
    }
    net(ix(side * side), &arcs)
}

/// Weights from 0.1 to 1.0, and none where the dice say so: once in so many roads, or never.
pub(crate) fn weights(roads: u32, none_in: u32, dice: &mut Dice) -> Vec<u32> {
    let weight = |_| {
        let none = none_in > 0 && dice.below(none_in) == 0;
        if none { 0 } else { 100_000 + dice.below(900_001) }
    };
    (0..roads).map(weight).collect()
}

/// Every route that passes no junction twice and takes at most `limit`, as arcs.
pub(crate) fn routes(net: &Net, from: u32, to: u32, limit: u64) -> Vec<Vec<u32>> {
    let mut all = Vec::new();
    let mut open = vec![(from, 0_u64, Vec::new(), vec![from])];
    while let Some((at, far, way, seen)) = open.pop() {
        if at == to {
            all.push(way);
            continue;
        }
        for arc in net.leaving(at) {
            let (head, then) = (net.head[arc], far + u64::from(net.millis[arc]));
            if then <= limit && !seen.contains(&head) {
                let way = way.iter().copied().chain([u32::try_from(arc).unwrap()]).collect();
                open.push((head, then, way, seen.iter().copied().chain([head]).collect()));
            }
        }
    }
    all
}

/// How often a route passes each road, times its weight.
pub(crate) fn gains(net: &Net, weights: &[u32], route: &[u32]) -> Vec<(u32, f64)> {
    let mut gains = std::collections::BTreeMap::new();
    for arc in route {
        let road = net.road[ix(*arc)];
        *gains.entry(road).or_insert(0.0) += f64::from(weights[ix(road)]) / 1e6;
    }
    gains.into_iter().collect()
}

/// A programme that is minimised: variables from zero up, and rows that are at most a number.
pub(crate) struct Programme {
    problem: Problem,
}

impl Programme {
    pub(crate) fn minimise() -> Self {
        Self { problem: Problem::new(OptimizationDirection::Minimize) }
    }

    pub(crate) fn free(&mut self, cost: f64, most: f64) -> Variable {
        self.problem.add_var(cost, (0.0, most))
    }

    pub(crate) fn most(&mut self, row: &[(Variable, f64)], most: f64) {
        self.problem.add_constraint(row, ComparisonOp::Le, most);
    }

    pub(crate) fn just(&mut self, row: &[(Variable, f64)], just: f64) {
        self.problem.add_constraint(row, ComparisonOp::Eq, just);
    }

    pub(crate) fn value(&self) -> f64 {
        self.problem.solve().unwrap().into_solution().unwrap().objective()
    }
}

/// The game over all routes listed: the least value that the best of so many ambushes has.
pub(crate) fn value(net: &Net, weights: &[u32], routes: &[Vec<u32>], ambushes: u32) -> f64 {
    let mut it = Programme::minimise();
    let shares: Vec<Variable> = routes.iter().map(|_| it.free(0.0, f64::INFINITY)).collect();
    let all: Vec<_> = shares.iter().map(|share| (*share, 1.0)).collect();
    it.just(&all, 1.0);
    // The sum of the greatest gains is what lies above some height, and the height so often.
    let height = it.free(f64::from(ambushes), f64::INFINITY);
    let mut rows = vec![Vec::new(); weights.len()];
    for (share, route) in shares.iter().zip(routes) {
        for (road, gain) in gains(net, weights, route) {
            rows[ix(road)].push((*share, gain));
        }
    }
    for mut row in rows.into_iter().filter(|row| !row.is_empty()) {
        row.push((height, -1.0));
        if ambushes > 1 {
            row.push((it.free(1.0, f64::INFINITY), -1.0));
        }
        it.most(&row, 0.0);
    }
    it.value()
}
