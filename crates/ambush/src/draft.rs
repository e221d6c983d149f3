//! A field in the making: dead ends fall away, roads in a row become one.
#![expect(clippy::indexing_slicing, reason = "columns are made here and numbered by their places")]

use route::net::{NONE, ix};

use crate::field::{Arc, Field, NEVER, sorted};
use crate::ground::Ground;
use crate::number::{end, id};
use crate::threat::Threat;

// An arc of the network, or two pieces in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece {
    Arc(u32),
    Row(u32, u32),
}

// Which junctions and arcs some route within the limit may use.
pub(crate) struct Inside<'a> {
    pub(crate) behind: &'a [u64],
    pub(crate) ahead: &'a [u64],
    pub(crate) limit: u64,
}

impl Inside<'_> {
    fn holds(&self, tail: u32, millis: u32, head: u32) -> bool {
        let whole = self.behind[ix(tail)]
            .saturating_add(u64::from(millis))
            .saturating_add(self.ahead[ix(head)]);
        whole <= self.limit.min(NEVER - 1)
    }

    pub(crate) fn numbers(&self, ground: &Ground<'_>) -> Vec<u32> {
        let mut next = 0;
        let number = |junction| {
            if self.holds(junction, 0, junction) {
                next += 1;
                next - 1
            } else {
                NONE
            }
        };
        (0..id(ground.junctions())).map(number).collect()
    }
}

// A field in the making: arcs come and go.
pub(crate) struct Draft {
    arcs: Vec<Option<Arc>>,
    leaves: Vec<Vec<u32>>,
    enters: Vec<Vec<u32>>,
    pieces: Vec<Piece>,
    // By row: its weight, its road, how many arcs it still has.
    weights: Vec<u32>,
    roads: Vec<u32>,
    uses: Vec<u32>,
    ahead: Vec<u64>,
    behind: Vec<u64>,
}

impl Draft {
    pub(crate) fn of(
        ground: &Ground<'_>,
        threat: &Threat,
        inside: &Inside<'_>,
        number: &[u32],
    ) -> Self {
        let net = ground.net();
        let mut row_of = vec![NONE; ix(net.roads)];
        let here = (0..id(ground.junctions())).filter(|junction| number[ix(*junction)] != NONE);
        let of = |times: &[u64]| here.clone().map(|at| times[ix(at)]).collect::<Vec<u64>>();
        let (ahead, behind) = (of(inside.ahead), of(inside.behind));
        let mut draft = Self {
            arcs: Vec::new(),
            leaves: vec![Vec::new(); ahead.len()],
            enters: vec![Vec::new(); ahead.len()],
            pieces: Vec::new(),
            weights: Vec::new(),
            roads: Vec::new(),
            uses: Vec::new(),
            ahead,
            behind,
        };
        for tail in here {
            for arc in net.leaving(tail) {
                let (head, millis, road) = (net.head[arc], net.millis[arc], net.road[arc]);
                if !inside.holds(tail, millis, head) {
                    continue;
                }
                let weight = threat.weight(road);
                if weight > 0 && row_of[ix(road)] == NONE {
                    row_of[ix(road)] = draft.row(weight, road);
                }
                let row = if weight > 0 { row_of[ix(road)] } else { NONE };
                let piece = end(&draft.pieces);
                draft.pieces.push(Piece::Arc(id(arc)));
                let (tail, head) = (number[ix(tail)], number[ix(head)]);
                draft.put(Arc { tail, head, row, millis, piece });
            }
        }
        draft
    }

    fn row(&mut self, weight: u32, road: u32) -> u32 {
        self.weights.push(weight);
        self.roads.push(road);
        self.uses.push(0);
        end(&self.weights) - 1
    }

    fn put(&mut self, arc: Arc) {
        let place = end(&self.arcs);
        self.leaves[ix(arc.tail)].push(place);
        self.enters[ix(arc.head)].push(place);
        if arc.row != NONE {
            self.uses[ix(arc.row)] += 1;
        }
        self.arcs.push(Some(arc));
    }

    fn take(&mut self, place: u32) -> Option<Arc> {
        let arc = self.arcs[ix(place)].take()?;
        self.leaves[ix(arc.tail)].retain(|other| *other != place);
        self.enters[ix(arc.head)].retain(|other| *other != place);
        if arc.row != NONE {
            self.uses[ix(arc.row)] -= 1;
        }
        Some(arc)
    }

    // Takes out dead ends and joins arcs in a row, until nothing changes.
    pub(crate) fn shrink(&mut self, (from, to): (u32, u32), joined: bool) {
        for place in self.enters[ix(from)].clone().into_iter().chain(self.leaves[ix(to)].clone()) {
            self.take(place);
        }
        let mut open: Vec<u32> = (0..end(&self.leaves)).rev().collect();
        while let Some(at) = open.pop() {
            if at == from || at == to {
                continue;
            }
            let touched = self.neighbours(at);
            if self.dead(at, &touched) {
                let all: Vec<u32> =
                    self.leaves[ix(at)].iter().chain(&self.enters[ix(at)]).copied().collect();
                for place in &all {
                    self.take(*place);
                }
                if !all.is_empty() {
                    open.extend(touched);
                }
            } else if joined
                && let [one, other] = touched.as_slice()
                && self.join(at, *one, *other)
            {
                open.extend(touched);
            }
        }
    }

