//! Lengths on the earth, the same on every machine to the last bit.
//!
//! Two parties who import the same file get the same roads, byte for byte, and compare a hash. The
//! standard library's cosine is the machine's own; here only operations are used that IEEE 754
//! rounds in one way: plus, minus, times, divided, square root.

use std::f64::consts::PI;

use words::place::Point;

/// Metres in 1e-7 degree of latitude, on a sphere of 6,371,009 m (the mean earth radius).
const METRES_E7: f64 = 6_371_009.0 * PI / 180.0 / 1e7;

/// The whole earth around, in 1e-7 degrees.
const AROUND_E7: i64 = 3_600_000_000;

/// The cosine of a latitude: eleven terms of its series, off by less than 1e-14 up to the poles.
pub fn cosine(lat_e7: i32) -> f64 {
    let radians = f64::from(lat_e7) / 1e7 * (PI / 180.0);
    let square = radians * radians;
    // From the smallest term inwards: 1 - x²/(1·2)·(1 - x²/(3·4)·(1 - …)).
    let terms = [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0];
    terms.iter().fold(1.0, |inner, odd| 1.0 - square / (odd * (odd + 1.0)) * inner)
}

/// A plane that touches the earth at a point: metres east and north of it. Good to a part in a
/// thousand for a hundred kilometres.
#[derive(Debug, Clone, Copy)]
pub struct Plane {
    at: Point,
    cosine: f64,
}

impl Plane {
    /// The plane at a point.
    pub fn at(at: Point) -> Self {
        Self { at, cosine: cosine(at.lat_e7()) }
    }

    /// Metres east and north.
    pub fn metres(self, point: Point) -> [f64; 2] {
        [small(east_e7(self.at, point)) * METRES_E7 * self.cosine, north(self.at, point)]
    }
}

fn north(from: Point, to: Point) -> f64 {
    small(i64::from(to.lat_e7()) - i64::from(from.lat_e7())) * METRES_E7
}

// The short way around the earth.
fn east_e7(from: Point, to: Point) -> i64 {
    let east = i64::from(to.lon_e7()) - i64::from(from.lon_e7());
    match east {
        _ if east > AROUND_E7 / 2 => east - AROUND_E7,
        _ if east < -AROUND_E7 / 2 => east + AROUND_E7,
        _ => east,
    }
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "at most 3.6e9 in size")]
fn small(difference_e7: i64) -> f64 {
    difference_e7 as f64
}

/// Millimetres of the straight line between two points; good for a stretch of road, on which the
/// latitude hardly changes.
pub fn line_mm(from: Point, to: Point) -> u64 {
    let middle = i32::midpoint(from.lat_e7(), to.lat_e7());
    let east = small(east_e7(from, to)) * METRES_E7 * cosine(middle);
    let north = north(from, to);
    whole(((east * east + north * north).sqrt() * 1000.0).round())
}

/// Millimetres along points.
pub fn length_mm(points: &[Point]) -> u64 {
    points.iter().zip(points.iter().skip(1)).map(|(from, to)| line_mm(*from, *to)).sum()
}

/// A number that is whole and not below 0, as one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::as_conversions,
    reason = "a cast stops at the ends of u64, and what comes in is rounded"
)]
pub(crate) fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use words::place::Point;

    use super::{cosine, line_mm};

    #[test]
    fn the_series_is_the_cosine() {
        for degrees in -90..=90 {
            let exact = f64::from(degrees).to_radians().cos();
            assert!((cosine(degrees * 10_000_000) - exact).abs() < 1e-14, "{degrees}");
        }
    }

    #[test]
    fn a_line_is_as_long_as_the_great_circle() {
        let at = |lat, lon| Point::from_degrees(lat, lon).expect("on earth");
        for (from, to) in [
            (at(24.86, 67.0), at(24.87, 67.01)),
            (at(24.86, 67.0), at(24.86, 67.0)),
            (at(0.0, 179.999), at(0.0, -179.999)),
            (at(60.0, 10.0), at(60.01, 10.02)),
        ] {
            let great = from.metres_to(to) * 1000.0;
            let line = f64::from(u32::try_from(line_mm(from, to)).expect("short"));
            assert!((line - great).abs() <= 1.0 + great * 1e-6, "{line} {great}");
        }
    }
}
