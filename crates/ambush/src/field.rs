//! What of a network a route within the budget can touch, made small.
#![expect(clippy::indexing_slicing, reason = "columns are made here and numbered by their places")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use route::net::{NONE, ix};

use crate::draft::{Draft, Inside, Piece};
use crate::ground::Ground;
use crate::number::{end, id};
use crate::threat::Threat;
use crate::trouble::Trouble;

/// A time that nothing takes.
pub(crate) const NEVER: u64 = u64::MAX;

/// The part of the network between two ends that some route within the limit may use. Roads in
/// a row, between which nobody can turn off, are one arc under the greatest weight among them:
/// whoever passes one passes all, so that no attacker prefers another of them.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// The start.
    pub(crate) from: u32,
    /// The end.
    pub(crate) to: u32,
    /// How long a route may take, in milliseconds.
    pub(crate) limit: u64,
    /// How long the fastest takes.
    pub(crate) fastest: u64,
    /// Arcs by tail, as in a network.
    pub(crate) first: Vec<u32>,
    /// The arcs.
    pub(crate) arcs: Vec<Arc>,
    /// The arcs that enter each junction, in the same manner.
    pub(crate) enters_first: Vec<u32>,
    /// Numbers of arcs.
    pub(crate) enters: Vec<u32>,
    /// The weight of each row in millionths; a row is what an attacker may choose.
    pub(crate) weights: Vec<u32>,
    /// The road that each row stands for.
    pub(crate) roads: Vec<u32>,
    /// How long it takes from each junction to the end at least.
    pub(crate) ahead: Vec<u64>,
    /// How long it takes from the start to each junction at least.
    pub(crate) behind: Vec<u64>,
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arc {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    /// The row that an attacker of this arc chooses; [`NONE`] where nothing threatens.
    pub(crate) row: u32,
    pub(crate) millis: u32,
    pub(crate) piece: u32,
}

impl Field {
    /// The field of routes that take at most `budget_ppm` millionths of the fastest one's time;
    /// of all routes if there is no budget.
    pub(crate) fn of(
        ground: &Ground<'_>,
        threat: &Threat,
        ends: (u32, u32),
        budget_ppm: Option<u32>,
    ) -> Result<Self, Trouble> {
        Self::made(ground, threat, ends, (budget_ppm, true))
    }

    /// The same without a limit, and with roads in a row each an arc of its own: where what is
    /// done on one of them does nothing on the next.
    pub(crate) fn in_pieces(
        ground: &Ground<'_>,
        threat: &Threat,
        ends: (u32, u32),
    ) -> Result<Self, Trouble> {
        Self::made(ground, threat, ends, (None, false))
    }

    fn made(
        ground: &Ground<'_>,
        threat: &Threat,
        (from, to): (u32, u32),
        (budget_ppm, joined): (Option<u32>, bool),
    ) -> Result<Self, Trouble> {
        ground.ends(from, to)?;
        let weights = id(threat.weights().len());
        if weights != ground.net().roads {
            return Err(Trouble::OtherRoads { weights, roads: ground.net().roads });
        }
        if let Some(budget_ppm) = budget_ppm.filter(|budget| *budget < crate::threat::ONE) {
            return Err(Trouble::BudgetBelowFastest { budget_ppm });
        }
        let mut limit = NEVER;
        let behind = times(ground, (from, None), &mut |far, at| {
            if at == to
                && let Some(budget) = budget_ppm
            {
                limit = far * u64::from(budget) / u64::from(crate::threat::ONE);
            }
            far <= limit
        });
        let fastest = behind[ix(to)];
        if fastest == NEVER {
            let reached = behind.iter().filter(|far| **far < NEVER).count();
            let junctions = id(ground.junctions());
            return Err(Trouble::Island { reached: id(reached), junctions });
        }
        // Back from the end only where the start is near enough.
        let ahead = times(ground, (to, Some((&behind, limit))), &mut |_, _| true);
        let inside = Inside { behind: &behind, ahead: &ahead, limit };
        let number = inside.numbers(ground);
        let mut draft = Draft::of(ground, threat, &inside, &number);
        let (from, to) = (number[ix(from)], number[ix(to)]);
        draft.shrink((from, to), joined);
        let mut field = draft.number((from, to));
        (field.limit, field.fastest) = (limit, fastest);
        Ok(field)
    }

    /// How many junctions.
    pub(crate) fn junctions(&self) -> usize {
        self.first.len() - 1
    }

    /// The arcs that leave a junction.
    pub(crate) fn leaving(&self, junction: u32) -> std::ops::Range<usize> {
        ix(self.first[ix(junction)])..ix(self.first[ix(junction) + 1])
    }

    /// The arcs that enter a junction.
    pub(crate) fn entering(&self, junction: u32) -> &[u32] {
        let range = ix(self.enters_first[ix(junction)])..ix(self.enters_first[ix(junction) + 1]);
        &self.enters[range]
    }

