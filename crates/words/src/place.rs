//! Points and areas in whole 1e-7 degrees: no floats in signed bytes.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A point on the earth, WGS 84, in units of 1e-7 degree (about 1.1 cm).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode)]
pub struct Point {
    #[n(0)]
    lat_e7: i32,
    #[n(1)]
    lon_e7: i32,
}

impl Point {
    /// A point, if latitude is within ±90° and longitude within ±180°.
    pub fn new(lat_e7: i32, lon_e7: i32) -> Option<Self> {
        let inside = (-900_000_000..=900_000_000).contains(&lat_e7)
            && (-1_800_000_000..=1_800_000_000).contains(&lon_e7);
        inside.then_some(Self { lat_e7, lon_e7 })
    }

    /// A point from degrees, rounded to 1e-7; `None` if it is not a number or out of range.
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        let e7 = |degrees: f64, limit: f64| {
            if !(degrees.is_finite() && degrees.abs() <= limit) {
                return None;
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::as_conversions,
                reason = "checked: at most 1.8e9, which fits an i32"
            )]
            Some((degrees * 1e7).round() as i32)
        };
        Self::new(e7(lat, 90.0)?, e7(lon, 180.0)?)
    }

    /// Latitude in 1e-7 degrees, north positive.
    pub const fn lat_e7(self) -> i32 {
        self.lat_e7
    }

    /// Longitude in 1e-7 degrees, east positive.
    pub const fn lon_e7(self) -> i32 {
        self.lon_e7
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }

    /// Great-circle distance in metres on a sphere of 6,371,009 m (the mean earth radius).
    pub fn metres_to(self, other: Self) -> f64 {
        let (lat_a, lat_b) = (self.lat().to_radians(), other.lat().to_radians());
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (other.lon() - self.lon()).to_radians() / 2.0;
        let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        2.0 * 6_371_009.0 * chord.sqrt().min(1.0).asin()
    }
}

impl<'b, C> Decode<'b, C> for Point {
    fn decode(
        d: &mut minicbor::Decoder<'b>,
        _ctx: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let wrong = |text: &str| minicbor::decode::Error::message(text.to_owned()).at(at);
        if d.array()? != Some(2) {
            return Err(wrong("a point has two numbers"));
        }
        let (lat_e7, lon_e7) = (d.i32()?, d.i32()?);
        Self::new(lat_e7, lon_e7).ok_or_else(|| wrong("a point outside the earth"))
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            lat_e7: i32,
            lon_e7: i32,
        }
        let raw = Raw::deserialize(source)?;
        Self::new(raw.lat_e7, raw.lon_e7)
            .ok_or_else(|| serde::de::Error::custom("a point outside the earth"))
    }
}

/// A polygon without holes; its last point joins its first. Does not cross the 180° meridian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Area {
    /// The corners in order.
    #[n(0)]
    pub corners: Vec<Point>,
}

impl Area {
    /// Is the point inside? Even-odd rule in integers, so that all nodes agree.
    pub fn holds(&self, point: Point) -> bool {
        let next = self.corners.iter().cycle().skip(1);
        let crossings = self.corners.iter().zip(next).filter(|(a, b)| crosses(**a, **b, point));
        crossings.count() % 2 == 1
    }
}

// Does the edge from `a` to `b` cross the ray that runs east from `point`?
fn crosses(a: Point, b: Point, point: Point) -> bool {
    if (a.lat_e7 > point.lat_e7) == (b.lat_e7 > point.lat_e7) {
        return false;
    }
    let wide = |value: i32| i128::from(value);
    let rise = wide(b.lat_e7) - wide(a.lat_e7);
    let run = wide(b.lon_e7) - wide(a.lon_e7);
    let left = (wide(point.lon_e7) - wide(a.lon_e7)) * rise;
    let right = (wide(point.lat_e7) - wide(a.lat_e7)) * run;
    if rise > 0 { left < right } else { left > right }
}

#[cfg(test)]
mod tests {
    use super::{Area, Point};

    fn at(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn a_square_holds_its_middle() {
        let area = Area { corners: vec![at(0.0, 0.0), at(0.0, 2.0), at(2.0, 2.0), at(2.0, 0.0)] };
        assert!(area.holds(at(1.0, 1.0)));
        assert!(!area.holds(at(3.0, 1.0)) && !area.holds(at(1.0, -1.0)));
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        let metres = at(24.0, 67.0).metres_to(at(25.0, 67.0));
        assert!((metres - 111_195.0).abs() < 10.0, "{metres}");
    }

    #[test]
    fn points_outside_the_earth_are_refused() {
        assert_eq!(Point::from_degrees(91.0, 0.0), None);
        assert_eq!(Point::from_degrees(f64::NAN, 0.0), None);
    }
}
