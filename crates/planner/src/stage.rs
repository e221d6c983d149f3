//! The network of one question: the roads, and its two ends laid onto them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use note::digest::sha256_joined;
use route::net::{NONE, Net, ix};
use words::place::Point;

use crate::no::No;
use crate::number::{count, part};
use crate::terrain::{Imported, Kind, Place, Terrain};

/// Gates on each side: a compound has two, a port a handful.
pub const GATES_MAX: usize = 8;

/// A network with one junction where every route begins and one where every route ends.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The network: the roads' arcs first, in their order, then those of the ends.
    pub net: Net,
    /// Where every route begins.
    pub from: u32,
    /// Where every route ends.
    pub to: u32,
}

// Arcs in the making, `(tail, head, millis, road)`.
type Arcs = Vec<(u32, u32, u32, u32)>;

impl Stage {
    /// Lays gates onto roads: a route begins at any of the first and ends at any of the second.
    pub fn of(terrain: &Terrain, from: &[Place], to: &[Place]) -> Result<Self, No> {
        for gates in [from, to] {
            if gates.is_empty() || gates.len() > GATES_MAX {
                return Err(No::OutOfRange { what: "the ends", range: "from 1 to 8 gates each" });
            }
        }
        let roads = terrain.net();
        let junctions = count(roads.junctions());
        let (start, end) = (junctions, junctions + 1);
        let mut arcs = Arcs::with_capacity(roads.arcs() + 16);
        for tail in 0..junctions {
            arcs.extend(roads.leaving(tail).filter_map(|arc| {
                let (head, millis) = (roads.head.get(arc)?, roads.millis.get(arc)?);
                Some((tail, *head, *millis, *roads.road.get(arc)?))
            }));
        }
        let laying = Laying { terrain, start, end };
        for gate in from {
            laying.begin(*gate, &mut arcs);
        }
        for gate in to {
            laying.finish(*gate, &mut arcs);
        }
        for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
            laying.straight(*from, *to, &mut arcs);
        }
        let place = |gates: &[Place]| gates.first().and_then(|gate| terrain.at(*gate));
        let mut places: Vec<Point> = roads.places.clone();
        places.extend([place(from), place(to)].into_iter().flatten());
        let mut net = Net::of(places, &arcs);
        // One road more than there are: the few steps of a gate, where nothing threatens.
        net.roads = roads.roads + 1;
        Ok(Self { net, from: start, to: end })
    }

    /// What both parties compare before they compare anything else.
    pub fn hash(&self) -> [u8; 32] {
        let bytes = |column: &[u32]| -> Vec<u8> {
            column.iter().flat_map(|number| number.to_be_bytes()).collect()
        };
        let Net { first, head, millis, road, roads, .. } = &self.net;
        let ends = bytes(&[self.from, self.to, *roads, count(head.len())]);
        let columns = [first, head, millis, road].map(|column| bytes(column));
        let [first, head, millis, road] = &columns;
        sha256_joined(&[b"safeconduct/stage/1\n", &ends, first, head, millis, road]).0
    }

    /// The roads that a route takes, in order, each once in a row; without the steps of gates.
    pub fn roads_of(&self, arcs: &[u32]) -> Vec<u32> {
        let roads = arcs.iter().filter_map(|arc| self.net.road.get(ix(*arc)).copied());
        let mut roads: Vec<u32> = roads.filter(|road| road + 1 < self.net.roads).collect();
        roads.dedup();
        roads
    }

    /// The junctions that a route passes, its two ends left out.
    pub fn junctions_of(&self, arcs: &[u32]) -> Vec<u32> {
        let heads = arcs.iter().filter_map(|arc| self.net.head.get(ix(*arc)).copied());
        heads.filter(|head| *head < self.from).collect()
    }

    /// The course of a route, for drawing.
    pub fn line(&self, terrain: &Terrain, arcs: &[u32]) -> Vec<Point> {
        let place = |junction: u32| self.net.places.get(ix(junction)).copied();
        let mut line: Vec<Point> = place(self.from).into_iter().collect();
        for arc in arcs {
            let (road, head) = (self.net.road.get(ix(*arc)), self.net.head.get(ix(*arc)));
            let (Some(road), Some(head)) = (road.copied(), head.copied()) else { continue };
            let inner = line.len() > 1 && head != self.to;
            let mut shape = if inner { terrain.shape(road) } else { Vec::new() };
            if shape.last() == line.last() {
                shape.reverse();
            }
            line.extend(shape);
            line.extend(place(head));
        }
        line.dedup();
        line
    }
}

