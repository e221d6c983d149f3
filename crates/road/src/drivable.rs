//! Roads → a network every path of which can be driven.

use std::collections::BTreeSet;

use route::net::{NONE, Net, ix};

use crate::kind::{Access, Barrier};
use crate::pace::{Pace, millis};
use crate::roads::{Arc, Roads, arc, reverse, segment_of};
use crate::turn::{Next, Turns};

/// Where one may turn back into the road that one came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurningBack {
    /// At every junction where nothing forbids it.
    Anywhere,
    /// Where no other road goes on: for long vehicles, and for convoys that stay together. The
    /// network has about as many junctions then as others have arcs.
    DeadEnds,
}

/// On which terms roads are driven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How much slower roads are by the hour.
    pub pace: Pace,
    /// The hour of the day, in the time that the pace is of.
    pub hour: u8,
    /// May private roads be driven, and private gates passed?
    pub private: bool,
    /// Where one may turn back.
    pub turning_back: TurningBack,
}

impl Default for Terms {
    fn default() -> Self {
        let turning_back = TurningBack::Anywhere;
        Self { pace: Pace::default(), hour: 0, private: false, turning_back }
    }
}

/// A network every path of which can be driven, and how it hangs together with its roads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drivable {
    /// The network. Its roads are the segments' numbers. The first junctions are those of the
    /// roads, in their order; those that follow are copies, where what was driven before matters.
    pub net: Net,
    /// The arc of the roads that each arc of the network drives.
    pub arc: Vec<Arc>,
    /// The junction of the roads that each junction of the network is a copy of.
    pub junction: Vec<u32>,
    /// Milliseconds of each arc of the roads; [`NONE`] where it is not driven on these terms.
    pub millis: Vec<u32>,
    /// Where one is in the network after an arc of the roads from nowhere; [`NONE`] as above.
    pub entered: Vec<u32>,
}

/// The network of roads on these terms.
pub fn drivable(roads: &Roads, terms: &Terms) -> Drivable {
    let millis = all_millis(roads, terms);
    let mut leaving: Vec<(u32, Arc)> = roads.leaving();
    leaving.retain(|(_, arc)| millis.get(ix(*arc)).is_some_and(|millis| *millis != NONE));
    let turns = Turns::of(rows(roads, terms, &leaving, &millis), millis.len());
    let plain = u32::try_from(roads.junctions.len()).unwrap_or(NONE);
    let mut drivable = Drivable {
        net: Net::default(),
        arc: Vec::new(),
        junction: (0..plain).collect(),
        entered: vec![NONE; millis.len()],
        millis,
    };
    for (_, arc) in &leaving {
        let head = roads.head(*arc).unwrap_or(NONE);
        let state = turns.after_one(*arc).map_or(head, |state| plain + state);
        if let Some(slot) = drivable.entered.get_mut(ix(*arc)) {
            *slot = state;
        }
    }
    let heads = turns.remembered().map(|way| way.last().and_then(|arc| roads.head(*arc)));
    drivable.junction.extend(heads.map(|head| head.unwrap_or(NONE)));
    drivable.connect(roads, &turns, &leaving);
    drivable
}

impl Drivable {
    fn connect(&mut self, roads: &Roads, turns: &Turns, leaving: &[(u32, Arc)]) {
        let plain = roads.junctions.len();
        let nothing: &[Arc] = &[];
        let remembered = std::iter::repeat_n(nothing, plain).chain(turns.remembered());
        let base = u32::try_from(plain).unwrap_or(NONE);
        let mut arcs = Vec::with_capacity(leaving.len());
        for ((state, junction), remembered) in (0_u32..).zip(&self.junction).zip(remembered) {
            let begin = leaving.partition_point(|(tail, _)| tail < junction);
            let own = leaving.get(begin..).unwrap_or_default().iter();
            for (_, arc) in own.take_while(|(tail, _)| tail == junction) {
                let next = if remembered.is_empty() {
                    self.entered.get(ix(*arc)).copied()
                } else {
                    match turns.after(remembered, *arc) {
                        Next::Forbidden => None,
                        Next::Free => roads.head(*arc),
                        Next::State(state) => Some(base + state),
                    }
                };
                let millis = self.millis.get(ix(*arc)).copied().unwrap_or(NONE);
                if let Some(next) = next {
                    arcs.push((state, next, millis, segment_of(*arc)));
                    self.arc.push(*arc);
                }
            }
        }
        let place = |junction: &u32| roads.junctions.get(ix(*junction)).copied();
        let places = self.junction.iter().filter_map(place).collect();
        // Sorted by where they leave: their order is kept, and `arc` goes with it.
        self.net = Net::of(places, &arcs);
        self.net.roads = u32::try_from(roads.segments.len()).unwrap_or(NONE);
    }

    /// How many junctions are copies.
    pub fn copies(&self, roads: &Roads) -> usize {
        self.junction.len().saturating_sub(roads.junctions.len())
    }
}

fn all_millis(roads: &Roads, terms: &Terms) -> Vec<u32> {
    let of = |segment: u32, backward: bool| {
        let row = roads.segment(segment)?;
        let open = match row.access {
            Access::Open | Access::Destination => true,
            Access::Private => terms.private,
        };
        let [there, back] = row.kmh;
        let kmh = if backward { back } else { there };
        let factor = terms.pace.at(row.class, terms.hour);
        let driven = open && roads.is_driven(arc(segment, backward));
        driven.then(|| millis(row.length_mm, kmh, factor))
    };
    let both = |segment| [of(segment, false), of(segment, true)];
    roads.numbers().flat_map(both).map(|millis| millis.unwrap_or(NONE)).collect()
}

// Every row of arcs that must not be driven, on these terms.
fn rows(
    roads: &Roads,
    terms: &Terms,
    leaving: &[(u32, Arc)],
    millis: &[u32],
) -> BTreeSet<Box<[Arc]>> {
    let driven = |arc: Arc| millis.get(ix(arc)).is_some_and(|millis| *millis != NONE);
    let mut rows: BTreeSet<Box<[Arc]>> = BTreeSet::new();
    rows.extend(roads.bans.iter().filter(|row| row.iter().all(|arc| driven(*arc))).cloned());
    let mut arriving: Vec<(u32, Arc)> =
        leaving.iter().filter_map(|(_, arc)| Some((roads.head(*arc)?, *arc))).collect();
    arriving.sort_unstable();
    for outs in leaving.chunk_by(|one, other| one.0 == other.0) {
        let Some((junction, _)) = outs.first() else { continue };
        let shut = is_shut(roads, terms, *junction);
        let tight = !shut && outs.len() > 1 && terms.turning_back == TurningBack::DeadEnds;
        if !shut && !tight {
            continue;
        }
        let begin = arriving.partition_point(|(head, _)| head < junction);
        let ins = arriving.get(begin..).unwrap_or_default().iter();
        for (_, into) in ins.take_while(|(head, _)| head == junction) {
            let back = |out: Arc| out == reverse(*into);
            let forbidden = outs.iter().filter(|(_, out)| back(*out) == tight);
            rows.extend(forbidden.map(|(_, out)| Box::from([*into, *out])));
        }
    }
    rows
}

// One turns back there, or does not go there.
fn is_shut(roads: &Roads, terms: &Terms, junction: u32) -> bool {
    match roads.barriers.get(ix(junction)) {
        Some(Barrier::Block) => true,
        Some(Barrier::Private) => !terms.private,
        Some(Barrier::Nothing | Barrier::Gate | Barrier::Toll | Barrier::Control) | None => false,
    }
}
