//! The ground of all questions: drawn or imported, under one face.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc as Shared, OnceLock};

use road::drivable::{Drivable, Terms, drivable};
use road::island::of_segments;
use road::kind::Class;
use road::measure::Plane;
use road::overlay::point;
use road::roads::{Roads, segment_of};
use road::snap::{Index, OFF_MAX_MM, Spot, project_on};
use route::graph::{Graph, JunctionIx, RoadIx};
use route::net::{Net, ix};
use words::place::Point;

use crate::no::No;
use crate::number::count;
use crate::reported::around;
use crate::told::geojson;

/// A schematic junction stands for its quarter: a site farther off belongs to no junction.
pub const QUARTER_M: f64 = 5_000.0;

/// A compound's second gate opens within this of its first, in metres.
pub const GATE_WITHIN_M: u32 = 400;

/// What a road weighs before anybody says what: three ambushes in ten succeed, anywhere.
pub const EVEN_PPM: u32 = 300_000;

/// Roads that questions are posed on.
pub struct Terrain {
    pub(crate) kind: Kind,
    weights: Option<(Vec<u32>, Weighed)>,
    drawn: OnceLock<String>,
}

/// Where the weights of a map's roads come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weighed {
    /// So many reported incidents have raised some.
    pub incidents: u32,
    /// A file of the node's own says some.
    pub file: bool,
}

pub(crate) enum Kind {
    /// Our own drawing, with its weights.
    Schematic { graph: Shared<Graph>, net: Net },
    /// Roads of a map, without weights.
    Imported(Box<Imported>),
}

pub(crate) struct Imported {
    pub(crate) roads: Roads,
    pub(crate) drivable: Drivable,
    pub(crate) index: Index,
    pub(crate) mainland: Vec<bool>,
}

/// Where a journey begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At a junction.
    Junction(u32),
    /// On a piece of road.
    Spot(Spot),
}

// Roads of a country are no text for a log.
impl fmt::Debug for Terrain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Terrain({} roads)", self.roads())
    }
}

impl Terrain {
    /// A schematic network.
    pub fn of_graph(graph: Shared<Graph>) -> Self {
        let places = graph.junctions().iter().map(|junction| junction.point).collect();
        let arcs = graph.roads().iter().enumerate().flat_map(|(number, road)| {
            let (from, to) = (count(road.from.index()), count(road.to.index()));
            let (millis, number) = (road.seconds.saturating_mul(1_000), count(number));
            [(from, to, millis, number), (to, from, millis, number)]
        });
        let net = Net::of(places, &arcs.collect::<Vec<_>>());
        Self { kind: Kind::Schematic { graph, net }, weights: None, drawn: OnceLock::new() }
    }

    /// Imported roads, driven on these terms.
    pub fn of_roads(roads: Roads, terms: &Terms) -> Self {
        let drivable = drivable(&roads, terms);
        let islands = of_segments(&drivable, roads.segments.len());
        let mainland = islands.iter().map(|island| *island == 0).collect();
        let index = Index::of(&roads);
        let imported = Imported { roads, drivable, index, mainland };
        let kind = Kind::Imported(Box::new(imported));
        Self { kind, weights: None, drawn: OnceLock::new() }
    }

    /// The same roads with the weights of a threat picture.
    #[must_use]
    pub fn weighing(mut self, weights: Vec<u32>, weighed: Weighed) -> Self {
        self.weights = Some((weights, weighed));
        self
    }

    /// Where the weights come from, if a threat picture gave them.
    pub fn weighed(&self) -> Option<Weighed> {
        self.weights.as_ref().map(|(_, weighed)| *weighed)
    }

    /// Are these roads of a map, and not our own drawing?
    pub const fn is_imported(&self) -> bool {
        matches!(self.kind, Kind::Imported(_))
    }

    /// The roads as `GeoJSON` for the map of every page: written once, however often it is read.
    pub fn drawn(&self) -> &str {
        self.drawn.get_or_init(|| geojson(self).to_string())
    }

    pub(crate) const fn net(&self) -> &Net {
        match &self.kind {
            Kind::Schematic { net, .. } => net,
            Kind::Imported(it) => &it.drivable.net,
        }
    }

    /// How many roads there are.
    pub const fn roads(&self) -> u32 {
        self.net().roads
    }

    /// The junctions that have an id, by id: those of a schematic network.
    pub fn named(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = match &self.kind {
            Kind::Schematic { graph, .. } => {
                graph.junctions().iter().map(|junction| junction.id.as_str()).collect()
            }
            Kind::Imported(_) => Vec::new(),
        };
        ids.sort_unstable();
        ids
    }

