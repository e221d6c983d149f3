//! Which roads of the route game are worth a guard.
//!
//! Guards that stand on roads are seen, so they are placed before the route is drawn, and the
//! route game is played on what they leave. What a guard is worth shows at the narrowest cut:
//! only there does he lower the value. So: solve, put a guard where he widens that cut most,
//! solve again; then try to move each. Every cut that was met also bounds from below what any
//! placement could reach, and the answer says how far it may be from the best.

use std::collections::BTreeSet;

use route::net::ix;

use crate::number::{count, real};

/// More guards than one movement's corridor was ever given.
pub const GUARDS_MAX: u32 = 64;

/// Roads of one cut that are tried for one guard: a cut has some three to twenty roads.
pub const TRIED_MAX: usize = 16;

/// What the route game answers for success weights of an ambush.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// How often the best ambush succeeds against the best mixture of routes.
    pub value: f64,
    /// Roads that every route crosses, where an ambush pays: those with a dual price.
    pub narrowest: Vec<u32>,
}

/// The route game on one network between two ends. What solves it is not known here.
pub trait RouteGame {
    /// Solves it for these success weights, one a road, each above 0.
    fn solve(&mut self, success: &[f64]) -> Mixture;
}

/// Where the guards go, and what it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The roads that get a guard, in order.
    pub guarded: BTreeSet<u32>,
    /// The value without guards.
    pub before: f64,
    /// The value with them.
    pub value: f64,
    /// No placement of so many guards has a lower value.
    pub bound: f64,
    /// Guards for whom no road was left that matters.
    pub idle: u32,
    /// How often the game was solved.
    pub solved: u32,
}

struct Search<'a, G> {
    game: &'a mut G,
    success: &'a [f64],
    left: f64,
    guards: u32,
    bound: f64,
    solved: u32,
}

/// Places guards. `effect` is the share of an ambush's success that a guard takes away, from 0
/// to less than 1; more than [`GUARDS_MAX`] guards are as many as that.
pub fn place<G: RouteGame>(game: &mut G, success: &[f64], guards: u32, effect: f64) -> Placement {
    let guards = guards.min(GUARDS_MAX);
    let left = 1.0 - effect.clamp(0.0, 1.0 - f64::EPSILON);
    let mut search = Search { game, success, left, guards, bound: 0.0, solved: 0 };
    let before = search.solve(&BTreeSet::new());
    let mut guarded = BTreeSet::new();
    let mut best = before.clone();
    while count(guarded.len()) < guards {
        let Some((road, found)) = search.next(&best, &guarded) else { break };
        guarded.insert(road);
        best = found;
    }
    let best = search.exchange(&mut guarded, best);
    let idle = guards - count(guarded.len()).min(guards);
    let Search { bound, solved, .. } = search;
    Placement { guarded, before: before.value, value: best.value, bound, idle, solved }
}

impl<G: RouteGame> Search<'_, G> {
    fn solve(&mut self, guarded: &BTreeSet<u32>) -> Mixture {
        let roads = self.success.iter().zip(0..);
        let weights =
            roads.map(|(p, road)| if guarded.contains(&road) { p * self.left } else { *p });
        let mixture = self.game.solve(&weights.collect::<Vec<_>>());
        self.solved += 1;
        self.bound = self.bound.max(self.over(&mixture.narrowest));
        mixture
    }

    // The road of the cut where one more guard helps most, and what is left then. A road is as
    // wide as one over its weight, so the widest of the cut are tried: what a guard adds there
    // may still be lost at the next cut, which only solving tells.
    fn next(&mut self, mixture: &Mixture, guarded: &BTreeSet<u32>) -> Option<(u32, Mixture)> {
        let open = mixture.narrowest.iter().filter(|road| !guarded.contains(road));
        let weighed = open.filter_map(|road| Some((*road, *self.success.get(ix(*road))?)));
        let mut widest: Vec<(u32, f64)> = weighed.collect();
        widest.sort_by(|(a, p), (b, q)| p.total_cmp(q).then(a.cmp(b)));
        widest.truncate(TRIED_MAX);
        let tried: Vec<(u32, Mixture)> = widest
            .into_iter()
            .map(|(road, _)| {
                let mut tried = guarded.clone();
                tried.insert(road);
                (road, self.solve(&tried))
            })
            .collect();
        tried.into_iter().min_by(|(_, a), (_, b)| a.value.total_cmp(&b.value))
    }

    // Every route crosses the cut, so its width bounds the flow of routes, however the guards
    // stand: at best all of them on its widest roads.
    fn over(&self, cut: &[u32]) -> f64 {
        let mut widths: Vec<f64> =
            cut.iter().filter_map(|road| Some(1.0 / self.success.get(ix(*road))?)).collect();
        widths.sort_by(|a, b| b.total_cmp(a));
        let guarded = usize::try_from(self.guards).unwrap_or(usize::MAX);
        let width: f64 = widths.iter().sum();
        let more: f64 = widths.iter().take(guarded).map(|width| width / self.left - width).sum();
        if width > 0.0 { 1.0 / (width + more) } else { 0.0 }
    }

    // Takes each guard away in turn and puts him where he is worth most then, as long as it helps.
    fn exchange(&mut self, guarded: &mut BTreeSet<u32>, mut best: Mixture) -> Mixture {
        let least_gain = 1e-9;
        let rounds = guarded.len();
        for _ in 0..rounds {
            let mut moved = false;
            for road in guarded.clone() {
                let mut tried = guarded.clone();
                tried.remove(&road);
                let without = self.solve(&tried);
                let Some((other, found)) = self.next(&without, &tried) else { continue };
                tried.insert(other);
                if found.value < best.value * (1.0 - least_gain) {
                    *guarded = tried;
                    best = found;
                    moved = true;
                    break;
                }
            }
            if !moved {
                break;
            }
        }
        best
    }
}

