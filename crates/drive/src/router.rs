//! Fastest routes between places on roads, by a contraction hierarchy.

use std::fmt;

use fast_paths::{FastGraph, InputGraph, PathCalculator};
use road::drivable::{Drivable, Terms, drivable};
use road::pace::millis;
use road::roads::{Arc, Roads, arc, is_backward, segment_of};
use road::snap::{Spot, part};
use route::net::{NONE, ix};
use words::place::Point;

use crate::search::{End, Found, shortest, tails};

/// A route from a place on a road to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// How long it takes, in milliseconds.
    pub millis: u64,
    /// How long it is, in millimetres.
    pub length_mm: u64,
    /// The arcs of the roads, the first and the last of them driven in part.
    pub arcs: Vec<Arc>,
    /// Where it begins.
    pub from: Spot,
    /// Where it ends.
    pub to: Spot,
}

/// Where the search in a network begins and ends for a journey.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ends {
    /// Where one is after driving off.
    pub starts: Vec<End>,
    /// From where the last piece is driven.
    pub goals: Vec<End>,
    firsts: Vec<Arc>,
    lasts: Vec<Arc>,
}

impl Ends {
    /// Where one is after driving off, and the arc that one drives off on.
    pub fn starting(&self) -> impl Iterator<Item = (u32, Arc)> {
        self.starts.iter().map(|(state, _)| *state).zip(self.firsts.iter().copied())
    }

    /// From where the last piece is driven, and its arc.
    pub fn ending(&self) -> impl Iterator<Item = (u32, Arc)> {
        self.goals.iter().map(|(state, _)| *state).zip(self.lasts.iter().copied())
    }
}

/// A network that answers with fastest routes.
pub struct Router<'a> {
    roads: &'a Roads,
    terms: &'a Terms,
    /// The network.
    pub drivable: Drivable,
    /// The junction that each arc of the network leaves.
    pub tails: Vec<u32>,
    // Arcs of the network by the arc of the roads that they drive.
    driving: Vec<(Arc, u32)>,
    hierarchy: Option<(FastGraph, PathCalculator)>,
}

impl fmt::Debug for Router<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arcs = self.drivable.net.arcs();
        out.debug_struct("Router").field("arcs", &arcs).finish_non_exhaustive()
    }
}

impl<'a> Router<'a> {
    /// A router that answers by Dijkstra's algorithm: ready at once.
    pub fn plain(roads: &'a Roads, terms: &'a Terms) -> Self {
        let drivable = drivable(roads, terms);
        let tails = tails(&drivable.net);
        let mut driving: Vec<(Arc, u32)> = drivable.arc.iter().copied().zip(0..).collect();
        driving.sort_unstable();
        Self { roads, terms, drivable, tails, driving, hierarchy: None }
    }

    /// A router that prepares a hierarchy first: many routes on one network.
    pub fn prepared(roads: &'a Roads, terms: &'a Terms) -> Self {
        let mut router = Self::plain(roads, terms);
        router.hierarchy = hierarchy(&router.drivable);
        router
    }

    /// How many arcs the hierarchy has, shortcuts included; 0 without one.
    pub fn hierarchy_arcs(&self) -> usize {
        let count =
            |(graph, _): &(FastGraph, _)| graph.get_num_out_edges() + graph.get_num_in_edges();
        self.hierarchy.as_ref().map_or(0, count)
    }

    /// Where the search begins and ends for a journey.
    pub fn ends(&self, from: Spot, to: Spot) -> Ends {
        let mut ends = Ends::default();
        for arc in self.open(from.segment) {
            let state = self.drivable.entered.get(ix(arc)).copied().unwrap_or(NONE);
            let rest = self.length(arc).saturating_sub(along(self.roads, arc, from));
            ends.starts.push((state, self.millis(arc, rest)));
            ends.firsts.push(arc);
        }
        for arc in self.open(to.segment) {
            let after = self.millis(arc, along(self.roads, arc, to));
            let begin = self.driving.partition_point(|(other, _)| *other < arc);
            let own = self.driving.get(begin..).unwrap_or_default().iter();
            for (_, driving) in own.take_while(|(other, _)| *other == arc) {
                ends.goals.push((self.tails.get(ix(*driving)).copied().unwrap_or(NONE), after));
                ends.lasts.push(arc);
            }
        }
        ends
    }

