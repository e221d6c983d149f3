//! A flow as the routes that it comes apart into.
//!
//! A room of `greatest`, which knows the flow; nothing is sought here.
#![expect(clippy::indexing_slicing, reason = "spots and links are numbered where they are put")]

use route::net::{NONE, ix};

use crate::number::end;

/// What flows, and nothing else: junctions that it touches, in the order in which it comes there.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    spots: Vec<Spot>,
    links: Vec<Link>,
    from: u32,
    to: u32,
}

// Where the links of a junction begin, and where it stands on the way just walked.
#[derive(Debug, Clone, Copy)]
struct Spot {
    first: u32,
    stands: u32,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    left: i64,
    head: u32,
    arc: u32,
}

/// A piece of a flow: the junction where it leads, its arc, and how much flows there.
pub(crate) type Piece = (u32, u32, i64);

impl Streams {
    /// Reads a flow from its start on: `flowing` puts what flows out of a junction.
    pub(crate) fn of(
        junctions: usize,
        (from, to): (u32, u32),
        mut flowing: impl FnMut(u32, &mut Vec<Piece>),
    ) -> Self {
        let mut number = vec![NONE; junctions];
        let mut list = vec![from];
        number[ix(from)] = 0;
        let mut this = Self { to: NONE, ..Self::default() };
        let (mut place, mut out) = (0, Vec::new());
        while let Some(at) = list.get(place).copied() {
            place += 1;
            this.spots.push(Spot { first: end(&this.links), stands: NONE });
            if at == to {
                // Nothing goes on from here.
                continue;
            }
            flowing(at, &mut out);
            for (head, arc, left) in out.drain(..) {
                if number[ix(head)] == NONE {
                    number[ix(head)] = end(&list);
                    list.push(head);
                }
                this.links.push(Link { left, head: number[ix(head)], arc });
            }
        }
        this.spots.push(Spot { first: end(&this.links), stands: NONE });
        this.to = number[ix(to)];
        this
    }

    /// Follows the flow from the start as often as it leads to the end. Where a walk comes back
    /// to a junction, what flows in that circle serves nobody and is taken out. A walk goes on
    /// where the one before still flows, and what is left of it stands beside it.
    pub(crate) fn apart(mut self) -> Vec<(Vec<u32>, u64)> {
        let mut routes = Vec::new();
        let mut way = Walk::default();
        let mut at = self.from;
        loop {
            let stands = self.spots[ix(at)].stands;
            if at == self.to {
                let amount = way.take(0);
                routes.push((way.arcs.clone(), u64::try_from(amount).unwrap_or(0)));
            } else if stands != NONE {
                way.take(ix(stands));
            } else {
                let Some(link) = self.widest(at) else { return routes };
                self.spots[ix(at)].stands = end(&way.arcs);
                let Link { left, head, arc } = self.links[ix(link)];
                way.put(at, link, arc, left);
                at = head;
                continue;
            }
            at = self.step_back(&mut way);
        }
    }

    // To where the walk still flows; what is left beyond is written down.
    fn step_back(&mut self, way: &mut Walk) -> u32 {
        let keep = way.left.iter().position(|left| *left == 0).unwrap_or(way.left.len());
        for ((link, tail), left) in way.links.drain(keep..).zip(way.left.drain(keep..)) {
            self.links[ix(link)].left = left;
            self.spots[ix(tail)].stands = NONE;
        }
        way.arcs.truncate(keep);
        way.links.last().map_or(self.from, |(link, _)| self.links[ix(*link)].head)
    }

    // The widest link: so that the routes are few.
    fn widest(&self, at: u32) -> Option<u32> {
        let (first, until) = (self.spots[ix(at)].first, self.spots[ix(at) + 1].first);
        let mut best = (0, None);
        for link in first..until {
            let left = self.links[ix(link)].left;
            if left > best.0 {
                best = (left, Some(link));
            }
        }
        best.1
    }
}

// Links walked with where they begin, their arcs, and what is left of the flow along each.
#[derive(Debug, Default)]
struct Walk {
    links: Vec<(u32, u32)>,
    arcs: Vec<u32>,
    left: Vec<i64>,
}

impl Walk {
    fn put(&mut self, tail: u32, link: u32, arc: u32, left: i64) {
        self.links.push((link, tail));
        self.arcs.push(arc);
        self.left.push(left);
    }

    // Takes as much as flows all along, from a place on.
    fn take(&mut self, from: usize) -> i64 {
        let part = &mut self.left[from..];
        let least = part.iter().copied().min().unwrap_or(0);
        for left in part {
            *left -= least;
        }
        least
    }
}
