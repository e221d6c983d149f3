//! The greatest flow between two ends of a network, by Dinic's method.
//!
//! Whole numbers only, so that both parties' nodes find the same flow. Of the many greatest
//! flows it prefers short ways: a trail is filled only when no shorter one is left.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A pipe that carries up to its capacity, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipe {
    /// Its two ends.
    pub ends: (usize, usize),
    /// How much it carries at most.
    pub capacity: u64,
    /// How long it is, at least 1. It changes which greatest flow is found, not how great it is.
    pub length: u32,
}

/// What a pipe carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// The end that it flows away from.
    pub tail: usize,
    /// How much.
    pub amount: u64,
}

/// A greatest flow and the narrowest cut that proves it greatest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// How much reaches the sink.
    pub value: u64,
    /// What each pipe carries, in the order of the pipes.
    pub carried: Vec<Carried>,
    /// Which vertices lie on the source's side of the cut.
    pub source_side: Vec<bool>,
}

/// The greatest flow; zero if the ends are the same, unjoined or not in the network. The sum
/// of all capacities must fit 64 bits.
pub fn greatest(vertices: usize, pipes: &[Pipe], source: usize, sink: usize) -> Flow {
    let mut network = Network::new(vertices, pipes);
    let mut value = 0;
    let mut levels = network.levels(source);
    while source != sink && levels.get(sink).is_some_and(Option::is_some) {
        value += network.fill(&levels, source, sink);
        levels = network.levels(source);
    }
    let carried = pipes.iter().enumerate().map(|(index, pipe)| network.carried(index, *pipe));
    Flow {
        value,
        carried: carried.collect(),
        source_side: levels.iter().map(Option::is_some).collect(),
    }
}

// Pipe `i` becomes the arcs `2i` and `2i + 1`; pushing along one widens the other.
#[derive(Clone, Copy)]
struct Arc {
    head: usize,
    spare: u64,
    length: u64,
}

struct Network {
    arcs: Vec<Arc>,
    leaving: Vec<Vec<usize>>,
}

// How far from the source over arcs with room to spare; `None` is out of reach. Dinic counts
// every arc as one; lengths serve as well, for pushing opens only arcs that lead back, and so
// each round finds the sink farther away than the round before.
type Levels = Vec<Option<u64>>;

impl Network {
    fn new(vertices: usize, pipes: &[Pipe]) -> Self {
        let mut leaving = vec![Vec::new(); vertices];
        let mut arcs = Vec::with_capacity(pipes.len() * 2);
        for Pipe { ends: (a, b), capacity, length } in pipes.iter().copied() {
            // An arc of no length could be driven in circles for ever.
            let length = u64::from(length.max(1));
            for (tail, head) in [(a, b), (b, a)] {
                if let Some(list) = leaving.get_mut(tail) {
                    list.push(arcs.len());
                }
                arcs.push(Arc { head, spare: capacity, length });
            }
        }
        Self { arcs, leaving }
    }

    fn levels(&self, source: usize) -> Levels {
        let mut levels = vec![None; self.leaving.len()];
        let mut front = BinaryHeap::from([Reverse((0, source))]);
        while let Some(Reverse((far, at))) = front.pop() {
            let Some(level @ None) = levels.get_mut(at) else { continue };
            *level = Some(far);
            let open = self.arcs_of(at).filter_map(|arc| self.arcs.get(arc));
            let open = open.filter(|arc| arc.spare > 0);
            front.extend(open.map(|arc| Reverse((far + arc.length, arc.head))));
        }
        levels
    }

    // Pushes along shortest trails until none is left. A dead end is never entered twice: each
    // vertex remembers in `next` how many of its arcs are used up.
    fn fill(&mut self, levels: &Levels, source: usize, sink: usize) -> u64 {
        let mut next = vec![0; self.leaving.len()];
        let mut trail = Vec::new();
        let mut pushed = 0;
        loop {
            let at = trail.last().map_or(source, |arc| self.head(*arc));
            if at == sink {
                pushed += self.push(&trail);
                trail.clear();
            } else if let Some(arc) = self.advance(at, levels, &mut next) {
                trail.push(arc);
            } else if let Some(arc) = trail.pop() {
                let tail = self.head(arc ^ 1);
                next.get_mut(tail).into_iter().for_each(|used| *used += 1);
            } else {
                return pushed;
            }
        }
    }

    fn advance(&self, at: usize, levels: &Levels, next: &mut [usize]) -> Option<usize> {
        let used = next.get_mut(at)?;
        let far = levels.get(at).copied()??;
        let fits =
            |arc: &Arc| arc.spare > 0 && levels.get(arc.head) == Some(&Some(far + arc.length));
        loop {
            let arc = *self.leaving.get(at)?.get(*used)?;
            if self.arcs.get(arc).is_some_and(fits) {
                return Some(arc);
            }
            *used += 1;
        }
    }

