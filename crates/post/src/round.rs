//! How far each movement is from a free team, and what then goes on.
//!
//! A room of `relay`, which keeps what goes on where. The search goes out from all free teams at
//! once; the ways are then walked back from the few movements that lack some, so that only what
//! lies on such a way is looked at.
#![expect(clippy::indexing_slicing, reason = "places, sources and movements are numbered by a day")]

use route::net::{NONE, ix};

use crate::number::count;
use crate::relay::Relay;

/// What a search found.
#[derive(Debug)]
pub(crate) struct Round {
    // How far a source, and a movement, is from a team that is free; `NONE` if out of reach.
    source: Vec<u32>,
    trip: Vec<u32>,
    // By place: from which movement on, in their order, all were reached.
    low: Vec<u32>,
    // By place: the first moment at which a source was reached.
    since: Vec<u32>,
    // Sources as they were reached; by level and place, which of them are still tried.
    list: Vec<u32>,
    rows: Vec<Row>,
    // What is tried next: for a movement a place, for a source one of its links.
    near: Vec<u32>,
    link: Vec<u32>,
    places: u32,
}

// Sources of one level and place: the earliest is the last.
#[derive(Debug, Clone, Copy)]
struct Row {
    first: u32,
    until: u32,
    sorted: bool,
}

// A step of a way back from a movement that lacks some to a free team.
#[derive(Debug, Clone, Copy)]
enum Step {
    // A source serves a movement.
    Serves(u32, u32),
    // A movement is less served along a link.
    Leaves(u32),
    // More goes with a movement than it needs, and comes out where it ends.
    Rides(u32),
    // The other way round: less goes with it.
    Stays(u32),
}

// How far back a way has come.
#[derive(Debug, Clone, Copy)]
enum Spot {
    Source(u32),
    Trip(u32),
}

impl Round {
    pub(crate) fn of(relay: &Relay<'_>) -> Self {
        let (sources, trips) = (relay.free.len(), relay.lacks.len());
        Self {
            source: vec![NONE; sources],
            trip: vec![NONE; trips],
            low: Vec::new(),
            since: Vec::new(),
            list: Vec::with_capacity(sources),
            rows: Vec::new(),
            near: vec![0; trips],
            link: vec![NONE; sources],
            places: relay.day.places,
        }
    }

    /// Was the end of a movement, or a base, reached by the last search?
    pub(crate) fn source(&self, source: u32) -> bool {
        self.source[ix(source)] != NONE
    }

    /// Was the beginning of a movement?
    pub(crate) fn trip(&self, trip: u32) -> bool {
        self.trip[ix(trip)] != NONE
    }

    /// Searches from all free teams at once; can one come to a movement that lacks some?
    pub(crate) fn search(&mut self, relay: &Relay<'_>) -> bool {
        self.source.fill(NONE);
        self.trip.fill(NONE);
        self.near.fill(0);
        self.link.copy_from_slice(&relay.of_source);
        self.low = relay.first[1..].to_vec();
        self.since = vec![NONE; ix(self.places)];
        self.list.clear();
        self.rows.clear();
        let free = relay.sources.iter().copied();
        let mut front: Vec<u32> = free.filter(|it| relay.spare[ix(*it)] > 0).collect();
        for source in &front {
            self.source[ix(*source)] = 0;
        }
        let (mut reached, mut level) = (Vec::new(), 0);
        while !front.is_empty() {
            self.put(relay, &front);
            level += 1;
            self.forward(relay, (&front, level), &mut reached);
            if reached.iter().any(|trip| relay.lacks[ix(*trip)] > 0) {
                return true;
            }
            level += 1;
            front.clear();
            for trip in reached.drain(..) {
                self.backward(relay, (trip, level), &mut front);
            }
        }
        false
    }

