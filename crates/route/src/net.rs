//! A large network as flat columns: what is imported and played on.
//!
//! [`crate::graph`] reads a small file that people wrote. A city has hundred thousands of arcs,
//! so here a junction, an arc and a road are numbers, and what is known of them are columns.

use words::place::Point;

/// Which way to the next: no arc, no junction.
pub const NONE: u32 = u32::MAX;

/// A number of a junction, an arc or a road as the place in its columns.
#[expect(clippy::as_conversions, reason = "32 bits fit a usize on every machine that we build for")]
pub const fn ix(number: u32) -> usize {
    number as usize
}

/// A directed network. Arcs are sorted by their tail; `first[j]..first[j + 1]` are those that
/// leave junction `j`. Every path over its arcs can be driven: what a turn restriction forbids
/// is kept by splitting the junction, not by a rule beside the network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Net {
    /// One more than there are junctions; the last is the number of arcs.
    pub first: Vec<u32>,
    /// Where each arc leads.
    pub head: Vec<u32>,
    /// How long each arc takes, in milliseconds, at least 1.
    pub millis: Vec<u32>,
    /// The road that each arc drives along, from 0 to [`Net::roads`]. Both directions, and the
    /// copies that a split junction makes, are one road: an ambush lies on all of them.
    pub road: Vec<u32>,
    /// How many roads there are.
    pub roads: u32,
    /// Where each junction lies. Junctions split from one have one place.
    pub places: Vec<Point>,
}

impl Net {
    /// How many junctions, the split ones counted each.
    pub fn junctions(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// How many arcs.
    pub fn arcs(&self) -> usize {
        self.head.len()
    }

    /// The arcs that leave a junction; none for a number that is none of the junctions.
    pub fn leaving(&self, junction: u32) -> std::ops::Range<usize> {
        let at = ix(junction);
        match (self.first.get(at), self.first.get(at + 1)) {
            (Some(from), Some(to)) => ix(*from)..ix(*to),
            _ => 0..0,
        }
    }

    /// The network of these arcs, each `(tail, head, millis, road)`; the order of arcs that
    /// leave one junction is kept.
    pub fn of(places: Vec<Point>, arcs: &[(u32, u32, u32, u32)]) -> Self {
        let mut first = vec![0_u32; places.len() + 1];
        for (tail, ..) in arcs {
            if let Some(count) = first.get_mut(ix(*tail) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        let mut sorted: Vec<_> = arcs.to_vec();
        sorted.sort_by_key(|(tail, ..)| *tail);
        Self {
            first,
            head: sorted.iter().map(|(_, head, ..)| *head).collect(),
            millis: sorted.iter().map(|(_, _, millis, _)| *millis).collect(),
            road: sorted.iter().map(|(.., road)| *road).collect(),
            roads: arcs.iter().map(|(.., road)| road + 1).max().unwrap_or(0),
            places,
        }
    }
}

#[cfg(test)]
mod tests {
    use words::place::Point;

    use super::Net;

    #[test]
    fn arcs_are_found_by_the_junction_they_leave() {
        let place = Point::from_degrees(24.9, 67.1).expect("Karachi");
        let net = Net::of(vec![place; 3], &[(2, 0, 9, 1), (0, 1, 5, 0), (0, 2, 7, 1)]);
        let heads = |junction| {
            net.leaving(junction).filter_map(|arc| net.head.get(arc).copied()).collect::<Vec<_>>()
        };
        assert_eq!((heads(0), heads(1), heads(2)), (vec![1, 2], vec![], vec![0]));
        assert_eq!((net.junctions(), net.arcs(), net.roads), (3, 3, 2));
        assert!(net.leaving(9).is_empty(), "nothing leaves where there is nothing");
    }
}
