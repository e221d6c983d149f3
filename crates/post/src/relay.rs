//! Which team goes on from which movement to which: a greatest flow.
//!
//! Teams come from *sources*: from bases, and from where a movement ends. A team can go on from a
//! source to every movement that begins where and when it can be, and these are so many pairs
//! that they are never written down: of the movements that begin at one place, those that a
//! source reaches are all from some moment on, so a search keeps one moment a place. Written
//! down is only what goes on where. Phases as Hopcroft and Karp have them, with chances for ones:
//! see the room `round`.
#![expect(clippy::indexing_slicing, reason = "places, sources and movements are numbered by a day")]

use std::cmp::Reverse;

use route::net::{NONE, ix};

use crate::escort::Day;
use crate::number::count;
use crate::origami::WHOLE;
use crate::round::Round;

/// Where and when teams become free and are needed, and what goes on where.
#[derive(Debug)]
pub(crate) struct Relay<'a> {
    pub(crate) day: &'a Day,
    /// Place and moment of each source: the ends of the movements, then the bases.
    pub(crate) free: Vec<(u32, u32)>,
    /// Sources, the last that becomes free first.
    pub(crate) sources: Vec<u32>,
    /// Movements by the place where they begin, then by the moment.
    pub(crate) begins: Vec<u32>,
    /// By place: where its movements begin in `begins`.
    pub(crate) first: Vec<u32>,
    /// The moments of `begins`.
    moments: Vec<u32>,
    /// Movements by the moment when they begin.
    pub(crate) trips: Vec<u32>,
    /// By place: all places, those first from where a team is there soonest.
    pub(crate) near: Vec<u32>,
    /// How much still may come out of each source.
    pub(crate) spare: Vec<u64>,
    /// How much each movement still lacks.
    pub(crate) lacks: Vec<u64>,
    /// How much more than it needs may go with each movement, and how much does.
    pub(crate) room: Vec<u64>,
    pub(crate) rides: Vec<u64>,
    /// What goes on where.
    pub(crate) links: Vec<Link>,
    /// The last link of each movement, and of each source.
    pub(crate) of_trip: Vec<u32>,
    pub(crate) of_source: Vec<u32>,
}

/// Teams that go on from a source to a movement; a link of two lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) source: u32,
    pub(crate) trip: u32,
    pub(crate) amount: u64,
    /// The link before of the same movement, and of the same source.
    pub(crate) of_trip: u32,
    pub(crate) of_source: u32,
}

impl<'a> Relay<'a> {
    pub(crate) fn of(day: &'a Day) -> Self {
        let trips = day.trips.iter().map(|trip| (trip.to, trip.arrives));
        let bases = day.bases.iter().map(|base| (base.place, base.from));
        let free: Vec<(u32, u32)> = trips.chain(bases).collect();
        let mut sources: Vec<u32> = (0..count(free.len())).collect();
        sources.sort_by_key(|source| Reverse(free[ix(*source)].1));
        let of = |trip: &u32| day.trips[ix(*trip)];
        let mut trips: Vec<u32> = (0..count(day.trips.len())).collect();
        trips.sort_by_key(|trip| of(trip).leaves);
        let mut begins = trips.clone();
        begins.sort_by_key(|trip| of(trip).from);
        let first = (0..=day.places).map(|it| begins.partition_point(|trip| of(trip).from < it));
        let near = (0..day.places).flat_map(|to| {
            let mut places: Vec<u32> = (0..day.places).collect();
            places.sort_by_key(|from| day.minutes(*from, to));
            places
        });
        let (many, all) = (trips.len(), free.len());
        Self {
            day,
            first: first.map(count).collect(),
            moments: begins.iter().map(|trip| of(trip).leaves).collect(),
            near: near.collect(),
            free,
            sources,
            begins,
            trips,
            spare: vec![0; all],
            lacks: vec![0; many],
            room: vec![0; many],
            rides: vec![0; many],
            links: Vec::new(),
            of_trip: vec![NONE; many],
            of_source: vec![NONE; all],
        }
    }

    /// Is a team from there in time for the movement at this place in `begins`?
    pub(crate) fn in_time(&self, free: (u32, u32), at: u32, to: u32) -> bool {
        self.can_be(free, to, self.moments[ix(at)])
    }

    /// Can a team from there be at a place at that moment?
    pub(crate) fn can_be(&self, (place, moment): (u32, u32), to: u32, when: u32) -> bool {
        let minutes = self.day.minutes(place, to);
        minutes != NONE && u64::from(moment) + u64::from(minutes) <= u64::from(when)
    }

    /// Serves each movement with what is wanted, as far as it can be.
    pub(crate) fn fill(&mut self, wanted: &[u64]) -> Round {
        let bases = self.day.bases.iter().map(|base| u64::from(base.teams) * WHOLE);
        self.spare = wanted.iter().copied().chain(bases).collect();
        self.lacks = wanted.to_vec();
        self.room = wanted.iter().map(|wanted| WHOLE - wanted).collect();
        self.rides.fill(0);
        self.links.clear();
        self.relink();
        let mut round = Round::of(self);
        while round.search(self) {
            round.serve(self);
            self.relink();
        }
        round
    }

    /// Does every movement have what it needs?
    pub(crate) fn complete(&self) -> bool {
        self.lacks.iter().all(|lacks| *lacks == 0)
    }

    /// As much more goes on from a source to a movement.
    pub(crate) fn serve(&mut self, source: u32, trip: u32, amount: u64) {
        let mut at = self.of_trip[ix(trip)];
        while at != NONE {
            let link = &mut self.links[ix(at)];
            if link.source == source {
                link.amount += amount;
                return;
            }
            at = link.of_trip;
        }
        self.put(source, trip, amount);
    }

    fn put(&mut self, source: u32, trip: u32, amount: u64) {
        let number = count(self.links.len());
        let of_trip = std::mem::replace(&mut self.of_trip[ix(trip)], number);
        let of_source = std::mem::replace(&mut self.of_source[ix(source)], number);
        self.links.push(Link { source, trip, amount, of_trip, of_source });
    }

    // Links along which nothing goes any more fall away.
    fn relink(&mut self) {
        self.of_trip.fill(NONE);
        self.of_source.fill(NONE);
        for link in std::mem::take(&mut self.links) {
            if link.amount > 0 {
                self.put(link.source, link.trip, link.amount);
            }
        }
    }
}
