//! Road files.

use std::str;

use route::graph::parse;

/// Every road of a graph leads from a junction to another, and all of them are joined.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let Some(graph) = str::from_utf8(bytes).ok().and_then(|text| parse(text).ok()) else {
        return false;
    };
    for (road, index) in graph.roads().iter().filter_map(|it| Some((it, graph.road_named(&it.id)?)))
    {
        assert_eq!(graph.road(index), Some(road), "a road is found by its id");
        assert_eq!(graph.across(index, road.from), Some(road.to), "a road leads there");
        assert_eq!(graph.across(index, road.to), Some(road.from), "and back");
        let ends = [graph.at(road.from), graph.at(road.to)].map(|end| end.map(|end| end.point));
        assert_eq!([road.shape.first().copied(), road.shape.last().copied()], ends);
        assert!(graph.roads_at(road.from).contains(&index), "it meets others where it begins");
    }
    for junction in graph.junctions() {
        let index = graph.junction(&junction.id).expect("a junction is found by its id");
        assert_eq!(graph.at(index), Some(junction));
        assert!(graph.nearest(junction.point).is_some(), "something is nearest");
        let alone = graph.junctions().len() == 1;
        assert!(alone || !graph.roads_at(index).is_empty(), "no junction is an island");
    }
    true
}

/// A triangle: the exercise's own file is long.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let file = r#"{"format":"safeconduct/roads/1","note":"n","junctions":[
{"id":"a","lat":24.8,"lon":67.0},{"id":"b","lat":24.9,"lon":67.1},{"id":"c","lat":25,"lon":67}],
"roads":[{"id":"r","from":"a","to":"b","metres":900,"seconds":60,"weight":5,"via":[[24.85,67.02]]},
{"id":"s","from":"b","to":"c","metres":900,"seconds":60,"weight":5,"via":[]}]}"#;
    vec![file.as_bytes().to_vec()]
}
