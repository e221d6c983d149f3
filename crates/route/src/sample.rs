//! Small graphs for tests, read through the real border.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use serde_json::json;

use crate::graph::{Graph, JunctionIx, RoadIx, parse};

/// Ends, ambush weight, seconds.
pub(crate) type SketchedRoad = (usize, usize, u32, u32);

/// A random connected graph.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    pub(crate) junctions: usize,
    pub(crate) roads: Vec<SketchedRoad>,
}

/// Junctions `j0`, `j1`, … on a line, roads `r0`, `r1`, … in the order given.
pub(crate) fn graph_of(junctions: usize, roads: &[SketchedRoad]) -> Graph {
    let junctions = (0..junctions).map(|index| {
        let lat = f64::from(u32::try_from(index).unwrap()) / 100.0;
        json!({ "id": format!("j{index}"), "lat": lat, "lon": 67.0 })
    });
    let roads = roads.iter().enumerate().map(|(index, (from, to, weight, seconds))| {
        json!({
            "id": format!("r{index}"), "from": format!("j{from}"), "to": format!("j{to}"),
            "metres": 1_000, "seconds": seconds, "weight": weight, "via": [],
        })
    });
    let file = json!({
        "format": "safeconduct/roads/1",
        "note": "for a test",
        "junctions": junctions.collect::<Vec<_>>(),
        "roads": roads.collect::<Vec<_>>(),
    });
    parse(&file.to_string()).unwrap()
}

/// A chain through all junctions and up to eight roads across it.
pub(crate) fn sketches() -> impl Strategy<Value = Sketch> {
    let numbers = || (1..=1_000_u32, 1..=100_u32);
    (2_usize..8).prop_flat_map(move |junctions| {
        let chain = vec(numbers(), junctions - 1);
        let across = vec((any::<usize>(), 1..junctions, numbers()), 0..9);
        (Just(junctions), chain, across).prop_map(|(junctions, chain, across)| {
            let chain = chain.into_iter().enumerate().map(|(i, (w, s))| (i, i + 1, w, s));
            let across = across.into_iter().map(|(a, by, (weight, seconds))| {
                let a = a % junctions;
                (a, (a + by) % junctions, weight, seconds)
            });
            Sketch { junctions, roads: chain.chain(across).collect() }
        })
    })
}

/// Every path that visits no junction twice, one by one.
pub(crate) fn simple_paths(graph: &Graph, from: JunctionIx, to: JunctionIx) -> Vec<Vec<RoadIx>> {
    let mut found = Vec::new();
    let mut open = vec![(vec![from], Vec::new())];
    while let Some((passed, roads)) = open.pop() {
        let at = *passed.last().unwrap();
        if at == to {
            found.push(roads);
            continue;
        }
        for road in graph.roads_at(at) {
            let next = graph.across(*road, at).unwrap();
            if !passed.contains(&next) {
                let further = [passed.as_slice(), &[next]].concat();
                open.push((further, [roads.as_slice(), &[*road]].concat()));
            }
        }
    }
    found
}
