//! The ambush game: the mixture of routes that no choice of road beats.
//!
//! The adversary ambushes one road, the traveller draws a route. With capacity 1/p on a road
//! whose ambush succeeds with probability p, the chance of being caught under best play on both
//! sides is 1/(greatest flow); the flow, taken apart into paths, is the traveller's best
//! mixture, and the narrowest cut the adversary's (Washburn and Wood, 1995).

use std::cmp::Reverse;

use thiserror::Error;

use crate::fastest::{Path, fastest, fastest_over};
use crate::flow::{Carried, Flow, Pipe, greatest};
use crate::graph::{Graph, JunctionIx, RoadIx, WEIGHT_MAX};
use crate::share::apportion;

/// The weights of a mixture sum to this: a route's chance is within 1/65,536 of its best, which
/// is finer than any ambush weight is known.
pub const WEIGHT_TOTAL: u32 = 65_536;

/// An escort briefs and drives each route that may be drawn: sixteen are more than enough.
pub const ROUTES_MAX: usize = 16;

/// One in probabilities and shares.
pub const PPM: u32 = 1_000_000;

/// The capacity of a road on which every ambush succeeds. All roads of the largest graph, at
/// the lowest ambush weight, still sum to less than 64 bits.
const CAPACITY_ONE: u64 = 1_000_000;

/// Why there is no game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GameError {
    /// Nobody moves.
    #[error("the movement ends where it starts")]
    SamePlace,
    /// A junction of another graph.
    #[error("no route leads there")]
    NoRoute,
}

/// The best mixture of routes and what remains when it is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mixture {
    /// The value of the game: no mixture whatever is caught less often, per million.
    pub value_ppm: u32,
    /// How often this mixture, rounded as it stands, is caught by the best ambush, per million.
    pub caught_ppm: u32,
    /// The routes, heaviest first; the weights sum to exactly [`WEIGHT_TOTAL`].
    pub routes: Vec<(Path, u32)>,
    /// The roads of the narrowest cut, each with the share of ambushes that a perfect adversary
    /// lays there; the shares sum to exactly [`PPM`]. Guards, holds and second exits belong here.
    pub chokepoints: Vec<(RoadIx, u32)>,
    /// How much longer than the fastest path the slowest route takes, per million of its time.
    pub worst_detour_ppm: u32,
}

/// Solves the game from one junction to another, alike on every node.
pub fn solve(graph: &Graph, from: JunctionIx, to: JunctionIx) -> Result<Mixture, GameError> {
    if from == to {
        return Err(GameError::SamePlace);
    }
    let shortest = fastest(graph, from, to).ok_or(GameError::NoRoute)?;
    let pipes = pipes(graph);
    let flow = greatest(graph.junctions().len(), &pipes, from.index(), to.index());
    let routes = weighed(paths(graph, &flow, from, to));
    let slowest = routes.iter().map(|(path, _)| path.seconds).max().unwrap_or(0);
    Ok(Mixture {
        value_ppm: ppm_up(CAPACITY_ONE.into(), flow.value.into()),
        caught_ppm: caught_ppm(graph, &routes),
        chokepoints: chokepoints(&pipes, &flow),
        worst_detour_ppm: ppm_up(
            slowest.saturating_sub(shortest.seconds).into(),
            shortest.seconds.into(),
        ),
        routes,
    })
}

fn pipes(graph: &Graph) -> Vec<Pipe> {
    let pipes = graph.roads().iter().map(|road| Pipe {
        ends: (road.from.index(), road.to.index()),
        capacity: CAPACITY_ONE * u64::from(WEIGHT_MAX) / u64::from(road.weight),
        length: road.seconds,
    });
    pipes.collect()
}

// Takes the flow apart, fastest path first. Each path empties a road, so the work ends; what
// then still flows in circles serves nobody and is left out.
fn paths(graph: &Graph, flow: &Flow, from: JunctionIx, to: JunctionIx) -> Vec<(Path, u64)> {
    let mut carried = flow.carried.clone();
    let mut taken = Vec::new();
    while let Some(path) = fastest_over(graph, from, to, |road, at| leaves(&carried, road, at)) {
        let of = |road: &RoadIx| carried.get(road.index()).map_or(0, |carried| carried.amount);
        let amount = path.roads.iter().map(of).min().unwrap_or(0);
        for road in &path.roads {
            carried.get_mut(road.index()).into_iter().for_each(|c| c.amount -= amount);
        }
        taken.push((path, amount));
    }
    taken
}