impl Placement {
    /// How far the value may be from the best placement's, as a share of it.
    pub fn gap(&self) -> f64 {
        if self.value > 0.0 { (self.value - self.bound).max(0.0) / self.value } else { 0.0 }
    }

    /// What one guard takes off the value, on average.
    pub fn each(&self) -> f64 {
        let placed = real(u64::from(count(self.guarded.len())));
        if placed > 0.0 { (self.before - self.value) / placed } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, prop_assert, proptest};
    use route::flow::{Pipe, greatest};

    use super::{Mixture, RouteGame, place};
    use crate::number::{real, whole};

    struct Plain {
        vertices: usize,
        roads: Vec<(usize, usize)>,
    }

    impl RouteGame for Plain {
        fn solve(&mut self, success: &[f64]) -> Mixture {
            let width = |p: &f64| whole((1e9 / p).round());
            let roads = self.roads.iter().zip(success);
            let pipes: Vec<Pipe> = roads
                .map(|(ends, p)| Pipe { ends: *ends, capacity: width(p), length: 1 })
                .collect();
            let flow = greatest(self.vertices, &pipes, 0, self.vertices - 1);
            let cut = (0..)
                .zip(&self.roads)
                .filter(|(_, (a, b))| flow.source_side[*a] != flow.source_side[*b]);
            let value = if flow.value == 0 { f64::INFINITY } else { 1e9 / real(flow.value) };
            Mixture { value, narrowest: cut.map(|(road, _)| road).collect() }
        }
    }

    #[test]
    fn a_guard_goes_to_the_road_that_every_route_takes() {
        // One gate, then three roads.
        let roads = vec![(0, 1), (1, 2), (1, 2), (1, 2)];
        let placed = place(&mut Plain { vertices: 3, roads }, &[0.8, 0.9, 0.9, 0.9], 1, 0.75);
        assert_eq!(placed.guarded, BTreeSet::from([0]));
        assert!((placed.before - 0.8).abs() < 1e-6 && (placed.value - 0.3).abs() < 1e-6);
        assert!((placed.bound - 0.2).abs() < 1e-6, "the gate alone would allow 0.2");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(120))]

        #[test]
        fn no_placement_beats_the_bound_and_few_beat_the_answer(
            ends in vec((0_usize..5, 0_usize..5), 4..9),
            weights in vec(0.2..1.0_f64, 9),
            guards in 1_u32..4,
        ) {
            let mut roads: Vec<_> = ends.into_iter().filter(|(a, b)| a != b).collect();
            roads.push((0, 4));
            let success = &weights[..roads.len().min(9)];
            roads.truncate(success.len());
            let mut game = Plain { vertices: 5, roads: roads.clone() };
            let placed = place(&mut game, success, guards, 0.6);
            let mut best = f64::INFINITY;
            for set in 0_u32..1 << roads.len() {
                if set.count_ones() > guards { continue; }
                let left = |at: usize| if (set >> at) & 1 == 1 { 0.4 } else { 1.0 };
                let weight = |(at, p): (usize, &f64)| p * left(at);
                let weights: Vec<f64> = success.iter().enumerate().map(weight).collect();
                best = best.min(game.solve(&weights).value);
            }
            prop_assert!(placed.bound <= best * (1.0 + 1e-6), "{:?} {}", placed, best);
            prop_assert!(placed.value <= placed.before * (1.0 + 1e-9));
            prop_assert!(placed.value <= best * 1.35, "{:?} {}", placed, best);
        }
    }
}
