//! The planner's table says on what weights its answer rests.
#![cfg(test)]

use outlook::plan::blank;
use pages::plan::Weights;
use planner::terrain::{Terrain, Weighed};
use road::drivable::Terms;
use road::roads::{Name, Roads};

#[test]
fn a_map_whose_weights_nobody_has_judged_says_so() {
    let map = || {
        let roads = Roads { names: vec![Name::default()], ..Roads::default() };
        Terrain::of_roads(roads, &Terms::default())
    };
    assert_eq!(blank(Some(&map())).weights, Weights::Even);
    let with = |weighed| blank(Some(&map().weighing(Vec::new(), weighed))).weights;
    assert_eq!(with(Weighed { incidents: 0, file: false }), Weights::Even);
    assert_eq!(with(Weighed { incidents: 3, file: false }), Weights::Picture(3, false));
    assert_eq!(with(Weighed { incidents: 0, file: true }), Weights::Picture(0, true));
    let text = include_str!("../../../scenarios/karachi/roads.json");
    let drawn = Terrain::of_graph(std::sync::Arc::new(route::graph::parse(text).unwrap()));
    assert_eq!(blank(Some(&drawn)).weights, Weights::Shared);
}