    fn push(&mut self, trail: &[usize]) -> u64 {
        let spare = trail.iter().filter_map(|arc| self.arcs.get(*arc)).map(|arc| arc.spare);
        let amount = spare.min().unwrap_or(0);
        for arc in trail {
            self.arcs.get_mut(*arc).into_iter().for_each(|arc| arc.spare -= amount);
            self.arcs.get_mut(arc ^ 1).into_iter().for_each(|arc| arc.spare += amount);
        }
        amount
    }

    fn carried(&self, index: usize, pipe: Pipe) -> Carried {
        let spare = |arc: usize| self.arcs.get(arc).map_or(pipe.capacity, |arc| arc.spare);
        let (there, back) = (spare(index * 2), spare(index * 2 + 1));
        if there <= back {
            Carried { tail: pipe.ends.0, amount: pipe.capacity - there }
        } else {
            Carried { tail: pipe.ends.1, amount: pipe.capacity - back }
        }
    }

    fn arcs_of(&self, vertex: usize) -> impl Iterator<Item = usize> {
        self.leaving.get(vertex).into_iter().flatten().copied()
    }

    fn head(&self, arc: usize) -> usize {
        self.arcs.get(arc).expect("trails hold only arcs of this network").head
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

    use super::{Flow, Pipe, greatest};

    fn pipe(ends: (usize, usize), capacity: u64) -> Pipe {
        Pipe { ends, capacity, length: 1 }
    }

    // The narrowest of all cuts, one by one.
    fn narrowest(vertices: usize, pipes: &[Pipe], source: usize, sink: usize) -> u64 {
        let cut = |side: u32| -> u64 {
            let crosses = |p: &&Pipe| (side >> p.ends.0) & 1 != (side >> p.ends.1) & 1;
            pipes.iter().filter(crosses).map(|p| p.capacity).sum()
        };
        let divides = |side: &u32| (side >> source) & 1 == 1 && (side >> sink) & 1 == 0;
        (0..1_u32 << vertices).filter(divides).map(cut).min().unwrap()
    }

    // What flows out of a vertex minus what flows in.
    fn surplus(flow: &Flow, pipes: &[Pipe], vertex: usize) -> i128 {
        let mut sum = 0;
        for (carried, pipe) in flow.carried.iter().zip(pipes) {
            let head = pipe.ends.0 + pipe.ends.1 - carried.tail;
            sum += if carried.tail == vertex { i128::from(carried.amount) } else { 0 };
            sum -= if head == vertex { i128::from(carried.amount) } else { 0 };
        }
        sum
    }

    #[test]
    fn a_cross_connection_carries_what_it_must() {
        let pipes =
            [pipe((0, 1), 3), pipe((0, 2), 1), pipe((1, 2), 2), pipe((1, 3), 1), pipe((2, 3), 3)];
        let flow = greatest(4, &pipes, 0, 3);
        assert_eq!(flow.value, 4);
        assert_eq!(flow.source_side, [true, false, false, false]);
    }

    #[test]
    fn nothing_flows_where_nothing_joins() {
        assert_eq!(greatest(3, &[pipe((0, 1), 5)], 0, 2).value, 0);
        assert_eq!(greatest(2, &[pipe((0, 1), 5)], 0, 0).value, 0);
        assert_eq!(greatest(2, &[pipe((0, 1), 5)], 0, 9).value, 0);
    }

    #[test]
    fn a_short_way_is_filled_before_a_long_one() {
        let long = Pipe { ends: (0, 2), capacity: 5, length: 9 };
        let pipes = [long, pipe((0, 1), 5), pipe((1, 2), 5), pipe((2, 3), 7)];
        let flow = greatest(4, &pipes, 0, 3);
        let amounts: Vec<_> = flow.carried.iter().map(|carried| carried.amount).collect();
        assert_eq!(amounts, [2, 5, 5, 7]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn the_greatest_flow_is_the_narrowest_cut(
            vertices in 2_usize..8,
            drawn in vec((any::<usize>(), any::<usize>(), 0_u64..50, 1_u32..20), 0..24),
        ) {
            let inside = |(a, b, capacity, length): (usize, usize, u64, u32)| {
                Pipe { ends: (a % vertices, b % vertices), capacity, length }
            };
            let mut pipes: Vec<_> = drawn.into_iter().map(inside).collect();
            pipes.retain(|pipe| pipe.ends.0 != pipe.ends.1);
            let (source, sink) = (0, vertices - 1);
            let flow = greatest(vertices, &pipes, source, sink);
            prop_assert_eq!(flow.value, narrowest(vertices, &pipes, source, sink));
            let crosses = |p: &&Pipe| flow.source_side[p.ends.0] != flow.source_side[p.ends.1];
            let cut: u64 = pipes.iter().filter(crosses).map(|p| p.capacity).sum();
            prop_assert_eq!(flow.value, cut);
            prop_assert!(flow.carried.iter().zip(&pipes).all(|(c, p)| c.amount <= p.capacity));
            for vertex in 0..vertices {
                let due = i128::from(flow.value);
                let due = if vertex == source { due } else if vertex == sink { -due } else { 0 };
                prop_assert_eq!(surplus(&flow, &pipes, vertex), due);
            }
        }
    }
}
