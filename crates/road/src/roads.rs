//! Roads as they are kept: junctions, segments, forbidden turns.

use route::net::ix;
use words::place::Point;

use crate::kind::{Access, Barrier, Class, Surface, flag};
use crate::packed::{put_signed, signed};

/// The largest number of segments: two arcs each, and an arc is 32 bits with one value to spare.
pub const SEGMENTS_MAX: usize = 1 << 30;

/// A name is shown on a screen; a longer one is not one.
pub const NAME_BYTES_MAX: usize = 200;

/// What a road is called; empty where nobody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// On its signs.
    pub local: String,
    /// In English.
    pub en: String,
    /// In Urdu.
    pub ur: String,
    /// In Chinese.
    pub zh: String,
    /// Its number, such as `N-5`.
    pub number: String,
}

impl Name {
    /// What to call it, if it is called anything.
    pub fn any(&self) -> Option<&str> {
        [&self.en, &self.local, &self.number, &self.ur, &self.zh]
            .into_iter()
            .find(|name| !name.is_empty())
            .map(String::as_str)
    }
}

/// A piece of road between two junctions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// The junction of its first point.
    pub from: u32,
    /// The junction of its last point.
    pub to: u32,
    /// The way of OpenStreetMap that it is a piece of; negative for one of our own.
    pub way: i64,
    /// How long it is, in millimetres, at least 1.
    pub length_mm: u32,
    /// Its name, as a place in [`Roads::names`].
    pub name: u32,
    /// Where the points between its ends begin in [`Roads::shapes`].
    pub shape_at: u32,
    /// How many bytes they take there.
    pub shape_bytes: u32,
    /// 0 on the mainland, from which every other place of it is reached and left again; else
    /// the number of its island, by size.
    pub island: u32,
    /// Bits of [`crate::kind::flag`].
    pub flags: u16,
    /// How fast it is driven, forward and backward, in kilometres an hour, at least 1.
    pub kmh: [u8; 2],
    /// What it is built for.
    pub class: Class,
    /// What wheels run on.
    pub surface: Surface,
    /// Who may drive it.
    pub access: Access,
}

/// One direction of a segment: twice its number, and one more for backward.
pub type Arc = u32;

/// The arc of a segment.
pub const fn arc(segment: u32, backward: bool) -> Arc {
    if backward { segment * 2 + 1 } else { segment * 2 }
}

/// The other direction of the same segment.
pub const fn reverse(arc: Arc) -> Arc {
    arc ^ 1
}

/// The segment of an arc.
pub const fn segment_of(arc: Arc) -> u32 {
    arc / 2
}

/// Is it the backward direction?
pub const fn is_backward(arc: Arc) -> bool {
    arc % 2 == 1
}

/// A road network, as it is imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roads {
    /// SHA-256 of the file that they were imported from.
    pub source: [u8; 32],
    /// The moment that the data is of, in seconds since 1970; 0 if the file does not say.
    pub data_unix_s: i64,
    /// Where each junction lies.
    pub junctions: Vec<Point>,
    /// What stands in each junction.
    pub barriers: Vec<Barrier>,
    /// The segments, by their first and last junction.
    pub segments: Vec<Segment>,
    /// The points between the ends of segments: differences of latitude and longitude in 1e-7
    /// degrees to the point before, as varints with the sign in the lowest bit.
    pub shapes: Vec<u8>,
    /// Arcs that must not be driven one after the other: at least two, each beginning where the
    /// one before ends.
    pub bans: Vec<Box<[Arc]>>,
    /// Names; the first is empty.
    pub names: Vec<Name>,
}

impl Roads {
    /// The segment of a number.
    pub fn segment(&self, segment: u32) -> Option<&Segment> {
        self.segments.get(ix(segment))
    }

    /// The junction that an arc leaves.
    pub fn tail(&self, arc: Arc) -> Option<u32> {
        let segment = self.segment(segment_of(arc))?;
        Some(if is_backward(arc) { segment.to } else { segment.from })
    }

