//! Roads and routes → a picture in whole units, around what matters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use pages::chart::{Chart, Spot, Stroke};
use planner::report::Report;
use planner::terrain::Terrain;
use planner::told::drawn;
use words::place::Point;

/// What the Open Database License asks of whoever shows its roads.
const CREDIT: &str = "© OpenStreetMap contributors";

/// How wide the picture is, in units.
const WIDTH: f64 = 1_000.0;

/// How high it is at most and at least.
const HEIGHT: [f64; 2] = [360.0, 720.0];

/// A rim around what is shown, in units.
const RIM: f64 = 28.0;

/// Around an answer so much of its size is shown beside it.
const BESIDE: f64 = 0.12;

/// Numbers and letters that are written into the picture; the lists have them all.
const ROUTES_DRAWN: usize = 12;
const CHOKES_DRAWN: usize = 20;

/// Marks nearer than this would cover each other, in units.
const MARK: i32 = 20;

/// A road that is always driven is so wide, in tenths of a unit, and none is thinner.
const WIDEST: f64 = 140.0;
const THINNEST: f64 = 18.0;

/// The picture of roads, and of an answer on them.
pub(crate) fn picture(terrain: &Terrain, report: Option<&Report>) -> Option<Chart> {
    let roads = drawn(terrain);
    let shown: Vec<Point> = match report {
        Some(report) => report.routes.iter().flat_map(|it| it.line.iter().copied()).collect(),
        None => roads.iter().flat_map(|road| terrain.shape(*road)).collect(),
    };
    let view = Window::around(&shown, if report.is_some() { BESIDE } else { 0.0 })?;
    let mut chart = Chart {
        size: (whole(WIDTH), whole(view.height)),
        bounds: view.bounds(),
        credit: if terrain.is_imported() { CREDIT } else { "" },
        ..Chart::default()
    };
    for road in roads {
        let shape = terrain.shape(road);
        if !shape.iter().any(|point| view.holds(*point)) {
            continue;
        }
        let stroke = view.stroke(&terrain.reference(road), &shape, 10.0);
        let rank = usize::from(terrain.rank(road).min(2));
        chart.roads.get_mut(rank).into_iter().for_each(|list| list.push(stroke.clone()));
    }
    if let Some(report) = report {
        answer(&mut chart, (terrain, &view), report);
    }
    Some(chart)
}

fn answer(chart: &mut Chart, (terrain, view): (&Terrain, &Window), report: &Report) {
    let passed = passed(report);
    let mut driven: Vec<(u32, f64)> = passed.iter().map(|(road, part)| (*road, *part)).collect();
    driven.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
    for (road, part) in driven {
        let width = (part * WIDEST).max(THINNEST);
        chart.routes.push(view.stroke(&terrain.reference(road), &terrain.shape(road), width));
    }
    for (letter, point) in ('A'..='Z').zip(report.chokepoints.iter().take(CHOKES_DRAWN)) {
        chart.chokes.push(view.stroke(&point.reference, &point.line, THINNEST));
        let at = middle(&point.line);
        chart.letters.extend(at.map(|at| view.spot(at, &letter.to_string(), &point.reference)));
    }
    for (reference, _, line) in &report.guards {
        chart.guards.extend(middle(line).map(|at| view.spot(at, "", reference)));
    }
    let line = report.routes.first().map(|route| &route.line);
    let ends = [("▶", line.and_then(|it| it.first())), ("■", line.and_then(|it| it.last()))];
    chart.ends.extend(ends.into_iter().filter_map(|(text, at)| Some(view.spot(*at?, text, ""))));
    for (number, route) in (1..).zip(report.routes.iter().take(ROUTES_DRAWN)) {
        let taken = [&chart.letters, &chart.guards, &chart.ends, &chart.numbers];
        let taken: Vec<(i32, i32)> = taken.into_iter().flatten().map(|spot| spot.at).collect();
        // Where it is most alone, and no other mark stands.
        let mut alone: Vec<(f64, u32)> = route
            .roads
            .iter()
            .map(|road| (passed.get(road).copied().unwrap_or(1.0), *road))
            .collect();
        alone.sort_by(|one, other| one.0.total_cmp(&other.0));
        let spots = alone.iter().filter_map(|(_, road)| middle(&terrain.shape(*road)));
        let mut spots = spots.map(|at| view.spot(at, &i32::to_string(&number), ""));
        chart.numbers.extend(spots.find(|spot| taken.iter().all(|other| apart(spot.at, *other))));
    }
}

