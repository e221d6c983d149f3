//! Simulated phones that move and report as OwnTracks does.

use std::collections::BTreeMap;
use std::sync::Arc;

use gateway::owntracks::{Location, PRESSED_PUBLISH};
use route::fastest::Path;
use route::graph::Graph;
use words::id::UnitId;
use words::moment::Moment;
use words::place::Point;
use words::role::Side;

use crate::scenario::Button;

/// Someone off duty reports this often, so that a headcount has its sign of life.
const RESTING_EVERY_MS: i64 = 10 * 60_000;

/// How fast somebody goes to another place, or off a route: 54 km/h.
const GOES_M_PER_S: f64 = 15.0;

/// How fast somebody hurries back to a way: 90 km/h, faster than the convoy.
const HURRIES_M_PER_S: f64 = 25.0;

/// So near to its way a vehicle is on it: between two reports it may go farther.
const NEAR_M: f64 = 400.0;

/// From one vehicle of a convoy to the next, in time: 50 m and more at the speed of a city.
const GAP_MS: i64 = 6_000;

/// A degree of latitude in metres, on the sphere that `words::place` measures on.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// How a phone signs in at its node.
#[derive(Debug, Clone)]
pub struct Login {
    /// Whose node it reports to.
    pub side: Side,
    /// Its user name.
    pub user: String,
    /// Its password, drawn when the exercise starts.
    pub password: String,
}

/// A timed course: points, and when each is passed, in ms after leaving.
#[derive(Debug, Clone, PartialEq)]
pub struct Way(Vec<(i64, Point)>);

impl Way {
    /// The course of a path at the speeds of its own roads.
    pub fn of(path: &Path, roads: &Graph) -> Self {
        let mut passed: Vec<(i64, Point)> = Vec::new();
        let mut at_ms = 0;
        for (road, start) in path.roads.iter().zip(path.junctions(roads)) {
            let Some(road) = roads.road(*road) else { continue };
            let mut shape = road.shape.clone();
            if road.from != start {
                shape.reverse();
            }
            let lasts_ms = i64::from(road.seconds) * 1_000;
            passed.extend(timed(&shape, at_ms, lasts_ms));
            at_ms += lasts_ms;
        }
        Self(passed)
    }

    /// Where one is so long after leaving, and how fast and whither one goes.
    pub fn at(&self, elapsed_ms: i64) -> Option<(Point, f64, f64)> {
        let after = self.0.iter().position(|(passed, _)| *passed > elapsed_ms);
        let Some(after) = after else { return self.0.last().map(|(_, end)| (*end, 0.0, 0.0)) };
        let Some((from, start)) = after.checked_sub(1).and_then(|before| self.0.get(before)) else {
            return self.0.first().map(|(_, start)| (*start, 0.0, 0.0));
        };
        let (to, end) = self.0.get(after)?;
        let lasts = seconds(to - from).max(0.001);
        let share = seconds(elapsed_ms - from) / lasts;
        let point = between(*start, *end, share)?;
        Some((point, start.metres_to(*end) / lasts, bearing(*start, *end)))
    }

    // The place so many metres off that lies farthest from the whole way.
    fn away(&self, from: Point, metres: u32) -> Option<Point> {
        let courses = (0..24).map(|step| f64::from(step) * 15.0);
        let places = courses.filter_map(|course| towards(from, course, f64::from(metres)));
        let near = |place: Point| {
            let each = self.0.iter().map(|(_, point)| place.metres_to(*point));
            each.fold(f64::INFINITY, f64::min)
        };
        places.max_by(|one, two| near(*one).total_cmp(&near(*two)))
    }
}