    /// The junction that an arc reaches.
    pub fn head(&self, arc: Arc) -> Option<u32> {
        self.tail(reverse(arc))
    }

    /// The points of a segment, both ends included; nothing for a number that is none.
    pub fn points(&self, segment: u32) -> Vec<Point> {
        let mut points = Vec::new();
        let Some(segment) = self.segment(segment) else { return points };
        let end = |junction: u32| self.junctions.get(ix(junction)).copied();
        let (Some(first), Some(last)) = (end(segment.from), end(segment.to)) else {
            return points;
        };
        points.push(first);
        let bytes = ix(segment.shape_at)..ix(segment.shape_at.saturating_add(segment.shape_bytes));
        let mut bytes = self.shapes.get(bytes).unwrap_or_default();
        let mut before = first;
        while let Some(next) = step(&mut bytes, before) {
            points.push(next);
            before = next;
        }
        points.push(last);
        points
    }

    /// What a segment is called.
    pub fn name(&self, segment: u32) -> Option<&Name> {
        self.names.get(ix(self.segment(segment)?.name))
    }
}

/// Takes a point off a shape: the one that follows `before`.
pub fn step(bytes: &mut &[u8], before: Point) -> Option<Point> {
    let lat = i64::from(before.lat_e7()).checked_add(signed(bytes)?)?;
    let lon = i64::from(before.lon_e7()).checked_add(signed(bytes)?)?;
    Point::new(i32::try_from(lat).ok()?, i32::try_from(lon).ok()?)
}

/// Appends the points between the ends of a line to `shapes`, as [`Roads::points`] reads them.
pub fn put_shape(shapes: &mut Vec<u8>, line: &[Point]) {
    let inner = line.len().saturating_sub(1);
    for (before, next) in line.iter().zip(line.iter().take(inner).skip(1)) {
        put_signed(shapes, i64::from(next.lat_e7()) - i64::from(before.lat_e7()));
        put_signed(shapes, i64::from(next.lon_e7()) - i64::from(before.lon_e7()));
    }
}

impl Roads {
    /// Is an arc driven at all?
    pub fn is_driven(&self, arc: Arc) -> bool {
        let bit = if is_backward(arc) { flag::BACKWARD } else { flag::FORWARD };
        self.segment(segment_of(arc)).is_some_and(|segment| segment.flags & bit != 0)
    }

    /// The arcs of a segment that are driven.
    pub fn arcs_of(&self, segment: u32) -> impl Iterator<Item = Arc> {
        [arc(segment, false), arc(segment, true)].into_iter().filter(|arc| self.is_driven(*arc))
    }

    /// Numbers of all segments.
    pub fn numbers(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.segments.len()).unwrap_or(u32::MAX)
    }

    /// Segments by their way.
    pub fn by_way(&self) -> Vec<(i64, u32)> {
        let ways = self.segments.iter().map(|segment| segment.way);
        let mut by_way: Vec<_> = ways.zip(self.numbers()).collect();
        by_way.sort_unstable();
        by_way
    }

    /// Arcs that are driven, each with the junction that it leaves, by that junction.
    pub fn leaving(&self) -> Vec<(u32, Arc)> {
        let arcs = self.numbers().flat_map(|segment| self.arcs_of(segment));
        let mut leaving: Vec<_> = arcs.filter_map(|arc| Some((self.tail(arc)?, arc))).collect();
        leaving.sort_unstable();
        leaving
    }

    /// Puts segments into their order, and shapes into that of segments.
    pub(crate) fn settle(&mut self) {
        self.segments.sort_unstable();
        let mut shapes = Vec::with_capacity(self.shapes.len());
        for segment in &mut self.segments {
            let begin = ix(segment.shape_at);
            let own = self.shapes.get(begin..begin + ix(segment.shape_bytes)).unwrap_or_default();
            segment.shape_at = u32::try_from(shapes.len()).unwrap_or(u32::MAX);
            shapes.extend_from_slice(own);
        }
        self.shapes = shapes;
    }
}
