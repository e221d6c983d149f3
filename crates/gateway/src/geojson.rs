//! GeoJSON (RFC 7946) for maps and exports: points, lines and polygons.

use std::fmt::Write;

use serde_json::{Map, Value};
use words::place::{Area, Point};

/// What is told about a feature beside its place.
pub type Properties = Map<String, Value>;

/// A feature collection in the making; printed in the order in which features were added.
///
/// A line of fewer than two points and a polygon of fewer than three corners keep their
/// properties and get no geometry, as RFC 7946 section 3.2 provides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collection {
    features: Vec<String>,
}

impl Collection {
    /// Adds a point.
    pub fn point(&mut self, point: Point, properties: Properties) {
        self.add(Some(("Point", position(point))), properties);
    }

    /// Adds a line.
    pub fn line(&mut self, points: &[Point], properties: Properties) {
        let drawn = (points.len() >= 2).then(|| ("LineString", positions(points.iter())));
        self.add(drawn, properties);
    }

    /// Adds a polygon: closed and counterclockwise, however its corners came.
    pub fn polygon(&mut self, area: &Area, properties: Properties) {
        self.add(ring(area).map(|ring| ("Polygon", format!("[{ring}]"))), properties);
    }

    /// How many features it holds.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Does it hold none?
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The JSON text.
    pub fn print(&self) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, self.features.join(","))
    }

    fn add(&mut self, drawn: Option<(&str, String)>, properties: Properties) {
        let geometry = drawn.map_or_else(
            || "null".to_owned(),
            |(kind, places)| format!(r#"{{"type":"{kind}","coordinates":{places}}}"#),
        );
        let properties = Value::Object(properties);
        self.features.push(format!(
            r#"{{"type":"Feature","geometry":{geometry},"properties":{properties}}}"#
        ));
    }
}

// Longitude first: the order of RFC 7946, the opposite of speech.
fn position(point: Point) -> String {
    let mut out = String::from("[");
    push_degrees(&mut out, point.lon_e7());
    out.push(',');
    push_degrees(&mut out, point.lat_e7());
    out.push(']');
    out
}

fn positions<'a>(points: impl Iterator<Item = &'a Point>) -> String {
    let all: Vec<_> = points.map(|point| position(*point)).collect();
    format!("[{}]", all.join(","))
}

fn ring(area: &Area) -> Option<String> {
    let corners = &area.corners;
    let first = corners.first().filter(|_| corners.len() >= 3)?;
    Some(if doubled_area(corners) < 0 {
        let last = corners.last()?;
        positions(corners.iter().rev().chain([last]))
    } else {
        positions(corners.iter().chain([first]))
    })
}

// Twice the signed area in squared 1e-7 degrees; negative when the corners run clockwise.
fn doubled_area(corners: &[Point]) -> i128 {
    let next = corners.iter().cycle().skip(1);
    let wide = |value: i32| i128::from(value);
    let cross = |(a, b): (&Point, &Point)| {
        wide(a.lon_e7()) * wide(b.lat_e7()) - wide(b.lon_e7()) * wide(a.lat_e7())
    };
    corners.iter().zip(next).map(cross).sum()
}

// Whole numbers to degrees with exactly seven decimals, without a float on the way.
fn push_degrees(out: &mut String, e7: i32) {
    let size = e7.unsigned_abs();
    let sign = if e7 < 0 { "-" } else { "" };
    write!(out, "{sign}{}.{:07}", size / 10_000_000, size % 10_000_000)
        .expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};
    use serde_json::{Value, json};
    use words::place::{Area, Point};

    use super::{Collection, Properties};

    fn at(lat_e7: i32, lon_e7: i32) -> Point {
        Point::new(lat_e7, lon_e7).unwrap()
    }

    fn named(name: &str) -> Properties {
        Properties::from_iter([("name".to_owned(), json!(name))])
    }

    #[test]
    fn a_map_shows_a_bus_its_corridor_and_a_zone() {
        let mut map = Collection::default();
        map.point(at(249_065_000, 671_608_000), named("bus \"7\""));
        map.line(&[at(1, -1), at(-900_000_000, 1_800_000_000)], Properties::new());
        let clockwise = [at(0, 0), at(10_000_000, 0), at(10_000_000, 10_000_000)];
        map.polygon(&Area { corners: clockwise.to_vec() }, Properties::new());
        assert_eq!(
            map.print(),
            concat!(
                r#"{"type":"FeatureCollection","features":["#,
                r#"{"type":"Feature","geometry":{"type":"Point","coordinates":"#,
                r#"[67.1608000,24.9065000]},"properties":{"name":"bus \"7\""}},"#,
                r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":"#,
                r#"[[-0.0000001,0.0000001],[180.0000000,-90.0000000]]},"properties":{}},"#,
                r#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[["#,
                r#"[1.0000000,1.0000000],[0.0000000,1.0000000],[0.0000000,0.0000000],"#,
                r#"[1.0000000,1.0000000]]]},"properties":{}}]}"#,
            )
        );
    }

    #[test]
    fn what_cannot_be_drawn_is_listed_without_a_place() {
        let mut map = Collection::default();
        map.line(&[at(0, 0)], named("no way"));
        map.polygon(&Area { corners: vec![at(0, 0), at(1, 1)] }, named("no zone"));
        let read: Value = serde_json::from_str(&map.print()).unwrap();
        assert_eq!((map.len(), map.is_empty()), (2, false));
        for (index, name) in [(0, "no way"), (1, "no zone")] {
            assert_eq!(read["features"][index]["geometry"], Value::Null);
            assert_eq!(read["features"][index]["properties"]["name"], name);
        }
    }

    proptest! {
        #[test]
        fn a_printed_point_reads_back_to_the_centimetre(
            lat in -900_000_000..=900_000_000_i32,
            lon in -1_800_000_000..=1_800_000_000_i32,
        ) {
            let mut map = Collection::default();
            map.point(at(lat, lon), Properties::new());
            let read: Value = serde_json::from_str(&map.print()).unwrap();
            let place = &read["features"][0]["geometry"]["coordinates"];
            let read = Point::from_degrees(place[1].as_f64().unwrap(), place[0].as_f64().unwrap());
            prop_assert_eq!(read, Point::new(lat, lon));
        }
    }
}