// How often each road is driven.
fn passed(report: &Report) -> BTreeMap<u32, f64> {
    let mut passed: BTreeMap<u32, f64> = BTreeMap::new();
    for route in &report.routes {
        let roads: BTreeSet<u32> = route.roads.iter().copied().collect();
        for road in roads {
            *passed.entry(road).or_default() += route.share;
        }
    }
    passed
}

const fn apart(one: (i32, i32), other: (i32, i32)) -> bool {
    (one.0 - other.0).abs() > MARK || (one.1 - other.1).abs() > MARK
}

fn middle(line: &[Point]) -> Option<Point> {
    let (one, other) = (line.get((line.len().max(1) - 1) / 2)?, line.get(line.len() / 2)?);
    Point::new(
        i32::midpoint(one.lat_e7(), other.lat_e7()),
        i32::midpoint(one.lon_e7(), other.lon_e7()),
    )
}

// A part of the earth and how it is laid onto the picture.
struct Window {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    height: f64,
}

impl Window {
    fn around(points: &[Point], beside: f64) -> Option<Self> {
        let least = |of: fn(&Point) -> f64| points.iter().map(of).reduce(f64::min);
        let most = |of: fn(&Point) -> f64| points.iter().map(of).reduce(f64::max);
        let (lat, lon) = (|it: &Point| it.lat(), |it: &Point| it.lon());
        let (mut west, mut south) = (least(lon)?, least(lat)?);
        let (mut east, mut north) = (most(lon)?, most(lat)?);
        let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.1);
        let [lowest, highest] = HEIGHT;
        let rim = ((east - west).max((north - south) / squeeze) * beside).max(0.002);
        (west, east) = (west - rim, east + rim);
        (south, north) = (south - rim * squeeze, north + rim * squeeze);
        let inner = WIDTH - 2.0 * RIM;
        let due = (north - south) / squeeze / (east - west) * inner + 2.0 * RIM;
        let height = due.clamp(lowest, highest);
        // What is too high for the picture is shown with more beside it, and the other way round.
        if due > highest {
            let wide = (north - south) / squeeze * inner / (highest - 2.0 * RIM);
            let more = (wide - (east - west)) / 2.0;
            (west, east) = (west - more, east + more);
        } else if due < lowest {
            let high = (east - west) * squeeze * (lowest - 2.0 * RIM) / inner;
            let more = (high - (north - south)) / 2.0;
            (south, north) = (south - more, north + more);
        }
        Some(Self { west, south, east, north, height })
    }

    // Of the whole picture, its rim included.
    fn bounds(&self) -> String {
        let wide = (self.east - self.west) / (WIDTH - 2.0 * RIM) * RIM;
        let high = (self.north - self.south) / (self.height - 2.0 * RIM) * RIM;
        let [west, east] = [self.west - wide, self.east + wide];
        let [south, north] = [self.south - high, self.north + high];
        format!("{west:.7} {south:.7} {east:.7} {north:.7}")
    }

    fn holds(&self, point: Point) -> bool {
        (self.west..=self.east).contains(&point.lon())
            && (self.south..=self.north).contains(&point.lat())
    }

    fn at(&self, point: Point) -> (i32, i32) {
        let right = (point.lon() - self.west) / (self.east - self.west);
        let up = (point.lat() - self.south) / (self.north - self.south);
        (
            whole(RIM + right * (WIDTH - 2.0 * RIM)),
            whole(self.height - RIM - up * (self.height - 2.0 * RIM)),
        )
    }

    fn stroke(&self, reference: &str, line: &[Point], width: f64) -> Stroke {
        let mut points = String::new();
        let mut before = None;
        for point in line {
            let (x, y) = self.at(*point);
            if before.replace((x, y)) != Some((x, y)) {
                write!(points, "{x},{y} ").expect("a text takes every text");
            }
        }
        let width = u32::try_from(whole(width)).unwrap_or(10);
        let points = points.trim_end().to_owned();
        Stroke { reference: reference.to_owned(), width, points }
    }

    fn spot(&self, at: Point, text: &str, reference: &str) -> Spot {
        Spot { at: self.at(at), text: text.to_owned(), reference: reference.to_owned() }
    }
}

// Units of a picture are thousands at most; what lies far outside is cut off there.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and a picture is no measurement"
)]
fn whole(number: f64) -> i32 {
    number.round().clamp(-100_000.0, 100_000.0) as i32
}
