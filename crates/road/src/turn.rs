//! Forbidden rows of arcs as states: what was driven and still matters.
//!
//! A row such as *from, over, into* is kept by remembering that *from* and *over* were driven. What
//! is remembered is the longest end of the way so far that begins some row: the automaton of
//! Aho and Corasick (1975). A junction has one state that remembers nothing, and one more for
//! each beginning of a row that ends there. Turns at a node, over ways, at barriers and back
//! into the same road are all rows, and nothing else is needed.

use std::collections::{BTreeMap, BTreeSet};

use route::net::{NONE, ix};

use crate::roads::Arc;

/// What an arc leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It must not be driven here.
    Forbidden,
    /// Nothing is to be remembered.
    Free,
    /// A state.
    State(u32),
}

/// The states.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    rows: BTreeSet<Box<[Arc]>>,
    states: BTreeMap<Box<[Arc]>, u32>,
    // The state after one arc from nowhere, by arc: most arcs have none.
    single: Vec<u32>,
    longest: usize,
}

impl Turns {
    /// The states of these rows, each of at least two arcs, over so many arcs.
    pub(crate) fn of(rows: BTreeSet<Box<[Arc]>>, arcs: usize) -> Self {
        let mut states: BTreeMap<Box<[Arc]>, u32> = BTreeMap::new();
        for row in &rows {
            for length in 1..row.len() {
                states.insert(row.iter().take(length).copied().collect(), 0);
            }
        }
        let mut single = vec![NONE; arcs];
        for (number, (beginning, state)) in (0_u32..).zip(&mut states) {
            *state = number;
            if let [arc] = **beginning
                && let Some(slot) = single.get_mut(ix(arc))
            {
                *slot = number;
            }
        }
        let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        Self { rows, states, single, longest }
    }

    /// What each state remembers, in the order of their numbers.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = &[Arc]> {
        self.states.keys().map(|beginning| &**beginning)
    }

    /// The state after an arc from nowhere, if anything is to be remembered of it.
    pub(crate) fn after_one(&self, arc: Arc) -> Option<u32> {
        self.single.get(ix(arc)).copied().filter(|state| *state != NONE)
    }

    /// What an arc leads to after what is remembered.
    pub(crate) fn after(&self, remembered: &[Arc], arc: Arc) -> Next {
        let way: Vec<Arc> = remembered.iter().copied().chain([arc]).collect();
        let ends = || (0..way.len()).filter_map(|from| way.get(from..));
        if ends().any(|end| end.len() <= self.longest && self.rows.contains(end)) {
            return Next::Forbidden;
        }
        let state = ends().find_map(|end| self.states.get(end).copied());
        state.map_or(Next::Free, Next::State)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Next, Turns};

    #[test]
    fn a_row_is_forbidden_and_every_other_way_is_not() {
        let rows: [&[u32]; 3] = [&[1, 2], &[1, 3, 4], &[3, 5]];
        let rows: BTreeSet<Box<[u32]>> = rows.iter().map(|row| (*row).into()).collect();
        let turns = Turns::of(rows.clone(), 10);
        // All ways of up to six arcs out of six: the automaton and the rows themselves agree.
        for number in 0..6_u32.pow(6) {
            let way: Vec<u32> = (0..6).map(|at| number / 6_u32.pow(at) % 6).collect();
            let mut state = Next::Free;
            for arc in &way {
                let remembered: Vec<u32> = match state {
                    Next::State(state) => {
                        let state = usize::try_from(state).unwrap();
                        turns.remembered().nth(state).unwrap().to_vec()
                    }
                    Next::Free => Vec::new(),
                    Next::Forbidden => break,
                };
                state = turns.after(&remembered, *arc);
            }
            let holds = |row: &[u32]| way.windows(row.len()).any(|part| part == row);
            assert_eq!(state == Next::Forbidden, rows.iter().any(|row| holds(row)), "{way:?}");
        }
        assert_eq!(turns.after_one(2), None);
        assert_eq!(turns.after_one(3).map(Next::State), Some(turns.after(&[], 3)));
    }
}
