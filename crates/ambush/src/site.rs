//! A place beside a road as a junction: where a movement starts and ends.
#![expect(clippy::indexing_slicing, reason = "arcs are numbered by the network")]

use route::net::{NONE, Net, ix};

use crate::number::id;
use crate::trouble::Trouble;

/// One way from a place to the network, or from the network to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The junction that is reached, or that one comes from.
    pub junction: u32,
    /// How long it takes, in milliseconds.
    pub millis: u64,
    /// The road on which, which can be attacked like any other.
    pub road: u32,
}

/// A network with two junctions more, one for each end. A site on a road is reached from several
/// junctions where turns are forbidden, and left to several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sited {
    /// The network.
    pub net: Net,
    /// Where the movement starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// For each arc the arc of the network before; [`NONE`] for the pieces at the ends.
    pub origin: Vec<u32>,
}

impl Sited {
    /// The network with these ways from the start and to the end. Two sites on one road have the
    /// way along it as well only if it is given as a reach from the one to the other's junction.
    pub fn of(net: &Net, starts: &[Reach], goals: &[Reach]) -> Result<Self, Trouble> {
        let known = |reach: &&Reach| ix(reach.junction) < net.junctions();
        if let Some(strange) = starts.iter().chain(goals).find(|reach| !known(reach)) {
            return Err(Trouble::NoJunction { junction: strange.junction });
        }
        if let Some(strange) = starts.iter().chain(goals).find(|it| it.road >= net.roads) {
            return Err(Trouble::NoRoad { road: strange.road });
        }
        let from = id(net.junctions());
        let to = from + 1;
        let mut arcs = Vec::with_capacity(net.arcs() + starts.len() + goals.len());
        let mut origin = Vec::with_capacity(arcs.capacity());
        let millis = |reach: &Reach| u32::try_from(reach.millis).unwrap_or(NONE).max(1);
        let mut ends: Vec<&Reach> = goals.iter().collect();
        ends.sort_by_key(|reach| (reach.junction, reach.road));
        let mut ends = ends.into_iter().peekable();
        for tail in 0..from {
            for arc in net.leaving(tail) {
                arcs.push((tail, net.head[arc], net.millis[arc], net.road[arc]));
                origin.push(id(arc));
            }
            while let Some(reach) = ends.next_if(|reach| reach.junction == tail) {
                arcs.push((tail, to, millis(reach), reach.road));
                origin.push(NONE);
            }
        }
        for reach in starts {
            arcs.push((from, reach.junction, millis(reach), reach.road));
            origin.push(NONE);
        }
        let place = net.places.first().copied();
        let of = |end: Option<&Reach>| {
            end.and_then(|reach| net.places.get(ix(reach.junction))).copied().or(place)
        };
        let both = [of(starts.first()), of(goals.first())];
        let places = net.places.iter().copied().chain(both.into_iter().flatten()).collect();
        let net = Net { roads: net.roads, ..Net::of(places, &arcs) };
        Ok(Self { net, from, to, origin })
    }

    /// A way as arcs of the network before, without the pieces at the ends.
    pub fn driven(&self, way: &[u32]) -> Vec<u32> {
        let before = way.iter().filter_map(|arc| self.origin.get(ix(*arc)).copied());
        before.filter(|arc| *arc != NONE).collect()
    }
}