struct Laying<'a> {
    terrain: &'a Terrain,
    start: u32,
    end: u32,
}

impl Laying<'_> {
    fn open(&self) -> u32 {
        self.terrain.net().roads
    }

    fn begin(&self, gate: Place, arcs: &mut Arcs) {
        match (gate, &self.terrain.kind) {
            (Place::Junction(junction), _) => arcs.push((self.start, junction, 1, self.open())),
            (Place::Spot(spot), Kind::Imported(it)) => {
                for arc in it.open(spot.segment) {
                    let state = it.drivable.entered.get(ix(arc)).copied().unwrap_or(NONE);
                    let (whole, along) = (it.length(arc), it.along(arc, spot.along_mm));
                    let millis = it.millis(arc, whole.saturating_sub(along));
                    if state != NONE {
                        arcs.push((self.start, state, millis, spot.segment));
                    }
                }
            }
            (Place::Spot(_), Kind::Schematic { .. }) => {}
        }
    }

    fn finish(&self, gate: Place, arcs: &mut Arcs) {
        match (gate, &self.terrain.kind) {
            (Place::Junction(junction), _) => arcs.push((junction, self.end, 1, self.open())),
            (Place::Spot(spot), Kind::Imported(it)) => {
                for arc in it.open(spot.segment) {
                    let millis = it.millis(arc, it.along(arc, spot.along_mm));
                    let net = &it.drivable.net;
                    for driving in it.driving(arc) {
                        // The first junction whose arcs end behind it.
                        let until = net.first.partition_point(|first| ix(*first) <= driving);
                        let tail = count(until.saturating_sub(1));
                        arcs.push((tail, self.end, millis, spot.segment));
                    }
                }
            }
            (Place::Spot(_), Kind::Schematic { .. }) => {}
        }
    }

    // Both ends on one piece of road, the one ahead of the other.
    fn straight(&self, from: Place, to: Place, arcs: &mut Arcs) {
        let (Place::Spot(from), Place::Spot(to)) = (from, to) else { return };
        let Kind::Imported(it) = &self.terrain.kind else { return };
        if from.segment != to.segment {
            return;
        }
        for arc in it.open(from.segment) {
            let (begin, end) = (it.along(arc, from.along_mm), it.along(arc, to.along_mm));
            if begin < end {
                let millis = it.millis(arc, end - begin);
                arcs.push((self.start, self.end, millis, from.segment));
            }
        }
    }
}

impl Imported {
    fn length(&self, arc: u32) -> u64 {
        let row = self.roads.segment(road::roads::segment_of(arc));
        row.map_or(1, |row| u64::from(row.length_mm)).max(1)
    }

    fn along(&self, arc: u32, along_mm: u32) -> u64 {
        let along = u64::from(along_mm);
        if road::roads::is_backward(arc) { self.length(arc).saturating_sub(along) } else { along }
    }

    // At least one, as every arc.
    fn millis(&self, arc: u32, length_mm: u64) -> u32 {
        let whole = self.drivable.millis.get(ix(arc)).copied().unwrap_or(1);
        part(whole, length_mm, self.length(arc)).max(1)
    }
}

/// The arcs of the fastest way; none if there is no way.
pub(crate) fn fastest(net: &Net, from: u32, to: u32) -> Vec<u32> {
    let mut best: BTreeMap<u32, (u64, u32, u32)> = BTreeMap::from([(from, (0, NONE, NONE))]);
    let mut heap = BinaryHeap::from([Reverse((0_u64, from))]);
    while let Some(Reverse((far, at))) = heap.pop() {
        if at == to {
            break;
        }
        if best.get(&at).is_some_and(|(known, ..)| far > *known) {
            continue;
        }
        for arc in net.leaving(at) {
            let (Some(head), Some(millis)) = (net.head.get(arc), net.millis.get(arc)) else {
                continue;
            };
            let then = far + u64::from(*millis);
            if best.get(head).is_none_or(|(known, ..)| then < *known) {
                best.insert(*head, (then, count(arc), at));
                heap.push(Reverse((then, *head)));
            }
        }
    }
    let mut way = Vec::new();
    let mut at = to;
    while let Some((_, arc, before)) = best.get(&at).filter(|(_, arc, _)| *arc != NONE) {
        way.push(*arc);
        at = *before;
    }
    way.reverse();
    way
}