    /// A place from a junction's id or from `LAT,LON`.
    pub fn place(&self, text: &str) -> Result<Place, No> {
        let text = text.trim();
        match &self.kind {
            Kind::Schematic { graph, .. } => {
                let found = graph.junction(text).or_else(|| {
                    let point = point(text)?;
                    let near = graph.nearest(point)?;
                    let away = graph.at(near)?.point.metres_to(point);
                    (away <= QUARTER_M).then_some(near)
                });
                let found = found.ok_or_else(|| No::NoPlace(text.to_owned()))?;
                Ok(Place::Junction(count(found.index())))
            }
            Kind::Imported(it) => {
                let point = point(text).ok_or_else(|| No::NoPlace(text.to_owned()))?;
                it.snapped(point).map(Place::Spot)
            }
        }
    }

    /// A road from its id, from `#NUMBER` or from `LAT,LON` on or beside it.
    pub fn road(&self, text: &str) -> Result<u32, No> {
        let text = text.trim();
        let none = || No::NoRoad(text.to_owned());
        let numbered = || text.strip_prefix('#')?.parse().ok().filter(|it| *it < self.roads());
        match &self.kind {
            Kind::Schematic { graph, .. } => {
                let named = graph.road_named(text).map(|road| count(road.index()));
                let found = named.or_else(numbered);
                found.or_else(|| self.nearest(point(text)?)).ok_or_else(none)
            }
            Kind::Imported(it) => {
                let near = || {
                    let all = |_: u32| true;
                    it.index.nearest(&it.roads, point(text)?, OFF_MAX_MM, all)
                };
                numbered().or_else(|| Some(near()?.segment)).ok_or_else(none)
            }
        }
    }

    // The schematic road whose course passes nearest, within a quarter.
    fn nearest(&self, point: Point) -> Option<u32> {
        let plane = Plane::at(point);
        let away = |road: u32| {
            let line: Vec<[f64; 2]> =
                self.shape(road).iter().map(|point| plane.metres(*point)).collect();
            let pieces = line.iter().zip(line.iter().skip(1));
            pieces.map(|(one, other)| from_origin(*one, *other)).fold(f64::MAX, f64::min)
        };
        let ways = (0..self.roads()).map(|road| (away(road), road));
        let near = ways.min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)))?;
        (near.0 <= QUARTER_M).then_some(near.1)
    }

    /// How a road is named so that [`Terrain::road`] finds it again.
    pub fn reference(&self, road: u32) -> String {
        match &self.kind {
            Kind::Schematic { graph, .. } => graph
                .roads()
                .get(ix(road))
                .map_or_else(|| format!("#{road}"), |road| road.id.clone()),
            Kind::Imported(_) => format!("#{road}"),
        }
    }

    /// What a road is called, for people.
    pub fn name(&self, road: u32) -> String {
        match &self.kind {
            Kind::Schematic { .. } => self.reference(road),
            Kind::Imported(it) => it.name(road),
        }
    }

    /// Its name, if it has one.
    pub fn street(&self, road: u32) -> Option<String> {
        match &self.kind {
            Kind::Schematic { .. } => Some(self.reference(road)),
            Kind::Imported(it) => it.roads.name(road)?.any().map(str::to_owned),
        }
    }

    /// The course of a road.
    pub fn shape(&self, road: u32) -> Vec<Point> {
        match &self.kind {
            Kind::Schematic { graph, .. } => {
                graph.roads().get(ix(road)).map(|road| road.shape.clone()).unwrap_or_default()
            }
            Kind::Imported(it) => it.roads.points(road),
        }
    }

    /// How wide a road is drawn: 0 for the main ones, 1 for others, 2 for streets.
    pub fn rank(&self, road: u32) -> u8 {
        let Kind::Imported(it) = &self.kind else { return 0 };
        let Some(row) = it.roads.segment(road) else { return 2 };
        rank(row.class)
    }

    /// What kind of road it is, in one word.
    pub fn class(&self, road: u32) -> &'static str {
        match &self.kind {
            Kind::Schematic { .. } => "primary",
            Kind::Imported(it) => it.roads.segment(road).map_or("", |row| row.class.word()),
        }
    }

    pub(crate) fn way(&self, road: u32) -> Option<i64> {
        match &self.kind {
            Kind::Schematic { .. } => None,
            Kind::Imported(it) => it.roads.segment(road).map(|row| row.way),
        }
    }

    /// What each road weighs before anybody says otherwise, in millionths.
    pub fn weights(&self) -> Vec<u32> {
        match (&self.weights, &self.kind) {
            (Some((weights, _)), _) => weights.clone(),
            (None, Kind::Schematic { graph, .. }) => {
                graph.roads().iter().map(|road| road.weight.saturating_mul(1_000)).collect()
            }
            (None, Kind::Imported(_)) => vec![EVEN_PPM; ix(self.roads())],
        }
    }

    /// Where a place is.
    pub fn at(&self, place: Place) -> Option<Point> {
        match place {
            Place::Junction(junction) => self.net().places.get(ix(junction)).copied(),
            Place::Spot(spot) => Some(spot.at),
        }
    }

    /// The id of a junction, or nothing.
    pub fn id(&self, junction: u32) -> Option<&str> {
        match &self.kind {
            Kind::Schematic { graph, .. } => {
                graph.junctions().get(ix(junction)).map(|junction| junction.id.as_str())
            }
            Kind::Imported(_) => None,
        }
    }

    /// Where a second gate could be: a place that [`Terrain::place`] finds again, and what it is
    /// called. Of a drawing, the junctions one road away; of a map, the nearest place on each
    /// other street around the site, the nearest street first.
    pub fn beside(&self, gate: &str) -> Vec<(String, String)> {
        match &self.kind {
            Kind::Schematic { graph, .. } => {
                let Some(at) = graph.junction(gate) else { return Vec::new() };
                let next =
                    |road: &RoadIx| graph.across(*road, at).and_then(|at: JunctionIx| graph.at(at));
                let beside = graph.roads_at(at).iter().filter_map(next);
                let mut ids: Vec<_> =
                    beside.map(|junction| (junction.id.clone(), junction.id.clone())).collect();
                ids.sort_unstable();
                ids
            }
            Kind::Imported(it) => point(gate).map_or_else(Vec::new, |at| it.beside(at)),
        }
    }

    /// Roads of a map that come within so many metres of a place.
    pub fn within(&self, at: Point, metres: u32) -> Vec<u32> {
        let (Kind::Imported(it), Some([low, high])) = (&self.kind, around(at, metres)) else {
            return Vec::new();
        };
        let near = |segment: &u32| {
            let spot = project_on(&it.roads, *segment, at);
            spot.is_some_and(|spot| spot.off_mm <= u64::from(metres) * 1_000)
        };
        it.index.within(low, high).into_iter().filter(near).collect()
    }
}