fn leaves(carried: &[Carried], road: RoadIx, at: JunctionIx) -> bool {
    carried.get(road.index()).is_some_and(|c| c.amount > 0 && c.tail == at.index())
}

// The heaviest routes with whole weights, in an order that every node agrees on.
fn weighed(mut paths: Vec<(Path, u64)>) -> Vec<(Path, u32)> {
    paths.sort_by(|(path, amount), (other, more)| {
        (Reverse(amount), path.seconds, path).cmp(&(Reverse(more), other.seconds, other))
    });
    paths.truncate(ROUTES_MAX);
    let amounts: Vec<u64> = paths.iter().map(|(_, amount)| *amount).collect();
    let weights = apportion(&amounts, WEIGHT_TOTAL);
    let routes = paths.into_iter().map(|(path, _)| path).zip(weights);
    routes.filter(|(_, weight)| *weight > 0).collect()
}

// The best ambush against the mixture as it is, rounding and leaving out included.
fn caught_ppm(graph: &Graph, routes: &[(Path, u32)]) -> u32 {
    let mut met = vec![0_u64; graph.roads().len()];
    for (path, weight) in routes {
        for road in &path.roads {
            met.get_mut(road.index()).into_iter().for_each(|sum| *sum += u64::from(*weight));
        }
    }
    let caught = graph.roads().iter().zip(met).map(|(road, met)| met * u64::from(road.weight));
    let all = u64::from(WEIGHT_TOTAL) * u64::from(WEIGHT_MAX);
    ppm_up(caught.max().unwrap_or(0).into(), all.into())
}

fn chokepoints(pipes: &[Pipe], flow: &Flow) -> Vec<(RoadIx, u32)> {
    let near = |vertex| flow.source_side.get(vertex).copied().unwrap_or(false);
    let cut = pipes.iter().enumerate().filter(|(_, pipe)| near(pipe.ends.0) != near(pipe.ends.1));
    let cut: Vec<(RoadIx, u64)> = cut.map(|(road, pipe)| (RoadIx(road), pipe.capacity)).collect();
    let capacities: Vec<u64> = cut.iter().map(|(_, capacity)| *capacity).collect();
    cut.into_iter().map(|(road, _)| road).zip(apportion(&capacities, PPM)).collect()
}