fn timed(shape: &[Point], from_ms: i64, lasts_ms: i64) -> Vec<(i64, Point)> {
    let legs: Vec<f64> =
        shape.iter().zip(shape.iter().skip(1)).map(|(a, b)| a.metres_to(*b)).collect();
    let whole: f64 = legs.iter().sum::<f64>().max(1.0);
    let mut gone = 0.0;
    let gone_at = std::iter::once(0.0).chain(legs.iter().map(|leg| {
        gone += leg;
        gone
    }));
    let passed_ms = |gone: f64| from_ms + whole_of(seconds(lasts_ms) * 1_000.0 * gone / whole);
    gone_at.map(passed_ms).zip(shape.iter().copied()).collect()
}

#[derive(Debug, Clone)]
enum Doing {
    Off(Option<Point>),
    Standing { now: Point, goal: Point },
    // Off its way it goes to `astray`, or hurries back.
    Driving { way: Arc<Way>, leaves: Moment, last: Option<Point>, astray: Option<Point> },
}

#[derive(Debug, Clone)]
struct Phone {
    login: Login,
    doing: Doing,
    silent: bool,
    button: Option<Button>,
    moved: Option<Moment>,
    told: Option<Moment>,
}

/// One report that is due.
#[derive(Debug, Clone)]
pub struct Report {
    /// From whom.
    pub unit: UnitId,
    /// How it signs in.
    pub login: Login,
    /// What it says.
    pub location: Location,
}

/// Every simulated phone.
#[derive(Debug, Clone, Default)]
pub struct Fleet(BTreeMap<UnitId, Phone>);

impl Fleet {
    /// Hands out a phone.
    pub fn give(&mut self, unit: UnitId, login: Login) {
        let doing = Doing::Off(None);
        let phone = Phone { login, doing, silent: false, button: None, moved: None, told: None };
        self.0.insert(unit, phone);
    }

    /// Does anybody's position matter now?
    pub fn is_busy(&self) -> bool {
        self.0.values().any(|phone| !matches!(phone.doing, Doing::Off(_)))
    }

    /// Is at a place at once.
    pub fn place(&mut self, units: &[UnitId], point: Point) {
        self.each(units, |_, phone| phone.doing = Doing::Standing { now: point, goal: point });
    }

    /// Goes to a place.
    pub fn go_to(&mut self, units: &[UnitId], goal: Point) {
        self.each(units, |_, phone| {
            let now = phone.doing.point().unwrap_or(goal);
            phone.doing = Doing::Standing { now, goal };
        });
    }

    /// Follows a way, one after the other.
    pub fn drive(&mut self, units: &[UnitId], way: &Arc<Way>, leaves: Moment) {
        self.each(units, |place, phone| {
            let last = phone.doing.point();
            let leaves = leaves.plus_ms(place * GAP_MS);
            let way = Arc::clone(way);
            phone.doing = Doing::Driving { way, leaves, last, astray: None };
        });
    }

    /// Turns off the way, so many metres, or back to it.
    pub fn stray(&mut self, units: &[UnitId], metres: u32) {
        self.each(units, |_, phone| {
            if let Doing::Driving { way, last, astray, .. } = &mut phone.doing {
                *astray = last.filter(|_| metres > 0).and_then(|from| way.away(from, metres));
            }
        });
    }

    /// Stops.
    pub fn halt(&mut self, units: &[UnitId]) {
        self.each(units, |_, phone| {
            if let Some(now) = phone.doing.point() {
                phone.doing = Doing::Standing { now, goal: now };
            }
        });
    }

    /// Reports no more, or again.
    pub fn silence(&mut self, units: &[UnitId], silent: bool) {
        self.each(units, |_, phone| phone.silent = silent);
    }

    /// Presses a button: it goes with the next report, which is due at once.
    pub fn press(&mut self, units: &[UnitId], button: Button) {
        self.each(units, |_, phone| {
            phone.button = Some(button);
            phone.told = None;
        });
    }

    /// Goes off duty where it is.
    pub fn leave(&mut self, units: &[UnitId]) {
        self.each(units, |_, phone| phone.doing = Doing::Off(phone.doing.point()));
    }

