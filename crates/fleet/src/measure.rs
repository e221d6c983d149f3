//! Who waits how long, how fairly, and what nobody could beat.

use crate::demand::Demand;
use crate::queue::Timetable;

/// Waits of some movements, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Waits {
    /// How many movements.
    pub count: u32,
    /// On average.
    pub mean: f64,
    /// Half of them wait no longer.
    pub median: u32,
    /// Ninety-five of a hundred wait no longer.
    pub p95: u32,
    /// The longest.
    pub worst: u32,
}

/// What a timetable comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// Of all movements that leave.
    pub all: Waits,
    /// Of each company's.
    pub companies: Vec<Waits>,
    /// Jain's index of the companies' mean waits, each and one minute: 1 if all wait alike, one
    /// over their number if one waits for all.
    pub fairness: f64,
    /// No timetable of this fleet has a lower mean wait, whatever its rules.
    pub mean_at_least: f64,
    /// With so many vehicles nobody would wait for one; with fewer somebody does.
    pub vehicles_wanted: u32,
}

/// Measures a timetable.
pub fn measure(demand: &Demand, timetable: &Timetable) -> Measures {
    let of = |company: Option<u32>| {
        let departures = timetable.departures.iter().filter(|departure| {
            let movement = at(&demand.movements, departure.movement);
            company.is_none_or(|company| movement.is_some_and(|it| it.company == company))
        });
        waits(departures.map(|departure| departure.waited).collect())
    };
    let companies: Vec<Waits> =
        (0..).zip(&demand.companies).map(|(number, _)| of(Some(number))).collect();
    let asked = companies.iter().filter(|waits| waits.count > 0);
    let fairness = jain(&asked.map(|waits| waits.mean + 1.0).collect::<Vec<_>>());
    Measures {
        all: of(None),
        companies,
        fairness,
        mean_at_least: mean_at_least(demand, timetable),
        vehicles_wanted: wanted(demand, timetable),
    }
}

fn at<T>(column: &[T], number: u32) -> Option<&T> {
    column.get(usize::try_from(number).ok()?)
}

fn waits(mut waits: Vec<u32>) -> Waits {
    waits.sort_unstable();
    let count = u32::try_from(waits.len()).unwrap_or(u32::MAX);
    let at = |share: usize| {
        let place = (waits.len() * share).div_ceil(100).saturating_sub(1);
        waits.get(place).copied().unwrap_or(0)
    };
    let sum: u32 = waits.iter().sum();
    let mean = if count > 0 { f64::from(sum) / f64::from(count) } else { 0.0 };
    Waits { count, mean, median: at(50), p95: at(95), worst: at(100) }
}

/// Jain, Chiu and Hawe 1984: the square of the sum over the number times the sum of squares.
fn jain(means: &[f64]) -> f64 {
    let sum: f64 = means.iter().sum();
    let squares: f64 = means.iter().map(|mean| mean * mean).sum();
    let count: f64 = means.iter().map(|_| 1.0).sum();
    if squares > 0.0 { sum * sum / (count * squares) } else { 1.0 }
}

// A single vehicle as fast as the whole pool, that may leave one movement for another and come
// back to it, serves the shortest first: no other way has less waiting in all, and whatever the
// pool does it could do as well (Phillips, Stein and Wein 1998).
fn mean_at_least(demand: &Demand, timetable: &Timetable) -> f64 {
    let pool = f64::from(u32::try_from(demand.vehicles.len()).unwrap_or(u32::MAX)).max(1.0);
    let largest = demand.vehicles.iter().map(|vehicle| vehicle.seats).max().unwrap_or(1).max(1);
    let served = timetable.departures.iter().filter_map(|it| at(&demand.movements, it.movement));
    let mut jobs: Vec<(f64, f64)> = Vec::new();
    let mut own = 0.0;
    for movement in served {
        let vehicles = f64::from(movement.seats.div_ceil(largest));
        let away = f64::from(movement.away());
        jobs.push((f64::from(movement.ready), away * vehicles / pool));
        own += f64::from(movement.ready) + away;
    }
    jobs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count: f64 = jobs.iter().map(|_| 1.0).sum();
    if count > 0.0 { ((ends(&jobs) - own) / count).max(0.0) } else { 0.0 }
}

// The sum of the ends if the shortest remaining job is always done first.
fn ends(jobs: &[(f64, f64)]) -> f64 {
    let (mut open, mut now, mut sum): (Vec<f64>, f64, f64) = (Vec::new(), 0.0, 0.0);
    let mut arrivals = jobs.iter().peekable();
    loop {
        while let Some((_, work)) = arrivals.next_if(|(ready, _)| *ready <= now) {
            open.push(*work);
        }
        let next = arrivals.peek().map(|(ready, _)| *ready);
        open.sort_by(|a, b| b.total_cmp(a));
        match (open.pop(), next) {
            (None, None) => return sum,
            (None, Some(ready)) => now = ready,
            (Some(work), Some(ready)) if now + work > ready => {
                open.push(now + work - ready);
                now = ready;
            }
            (Some(work), _) => {
                now += work;
                sum += now;
            }
        }
    }
}

// The most vehicles that are away at once if everybody leaves when ready: for one class of
// vehicles this is exact (intervals are coloured with as many colours as overlap).
fn wanted(demand: &Demand, timetable: &Timetable) -> u32 {
    let mut changes: Vec<(u32, i64)> = Vec::new();
    for departure in &timetable.departures {
        let Some(movement) = at(&demand.movements, departure.movement) else { continue };
        let convoy = i64::try_from(departure.vehicles.len()).unwrap_or(i64::MAX);
        changes.extend([(movement.ready, convoy), (movement.ready + movement.away(), -convoy)]);
    }
    changes.sort_unstable();
    let levels = changes.iter().scan(0_i64, |level, (_, change)| {
        *level += change;
        Some(*level)
    });
    u32::try_from(levels.max().unwrap_or(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{ends, jain, waits};

    #[test]
    fn waits_are_counted_as_they_are() {
        let all = waits((1..=100).collect());
        assert_eq!((all.count, all.median, all.p95, all.worst), (100, 50, 95, 100));
        assert!((all.mean - 50.5).abs() < 1e-12);
        assert_eq!(waits(vec![]).worst, 0);
        assert!((jain(&[3.0, 3.0, 3.0]) - 1.0).abs() < 1e-12);
        assert!((jain(&[1.0, 0.0, 0.0, 0.0]) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn the_shortest_remaining_job_is_done_first() {
        // A long one from 0, a short one from 1: 1 + 2 = 3 and 0 + 10 + 2 = 12.
        assert!((ends(&[(0.0, 10.0), (1.0, 2.0)]) - 15.0).abs() < 1e-12);
        assert!((ends(&[(5.0, 1.0)]) - 6.0).abs() < 1e-12);
    }
}