    // The sources of one level, by place.
    fn put(&mut self, relay: &Relay<'_>, front: &[u32]) {
        let first = self.rows.len();
        let row = Row { first: 0, until: 0, sorted: false };
        self.rows.resize(first + ix(self.places), row);
        let rows = &mut self.rows[first..];
        for source in front {
            rows[ix(relay.free[ix(*source)].0)].until += 1;
        }
        let mut end = count(self.list.len());
        for row in &mut *rows {
            let many = row.until;
            (row.first, row.until) = (end, end);
            end += many;
        }
        self.list.resize(ix(end), NONE);
        for source in front {
            let row = &mut rows[ix(relay.free[ix(*source)].0)];
            self.list[ix(row.until)] = *source;
            row.until += 1;
        }
    }

    // From sources to the movements that they can serve.
    fn forward(
        &mut self,
        relay: &Relay<'_>,
        (front, level): (&[u32], u32),
        reached: &mut Vec<u32>,
    ) {
        let mut earlier = vec![NONE; ix(self.places)];
        for source in front {
            let (place, moment) = relay.free[ix(*source)];
            earlier[ix(place)] = earlier[ix(place)].min(moment);
        }
        for (place, moment) in (0..).zip(earlier) {
            if moment >= self.since[ix(place)] {
                continue;
            }
            self.since[ix(place)] = moment;
            for to in 0..self.places {
                let (first, low) = (relay.first[ix(to)], &mut self.low[ix(to)]);
                while *low > first && relay.in_time((place, moment), *low - 1, to) {
                    *low -= 1;
                    let trip = relay.begins[ix(*low)];
                    if self.trip[ix(trip)] == NONE {
                        self.trip[ix(trip)] = level;
                        reached.push(trip);
                    }
                }
            }
        }
        for source in front {
            let rides = relay.rides.get(ix(*source)).is_some_and(|rides| *rides > 0);
            if rides && self.trip[ix(*source)] == NONE {
                self.trip[ix(*source)] = level;
                reached.push(*source);
            }
        }
    }

    // From a movement to the sources that serve it, and with it.
    fn backward(&mut self, relay: &Relay<'_>, (trip, level): (u32, u32), front: &mut Vec<u32>) {
        let mut at = relay.of_trip[ix(trip)];
        while at != NONE {
            let link = relay.links[ix(at)];
            if self.source[ix(link.source)] == NONE {
                self.source[ix(link.source)] = level;
                front.push(link.source);
            }
            at = link.of_trip;
        }
        if relay.room[ix(trip)] > relay.rides[ix(trip)] && self.source[ix(trip)] == NONE {
            self.source[ix(trip)] = level;
            front.push(trip);
        }
    }

    /// Fills all ways of the last search.
    pub(crate) fn serve(&mut self, relay: &mut Relay<'_>) {
        let mut way: Vec<Step> = Vec::new();
        for at in 0..relay.trips.len() {
            let trip = relay.trips[at];
            while relay.lacks[ix(trip)] > 0
                && self.trip(trip)
                && let Some(source) = self.walk(relay, trip, &mut way)
            {
                fill(relay, (source, trip), &way);
                way.clear();
            }
        }
    }

    // A way back to a source that is free; where none leads back is not tried again.
    fn walk(&mut self, relay: &Relay<'_>, goal: u32, way: &mut Vec<Step>) -> Option<u32> {
        let mut at = Spot::Trip(goal);
        loop {
            at = match at {
                Spot::Source(source) if relay.spare[ix(source)] > 0 => return Some(source),
                Spot::Source(source) => {
                    if let Some((step, trip)) = self.trip_before(relay, source) {
                        way.push(step);
                        Spot::Trip(trip)
                    } else {
                        self.source[ix(source)] = NONE;
                        match way.pop()? {
                            Step::Serves(_, trip) | Step::Stays(trip) => Spot::Trip(trip),
                            Step::Leaves(_) | Step::Rides(_) => return None,
                        }
                    }
                }
                Spot::Trip(trip) => {
                    if let Some((step, source)) = self.source_before(relay, trip) {
                        way.push(step);
                        Spot::Source(source)
                    } else {
                        self.trip[ix(trip)] = NONE;
                        match way.pop()? {
                            Step::Leaves(link) => Spot::Source(relay.links[ix(link)].source),
                            Step::Rides(trip) => Spot::Source(trip),
                            Step::Serves(..) | Step::Stays(_) => return None,
                        }
                    }
                }
            };
        }
    }

