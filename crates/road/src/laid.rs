//! An overlay laid over roads: other roads, and no new import.

use route::net::ix;
use thiserror::Error;
use words::moment::Moment;
use words::place::Point;

use crate::kind::{Access, Barrier, flag};
use crate::measure::{length_mm, line_mm};
use crate::overlay::{Change, Deed, Direction, Overlay, Which};
use crate::roads::{Arc, Name, Roads, Segment, arc, is_backward, put_shape, segment_of};
use crate::snap::{Index, Spot, part, project_on};

/// How far from a point a junction or the end of a track's neighbour may be: GPS in a street
/// between houses, twice over.
pub const NEAR_MM: u64 = 50_000;

/// A road is not cut so near to its end: the end is taken.
const END_MM: u32 = 2_000;

/// Why a change changes nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unmet {
    /// The way is not among the roads, which may be of another day.
    #[error("there is no such way among these roads")]
    NoWay,
    /// A track of our own meets no road at either end.
    #[error("neither end is within 50 m of a road")]
    NoRoad,
    /// No junction is near.
    #[error("there is no junction within 50 m")]
    NoJunction,
    /// No barrier is near.
    #[error("there is no barrier within 50 m")]
    NoBarrier,
}

/// Roads under an overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// The roads. Segments keep their numbers; what is new comes after them.
    pub roads: Roads,
    /// Changes that change nothing, and why: people must hear of them.
    pub unmet: Vec<(Change, Unmet)>,
}

/// Lays what holds at a moment over roads; `index` is that of these roads.
pub fn lay(roads: &Roads, index: &Index, overlay: &Overlay, at: Moment) -> Laid {
    let mut laid = Laid { roads: roads.clone(), unmet: Vec::new() };
    let base = roads.segments.len();
    let mut changes: Vec<&Change> = overlay.at(at).collect();
    // What is closed stays closed, whatever else is said of it.
    changes.sort_by_key(|change| rank(&change.deed));
    for change in changes {
        let done = match &change.deed {
            Deed::Add { .. } => laid.add(index, base, &change.deed),
            Deed::Open { which } => laid.each(*which, |row, _| row.access = Access::Open),
            Deed::Speed { which, kmh } => laid.each(*which, |row, direction| {
                let [there, back] = &mut row.kmh;
                let (forward, backward) = directions(direction);
                *there = if forward { *kmh } else { *there };
                *back = if backward { *kmh } else { *back };
            }),
            Deed::Close { which } => laid.each(*which, |row, direction| {
                let (forward, backward) = directions(direction);
                row.flags &= if forward { !flag::FORWARD } else { flag::ALL };
                row.flags &= if backward { !flag::BACKWARD } else { flag::ALL };
            }),
            Deed::Block { at } => laid.stand(*at, Barrier::Block, |_| true, Unmet::NoJunction),
            Deed::Lift { at } => {
                let stands = |barrier| barrier != Barrier::Nothing;
                laid.stand(*at, Barrier::Nothing, stands, Unmet::NoBarrier)
            }
            Deed::Pace { .. } => Ok(()),
        };
        if let Err(unmet) = done {
            laid.unmet.push((change.clone(), unmet));
        }
    }
    // Rows over arcs that nobody drives any more forbid nothing.
    let closed = |row: &[Arc]| row.iter().any(|arc| !laid.roads.is_driven(*arc));
    let bans: Vec<_> = laid.roads.bans.iter().filter(|row| !closed(row)).cloned().collect();
    laid.roads.bans = bans;
    laid
}

const fn rank(deed: &Deed) -> u8 {
    match deed {
        Deed::Add { .. } => 0,
        Deed::Open { .. } | Deed::Lift { .. } => 1,
        Deed::Speed { .. } | Deed::Pace { .. } => 2,
        Deed::Block { .. } | Deed::Close { .. } => 3,
    }
}

const fn directions(direction: Direction) -> (bool, bool) {
    match direction {
        Direction::Both => (true, true),
        Direction::Forward => (true, false),
        Direction::Backward => (false, true),
    }
}

impl Laid {
    fn each(
        &mut self,
        which: Which,
        change: impl Fn(&mut Segment, Direction),
    ) -> Result<(), Unmet> {
        let rows = self.roads.numbers().zip(&self.roads.segments);
        let mut own: Vec<u32> =
            rows.filter(|(_, row)| row.way == which.way).map(|(number, _)| number).collect();
        if let Some(near) = which.near {
            let spots = own.iter().filter_map(|segment| project_on(&self.roads, *segment, near));
            own =
                spots.min_by_key(|spot| spot.off_mm).map(|spot| spot.segment).into_iter().collect();
        }
        for segment in &own {
            if let Some(row) = self.roads.segments.get_mut(ix(*segment)) {
                change(row, which.direction);
            }
        }
        if own.is_empty() { Err(Unmet::NoWay) } else { Ok(()) }
    }

    fn stand(
        &mut self,
        at: Point,
        barrier: Barrier,
        wanted: impl Fn(Barrier) -> bool,
        unmet: Unmet,
    ) -> Result<(), Unmet> {
        let places = self.roads.junctions.iter().zip(&self.roads.barriers).enumerate();
        let near = places.filter(|(_, (_, stands))| wanted(**stands));
        let near = near.map(|(number, (place, _))| (line_mm(at, *place), number)).min();
        let (_, number) = near.filter(|(off, _)| *off <= NEAR_MM).ok_or(unmet)?;
        if let Some(stands) = self.roads.barriers.get_mut(number) {
            *stands = barrier;
        }
        Ok(())
    }