// Rounded up: what is stated is never better than what holds.
fn ppm_up(part: u128, whole: u128) -> u32 {
    u32::try_from((part * u128::from(PPM)).div_ceil(whole.max(1))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

    use super::{GameError, Mixture, PPM, ROUTES_MAX, WEIGHT_TOTAL, solve};
    use crate::graph::{Graph, JunctionIx, RoadIx};
    use crate::sample::{graph_of, simple_paths, sketches};

    fn ends(graph: &Graph) -> (JunctionIx, JunctionIx) {
        (JunctionIx(0), JunctionIx(graph.junctions().len() - 1))
    }

    fn solved(graph: &Graph) -> Mixture {
        let (from, to) = ends(graph);
        solve(graph, from, to).unwrap()
    }

    #[test]
    fn two_equal_roads_halve_the_risk() {
        let graph = graph_of(2, &[(0, 1, 1_000, 60), (0, 1, 1_000, 90)]);
        let mixture = solved(&graph);
        assert_eq!((mixture.value_ppm, mixture.caught_ppm), (500_000, 500_000));
        assert_eq!(mixture.routes.iter().map(|r| r.1).collect::<Vec<_>>(), [32_768, 32_768]);
        assert_eq!(mixture.chokepoints, [(RoadIx(0), 500_000), (RoadIx(1), 500_000)]);
        assert_eq!(mixture.worst_detour_ppm, 500_000);
    }

    #[test]
    fn the_safer_road_is_driven_more_often_and_ambushed_more_often() {
        let graph = graph_of(2, &[(0, 1, 800, 60), (0, 1, 400, 60)]);
        let mixture = solved(&graph);
        // 1 / (1/0.8 + 1/0.4)
        assert_eq!(mixture.value_ppm, 266_667);
        assert_eq!(mixture.routes[0].0.roads, [RoadIx(1)]);
        assert_eq!(mixture.routes[0].1, 43_691);
        assert_eq!(mixture.chokepoints, [(RoadIx(0), 333_333), (RoadIx(1), 666_667)]);
    }

    #[test]
    fn a_road_that_every_route_uses_is_the_chokepoint() {
        let graph = graph_of(3, &[(0, 1, 900, 60), (1, 2, 500, 60), (1, 2, 500, 60)]);
        let mixture = solved(&graph);
        assert_eq!(mixture.chokepoints, [(RoadIx(0), PPM)]);
        // Capacities are rounded down, so the stated value is never too good.
        assert_eq!((mixture.value_ppm, mixture.caught_ppm), (900_001, 900_000));
    }

    #[test]
    fn more_routes_than_can_be_briefed_are_left_out_and_the_price_is_stated() {
        let graph = graph_of(2, &[(0, 1, 1_000, 60); 20]);
        let mixture = solved(&graph);
        assert_eq!(mixture.routes.len(), ROUTES_MAX);
        assert_eq!((mixture.value_ppm, mixture.caught_ppm), (50_000, 62_500));
    }

    #[test]
    fn no_game_without_a_movement() {
        let graph = graph_of(2, &[(0, 1, 500, 60)]);
        let there = JunctionIx(1);
        assert_eq!(solve(&graph, there, there), Err(GameError::SamePlace));
        assert_eq!(solve(&graph, there, JunctionIx(9)), Err(GameError::NoRoute));
    }

    // The chance that the adversary of the narrowest cut catches a path, times 1e9.
    fn caught_on(graph: &Graph, mixture: &Mixture, path: &[RoadIx]) -> u64 {
        let met = mixture.chokepoints.iter().filter(|(road, _)| path.contains(road));
        let weight = |road| u64::from(graph.road(road).unwrap().weight);
        met.map(|(road, share)| u64::from(*share) * weight(*road)).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        // The adversary's shares hold every path down to the value and the mixture holds every
        // ambush down to it: together they prove that neither can do better.
        #[test]
        fn the_value_is_what_both_sides_can_enforce(sketch in sketches()) {
            let graph = graph_of(sketch.junctions, &sketch.roads);
            let (from, to) = ends(&graph);
            let mixture = solved(&graph);
            let value = u64::from(mixture.value_ppm);
            let paths = simple_paths(&graph, from, to);
            let best = paths.iter().map(|p| caught_on(&graph, &mixture, p)).min().unwrap();
            // Shares are rounded to 1e-6 each, on at most 14 roads.
            prop_assert!(best + 16_000 >= value * 1_000, "a path is caught less: {best} {value}");
            // Weights are rounded to 1/65,536 each, of at most 14 routes.
            let caught = u64::from(mixture.caught_ppm);
            prop_assert!(caught <= value + 14 * 16, "an ambush does better: {caught} {value}");
            prop_assert!(caught + 14 * 16 >= value.saturating_sub(1));
        }

        #[test]
        fn every_route_leads_there_and_the_weights_are_whole(sketch in sketches()) {
            let graph = graph_of(sketch.junctions, &sketch.roads);
            let (from, to) = ends(&graph);
            let mixture = solved(&graph);
            let all = simple_paths(&graph, from, to);
            for (path, weight) in &mixture.routes {
                prop_assert!(all.contains(&path.roads), "not a path: {path:?}");
                prop_assert!(*weight > 0);
            }
            prop_assert!(mixture.routes.is_sorted_by_key(|(_, weight)| std::cmp::Reverse(*weight)));
            let sum = |parts: &mut dyn Iterator<Item = u32>| parts.sum::<u32>();
            prop_assert_eq!(sum(&mut mixture.routes.iter().map(|r| r.1)), WEIGHT_TOTAL);
            prop_assert_eq!(sum(&mut mixture.chokepoints.iter().map(|c| c.1)), PPM);
        }
    }
}
