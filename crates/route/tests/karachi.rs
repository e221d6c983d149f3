//! The Karachi exercise: its roads and places are read, solved and driven.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use route::fastest::fastest;
    use route::flow::{Pipe, greatest};
    use route::game::solve;
    use route::graph::{Graph, JunctionIx, parse};
    use serde::Deserialize;
    use words::act::Names;
    use words::id::SiteId;
    use words::place::Point;

    const ROADS: &str = include_str!("../../../scenarios/karachi/roads.json");
    const PLACES: &str = include_str!("../../../scenarios/karachi/places.toml");

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Places {
        place: Vec<Place>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Place {
        id: SiteId,
        kind: Kind,
        lat: f64,
        lon: f64,
        names: Names,
    }

    #[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        City,
        Site,
        Airport,
        Port,
        Hospital,
        Police,
        Checkpoint,
        Haven,
    }

    impl Place {
        fn point(&self) -> Point {
            Point::from_degrees(self.lat, self.lon).unwrap()
        }
    }

    fn graph() -> Graph {
        parse(ROADS).unwrap()
    }

    fn places() -> Vec<Place> {
        toml::from_str::<Places>(PLACES).unwrap().place
    }

    fn airport_to_camp(graph: &Graph) -> (JunctionIx, JunctionIx) {
        (graph.junction("airport").unwrap(), graph.junction("port-camp").unwrap())
    }

    #[test]
    fn the_network_says_that_it_is_schematic() {
        assert!(graph().note().starts_with("A schematic network for exercises"));
    }

    #[test]
    fn roads_are_as_long_as_they_are_drawn_and_no_faster_than_allowed() {
        for road in graph().roads() {
            let legs = road.shape.iter().zip(road.shape.iter().skip(1));
            let drawn: f64 = legs.map(|(a, b)| a.metres_to(*b)).sum();
            let metres = f64::from(road.metres);
            assert!((drawn - metres).abs() <= 10.0, "{}: {drawn} m are drawn", road.id);
            let kmh = metres / f64::from(road.seconds) * 3.6;
            assert!((20.0..=85.0).contains(&kmh), "{}: {kmh} km/h", road.id);
        }
    }

    #[test]
    fn beyond_the_exits_three_ways_share_no_road() {
        let graph = graph();
        let (airport, camp) = airport_to_camp(&graph);
        let exits = graph.roads_at(airport);
        assert_eq!(exits.len(), 2);
        let pipes = graph.roads().iter().map(|road| Pipe {
            ends: (road.from.index(), road.to.index()),
            capacity: if [road.from, road.to].contains(&airport) { 9 } else { 1 },
            length: 1,
        });
        let pipes: Vec<_> = pipes.collect();
        let flow = greatest(graph.junctions().len(), &pipes, airport.index(), camp.index());
        assert!(flow.value >= 3, "{} ways", flow.value);
    }

    #[test]
    fn the_airport_exits_are_where_protection_belongs() {
        let graph = graph();
        let (airport, camp) = airport_to_camp(&graph);
        let mixture = solve(&graph, airport, camp).unwrap();
        let named = |(road, share): &(_, u32)| (graph.road(*road).unwrap().id.clone(), *share);
        let chokepoints: BTreeMap<_, _> = mixture.chokepoints.iter().map(named).collect();
        // 14/27 and 13/27: the less an ambush succeeds at an exit, the more are laid there.
        let exits = [("airport-north-exit", 518_519), ("airport-south-exit", 481_481)];
        assert_eq!(chokepoints, exits.map(|(id, share)| (id.to_owned(), share)).into());
        // 1 / (1/0.70 + 1/0.65)
        assert_eq!(mixture.value_ppm, 337_038);
        assert!(mixture.caught_ppm <= mixture.value_ppm + 16, "{}", mixture.caught_ppm);
        assert!(mixture.routes.len() >= 4, "{} routes", mixture.routes.len());
        let quickest = fastest(&graph, airport, camp).unwrap();
        for (path, _) in &mixture.routes {
            assert_eq!(path.junctions(&graph).last(), Some(&camp));
            assert!(path.seconds >= quickest.seconds);
            let line = path.points(&graph);
            assert_eq!(line.first(), Some(&graph.at(airport).unwrap().point));
            assert_eq!(line.last(), Some(&graph.at(camp).unwrap().point));
        }
    }

    #[test]
    fn every_place_but_a_city_lies_on_the_roads() {
        let graph = graph();
        for place in places().iter().filter(|place| place.kind != Kind::City) {
            let nearest = graph.nearest(place.point()).unwrap();
            assert_eq!(graph.at(nearest).unwrap().point, place.point(), "{}", place.id);
            let named = graph.junction(place.id.as_str());
            assert!(named.is_none_or(|named| named == nearest), "{}", place.id);
        }
    }

    #[test]
    fn every_place_has_its_own_id_and_every_kind_its_places() {
        let places = places();
        let ids: BTreeSet<_> = places.iter().map(|place| &place.id).collect();
        assert_eq!(ids.len(), places.len());
        let count = |kind| places.iter().filter(|place| place.kind == kind).count();
        assert_eq!((count(Kind::City), count(Kind::Checkpoint)), (14, 3));
        assert!(count(Kind::Haven) >= 2 && count(Kind::Site) >= 3);
        assert_eq!((count(Kind::Airport), count(Kind::Port)), (1, 1));
        assert_eq!((count(Kind::Hospital), count(Kind::Police)), (1, 1));
    }

    #[test]
    fn every_name_is_written_in_its_own_script() {
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let arabic = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
        // Arabic yeh and kaf look right and sort, search and join wrongly in Urdu.
        let foreign = |c: char| "\u{64a}\u{643}\u{647}".contains(c);
        for place in places() {
            let Names { en, zh, ur } = &place.names;
            assert!(en.is_ascii() && !en.is_empty(), "{en}");
            assert!(zh.chars().any(han), "{zh}");
            assert!(ur.chars().all(|c| arabic(c) || c == ' ') && !ur.is_empty(), "{ur}");
            assert!(!ur.contains(foreign), "{ur}");
        }
    }
}