    fn add(&mut self, index: &Index, base: usize, deed: &Deed) -> Result<(), Unmet> {
        let Deed::Add { id, points, direction, class, surface, kmh, name } = deed else {
            return Ok(());
        };
        let ends = [points.first(), points.last()].map(Option::<&Point>::copied);
        let meets =
            |laid: &Self, end: Option<Point>| end.and_then(|end| laid.nearest(index, base, end));
        if ends.iter().all(|end| meets(self, *end).is_none()) {
            return Err(Unmet::NoRoad);
        }
        let mut junctions = Vec::new();
        for end in ends.into_iter().flatten() {
            let junction = match self.nearest(index, base, end) {
                Some(spot) => self.cut(spot),
                None => self.junction(end),
            };
            junctions.extend(junction);
        }
        let [from, to] = junctions.as_slice() else { return Err(Unmet::NoRoad) };
        let (forward, backward) = directions(*direction);
        let both = [(forward, flag::FORWARD), (backward, flag::BACKWARD)];
        let flags =
            both.iter().filter(|(driven, _)| *driven).fold(flag::ADDED, |sum, it| sum | it.1);
        let name = self.name(name);
        let row = Segment {
            from: *from,
            to: *to,
            way: -i64::from(*id) - 1,
            length_mm: 0,
            name,
            shape_at: 0,
            shape_bytes: 0,
            island: 0,
            flags,
            kmh: [*kmh, *kmh],
            class: *class,
            surface: *surface,
            access: Access::Open,
        };
        self.push(row, points).map(|_| ()).ok_or(Unmet::NoRoad)
    }

    // The index is of the roads before; what was added or cut off since is looked at one by one.
    fn nearest(&self, index: &Index, base: usize, end: Point) -> Option<Spot> {
        let driven = |segment| self.roads.arcs_of(segment).next().is_some();
        let old = index.nearest(&self.roads, end, NEAR_MM, driven);
        let new = self.roads.numbers().skip(base);
        let new = new.filter_map(|segment| project_on(&self.roads, segment, end));
        let all = new.filter(|spot| spot.off_mm <= NEAR_MM).chain(old);
        all.min_by_key(|spot| (spot.off_mm, spot.segment))
    }

    fn junction(&mut self, at: Point) -> Option<u32> {
        let number = u32::try_from(self.roads.junctions.len()).ok()?;
        self.roads.junctions.push(at);
        self.roads.barriers.push(Barrier::Nothing);
        Some(number)
    }

    fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let number = u32::try_from(self.roads.names.len()).unwrap_or(0);
        self.roads.names.push(Name { local: name.to_owned(), ..Name::default() });
        number
    }

    fn push(&mut self, row: Segment, points: &[Point]) -> Option<u32> {
        let number = u32::try_from(self.roads.segments.len()).ok()?;
        let row = self.shaped(row, points)?;
        self.roads.segments.push(row);
        Some(number)
    }

    // The row with this shape. A track is drawn to the junctions that it meets.
    fn shaped(&mut self, mut row: Segment, points: &[Point]) -> Option<Segment> {
        let place = |junction: u32| self.roads.junctions.get(ix(junction)).copied();
        let (first, last) = (place(row.from)?, place(row.to)?);
        let inner = points.iter().skip(1).take(points.len().saturating_sub(2)).copied();
        let line: Vec<Point> = std::iter::once(first).chain(inner).chain([last]).collect();
        row.shape_at = u32::try_from(self.roads.shapes.len()).ok()?;
        put_shape(&mut self.roads.shapes, &line);
        row.shape_bytes = u32::try_from(self.roads.shapes.len()).ok()?.checked_sub(row.shape_at)?;
        row.length_mm = u32::try_from(length_mm(&line)).unwrap_or(u32::MAX).max(1);
        Some(row)
    }

    // A junction where a road is met: one of its ends, or a new one that cuts it in two.
    fn cut(&mut self, spot: Spot) -> Option<u32> {
        let row = *self.roads.segment(spot.segment)?;
        if spot.along_mm <= END_MM {
            return Some(row.from);
        }
        if spot.along_mm >= row.length_mm.saturating_sub(END_MM) {
            return Some(row.to);
        }
        let before = part(&self.roads, spot.segment, 0, spot.along_mm);
        let after = part(&self.roads, spot.segment, spot.along_mm, row.length_mm);
        let middle = self.junction(spot.at)?;
        let first = self.shaped(Segment { to: middle, ..row }, &before)?;
        *self.roads.segments.get_mut(ix(spot.segment))? = first;
        let second = self.push(Segment { from: middle, ..row }, &after)?;
        for row in &mut self.roads.bans {
            if row.iter().any(|arc| segment_of(*arc) == spot.segment) {
                *row = split(row, spot.segment, second);
            }
        }
        Some(middle)
    }
}

// A row over a segment that was cut in two. Of the first arc the piece that arrives is meant, of
// the last the piece that leaves, and between them both are driven.
fn split(row: &[Arc], segment: u32, second: u32) -> Box<[Arc]> {
    let last = row.len().saturating_sub(1);
    let pieces = row.iter().enumerate().flat_map(|(at, whole)| {
        if segment_of(*whole) != segment {
            return vec![*whole];
        }
        let (one, two) = if is_backward(*whole) {
            (arc(second, true), arc(segment, true))
        } else {
            (arc(segment, false), arc(second, false))
        };
        match at {
            0 => vec![two],
            _ if at == last => vec![one],
            _ => vec![one, two],
        }
    });
    pieces.collect()
}
