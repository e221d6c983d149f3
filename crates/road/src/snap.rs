//! A place → the nearest place on a road.

use words::place::Point;

use crate::measure::{Plane, line_mm, whole};
use crate::roads::Roads;

/// A site farther off than this is not at that road: half a kilometre is a large compound with
/// its drive, and beyond it the drive itself is missing from the map.
pub const OFF_MAX_MM: u64 = 500_000;

/// How far is looked for the road that is named instead.
pub const SOUGHT_MAX_MM: u64 = 100_000_000;

/// A side of a cell, in 1e-7 degrees: about 250 m from south to north.
const CELL_E7: i64 = 22_500;

/// A place on a road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The segment.
    pub segment: u32,
    /// How far it is from the segment's first point, along it, in millimetres.
    pub along_mm: u32,
    /// Where that is.
    pub at: Point,
    /// How far it is from the place that was asked for, in millimetres.
    pub off_mm: u64,
}

/// There is no road where one was sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffRoad {
    /// The nearest place that would do, if there is one within [`SOUGHT_MAX_MM`].
    pub nearest: Option<Spot>,
}

/// Which segments lie in which cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    cells: Vec<(u64, u32)>,
}

impl Index {
    /// The index of all segments.
    pub fn of(roads: &Roads) -> Self {
        let mut cells = Vec::new();
        for segment in roads.numbers() {
            let begin = cells.len();
            let points = roads.points(segment);
            for (from, to) in points.iter().zip(points.iter().skip(1)) {
                cells_of(*from, *to, |cell| cells.push((cell, segment)));
            }
            // Consecutive lines share cells.
            if let Some(own) = cells.get_mut(begin..) {
                own.sort_unstable();
            }
        }
        cells.sort_unstable();
        cells.dedup();
        cells.shrink_to_fit();
        Self { cells }
    }

