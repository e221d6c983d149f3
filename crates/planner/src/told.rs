//! An answer for programs: the same facts as people read.

use serde_json::{Value, json};
use words::place::Point;

use crate::report::Report;
use crate::terrain::Terrain;

/// Pieces of road that a map is given: more is a country, of which the main roads are shown.
pub const DRAWN_MAX: usize = 40_000;

/// Points that a map is given with them.
const POINTS_MAX: usize = 400_000;

/// An answer in JSON.
pub fn json(report: &Report) -> Value {
    let routes = report.routes.iter().map(|route| {
        json!({
            "share": route.share, "millis": route.millis, "via": route.via,
            "line": line(&route.line),
        })
    });
    let chokepoints = report.chokepoints.iter().map(|point| {
        json!({
            "road": point.reference, "name": point.name, "weight": point.weight,
            "share": point.share, "passed": point.passed, "price": point.price,
        })
    });
    let residual = report
        .residual
        .iter()
        .map(|it| json!({ "road": it.reference, "name": it.name, "weight": it.weight }));
    let levers = report.levers.iter().map(|lever| {
        json!({
            "lever": lever.kind.word(), "at": lever.at, "name": lever.name,
            "remains": lever.remains,
        })
    });
    let question = &report.question;
    json!({
        "from": question.from, "to": question.to, "guards": question.guards,
        "value": report.value, "bound": report.bound, "remains": report.remains,
        "fastest_route_value": report.fastest_value,
        "fastest_ms": report.fastest_ms, "expected_ms": report.expected_ms,
        "worst_ms": report.worst_ms,
        "expected_detour": report.expected_detour(), "worst_detour": report.worst_detour(),
        "route_bits": report.route_bits, "minute_bits": report.minute_bits,
        "routes": routes.collect::<Vec<_>>(),
        "chokepoints": chokepoints.collect::<Vec<_>>(),
        "residual": residual.collect::<Vec<_>>(),
        "levers": levers.collect::<Vec<_>>(),
        "work": report.work,
    })
}

/// Longitude first, as GeoJSON has it.
pub fn line(points: &[Point]) -> Value {
    points.iter().map(|at| json!([at.lon(), at.lat()])).collect()
}

/// Which roads a map draws: the main ones first, as many as it bears.
pub fn drawn(terrain: &Terrain) -> Vec<u32> {
    let mut roads: Vec<u32> = Vec::new();
    let mut points = 0;
    for rank in 0..=2 {
        for road in (0..terrain.roads()).filter(|road| terrain.rank(*road) == rank) {
            points += terrain.shape(road).len();
            if roads.len() >= DRAWN_MAX || points > POINTS_MAX {
                return roads;
            }
            roads.push(road);
        }
    }
    roads
}

/// The roads as `GeoJSON`, for the map of every page.
pub fn geojson(terrain: &Terrain) -> Value {
    let features = drawn(terrain).into_iter().map(|road| {
        json!({
            "type": "Feature",
            "geometry": { "type": "LineString", "coordinates": line(&terrain.shape(road)) },
            "properties": { "id": terrain.reference(road), "class": terrain.class(road) },
        })
    });
    json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() })
}
