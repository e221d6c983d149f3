//! A day as a network with all its links, to hold the fast way against.

mod stream;

use post::escort::{Day, NO_WAY, TEAMS_MAX, Trip};
use post::origami::WHOLE;
use route::net::ix;

use stream::{Pipe, Stream};

// Who waits at a place for the next movement there waits at the beginning of the one before.
fn begins(day: &Day) -> Vec<Vec<(u32, u32)>> {
    let mut begins = vec![Vec::new(); ix(day.places)];
    for (trip, number) in day.trips.iter().zip(0..) {
        begins[ix(trip.from)].push((trip.leaves, number));
    }
    for row in &mut begins {
        row.sort_unstable();
    }
    begins
}

// The vertices: beginnings, ends, bases, night, morning, and where the wanted flow comes from
// and goes to. Those of a movement come first among the pipes.
fn pipes(day: &Day, wanted: &[u64]) -> Vec<Pipe> {
    let (trips, bases) = (count(day.trips.len()), count(day.bases.len()));
    let (night, morning) = (2 * trips + bases, 2 * trips + bases + 1);
    let (source, sink) = (morning + 1, morning + 2);
    let all = u64::from(TEAMS_MAX) * WHOLE;
    let mut pipes: Vec<Pipe> = Vec::new();
    let mut put = |tail, head, capacity| pipes.push(Pipe { tail, head, capacity });
    for (trip, lower) in (0..).zip(wanted) {
        put(trip, trips + trip, WHOLE - lower);
        put(source, trips + trip, *lower);
        put(trip, sink, *lower);
        put(trips + trip, night, all);
    }
    put(night, morning, all);
    let begins = begins(day);
    for row in &begins {
        for [(_, a), (_, b)] in row.array_windows() {
            put(*a, *b, all);
        }
    }
    let ends = day.trips.iter().zip(trips..).map(|(it, number)| (it.to, it.arrives, number));
    let out = day.bases.iter().zip(2 * trips..).map(|(it, number)| (it.place, it.from, number));
    for (base, number) in day.bases.iter().zip(2 * trips..) {
        put(morning, number, u64::from(base.teams) * WHOLE);
    }
    for (place, moment, vertex) in ends.chain(out) {
        for (to, row) in (0..).zip(&begins) {
            let way = day.minutes[ix(place * day.places + to)];
            let Some(there) = moment.checked_add(way).filter(|_| way != NO_WAY) else { continue };
            let first = row.partition_point(|(leaves, _)| *leaves < there);
            row.get(first).into_iter().for_each(|(_, number)| put(vertex, *number, all));
        }
    }
    pipes
}

// The chance of an escort that keeps a movement from being worth more than the threat.
fn wanted(trip: &Trip, threat: f64) -> u64 {
    let (worth, left) = (f64::from(trip.uncovered), f64::from(trip.covered));
    let chance = ((worth - threat) / (worth - left)).clamp(0.0, 1.0);
    let half = f64::from(1_u32 << 26);
    let high = (chance * half).floor();
    let low = ((chance * half - high) * half).ceil();
    let whole = |number: f64| number.to_string().parse::<u32>().unwrap();
    (u64::from(whole(high)) << 26) + u64::from(whole(low))
}

/// Can a day's teams hold this threat?
pub(crate) fn holds(day: &Day, threat: f64) -> bool {
    let wanted: Vec<u64> = day.trips.iter().map(|trip| wanted(trip, threat)).collect();
    let vertices = count(2 * day.trips.len() + day.bases.len() + 4);
    let mut stream = Stream::new(vertices, &pipes(day, &wanted));
    let total: u128 = wanted.iter().map(|lower| u128::from(*lower)).sum();
    stream.fill(vertices - 2, vertices - 1) == total
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}