    /// Moves everyone to `now` and gives the reports that are due.
    pub fn due(&mut self, now: Moment, every_ms: i64) -> Vec<Report> {
        let mut due = Vec::new();
        for (unit, phone) in &mut self.0 {
            let passed = phone.moved.replace(now).map_or(0.0, |last| seconds(now.ms_since(last)));
            let Some(moved) = phone.doing.step(now, passed) else { continue };
            let every =
                if matches!(phone.doing, Doing::Off(_)) { RESTING_EVERY_MS } else { every_ms };
            let waits = phone.told.is_some_and(|told| now.ms_since(told) < every);
            if phone.silent || waits {
                continue;
            }
            phone.told = Some(now);
            let location = location(moved, now, phone.button.take());
            due.push(Report { unit: unit.clone(), login: phone.login.clone(), location });
        }
        due
    }

    fn each(&mut self, units: &[UnitId], mut change: impl FnMut(i64, &mut Phone)) {
        for (unit, place) in units.iter().zip(0..) {
            if let Some(phone) = self.0.get_mut(unit) {
                change(place, phone);
            }
        }
    }
}

impl Doing {
    fn point(&self) -> Option<Point> {
        match self {
            Self::Off(point) => *point,
            Self::Standing { now, .. } => Some(*now),
            Self::Driving { last, .. } => *last,
        }
    }

    // Where one is now, how fast (m/s) and whither (degrees).
    fn step(&mut self, at: Moment, passed_s: f64) -> Option<(Point, f64, f64)> {
        match self {
            Self::Off(point) => Some(((*point)?, 0.0, 0.0)),
            Self::Standing { now, goal } => {
                let left = now.metres_to(*goal);
                let goes = GOES_M_PER_S * passed_s;
                let course = bearing(*now, *goal);
                *now = if left <= goes { *goal } else { between(*now, *goal, goes / left)? };
                Some((*now, if left > 1.0 { GOES_M_PER_S } else { 0.0 }, course))
            }
            Self::Driving { way, leaves, last, astray } => {
                let (on_way, speed, course) = way.at(at.ms_since(*leaves).max(0))?;
                let from = last.unwrap_or(on_way);
                let (goal, speed_off) =
                    astray.map_or((on_way, HURRIES_M_PER_S), |it| (it, GOES_M_PER_S));
                let (left, goes) = (from.metres_to(goal), speed_off * passed_s);
                let there = left <= goes || left < NEAR_M;
                *last = Some(if there { goal } else { between(from, goal, goes / left)? });
                let (speed, course) = match (there, *astray) {
                    (true, None) => (speed, course),
                    (true, Some(_)) => (0.0, course),
                    (false, _) => (speed_off, bearing(from, goal)),
                };
                Some(((*last)?, speed, course))
            }
        }
    }
}

fn location(
    (point, speed, course): (Point, f64, f64),
    at: Moment,
    pressed: Option<Button>,
) -> Location {
    let whole = |number: f64| u32::try_from(whole_of(number)).unwrap_or(0);
    Location {
        point,
        // A phone tells whole seconds.
        at: Moment::from_ms(at.unix_ms.div_euclid(1_000) * 1_000),
        accuracy_m: Some(8),
        speed_kmh: Some(whole(speed * 3.6)),
        course_deg: u16::try_from(whole(course) % 360).ok(),
        battery_pct: Some(76),
        trigger: pressed.map(|_| PRESSED_PUBLISH),
        tracker: None,
        sos: pressed == Some(Button::Sos),
        duress: pressed == Some(Button::Duress),
    }
}

fn between(from: Point, to: Point, share: f64) -> Option<Point> {
    let mix = |from: f64, to: f64| from + (to - from) * share.clamp(0.0, 1.0);
    Point::from_degrees(mix(from.lat(), to.lat()), mix(from.lon(), to.lon()))
}

fn bearing(from: Point, to: Point) -> f64 {
    let east = (to.lon() - from.lon()) * from.lat().to_radians().cos();
    east.atan2(to.lat() - from.lat()).to_degrees().rem_euclid(360.0)
}