    /// The fastest route; `None` if there is none.
    pub fn fastest(&mut self, from: Spot, to: Spot) -> Option<Journey> {
        let ends = self.ends(from, to);
        let found = match &mut self.hierarchy {
            _ if ends.starts.is_empty() || ends.goals.is_empty() => None,
            Some((graph, calculator)) => climb(graph, calculator, &ends),
            None => {
                let net = &self.drivable.net;
                shortest(net, &net.millis, &ends.starts, &ends.goals)
            }
        };
        let found = found.map(|found| self.with_arcs(found));
        self.better(from, to, &ends, found)
    }

    /// The same by Dijkstra's algorithm.
    pub fn checked(&self, from: Spot, to: Spot) -> Option<Journey> {
        let ends = self.ends(from, to);
        let net = &self.drivable.net;
        let found = shortest(net, &net.millis, &ends.starts, &ends.goals);
        self.better(from, to, &ends, found)
    }

    /// A way through the network as a journey; `None` if it is none between these ends.
    pub fn journey(&self, from: Spot, to: Spot, ends: &Ends, found: &Found) -> Option<Journey> {
        let (first, last) = (found.junctions.first()?, found.junctions.last()?);
        let least = |ends: &[End], arcs: &[Arc], at: &u32| {
            let own = ends.iter().zip(arcs).filter(|((junction, _), _)| junction == at);
            own.map(|((_, millis), arc)| (*millis, *arc)).min()
        };
        let (_, first) = least(&ends.starts, &ends.firsts, first)?;
        let (_, last) = least(&ends.goals, &ends.lasts, last)?;
        let between = found.arcs.iter().map(|arc| self.drivable.arc.get(ix(*arc)).copied());
        let arcs: Option<Vec<Arc>> = std::iter::once(Some(first)).chain(between).collect();
        let mut arcs = arcs?;
        let driven: u64 = arcs.iter().map(|arc| u64::from(self.length(*arc))).sum();
        arcs.push(last);
        let length_mm = driven.saturating_sub(u64::from(along(self.roads, first, from)))
            + u64::from(along(self.roads, last, to));
        Some(Journey { millis: found.millis, length_mm, arcs, from, to })
    }

    // Both places on one segment may need no junction at all.
    fn better(&self, from: Spot, to: Spot, ends: &Ends, found: Option<Found>) -> Option<Journey> {
        let over = found.and_then(|found| self.journey(from, to, ends, &found));
        let straight = self.straight(from, to);
        over.into_iter().chain(straight).min_by_key(|journey| journey.millis)
    }

    /// The way along one segment, if both places are on it in the direction of driving.
    pub fn straight(&self, from: Spot, to: Spot) -> Option<Journey> {
        if from.segment != to.segment {
            return None;
        }
        let straight = |arc| {
            let (begin, end) = (along(self.roads, arc, from), along(self.roads, arc, to));
            let rest = end.checked_sub(begin)?;
            let millis = self.millis(arc, rest);
            Some(Journey { millis, length_mm: u64::from(rest), arcs: vec![arc], from, to })
        };
        self.open(from.segment).filter_map(straight).min_by_key(|journey| journey.millis)
    }

    /// The points of a journey.
    pub fn points(&self, journey: &Journey) -> Vec<Point> {
        let mut points = Vec::new();
        let count = journey.arcs.len();
        for (number, arc) in journey.arcs.iter().enumerate() {
            let length = self.length(*arc);
            let begin = if number == 0 { along(self.roads, *arc, journey.from) } else { 0 };
            let end =
                if number + 1 == count { along(self.roads, *arc, journey.to) } else { length };
            let (begin, end) = if is_backward(*arc) {
                (length.saturating_sub(begin), length.saturating_sub(end))
            } else {
                (begin, end)
            };
            points.extend(part(self.roads, segment_of(*arc), begin, end));
        }
        points.dedup();
        points
    }

