//! Draws the day's team orders from a plan of escorts.
//!
//! The chances are a flow. As long as some pipe carries a part of a whole, there is a ring of
//! such pipes; along it as much is moved one way or the other until one of them is whole, which
//! way being drawn so that nothing changes on average (dependent rounding, Gandhi and others
//! 2006). What remains is a flow of whole teams: their paths are the orders.

use route::lot::Lot;
use route::net::{NONE, ix};

use crate::column::{at, put};
use crate::escort::Escorts;
use crate::number::count;
use crate::origami::WHOLE;

/// What one team does that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// The base that it leaves from, by its place in the plan.
    pub base: u32,
    /// The movements that it escorts, one after the other.
    pub trips: Vec<u32>,
}

/// The orders of every team that is needed today.
pub fn draw(escorts: &Escorts, lot: &mut Lot) -> Vec<Orders> {
    let web = &escorts.web;
    let pipes = web.pipes.iter().map(|(tail, head, amount)| Carries {
        tail: *tail,
        head: *head,
        amount: *amount,
    });
    let mut rings = Rings::new(web.vertices, pipes.collect());
    rings.round(lot);
    let mut paths = Paths::new(web.vertices, &rings.pipes);
    let mut orders = Vec::new();
    for (base, vertex) in (0..).zip(&web.bases) {
        while let Some(path) = paths.take(*vertex, web.night()) {
            let trips = path.into_iter().filter(|pipe| *pipe < web.trips).collect();
            orders.push(Orders { base, trips });
        }
    }
    orders
}

#[derive(Debug, Clone, Copy)]
struct Carries {
    tail: u32,
    head: u32,
    amount: u64,
}

impl Carries {
    const fn part(&self) -> u64 {
        self.amount % WHOLE
    }
}

struct Rings {
    pipes: Vec<Carries>,
    // The pipes at each vertex that may still carry a part.
    around: Vec<Vec<u32>>,
    // Where on the way each vertex lies.
    place: Vec<u32>,
}

impl Rings {
    fn new(vertices: u32, pipes: Vec<Carries>) -> Self {
        let mut around = vec![Vec::new(); ix(vertices)];
        let parts = (0..).zip(&pipes).filter(|(_, pipe)| pipe.part() > 0);
        for (number, pipe) in parts {
            for end in [pipe.tail, pipe.head] {
                around.get_mut(ix(end)).into_iter().for_each(|row| row.push(number));
            }
        }
        Self { pipes, around, place: vec![NONE; ix(vertices)] }
    }

    fn round(&mut self, lot: &mut Lot) {
        for start in 0..count(self.around.len()) {
            // The way walked: the pipe taken, and the vertex it was taken from.
            let mut way: Vec<(u32, u32)> = Vec::new();
            let mut vertex = start;
            while let Some(pipe) = self.onward(vertex, way.last().map(|(pipe, _)| *pipe)) {
                put(&mut self.place, vertex, count(way.len()));
                way.push((pipe, vertex));
                vertex = self.other_end(pipe, vertex);
                if let Some(first) = self.place.get(ix(vertex)).copied().filter(|it| *it != NONE) {
                    let ring = way.split_off(ix(first));
                    for (_, passed) in &ring {
                        put(&mut self.place, *passed, NONE);
                    }
                    self.turn(&ring, lot);
                }
            }
        }
    }

    // A pipe with a part, not the one that led here.
    fn onward(&mut self, vertex: u32, came: Option<u32>) -> Option<u32> {
        let Self { pipes, around, .. } = self;
        let row = around.get_mut(ix(vertex))?;
        let part = |pipe: u32| pipes.get(ix(pipe)).is_some_and(|pipe| pipe.part() > 0);
        let mut aside = None;
        let mut found = None;
        while let Some(pipe) = row.pop() {
            if !part(pipe) {
                continue;
            }
            if Some(pipe) == came {
                aside = Some(pipe);
                continue;
            }
            found = Some(pipe);
            break;
        }
        row.extend(aside);
        row.extend(found);
        found
    }

    fn other_end(&self, pipe: u32, vertex: u32) -> u32 {
        let ends = self.pipes.get(ix(pipe)).map_or((0, 0), |pipe| (pipe.tail, pipe.head));
        if ends.0 == vertex { ends.1 } else { ends.0 }
    }

    // Moves along the ring, one way or the other, until one of its pipes carries wholes.
    fn turn(&mut self, ring: &[(u32, u32)], lot: &mut Lot) {
        let with = |pipe: &Carries, from: u32| pipe.tail == from;
        let (mut there, mut back) = (WHOLE, WHOLE);
        for (number, from) in ring {
            let Some(pipe) = self.pipes.get(ix(*number)) else { continue };
            let (up, down) = (WHOLE - pipe.part(), pipe.part());
            let (more, less) = if with(pipe, *from) { (up, down) } else { (down, up) };
            there = there.min(more);
            back = back.min(less);
        }
        // `there` with the chance of `back`, and the other way round: nothing on average.
        let forward = lot.below(there + back).is_some_and(|ticket| ticket < back);
        for (number, from) in ring {
            let Some(pipe) = self.pipes.get_mut(ix(*number)) else { continue };
            let grows = with(pipe, *from) == forward;
            let step = if forward { there } else { back };
            pipe.amount = if grows { pipe.amount + step } else { pipe.amount - step };
        }
    }
}

// Whole teams in a network without rings but the one from night to morning.
struct Paths {
    first: Vec<Vec<(u32, u32)>>,
    teams: Vec<u64>,
}

impl Paths {
    fn new(vertices: u32, pipes: &[Carries]) -> Self {
        let mut first = vec![Vec::new(); ix(vertices)];
        for (number, pipe) in (0..).zip(pipes).filter(|(_, pipe)| pipe.amount >= WHOLE) {
            if let Some(row) = first.get_mut(ix(pipe.tail)) {
                row.push((number, pipe.head));
            }
        }
        Self { first, teams: pipes.iter().map(|pipe| pipe.amount / WHOLE).collect() }
    }

    fn take(&mut self, from: u32, to: u32) -> Option<Vec<u32>> {
        let (mut path, mut vertex) = (Vec::new(), from);
        while vertex != to {
            let row = self.first.get_mut(ix(vertex))?;
            let (pipe, head) = row.last().copied()?;
            let left = at(&self.teams, pipe).saturating_sub(1);
            put(&mut self.teams, pipe, left);
            if left == 0 {
                row.pop();
            }
            path.push(pipe);
            vertex = head;
        }
        Some(path)
    }
}