    // The next source that can serve a movement, one nearer to the free teams.
    fn source_before(&mut self, relay: &Relay<'_>, trip: u32) -> Option<(Step, u32)> {
        let before = self.trip[ix(trip)].checked_sub(1)?;
        let places = self.places;
        let (to, when) = {
            let trip = relay.day.trips[ix(trip)];
            (trip.from, trip.leaves)
        };
        while self.near[ix(trip)] < places {
            let place = relay.near[ix(to * places + self.near[ix(trip)])];
            if let Some(source) = self.earliest(relay, before / 2 * places + place)
                && relay.can_be(relay.free[ix(source)], to, when)
            {
                return Some((Step::Serves(source, trip), source));
            }
            self.near[ix(trip)] += 1;
        }
        let stays = relay.rides[ix(trip)] > 0 && self.source[ix(trip)] == before;
        stays.then_some((Step::Stays(trip), trip))
    }

    // Of one level and place the source that is free first and still tried.
    fn earliest(&mut self, relay: &Relay<'_>, row: u32) -> Option<u32> {
        let row = &mut self.rows[ix(row)];
        if !row.sorted {
            row.sorted = true;
            let moment = |source: &u32| std::cmp::Reverse(relay.free[ix(*source)].1);
            self.list[ix(row.first)..ix(row.until)].sort_by_key(moment);
        }
        while row.until > row.first {
            let last = self.list[ix(row.until - 1)];
            if self.source[ix(last)] != NONE {
                return Some(last);
            }
            row.until -= 1;
        }
        None
    }

    // The next movement that can leave a source to others, one nearer to the free teams.
    fn trip_before(&mut self, relay: &Relay<'_>, source: u32) -> Option<(Step, u32)> {
        let before = self.source[ix(source)].checked_sub(1)?;
        let mut at = self.link[ix(source)];
        while at != NONE {
            let link = relay.links[ix(at)];
            if link.amount > 0 && self.trip[ix(link.trip)] == before {
                self.link[ix(source)] = at;
                return Some((Step::Leaves(at), link.trip));
            }
            at = link.of_source;
        }
        self.link[ix(source)] = NONE;
        let room = relay.room.get(ix(source)).copied().unwrap_or(0);
        let rides = room > 0 && room > relay.rides[ix(source)] && self.trip[ix(source)] == before;
        rides.then_some((Step::Rides(source), source))
    }
}

// As much as the way can take goes along it.
fn fill(relay: &mut Relay<'_>, (source, trip): (u32, u32), way: &[Step]) {
    let mut amount = relay.spare[ix(source)].min(relay.lacks[ix(trip)]);
    for step in way {
        amount = match step {
            Step::Serves(..) => amount,
            Step::Leaves(link) => amount.min(relay.links[ix(*link)].amount),
            Step::Rides(trip) => amount.min(relay.room[ix(*trip)] - relay.rides[ix(*trip)]),
            Step::Stays(trip) => amount.min(relay.rides[ix(*trip)]),
        };
    }
    relay.spare[ix(source)] -= amount;
    relay.lacks[ix(trip)] -= amount;
    for step in way {
        match step {
            Step::Serves(source, trip) => relay.serve(*source, *trip, amount),
            Step::Leaves(link) => relay.links[ix(*link)].amount -= amount,
            Step::Rides(trip) => relay.rides[ix(*trip)] += amount,
            Step::Stays(trip) => relay.rides[ix(*trip)] -= amount,
        }
    }
}