    fn open(&self, segment: u32) -> impl Iterator<Item = Arc> {
        let open = |arc: &Arc| self.drivable.millis.get(ix(*arc)).is_some_and(|it| *it != NONE);
        [arc(segment, false), arc(segment, true)].into_iter().filter(open)
    }

    fn length(&self, arc: Arc) -> u32 {
        self.roads.segment(segment_of(arc)).map_or(0, |segment| segment.length_mm)
    }

    fn millis(&self, arc: Arc, length_mm: u32) -> u64 {
        let Some(segment) = self.roads.segment(segment_of(arc)) else { return 0 };
        let [there, back] = segment.kmh;
        let kmh = if is_backward(arc) { back } else { there };
        u64::from(millis(length_mm, kmh, self.terms.pace.at(segment.class, self.terms.hour)))
    }

    // Between two junctions the fastest arc is driven.
    fn with_arcs(&self, mut found: Found) -> Found {
        let net = &self.drivable.net;
        let steps = found.junctions.iter().zip(found.junctions.iter().skip(1));
        let fastest = |(tail, head): (&u32, &u32)| {
            let own = net.leaving(*tail).filter(|arc| net.head.get(*arc) == Some(head));
            let arc = own.min_by_key(|arc| net.millis.get(*arc).copied());
            arc.and_then(|arc| u32::try_from(arc).ok()).unwrap_or(NONE)
        };
        found.arcs = steps.map(fastest).collect();
        found
    }
}

/// How far a place is along an arc, in millimetres.
pub fn along(roads: &Roads, arc: Arc, spot: Spot) -> u32 {
    let length = roads.segment(segment_of(arc)).map_or(0, |segment| segment.length_mm);
    if is_backward(arc) { length.saturating_sub(spot.along_mm) } else { spot.along_mm.min(length) }
}

fn hierarchy(drivable: &Drivable) -> Option<(FastGraph, PathCalculator)> {
    let net = &drivable.net;
    let mut graph = InputGraph::new();
    for tail in 0..u32::try_from(net.junctions()).unwrap_or(NONE) {
        for arc in net.leaving(tail) {
            // A road back to where it began is on no fastest way.
            if let (Some(head), Some(millis)) = (net.head.get(arc), net.millis.get(arc))
                && *head != tail
            {
                let weight = usize::try_from(*millis).unwrap_or(usize::MAX);
                graph.add_edge(ix(tail), ix(*head), weight);
            }
        }
    }
    graph.freeze();
    if graph.get_num_edges() == 0 {
        return None;
    }
    let fast = fast_paths::prepare(&graph);
    let calculator = fast_paths::create_calculator(&fast);
    Some((fast, calculator))
}

fn climb(graph: &FastGraph, calculator: &mut PathCalculator, ends: &Ends) -> Option<Found> {
    // A junction beyond the last that has an arc is not in the hierarchy.
    let known = |ends: &[End]| {
        let known = ends.iter().filter(|(junction, _)| ix(*junction) < graph.get_num_nodes());
        known
            .map(|(junction, millis)| (ix(*junction), usize::try_from(*millis).unwrap_or(0)))
            .collect::<Vec<_>>()
    };
    let (starts, goals) = (known(&ends.starts), known(&ends.goals));
    if starts.is_empty() || goals.is_empty() {
        return None;
    }
    let path = calculator.calc_path_multiple_sources_and_targets(graph, starts, goals)?;
    let number = |node: &usize| u32::try_from(*node).unwrap_or(NONE);
    Some(Found {
        millis: u64::try_from(path.get_weight()).unwrap_or(u64::MAX),
        junctions: path.get_nodes().iter().map(number).collect(),
        arcs: Vec::new(),
    })
}
