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
                let amount = way.take();
                routes.push((way.arcs.clone(), u64::try_from(amount).unwrap_or(0)));
            } else if stands != NONE {
                way.take_from(ix(stands));
            } else {
                let Some(link) = self.widest(at) else { return routes };
                self.spots[ix(at)].stands = end(&way.arcs);
                let Link { left, head, arc } = self.links[ix(link)];
                way.put(Walked { link, tail: at, left }, arc);
                at = head;
                continue;
            }
            at = self.step_back(&mut way);
        }
    }

    // To where the walk still flows; what is left beyond is written down.
    fn step_back(&mut self, way: &mut Walk) -> u32 {
        let keep = way.flows();
        for walked in way.links.drain(keep..) {
            self.links[ix(walked.link)].left = walked.left - way.taken;
            self.spots[ix(walked.tail)].stands = NONE;
        }
        way.arcs.truncate(keep);
        way.least.truncate(keep);
        way.links.last().map_or(self.from, |walked| self.links[ix(walked.link)].head)
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

// A link walked, where it begins, and what is left of its flow beside all that was taken.
#[derive(Debug, Clone, Copy)]
struct Walked {
    link: u32,
    tail: u32,
    left: i64,
}

// Links walked and their arcs. What was taken along the whole walk is counted once and not on
// each link: a walk has some hundred of them, and the next one differs in a few.
#[derive(Debug, Default)]
struct Walk {
    links: Vec<Walked>,
    arcs: Vec<u32>,
    // The least that is left on each link and on those before it.
    least: Vec<i64>,
    taken: i64,
}

impl Walk {
    fn put(&mut self, walked: Walked, arc: u32) {
        let left = walked.left + self.taken;
        self.least.push(self.least.last().map_or(left, |least| left.min(*least)));
        self.links.push(Walked { left, ..walked });
        self.arcs.push(arc);
    }

    // Takes as much as flows all along.
    fn take(&mut self) -> i64 {
        let least = self.least.last().map_or(0, |least| least - self.taken);
        self.taken += least;
        least
    }

    // The same from a place on.
    fn take_from(&mut self, place: usize) {
        let part = &mut self.links[place..];
        let least = part.iter().map(|walked| walked.left).min().unwrap_or(0) - self.taken;
        let mut before = place.checked_sub(1).map_or(i64::MAX, |before| self.least[before]);
        for (walked, so_far) in part.iter_mut().zip(&mut self.least[place..]) {
            walked.left -= least;
            before = before.min(walked.left);
            *so_far = before;
        }
    }

    // How many links still flow, from the first on.
    fn flows(&self) -> usize {
        self.least.partition_point(|least| *least > self.taken)
    }
}
