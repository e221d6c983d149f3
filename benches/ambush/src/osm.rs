//! A road network from an OSM extract, as much as measuring needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use osmpbf::{Element, ElementReader};
use route::net::Net;
use words::place::Point;

use crate::Failure;

struct Way {
    nodes: Vec<i64>,
    kmh: u32,
    oneway: bool,
}

/// Reads the roads that cars drive; of islands the largest. Bends are no junctions.
pub(crate) fn read(path: &Path) -> Result<Net, Failure> {
    let (mut ways, mut places) = (Vec::new(), BTreeMap::new());
    ElementReader::from_path(path)?.for_each(|element| match element {
        Element::Way(way) => {
            let tags: BTreeMap<&str, &str> = way.tags().collect();
            if let Some(kmh) = tags.get("highway").and_then(|class| speed(class)) {
                let oneway = matches!(tags.get("oneway"), Some(&("yes" | "1" | "true")))
                    || tags.get("junction") == Some(&"roundabout")
                    || tags.get("highway") == Some(&"motorway");
                ways.push(Way { nodes: way.refs().collect(), kmh, oneway });
            }
        }
        Element::DenseNode(node) => {
            places.insert(node.id(), Point::from_degrees(node.lat(), node.lon()));
        }
        Element::Node(node) => {
            places.insert(node.id(), Point::from_degrees(node.lat(), node.lon()));
        }
        Element::Relation(_) => {}
    })?;
    let place = |id: &i64| places.get(id).copied().flatten();
    Ok(largest(&network(&ways, &place)))
}

fn speed(class: &str) -> Option<u32> {
    let kmh = match class {
        "motorway" => 90,
        "motorway_link" | "trunk_link" => 50,
        "trunk" => 70,
        "primary" => 60,
        "secondary" => 50,
        "tertiary" | "primary_link" | "secondary_link" => 40,
        "unclassified" | "tertiary_link" => 35,
        "residential" | "road" => 30,
        "living_street" => 15,
        "service" => 20,
        _ => return None,
    };
    Some(kmh)
}

fn network(ways: &[Way], place: &dyn Fn(&i64) -> Option<Point>) -> Net {
    let mut used: BTreeMap<i64, u32> = BTreeMap::new();
    for way in ways {
        for node in &way.nodes {
            *used.entry(*node).or_default() += 1;
        }
        for node in way.nodes.first().into_iter().chain(way.nodes.last()) {
            *used.entry(*node).or_default() += 1;
        }
    }
    let junctions: Vec<i64> =
        used.iter().filter(|(id, count)| **count > 1 && place(id).is_some()).map(|(id, _)| *id).collect();
    let number: BTreeMap<i64, u32> = junctions.iter().copied().zip(0..).collect();
    let (mut arcs, mut road) = (Vec::new(), 0);
    for way in ways {
        let mut start: Option<(u32, f64)> = None;
        let mut before: Option<Point> = None;
        for node in &way.nodes {
            let Some(here) = place(node) else { continue };
            if let (Some(start), Some(before)) = (&mut start, before) {
                start.1 += before.metres_to(here);
            }
            before = Some(here);
            let Some(junction) = number.get(node) else { continue };
            if let Some((tail, metres)) = start.filter(|(tail, _)| tail != junction) {
                let millis = (metres * 3_600.0 / f64::from(way.kmh)).ceil().max(1.0);
                let millis = format!("{millis:.0}").parse().unwrap_or(1);
                arcs.push((tail, *junction, millis, road));
                if !way.oneway {
                    arcs.push((*junction, tail, millis, road));
                }
                road += 1;
            }
            start = Some((*junction, 0.0));
        }
    }
    let places = junctions.iter().filter_map(place).collect();
    Net::of(places, &arcs)
}

// The largest set of junctions of which each reaches each.
fn largest(net: &Net) -> Net {
    let arcs = list(net);
    let back: Vec<_> = arcs.iter().map(|(tail, head, millis, road)| (*head, *tail, *millis, *road)).collect();
    let back = Net::of(net.places.clone(), &back);
    let mut left: BTreeSet<u32> = (0..junctions(net)).collect();
    let mut best: BTreeSet<u32> = BTreeSet::new();
    while let Some(start) = left.first().copied() {
        let (to, of) = (reach(net, start), reach(&back, start));
        let both: BTreeSet<u32> = to.intersection(&of).copied().collect();
        left.retain(|junction| !both.contains(junction));
        if both.len() > best.len() {
            best = both;
        }
        if best.len() > left.len() {
            break;
        }
    }
    let number: BTreeMap<u32, u32> = best.iter().copied().zip(0..).collect();
    let mut roads: BTreeMap<u32, u32> = BTreeMap::new();
    let inner = arcs.iter().filter_map(|(tail, head, millis, road)| {
        let (tail, head) = (*number.get(tail)?, *number.get(head)?);
        let next = u32::try_from(roads.len()).ok()?;
        Some((tail, head, *millis, *roads.entry(*road).or_insert(next)))
    });
    let inner: Vec<_> = inner.collect();
    let places = best.iter().filter_map(|old| net.places.get(usize::try_from(*old).ok()?).copied());
    Net::of(places.collect(), &inner)
}

fn reach(net: &Net, start: u32) -> BTreeSet<u32> {
    let (mut seen, mut open) = (BTreeSet::from([start]), vec![start]);
    while let Some(at) = open.pop() {
        for head in net.leaving(at).filter_map(|arc| net.head.get(arc)) {
            if seen.insert(*head) {
                open.push(*head);
            }
        }
    }
    seen
}

pub(crate) fn junctions(net: &Net) -> u32 {
    u32::try_from(net.junctions()).unwrap_or(u32::MAX)
}

/// The arcs of a network, `(tail, head, millis, road)`.
pub(crate) fn list(net: &Net) -> Vec<(u32, u32, u32, u32)> {
    let of = |tail: u32| {
        net.leaving(tail).filter_map(move |arc| {
            Some((tail, *net.head.get(arc)?, *net.millis.get(arc)?, *net.road.get(arc)?))
        })
    };
    (0..junctions(net)).flat_map(of).collect()
}