// So many metres from a place, in a direction.
fn towards(point: Point, course: f64, metres: f64) -> Option<Point> {
    let north = metres * course.to_radians().cos() / METRES_PER_DEGREE;
    let east = metres * course.to_radians().sin() / METRES_PER_DEGREE;
    let east = east / point.lat().to_radians().cos();
    Point::from_degrees(point.lat() + north, point.lon() + east)
}

fn seconds(ms: i64) -> f64 {
    // An exercise lasts days, not the months after which 32 bits of seconds would not do.
    f64::from(i32::try_from(ms / 1_000).unwrap_or(i32::MAX))
        + f64::from(i16::try_from(ms % 1_000).unwrap_or(0)) / 1_000.0
}

fn whole_of(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::as_conversions,
        reason = "rounds; the conversion keeps to the ends of the type"
    )]
    let whole = number.round() as i64;
    whole
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use route::fastest::fastest;
    use route::graph::parse;
    use words::id::UnitId;
    use words::moment::Moment;
    use words::role::Side;

    use super::{Fleet, Login, Way};
    use crate::scenario::{Button, ROADS};

    fn way() -> (Way, u32) {
        let roads = parse(ROADS).unwrap();
        let at = |id| roads.junction(id).unwrap();
        let path = fastest(&roads, at("airport"), at("port-camp")).unwrap();
        (Way::of(&path, &roads), path.seconds)
    }

    fn fleet(units: &[UnitId]) -> Fleet {
        let mut fleet = Fleet::default();
        for unit in units {
            let (user, password) = (unit.to_string(), "x".to_owned());
            fleet.give(unit.clone(), Login { side: Side::Guest, user, password });
        }
        fleet
    }

    #[test]
    fn a_phone_is_at_the_end_when_the_roads_say_so() {
        let (way, seconds) = way();
        let port = way.0.last().unwrap().1;
        let (half, speed, _) = way.at(i64::from(seconds) * 500).unwrap();
        assert!(half.metres_to(port) > 1_000.0 && speed > 3.0);
        let (end, speed, _) = way.at(i64::from(seconds) * 1_000).unwrap();
        assert!(end.metres_to(port) < 1.0 && speed < 0.1);
    }

    #[test]
    fn a_convoy_keeps_its_gap_and_a_stray_vehicle_leaves_its_road() {
        let units = ["v-01", "v-02"].map(|unit| UnitId::new(unit).unwrap());
        let (mut fleet, start) = (fleet(&units), Moment::from_ms(0));
        fleet.drive(&units, &Arc::new(way().0), start);
        let mut apart = 0.0;
        for second in (0..1_200).step_by(10) {
            if second == 600 {
                fleet.stray(&units[..1], 1_500);
            }
            let due = fleet.due(start.plus_ms(second * 1_000), 10_000);
            assert_eq!(due.len(), 2, "both report every ten seconds");
            apart = due[0].location.point.metres_to(due[1].location.point);
            assert!(second >= 600 || apart < 250.0, "{apart}");
        }
        assert!(apart > 1_000.0, "{apart}");
    }

    #[test]
    fn a_pressed_button_goes_with_the_next_report_and_once() {
        let units = [UnitId::new("p-01").unwrap()];
        let mut fleet = fleet(&units);
        let port = way().0.0.last().unwrap().1;
        fleet.place(&units, port);
        assert!(!fleet.due(Moment::from_ms(0), 10_000)[0].location.sos);
        fleet.press(&units, Button::Sos);
        assert!(fleet.due(Moment::from_ms(1_000), 10_000)[0].location.sos);
        assert!(!fleet.due(Moment::from_ms(11_000), 10_000)[0].location.sos);
        fleet.silence(&units, true);
        assert!(fleet.due(Moment::from_ms(99_000), 10_000).is_empty());
    }
}
