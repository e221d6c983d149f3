//! The greatest flow of a directed network, by Dinic's method.

use route::net::{NONE, ix};

fn at<T: Copy + Default>(column: &[T], number: u32) -> T {
    column.get(ix(number)).copied().unwrap_or_default()
}

fn put<T>(column: &mut [T], number: u32, value: T) {
    column[ix(number)] = value;
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}

/// A directed pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pipe {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    pub(crate) capacity: u64,
}

/// A network with what still fits into each pipe: pipe `i` is the arcs `2i` and, backwards,
/// `2i + 1`.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    head: Vec<u32>,
    spare: Vec<u64>,
    first: Vec<u32>,
    leaving: Vec<u32>,
    level: Vec<u32>,
    next: Vec<u32>,
}

impl Stream {
    pub(crate) fn new(vertices: u32, pipes: &[Pipe]) -> Self {
        let size = ix(vertices);
        let mut first = vec![0_u32; size + 1];
        for pipe in pipes {
            for end in [pipe.tail, pipe.head] {
                let before = at(&first, end + 1);
                put(&mut first, end + 1, before + 1);
            }
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        let mut filled = first.clone();
        let mut leaving = vec![0_u32; pipes.len() * 2];
        let (mut head, mut spare) = (Vec::new(), Vec::new());
        for pipe in pipes {
            let ends = [(pipe.tail, pipe.head, pipe.capacity), (pipe.head, pipe.tail, 0)];
            for (from, to, capacity) in ends {
                let place = at(&filled, from);
                put(&mut filled, from, place + 1);
                put(&mut leaving, place, count(head.len()));
                head.push(to);
                spare.push(capacity);
            }
        }
        Self { head, spare, first, leaving, level: vec![NONE; size], next: vec![0; size] }
    }

    /// Fills the network; gives how much more flows. Each pipe fits 64 bits, but some thousand
    /// wholes of 2^52 together do not.
    pub(crate) fn fill(&mut self, source: u32, sink: u32) -> u128 {
        let mut pushed = 0;
        while self.levels(source, sink) {
            pushed += self.round(source, sink);
        }
        pushed
    }

    /// What a pipe carries.
    pub(crate) fn carried(&self, pipe: u32) -> u64 {
        at(&self.spare, pipe * 2 + 1)
    }

    /// Does a vertex lie on the source's side of the narrowest cut? Asked after a fill.
    pub(crate) fn with_source(&self, vertex: u32) -> bool {
        self.level.get(ix(vertex)).is_some_and(|level| *level != NONE)
    }

    // The places in `leaving` of a vertex's arcs.
    fn range(&self, vertex: u32) -> std::ops::Range<usize> {
        ix(at(&self.first, vertex))..ix(at(&self.first, vertex + 1))
    }

    // How far each vertex is from the source; false if the sink is out of reach.
    fn levels(&mut self, source: u32, sink: u32) -> bool {
        self.level.fill(NONE);
        put(&mut self.level, source, 0);
        let mut front = vec![source];
        let mut far = 0;
        while !front.is_empty() && !self.with_source(sink) {
            far += 1;
            let mut beyond = Vec::new();
            for vertex in front {
                let range = self.range(vertex);
                for arc in self.leaving.get(range).unwrap_or_default() {
                    let head = at(&self.head, *arc);
                    if at(&self.spare, *arc) > 0 && !self.with_source(head) {
                        put(&mut self.level, head, far);
                        beyond.push(head);
                    }
                }
            }
            front = beyond;
        }
        for vertex in 0..count(self.next.len()) {
            let first = at(&self.first, vertex);
            put(&mut self.next, vertex, first);
        }
        self.with_source(sink)
    }

    // Pushes along shortest trails until none is left; a dead end is never entered twice.
    fn round(&mut self, source: u32, sink: u32) -> u128 {
        let mut trail: Vec<u32> = Vec::new();
        let (mut vertex, mut pushed) = (source, 0_u128);
        loop {
            if vertex == sink {
                pushed += u128::from(self.push(&mut trail));
                vertex = trail.last().map_or(source, |arc| at(&self.head, *arc));
            } else if let Some(arc) = self.advance(vertex) {
                trail.push(arc);
                vertex = at(&self.head, arc);
            } else if let Some(arc) = trail.pop() {
                vertex = at(&self.head, arc ^ 1);
                let next = at(&self.next, vertex);
                put(&mut self.next, vertex, next + 1);
            } else {
                return pushed;
            }
        }
    }

    fn advance(&mut self, vertex: u32) -> Option<u32> {
        let far = at(&self.level, vertex) + 1;
        let end = at(&self.first, vertex + 1);
        let mut next = at(&self.next, vertex);
        let mut found = None;
        while next < end {
            let arc = at(&self.leaving, next);
            if at(&self.spare, arc) > 0 && at(&self.level, at(&self.head, arc)) == far {
                found = Some(arc);
                break;
            }
            next += 1;
        }
        put(&mut self.next, vertex, next);
        found
    }

    // Fills the trail, and cuts it before the first arc that is full now.
    fn push(&mut self, trail: &mut Vec<u32>) -> u64 {
        let amount = trail.iter().map(|arc| at(&self.spare, *arc)).min().unwrap_or(0);
        let mut full = trail.len();
        for (place, arc) in trail.iter().enumerate().rev() {
            let (there, back) = (at(&self.spare, *arc), at(&self.spare, arc ^ 1));
            put(&mut self.spare, *arc, there - amount);
            put(&mut self.spare, arc ^ 1, back + amount);
            if there == amount {
                full = place;
            }
        }
        trail.truncate(full);
        amount
    }

    /// Every arc that leaves a vertex and still has room, with where it leads.
    #[cfg(test)]
    fn open(&self, vertex: u32) -> Vec<u32> {
        let arcs = self.leaving[self.range(vertex)].iter().filter(|arc| at(&self.spare, **arc) > 0);
        arcs.map(|arc| at(&self.head, *arc)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Pipe, Stream};

    proptest! {
        #[test]
        fn the_greatest_flow_is_the_narrowest_cut(
            vertices in 2_u32..8,
            drawn in vec((any::<u32>(), any::<u32>(), 0_u64..50), 0..24),
        ) {
            let inside = |(tail, head, capacity): (u32, u32, u64)| {
                Pipe { tail: tail % vertices, head: head % vertices, capacity }
            };
            let mut pipes: Vec<Pipe> = drawn.into_iter().map(inside).collect();
            pipes.retain(|pipe| pipe.tail != pipe.head);
            let mut stream = Stream::new(vertices, &pipes);
            let value = stream.fill(0, vertices - 1);
            let across = |side: u32| -> u64 {
                let crosses =
                    |p: &&Pipe| (side >> p.tail) & 1 == 1 && (side >> p.head) & 1 == 0;
                pipes.iter().filter(crosses).map(|p| p.capacity).sum()
            };
            let divides = |side: &u32| side & 1 == 1 && (side >> (vertices - 1)) & 1 == 0;
            let least = (0..1_u32 << vertices).filter(divides).map(across).min().unwrap();
            prop_assert_eq!(value, u128::from(least));
            for vertex in (0..vertices).filter(|it| stream.with_source(*it)) {
                prop_assert!(stream.open(vertex).iter().all(|it| stream.with_source(*it)));
            }
            let mut surplus = vec![0_i64; 8];
            for (number, pipe) in (0..).zip(&pipes) {
                let carried = stream.carried(number);
                prop_assert!(carried <= pipe.capacity);
                let carried = i64::try_from(carried).unwrap();
                surplus[usize::try_from(pipe.tail).unwrap()] += carried;
                surplus[usize::try_from(pipe.head).unwrap()] -= carried;
            }
            surplus.truncate(usize::try_from(vertices).unwrap());
            surplus[0] = 0;
            *surplus.last_mut().unwrap() = 0;
            prop_assert!(surplus.iter().all(|it| *it == 0));
        }
    }
}