    /// The nearest place on a segment that is `wanted`, not farther than `within_mm`.
    pub fn nearest(
        &self,
        roads: &Roads,
        point: Point,
        within_mm: u64,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Spot> {
        let plane = Plane::at(point);
        let (row, column) = (row(point.lat_e7()), row(point.lon_e7()));
        // A cell is at least so wide where it is narrowest: towards the pole, within the reach.
        let narrow = narrowest_mm(point, within_mm);
        let mut best: Option<Spot> = None;
        let mut ring = 0_u64;
        while best.is_none_or(|best| best.off_mm >= ring.saturating_sub(1) * narrow)
            && ring.saturating_sub(1) * narrow <= within_mm
        {
            self.on_ring([row, column], ring, &mut |segment| {
                if wanted(segment)
                    && let Some(spot) = project(roads, segment, plane, point)
                    && spot.off_mm <= within_mm
                    && best.is_none_or(|best| order(&spot) < order(&best))
                {
                    best = Some(spot);
                }
            });
            ring += 1;
        }
        best
    }

    /// Where a site meets the roads, or the nearest place that would do.
    pub fn snap(
        &self,
        roads: &Roads,
        point: Point,
        wanted: impl Fn(u32) -> bool,
    ) -> Result<Spot, OffRoad> {
        let near = self.nearest(roads, point, OFF_MAX_MM, &wanted);
        near.ok_or_else(|| OffRoad { nearest: self.nearest(roads, point, SOUGHT_MAX_MM, &wanted) })
    }

    /// Segments with a point in a rectangle's cells, from its south-west to its north-east, each
    /// once.
    pub fn within(&self, south_west: Point, north_east: Point) -> Vec<u32> {
        let [south, north] = [south_west.lat_e7(), north_east.lat_e7()].map(row);
        let [west, east] = [south_west.lon_e7(), north_east.lon_e7()].map(row);
        let mut found = Vec::new();
        for line in south..=north {
            self.on_line(line, west, east, &mut |segment| found.push(segment));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    // The cells at a distance of exactly so many cells.
    fn on_ring(&self, [row, column]: [i64; 2], ring: u64, tell: &mut impl FnMut(u32)) {
        let ring = ring.cast_signed();
        let (west, east) = (column - ring, column + ring);
        self.on_line(row - ring, west, east, tell);
        if ring > 0 {
            self.on_line(row + ring, west, east, tell);
        }
        for line in row - ring + 1..row + ring {
            self.on_line(line, west, west, tell);
            self.on_line(line, east, east, tell);
        }
    }

    fn on_line(&self, line: i64, west: i64, east: i64, tell: &mut impl FnMut(u32)) {
        let (first, last) = (cell(line, west), cell(line, east));
        let begin = self.cells.partition_point(|(other, _)| *other < first);
        let own = self.cells.get(begin..).unwrap_or_default().iter();
        own.take_while(|(other, _)| *other <= last).for_each(|(_, segment)| tell(*segment));
    }
}

fn order(spot: &Spot) -> (u64, u32) {
    (spot.off_mm, spot.segment)
}

fn narrowest_mm(point: Point, within_mm: u64) -> u64 {
    let reach = i32::try_from(within_mm / 11).unwrap_or(i32::MAX);
    let lat = point.lat_e7().saturating_abs().saturating_add(reach).min(899_000_000);
    let (Some(here), Some(beside)) = (Point::new(lat, 0), Point::new(lat, 22_500)) else {
        return 1;
    };
    line_mm(here, beside).max(1)
}

fn row(e7: i32) -> i64 {
    i64::from(e7).div_euclid(CELL_E7)
}

// Rows and columns are within ±80,000; a million more keeps them above 0.
fn cell(row: i64, column: i64) -> u64 {
    let above = |number: i64| (number + (1 << 20)).max(0).cast_unsigned();
    above(row) << 32 | above(column)
}

// A line is cut into pieces not longer than a cell, and each is in the cells of its rectangle.
fn cells_of(from: Point, to: Point, mut tell: impl FnMut(u64)) {
    let [lat, lon] = [from.lat_e7(), from.lon_e7()].map(i64::from);
    let [north, east] = [i64::from(to.lat_e7()) - lat, i64::from(to.lon_e7()) - lon];
    let pieces = (north.abs().max(east.abs()) / CELL_E7) + 1;
    let at = |piece: i64| [lat + north * piece / pieces, lon + east * piece / pieces];
    for piece in 0..pieces {
        let [south, west] = at(piece);
        let [north, east] = at(piece + 1);
        let rows = south.min(north).div_euclid(CELL_E7)..=south.max(north).div_euclid(CELL_E7);
        for row in rows {
            let columns = west.min(east).div_euclid(CELL_E7)..=west.max(east).div_euclid(CELL_E7);
            columns.for_each(|column| tell(cell(row, column)));
        }
    }
}

/// The nearest place on a segment.
pub fn project_on(roads: &Roads, segment: u32, point: Point) -> Option<Spot> {
    project(roads, segment, Plane::at(point), point)
}

// The nearest place on a segment, in the plane at the point.
fn project(roads: &Roads, segment: u32, plane: Plane, point: Point) -> Option<Spot> {
    let length = roads.segment(segment)?.length_mm;
    let points = roads.points(segment);
    let mut best: Option<Spot> = None;
    let mut before_mm = 0;
    for (from, to) in points.iter().zip(points.iter().skip(1)) {
        let ([x, y], [end_x, end_y]) = (plane.metres(*from), plane.metres(*to));
        let (dx, dy) = (end_x - x, end_y - y);
        let square = dx * dx + dy * dy;
        let share = if square > 0.0 { (-(x * dx + y * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
        let at = between(*from, *to, share)?;
        let off_mm = line_mm(point, at);
        if best.is_none_or(|best| off_mm < best.off_mm) {
            let along = before_mm + line_mm(*from, at);
            let along_mm = u32::try_from(along).unwrap_or(length).min(length);
            best = Some(Spot { segment, along_mm, at, off_mm });
        }
        before_mm += line_mm(*from, *to);
    }
    best
}

fn between(from: Point, to: Point, share: f64) -> Option<Point> {
    let e7 = |from: i32, to: i32| {
        let far = (f64::from(to) - f64::from(from)).abs() * share;
        let far = i32::try_from(whole(far.round())).ok()?;
        if to < from { from.checked_sub(far) } else { from.checked_add(far) }
    };
    Point::new(e7(from.lat_e7(), to.lat_e7())?, e7(from.lon_e7(), to.lon_e7())?)
}

/// The part of a segment's points from one place along it to another, in that order.
pub fn part(roads: &Roads, segment: u32, from_mm: u32, to_mm: u32) -> Vec<Point> {
    if from_mm > to_mm {
        let mut back = part(roads, segment, to_mm, from_mm);
        back.reverse();
        return back;
    }
    let points = roads.points(segment);
    let (begin, end) = (u64::from(from_mm), u64::from(to_mm));
    let mut cut = Vec::new();
    let mut before = 0_u64;
    let lines = points.iter().zip(points.iter().skip(1));
    let count = points.len().saturating_sub(2);
    for (number, (from, to)) in lines.enumerate() {
        // The last line takes what rounding has left over.
        let long = line_mm(*from, *to);
        let after = if number == count { u64::MAX } else { before + long };
        let place = |at: u64| between(*from, *to, share(at.saturating_sub(before), long));
        if cut.is_empty() && begin <= after {
            cut.extend(place(begin));
        }
        if !cut.is_empty() {
            if end <= after {
                cut.extend(place(end));
                break;
            }
            cut.push(*to);
        }
        before += long;
    }
    cut.dedup();
    cut
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "below 2^53: millimetres")]
fn share(of: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (of as f64 / whole as f64).min(1.0) }
}
