//! The fastest way between two junctions, and what a path is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use words::place::Point;

use crate::graph::{Graph, JunctionIx, Road, RoadIx};

/// A way through the graph that visits no junction twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// Where it starts; a road alone does not say which way it is driven.
    pub from: JunctionIx,
    /// Its roads in order.
    pub roads: Vec<RoadIx>,
    /// Driving time in seconds.
    pub seconds: u32,
    /// Length in metres.
    pub metres: u32,
}

impl Path {
    /// The junctions it passes, first and last included.
    pub fn junctions(&self, graph: &Graph) -> Vec<JunctionIx> {
        let mut passed = vec![self.from];
        let mut at = self.from;
        for road in &self.roads {
            let Some(next) = graph.across(*road, at) else { break };
            passed.push(next);
            at = next;
        }
        passed
    }

    /// Its course, for drawing and for the corridor.
    pub fn points(&self, graph: &Graph) -> Vec<Point> {
        let mut line = Vec::new();
        let driven = self.roads.iter().filter_map(|road| graph.road(*road));
        for (road, start) in driven.zip(self.junctions(graph)) {
            if road.from == start {
                line.extend(road.shape.iter().copied());
            } else {
                line.extend(road.shape.iter().rev().copied());
            }
        }
        line.dedup();
        line
    }
}

/// The fastest path, the same one on every node; `None` only for junctions of another graph.
pub fn fastest(graph: &Graph, from: JunctionIx, to: JunctionIx) -> Option<Path> {
    fastest_over(graph, from, to, |_, _| true)
}

/// The fastest path over the roads that `open` allows to be driven away from a junction.
pub fn fastest_over(
    graph: &Graph,
    from: JunctionIx,
    to: JunctionIx,
    open: impl Fn(RoadIx, JunctionIx) -> bool,
) -> Option<Path> {
    graph.at(from)?;
    let mut best = BTreeMap::from([(from, Reached { seconds: 0, by: None })]);
    let mut front = BinaryHeap::from([Reverse((0, from))]);
    while let Some(Reverse((seconds, at))) = front.pop() {
        if at == to {
            return trace(graph, from, to, &best);
        }
        if best.get(&at).is_some_and(|reached| reached.seconds < seconds) {
            continue;
        }
        for road in graph.roads_at(at).iter().copied().filter(|road| open(*road, at)) {
            let Some((next, seconds)) = beyond(graph, road, at, seconds) else { continue };
            if best.get(&next).is_none_or(|reached| seconds < reached.seconds) {
                best.insert(next, Reached { seconds, by: Some((road, at)) });
                front.push(Reverse((seconds, next)));
            }
        }
    }
    None
}

struct Reached {
    seconds: u32,
    by: Option<(RoadIx, JunctionIx)>,
}

fn beyond(graph: &Graph, road: RoadIx, at: JunctionIx, seconds: u32) -> Option<(JunctionIx, u32)> {
    Some((graph.across(road, at)?, seconds + graph.road(road)?.seconds))
}

fn trace(
    graph: &Graph,
    from: JunctionIx,
    to: JunctionIx,
    best: &BTreeMap<JunctionIx, Reached>,
) -> Option<Path> {
    let mut roads = Vec::new();
    let mut at = to;
    while let Some((road, before)) = best.get(&at)?.by {
        roads.push(road);
        at = before;
    }
    roads.reverse();
    // No overflow: the limits of a graph keep a path that repeats no junction within 32 bits.
    let sum =
        |of: fn(&Road) -> u32| roads.iter().filter_map(|road| graph.road(*road)).map(of).sum();
    let (seconds, metres) = (sum(|road| road.seconds), sum(|road| road.metres));
    Some(Path { from, roads, seconds, metres })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

    use super::{fastest, fastest_over};
    use crate::graph::{Graph, JunctionIx};
    use crate::sample::{graph_of, simple_paths, sketches};

    fn ends(graph: &Graph) -> (JunctionIx, JunctionIx) {
        (JunctionIx(0), JunctionIx(graph.junctions().len() - 1))
    }

    #[test]
    fn the_longer_road_may_be_the_faster_one() {
        let graph = graph_of(3, &[(0, 2, 500, 100), (0, 1, 500, 30), (1, 2, 500, 40)]);
        let (from, to) = ends(&graph);
        let path = fastest(&graph, from, to).unwrap();
        assert_eq!(path.seconds, 70);
        let ids: Vec<_> = path.roads.iter().map(|r| graph.road(*r).unwrap().id.as_str()).collect();
        assert_eq!(ids, ["r1", "r2"]);
    }

    #[test]
    fn a_closed_road_is_driven_around() {
        let graph = graph_of(3, &[(0, 2, 500, 100), (0, 1, 500, 30), (1, 2, 500, 40)]);
        let (from, to) = ends(&graph);
        let closed = graph.road_named("r2").unwrap();
        let path = fastest_over(&graph, from, to, |road, _| road != closed).unwrap();
        assert_eq!(path.seconds, 100);
        assert_eq!(fastest_over(&graph, from, to, |_, _| false), None);
    }

    #[test]
    fn a_path_is_drawn_the_way_it_is_driven() {
        let graph = graph_of(3, &[(1, 0, 500, 30), (1, 2, 500, 40)]);
        let (from, to) = ends(&graph);
        let there = fastest(&graph, from, to).unwrap().points(&graph);
        let mut back = fastest(&graph, to, from).unwrap().points(&graph);
        assert_eq!(there.first(), Some(&graph.junctions()[0].point));
        assert_eq!(there.last(), Some(&graph.junctions()[2].point));
        assert_eq!(there.len(), 3, "the junction in the middle is drawn once");
        back.reverse();
        assert_eq!(there, back);
    }

    #[test]
    fn here_to_here_is_no_road_at_all() {
        let graph = graph_of(2, &[(0, 1, 500, 30)]);
        let path = fastest(&graph, JunctionIx(1), JunctionIx(1)).unwrap();
        assert!(path.roads.is_empty() && path.seconds == 0);
        assert_eq!(fastest(&graph, JunctionIx(7), JunctionIx(1)), None);
        assert_eq!(fastest(&graph, JunctionIx(0), JunctionIx(7)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_path_is_faster_than_the_fastest(sketch in sketches()) {
            let graph = graph_of(sketch.junctions, &sketch.roads);
            let (from, to) = ends(&graph);
            let path = fastest(&graph, from, to).unwrap();
            let slow = |roads: &[_]| roads.iter().map(|r| graph.road(*r).unwrap().seconds).sum();
            let best: u32 = simple_paths(&graph, from, to).iter().map(|p| slow(p)).min().unwrap();
            prop_assert_eq!(path.seconds, best);
            prop_assert_eq!(slow(&path.roads), best);
            prop_assert!(path.junctions(&graph).ends_with(&[to]));
        }
    }
}