    fn neighbours(&self, at: u32) -> Vec<u32> {
        let heads = self.leaves[ix(at)].iter().filter_map(|place| self.arcs[ix(*place)]);
        let tails = self.enters[ix(at)].iter().filter_map(|place| self.arcs[ix(*place)]);
        let mut all: Vec<u32> =
            heads.map(|arc| arc.head).chain(tails.map(|arc| arc.tail)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    // No simple way passes: nothing enters, nothing leaves, or all from and to one junction.
    fn dead(&self, at: u32, touched: &[u32]) -> bool {
        self.leaves[ix(at)].is_empty() || self.enters[ix(at)].is_empty() || touched.len() == 1
    }

    // Joins the arcs at a junction between two others, if each side is one row that is used
    // nowhere else.
    fn join(&mut self, at: u32, one: u32, other: u32) -> bool {
        if one == at || other == at {
            return false;
        }
        let side = |draft: &Self, end: u32| -> Option<(Option<Arc>, Option<Arc>, u32)> {
            let of = |list: &[u32], is: &dyn Fn(&Arc) -> bool| {
                let found = list.iter().filter_map(|place| draft.arcs[ix(*place)]);
                found.filter(|arc| is(arc)).collect::<Vec<_>>()
            };
            let enters = of(&draft.enters[ix(at)], &|arc| arc.tail == end);
            let leaves = of(&draft.leaves[ix(at)], &|arc| arc.head == end);
            let rows: Vec<u32> = enters.iter().chain(&leaves).map(|arc| arc.row).collect();
            let row = rows.first().copied()?;
            let alone = enters.len() <= 1 && leaves.len() <= 1 && rows.iter().all(|r| *r == row);
            alone.then(|| (enters.first().copied(), leaves.first().copied(), row))
        };
        let (Some(left), Some(right)) = (side(self, one), side(self, other)) else { return false };
        let here = |row: u32| {
            let count = |side: &(Option<Arc>, Option<Arc>, u32)| {
                let arcs = side.0.iter().chain(&side.1);
                arcs.filter(|arc| arc.row == row).count()
            };
            count(&left) + count(&right)
        };
        let only = |row: u32| row == NONE || ix(self.uses[ix(row)]) == here(row);
        // Whoever passes two arcs of one row in a row is met twice.
        let twice = left.2 == right.2 && left.2 != NONE;
        if twice || !only(left.2) || !only(right.2) {
            return false;
        }
        let weight = |row: u32| if row == NONE { 0 } else { self.weights[ix(row)] };
        let row = if weight(left.2) >= weight(right.2) { left.2 } else { right.2 };
        let all: Vec<u32> =
            self.leaves[ix(at)].iter().chain(&self.enters[ix(at)]).copied().collect();
        for place in all {
            self.take(place);
        }
        for (before, after) in [(left.0, right.1), (right.0, left.1)] {
            let (Some(before), Some(after)) = (before, after) else { continue };
            let Some(millis) = before.millis.checked_add(after.millis) else { continue };
            let piece = end(&self.pieces);
            self.pieces.push(Piece::Row(before.piece, after.piece));
            self.put(Arc { tail: before.tail, head: after.head, row, millis, piece });
        }
        true
    }

    // Only what is left, with new numbers.
    pub(crate) fn number(self, ends: (u32, u32)) -> Field {
        let mut number = vec![NONE; self.leaves.len()];
        let (mut ahead, mut behind) = (Vec::new(), Vec::new());
        for at in 0..end(&self.leaves) {
            let used = !self.leaves[ix(at)].is_empty() || !self.enters[ix(at)].is_empty();
            if used || at == ends.0 || at == ends.1 {
                number[ix(at)] = end(&ahead);
                ahead.push(self.ahead[ix(at)]);
                behind.push(self.behind[ix(at)]);
            }
        }
        let mut rows = vec![NONE; self.weights.len()];
        let (mut weights, mut roads, mut arcs) = (Vec::new(), Vec::new(), Vec::new());
        for arc in self.leaves.iter().flatten().filter_map(|place| self.arcs[ix(*place)]) {
            let row = if arc.row == NONE {
                NONE
            } else {
                if rows[ix(arc.row)] == NONE {
                    rows[ix(arc.row)] = end(&weights);
                    weights.push(self.weights[ix(arc.row)]);
                    roads.push(self.roads[ix(arc.row)]);
                }
                rows[ix(arc.row)]
            };
            let (tail, head) = (number[ix(arc.tail)], number[ix(arc.head)]);
            arcs.push(Arc { tail, head, row, ..arc });
        }
        let (first, _) = sorted(ahead.len(), arcs.iter().map(|arc| arc.tail));
        let (enters_first, enters) = sorted(ahead.len(), arcs.iter().map(|arc| arc.head));
        let (from, to) = (number[ix(ends.0)], number[ix(ends.1)]);
        let (limit, fastest, pieces) = (0, 0, self.pieces);
        Field {
            from,
            to,
            limit,
            fastest,
            first,
            arcs,
            enters_first,
            enters,
            weights,
            roads,
            ahead,
            behind,
            pieces,
        }
    }
}