    /// A way over arcs of the field as arcs of the network.
    pub(crate) fn unfold(&self, way: &[u32]) -> Vec<u32> {
        let mut arcs = Vec::new();
        let mut open: Vec<u32> = way.iter().rev().map(|arc| self.arcs[ix(*arc)].piece).collect();
        while let Some(piece) = open.pop() {
            match self.pieces[ix(piece)] {
                Piece::Arc(arc) => arcs.push(arc),
                Piece::Row(before, after) => open.extend([after, before]),
            }
        }
        arcs
    }

    /// Ways over arcs of the network as ways over arcs of the field; those that leave it fall
    /// away.
    pub(crate) fn fold(&self, known: &[Vec<u32>]) -> Vec<Vec<u32>> {
        let mut of: BTreeMap<u32, (u32, bool)> = BTreeMap::new();
        if !known.is_empty() {
            for arc in 0..end(&self.arcs) {
                let inner = self.unfold(&[arc]);
                let first = inner.first().copied();
                of.extend(inner.into_iter().map(|inner| (inner, (arc, Some(inner) == first))));
            }
        }
        let fold = |way: &Vec<u32>| -> Option<Vec<u32>> {
            let arcs: Vec<(u32, bool)> =
                way.iter().map(|arc| of.get(arc).copied()).collect::<Option<_>>()?;
            let way: Vec<u32> =
                arcs.iter().filter(|(_, first)| *first).map(|(arc, _)| *arc).collect();
            let whole = way.iter().map(|arc| self.unfold(&[*arc]).len()).sum::<usize>();
            (whole == arcs.len() && self.millis(&way) <= self.limit).then_some(way)
        };
        known.iter().filter_map(fold).collect()
    }

    /// Every arc that somebody may attack twice, as places: first as it is, at no cost, then
    /// once more, at a cost of one. Milliseconds are that cost here.
    pub(crate) fn doubled(&self) -> Self {
        let twice = |arc: &Arc| {
            let cheap = Arc { millis: 0, ..*arc };
            let dear = (arc.row != NONE).then_some(Arc { millis: 1, ..*arc });
            [Some(cheap), dear].into_iter().flatten()
        };
        let arcs: Vec<Arc> = self.arcs.iter().flat_map(twice).collect();
        let (first, _) = sorted(self.junctions(), arcs.iter().map(|arc| arc.tail));
        let (enters_first, enters) = sorted(self.junctions(), arcs.iter().map(|arc| arc.head));
        Self { first, arcs, enters_first, enters, limit: NEVER, ..self.clone() }
    }

    /// How long a way takes, in milliseconds.
    pub(crate) fn millis(&self, way: &[u32]) -> u64 {
        way.iter().map(|arc| u64::from(self.arcs[ix(*arc)].millis)).sum()
    }
}

// Times from a junction along the arcs, as far as `go_on` says; or to it against them, where
// these times before it and what is left do not pass a limit.
fn times(
    ground: &Ground<'_>,
    (start, within): (u32, Option<(&[u64], u64)>),
    go_on: &mut dyn FnMut(u64, u32) -> bool,
) -> Vec<u64> {
    let mut best = vec![NEVER; ground.junctions()];
    // Time and junction in one word, compared at once.
    let key = |far: u64, at: u32| Reverse((u128::from(far) << 32) | u128::from(at));
    let mut heap = BinaryHeap::from([key(0, start)]);
    best[ix(start)] = 0;
    while let Some(Reverse(least)) = heap.pop() {
        let far = crate::number::fit(least >> 32);
        let at = u32::try_from(least & u128::from(u32::MAX)).unwrap_or(NONE);
        if far > best[ix(at)] {
            continue;
        }
        // What is left in the heap is at least as far, and too far with it.
        if !go_on(far, at) {
            break;
        }
        for dart in ground.around(at) {
            let dart = ground.darts[dart];
            let arc = if within.is_none() { dart.arc } else { ground.darts[ix(dart.twin)].arc };
            if arc == NONE {
                continue;
            }
            let then = far + u64::from(ground.net().millis[ix(arc)]);
            let near = within.is_none_or(|(behind, limit)| {
                let whole = then.saturating_add(behind[ix(dart.head)]);
                whole <= limit && whole < NEVER
            });
            if near && then < best[ix(dart.head)] {
                best[ix(dart.head)] = then;
                heap.push(key(then, dart.head));
            }
        }
    }
    best
}

// Where each key's things begin, and the things by key, in their order.
pub(crate) fn sorted(keys: usize, of: impl Iterator<Item = u32> + Clone) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0_u32; keys + 1];
    for key in of.clone() {
        first[ix(key) + 1] += 1;
    }
    let mut sum = 0;
    for count in &mut first {
        sum += *count;
        *count = sum;
    }
    let mut next = first.clone();
    let mut list = vec![0; ix(sum)];
    for (thing, key) in (0..).zip(of) {
        list[ix(next[ix(key)])] = thing;
        next[ix(key)] += 1;
    }
    (first, list)
}
