//! Ways and the places of their nodes → junctions and segments.

use route::net::{NONE, ix};
use words::place::Point;

use crate::drivable::{Terms, drivable};
use crate::import::ImportError;
use crate::island::{Island, mark};
use crate::kind::Barrier;
use crate::measure::length_mm;
use crate::restriction::{Became, Found, Restriction, bans};
use crate::roads::{Name, Roads, SEGMENTS_MAX, Segment, put_shape};
use crate::ways::Row;
use pbf::wire::Summed;

/// What an import found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Ways in the file.
    pub ways: u64,
    /// Ways that are driven.
    pub driven: u64,
    /// Nodes along them that the file does not have: the road ends there.
    pub missing_nodes: u64,
    /// What became of the turn restrictions.
    pub restrictions: Became,
    /// Parts that cannot be reached from the largest and left again, the largest first.
    pub islands: Vec<Island>,
}

/// What two readings have gathered.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// Ids of the nodes along driven ways, sorted.
    pub(crate) ids: Vec<i64>,
    /// Does more than one way go there, or one twice?
    pub(crate) shared: Vec<bool>,
    /// Where they lie; `None` until found.
    pub(crate) points: Vec<Option<Point>>,
    /// What stands there.
    pub(crate) barriers: Vec<Barrier>,
    pub(crate) rows: Vec<Row>,
    pub(crate) nodes: Vec<u8>,
    pub(crate) names: Vec<Name>,
    pub(crate) restrictions: Vec<Restriction>,
    pub(crate) data_unix_s: i64,
    pub(crate) ways_seen: u64,
}

impl Gathered {
    /// A node that is wanted was found.
    pub(crate) fn found(&mut self, at: usize, point: Point, barrier: Barrier) {
        if let (Some(place), Some(stands)) = (self.points.get_mut(at), self.barriers.get_mut(at)) {
            *place = Some(point);
            *stands = barrier;
        }
    }

    /// Makes the roads.
    pub(crate) fn build(mut self) -> Result<(Roads, Report), ImportError> {
        let mut report = Report {
            ways: self.ways_seen,
            driven: u64::try_from(self.rows.len()).unwrap_or(u64::MAX),
            missing_nodes: count(self.points.iter().filter(|point| point.is_none())),
            ..Report::default()
        };
        let (mut roads, junction_of) = self.junctions();
        self.segments(&mut roads, &junction_of)?;
        roads.names = std::mem::take(&mut self.names);
        roads.data_unix_s = self.data_unix_s;
        roads.settle();
        let of_way = roads.by_way();
        let leaving = roads.leaving();
        let junction = |node| {
            let at = self.ids.binary_search(&node).ok()?;
            junction_of.get(at).copied().filter(|junction| *junction != NONE)
        };
        let found =
            Found { roads: &roads, of_way: &of_way, leaving: &leaving, junction: &junction };
        let (bans, became) = bans(&found, &self.restrictions);
        roads.bans = bans;
        report.restrictions = became;
        let net = drivable(&roads, &Terms::default());
        report.islands = mark(&mut roads, &net);
        Ok((roads, report))
    }

    // Junctions, near ones near each other in their order: where ways end, meet, or are stopped.
    fn junctions(&self) -> (Roads, Vec<u32>) {
        let mut is_one: Vec<bool> = self.shared.clone();
        for (at, barrier) in self.barriers.iter().enumerate() {
            if let Some(is_one) = is_one.get_mut(at).filter(|_| *barrier != Barrier::Nothing) {
                *is_one = true;
            }
        }
        self.each_piece(|_, piece| {
            for end in [piece.first(), piece.last()].into_iter().flatten() {
                if let Some(is_one) = is_one.get_mut(*end) {
                    *is_one = true;
                }
            }
        });
        let mut order: Vec<(u64, usize)> = Vec::new();
        for (at, (is_one, point)) in is_one.iter().zip(&self.points).enumerate() {
            order.extend(point.filter(|_| *is_one).map(|point| (interleaved(point), at)));
        }
        order.sort_unstable();
        let mut junction_of = vec![NONE; self.ids.len()];
        let mut roads = Roads::default();
        for (number, (_, at)) in (0_u32..).zip(&order) {
            if let (Some(slot), Some(Some(point))) =
                (junction_of.get_mut(*at), self.points.get(*at))
            {
                *slot = number;
                roads.junctions.push(*point);
                roads.barriers.push(self.barriers.get(*at).copied().unwrap_or(Barrier::Nothing));
            }
        }
        (roads, junction_of)
    }

    fn segments(&self, roads: &mut Roads, junction_of: &[u32]) -> Result<(), ImportError> {
        let mut too_many = false;
        self.each_piece(|row, piece| {
            let mut line: Vec<Point> = Vec::new();
            let mut from = NONE;
            for node in piece {
                let Some(point) = self.points.get(*node).copied().flatten() else { continue };
                line.push(point);
                let junction = junction_of.get(*node).copied().unwrap_or(NONE);
                if junction == NONE {
                    continue;
                }
                if from != NONE && line.len() > 1 {
                    too_many |= push(roads, row, [from, junction], &line).is_none();
                }
                from = junction;
                line.clear();
                line.push(point);
            }
        });
        let max = SEGMENTS_MAX;
        if too_many { Err(ImportError::TooMany { what: "pieces of road", max }) } else { Ok(()) }
    }

    // Ways, cut where a node is missing: numbers of nodes, two or more.
    fn each_piece(&self, mut tell: impl FnMut(&Row, &[usize])) {
        let mut rest = self.nodes.as_slice();
        let mut piece = Vec::new();
        for row in &self.rows {
            let (own, after) = rest.split_at_checked(ix(row.bytes)).unwrap_or((rest, &[]));
            rest = after;
            piece.clear();
            for id in Summed::of(own) {
                let at = self.ids.binary_search(&id).ok();
                let here = at.filter(|at| self.points.get(*at).is_some_and(Option::is_some));
                if let Some(at) = here {
                    piece.push(at);
                } else {
                    if piece.len() > 1 {
                        tell(row, &piece);
                    }
                    piece.clear();
                }
            }
            if piece.len() > 1 {
                tell(row, &piece);
            }
        }
    }
}

fn push(roads: &mut Roads, row: &Row, [from, to]: [u32; 2], line: &[Point]) -> Option<()> {
    let shape_at = u32::try_from(roads.shapes.len()).ok()?;
    put_shape(&mut roads.shapes, line);
    let shape_bytes = u32::try_from(roads.shapes.len()).ok()?.checked_sub(shape_at)?;
    roads.segments.push(Segment {
        from,
        to,
        way: row.id,
        length_mm: u32::try_from(length_mm(line)).unwrap_or(u32::MAX).max(1),
        name: row.name,
        shape_at,
        shape_bytes,
        island: 0,
        flags: row.driven.flags,
        kmh: row.driven.kmh,
        class: row.driven.class,
        surface: row.driven.surface,
        access: row.driven.access,
    });
    (roads.segments.len() <= SEGMENTS_MAX).then_some(())
}

fn count<T>(of: impl Iterator<Item = T>) -> u64 {
    u64::try_from(of.count()).unwrap_or(u64::MAX)
}

// Bits of latitude and longitude by turns: a line through the plane that stays near itself.
fn interleaved(point: Point) -> u64 {
    let spread = |number: i32| {
        let mut bits = u64::from(number.cast_unsigned() ^ (1 << 31));
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | (bits << shift)) & mask;
        }
        bits
    };
    spread(point.lat_e7()) << 1 | spread(point.lon_e7())
}
