//! A network made ready to be played on: every arc beside its way back.
#![expect(clippy::indexing_slicing, reason = "numbers are checked once, when the ground is made")]

use route::net::{NONE, Net, ix};

use crate::number::{end, id};
use crate::trouble::Trouble;

/// A network whose arcs are seen from both of their ends.
///
/// Each junction has *darts*: one for every arc that leaves it, and one for every arc that
/// enters it and has no partner. Partners are two arcs of one road that lead to and fro; what
/// flows along one flows back along the other, so opposite flows cancel by themselves.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    pub(crate) net: &'a Net,
    pub(crate) first: Vec<u32>,
    pub(crate) darts: Vec<Dart>,
}

/// One end's view of an arc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dart {
    /// The junction at the other end.
    pub(crate) head: u32,
    /// The same seen from there.
    pub(crate) twin: u32,
    /// The arc that leads to the head; [`NONE`] if there is only a way back.
    pub(crate) arc: u32,
    /// The road of that arc; [`NONE`] with it.
    pub(crate) road: u32,
}

impl<'a> Ground<'a> {
    /// Makes a network ready; once for any number of questions.
    pub fn of(net: &'a Net) -> Result<Self, Trouble> {
        check(net)?;
        let partner = partners(net);
        let lone = |arc: usize| partner[arc] == NONE;
        let mut first = vec![0_u32; net.first.len().max(1)];
        for junction in 0..id(net.junctions()) {
            first[ix(junction) + 1] += end(&net.head[net.leaving(junction)]);
        }
        for arc in (0..net.arcs()).filter(|arc| lone(*arc)) {
            first[ix(net.head[arc]) + 1] += 1;
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        let mut darts = vec![Dart { head: 0, twin: 0, arc: NONE, road: NONE }; ix(sum)];
        let mut place = vec![0_u32; net.arcs()];
        let mut next = first.clone();
        for tail in 0..id(net.junctions()) {
            for arc in net.leaving(tail) {
                let here = next[ix(tail)];
                next[ix(tail)] += 1;
                place[arc] = here;
                let (head, road) = (net.head[arc], net.road[arc]);
                darts[ix(here)] = Dart { head, twin: NONE, arc: id(arc), road };
            }
        }
        for tail in 0..id(net.junctions()) {
            for arc in net.leaving(tail) {
                let here = place[arc];
                darts[ix(here)].twin = if lone(arc) {
                    let head = ix(net.head[arc]);
                    let there = next[head];
                    next[head] += 1;
                    darts[ix(there)] = Dart { head: tail, twin: here, arc: NONE, road: NONE };
                    there
                } else {
                    place[ix(partner[arc])]
                };
            }
        }
        Ok(Self { net, first, darts })
    }

    /// The network.
    pub fn net(&self) -> &'a Net {
        self.net
    }

    /// What it takes in memory beside the network.
    pub fn bytes(&self) -> usize {
        self.first.len() * size_of::<u32>() + self.darts.len() * size_of::<Dart>()
    }

    pub(crate) fn junctions(&self) -> usize {
        self.net.junctions()
    }

    pub(crate) fn around(&self, junction: u32) -> std::ops::Range<usize> {
        ix(self.first[ix(junction)])..ix(self.first[ix(junction) + 1])
    }

    /// Both ends are junctions of the network, and two.
    pub(crate) fn ends(&self, from: u32, to: u32) -> Result<(), Trouble> {
        let strange = [from, to].into_iter().find(|end| ix(*end) >= self.junctions());
        match strange {
            Some(junction) => Err(Trouble::NoJunction { junction }),
            None if from == to => Err(Trouble::SamePlace),
            None => Ok(()),
        }
    }
}

fn check(net: &Net) -> Result<(), Trouble> {
    let columns = [net.millis.len(), net.road.len(), net.first.last().map_or(0, |n| ix(*n))];
    if columns.iter().any(|length| *length != net.arcs()) || !net.first.is_sorted() {
        return Err(Trouble::BadNet { arc: end(&net.head) });
    }
    let known = |arc: &usize| {
        ix(net.head[*arc]) < net.junctions() && net.road[*arc] < net.roads && net.millis[*arc] > 0
    };
    let bad = (0..net.arcs()).find(|arc| !known(arc));
    bad.map_or(Ok(()), |arc| Err(Trouble::BadNet { arc: id(arc) }))
}

// The arc back over the same road, each arc in one pair at most.
fn partners(net: &Net) -> Vec<u32> {
    let mut partner = vec![NONE; net.arcs()];
    for tail in 0..id(net.junctions()) {
        for arc in net.leaving(tail) {
            if partner[arc] != NONE || net.head[arc] == tail {
                continue;
            }
            let back = net.leaving(net.head[arc]).find(|back| {
                net.head[*back] == tail
                    && net.road[*back] == net.road[arc]
                    && partner[*back] == NONE
            });
            if let Some(back) = back {
                partner[arc] = id(back);
                partner[back] = id(arc);
            }
        }
    }
    partner
}
