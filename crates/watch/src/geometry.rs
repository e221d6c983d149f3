//! Distance to a corridor's middle line, the same bits on every machine.

use std::f64::consts::PI;

use words::place::Point;

// Metres of 1e-7 degree of latitude on the mean sphere of 6,371,009 m.
const METRES_PER_E7: f64 = PI * 6_371_009.0 / 180.0 / 1e7;

// All the way around, in 1e-7 degree.
const AROUND_E7: f64 = 3.6e9;

/// Metres from a point to the nearest place of a line; `None` if the line has no points.
///
/// Flat around the point, so it is exact where it matters: near. Only additions,
/// multiplications, divisions and a square root are used, whose results IEEE 754 fixes; the
/// cosines of mathematical libraries differ in their last bits.
pub(crate) fn metres_to_line(point: Point, line: &[Point]) -> Option<f64> {
    let shrink = cosine(point.lat().to_radians());
    let flat = |corner: &Point| {
        let mut east = f64::from(corner.lon_e7()) - f64::from(point.lon_e7());
        if east > AROUND_E7 / 2.0 {
            east -= AROUND_E7;
        } else if east < -AROUND_E7 / 2.0 {
            east += AROUND_E7;
        }
        let north = f64::from(corner.lat_e7()) - f64::from(point.lat_e7());
        (east * shrink * METRES_PER_E7, north * METRES_PER_E7)
    };
    let mut from = flat(line.first()?);
    let mut nearest = square_to_segment(from, from);
    for corner in line.iter().skip(1) {
        let to = flat(corner);
        nearest = nearest.min(square_to_segment(from, to));
        from = to;
    }
    Some(nearest.sqrt())
}

// Squared distance from the origin to the segment between two places.
fn square_to_segment(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { -(from.0 * dx + from.1 * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    let (x, y) = (from.0 + along * dx, from.1 + along * dy);
    x * x + y * y
}

// Taylor's series up to the 16th power: within 1e-12 of the cosine between ±90°.
fn cosine(radians: f64) -> f64 {
    let square = radians * radians;
    (1..=8).rev().fold(1.0, |sum, step| {
        let step = f64::from(step) * 2.0;
        1.0 - sum * square / (step * (step - 1.0))
    })
}

#[cfg(test)]
mod tests {
    use words::place::Point;

    use super::{cosine, metres_to_line};

    fn at(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn the_series_is_the_cosine() {
        for degrees in -90..=90 {
            let radians = f64::from(degrees).to_radians();
            assert!((cosine(radians) - radians.cos()).abs() < 1e-11, "{degrees}");
        }
    }

    #[test]
    fn a_line_is_as_far_as_its_nearest_place() {
        let road = [at(24.90, 67.00), at(24.90, 67.10), at(24.99, 67.10)];
        let far = |point: Point| metres_to_line(point, &road).unwrap();
        // Beside the middle of the first leg, beyond its start, on the bend.
        assert!((far(at(24.91, 67.05)) - 1_111.95).abs() < 0.1);
        let west = at(24.90, 66.99);
        assert!((far(west) - west.metres_to(at(24.90, 67.00))).abs() < 0.1);
        assert!(far(at(24.90, 67.10)) < 0.01);
    }

    #[test]
    fn a_single_point_is_a_line_and_nothing_is_none() {
        assert_eq!(metres_to_line(at(1.0, 1.0), &[]), None);
        let metres = metres_to_line(at(0.0, 179.999), &[at(0.0, -179.999)]).unwrap();
        assert!((metres - 222.39).abs() < 0.1, "{metres}");
    }
}