impl Imported {
    fn snapped(&self, point: Point) -> Result<Spot, No> {
        let wanted = |segment: u32| self.mainland.get(ix(segment)).copied().unwrap_or(false);
        self.index.snap(&self.roads, point, wanted).map_err(|off| match off.nearest {
            Some(spot) => No::OffRoad {
                at: point,
                name: self.name(spot.segment),
                metres: spot.off_mm / 1_000,
                nearest: spot.at,
            },
            None => No::FarOff(point),
        })
    }

    // A gate opens on another street: one spot a street, not on the one that is used.
    fn beside(&self, at: Point) -> Vec<(String, String)> {
        let Ok(usual) = self.snapped(at) else { return Vec::new() };
        let Some([low, high]) = around(at, GATE_WITHIN_M) else { return Vec::new() };
        let mut streets: BTreeMap<String, Spot> = BTreeMap::new();
        for segment in self.index.within(low, high) {
            let main = self.mainland.get(ix(segment)).copied().unwrap_or(false);
            let spot = project_on(&self.roads, segment, at).filter(|_| main);
            let within = |spot: &Spot| spot.off_mm <= u64::from(GATE_WITHIN_M) * 1_000;
            let Some(spot) = spot.filter(within) else { continue };
            let best = streets.entry(self.name(segment)).or_insert(spot);
            if spot.off_mm < best.off_mm {
                *best = spot;
            }
        }
        streets.remove(&self.name(usual.segment));
        let mut found: Vec<(u64, String, Point)> =
            streets.into_iter().map(|(name, spot)| (spot.off_mm, name, spot.at)).collect();
        found.sort_unstable_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        let placed = |at: Point| format!("{:.7},{:.7}", at.lat(), at.lon());
        found.into_iter().map(|(_, name, at)| (placed(at), name)).collect()
    }

    fn name(&self, segment: u32) -> String {
        let name = self.roads.name(segment).and_then(|name| name.any());
        match (name, self.roads.segment(segment)) {
            (Some(name), _) => name.to_owned(),
            (None, Some(row)) => format!("{} {}", row.class.word(), row.way),
            (None, None) => String::new(),
        }
    }

    // Arcs of the network that drive an arc of the roads.
    pub(crate) fn driving(&self, arc: u32) -> impl Iterator<Item = usize> {
        let arcs = self.drivable.arc.iter().enumerate();
        arcs.filter(move |(_, driven)| **driven == arc).map(|(at, _)| at)
    }

    pub(crate) fn open(&self, segment: u32) -> impl Iterator<Item = u32> {
        let both = self.roads.arcs_of(segment);
        let driven = |arc: &u32| {
            let millis = self.drivable.millis.get(ix(*arc));
            millis.is_some_and(|millis| *millis != route::net::NONE)
        };
        both.filter(move |arc| driven(arc) && segment_of(*arc) == segment)
    }
}

const fn rank(class: Class) -> u8 {
    match class.number() {
        0..=5 => 0,
        6..=9 => 1,
        _ => 2,
    }
}

// How far the line from one point to another passes from the origin.
fn from_origin([ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let long = dx * dx + dy * dy;
    let along = if long > 0.0 { (-(ax * dx + ay * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (ax + along * dx, ay + along * dy);
    (x * x + y * y).sqrt()
}
