//! Roads as a file: see `docs/formats/roads.md`.

use sha2::{Digest, Sha256};
use thiserror::Error;
use words::place::Point;

use crate::kind::{Access, Barrier, Class, Surface, flag};
use crate::packed::{put, put_signed};
use crate::roads::{NAME_BYTES_MAX, Name, Roads, SEGMENTS_MAX, Segment, step};
use pbf::wire::{varint, zigzag};

/// What a file begins with.
pub const MAGIC: &[u8; 16] = b"safeconduct/road";

/// The version that is written; older ones stay readable, and there is none yet.
pub const VERSION: u32 = 1;

/// A row of forbidden arcs is a turn, or one over a few ways between.
pub const BAN_ARCS_MAX: usize = 32;

const HASH_BYTES: usize = 32;

/// Why a file of roads is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FileError {
    /// It is something else.
    #[error("it is no file of roads: make one with `safeconduct roads import`")]
    NotRoads,
    /// A later program wrote it.
    #[error("it is of version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// Its bytes are not those that were written.
    #[error("it is damaged or cut off: its checksum is another")]
    Checksum,
    /// Its checksum is right and what it says cannot be.
    #[error("it says what cannot be: {0}")]
    Wrong(&'static str),
}

/// Writes roads: the same roads give the same bytes.
pub fn write(roads: &Roads) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&roads.source);
    out.extend_from_slice(&roads.data_unix_s.to_le_bytes());
    let sizes = [
        roads.junctions.len(),
        roads.names.len(),
        roads.segments.len(),
        roads.shapes.len(),
        roads.bans.len(),
    ];
    for size in sizes {
        put(&mut out, u64::try_from(size).unwrap_or(u64::MAX));
    }
    differences(&mut out, roads.junctions.iter().map(|at| i64::from(at.lat_e7())));
    differences(&mut out, roads.junctions.iter().map(|at| i64::from(at.lon_e7())));
    out.extend(roads.barriers.iter().map(|barrier| barrier.number()));
    for name in &roads.names {
        for text in [&name.local, &name.en, &name.ur, &name.zh, &name.number] {
            put(&mut out, u64::try_from(text.len()).unwrap_or(u64::MAX));
            out.extend_from_slice(text.as_bytes());
        }
    }
    segments(&mut out, &roads.segments);
    out.extend_from_slice(&roads.shapes);
    for ban in &roads.bans {
        put(&mut out, u64::try_from(ban.len()).unwrap_or(u64::MAX));
        differences(&mut out, ban.iter().map(|arc| i64::from(*arc)));
    }
    let hash = Sha256::digest(&out);
    out.extend_from_slice(&hash);
    out
}

fn segments(out: &mut Vec<u8>, rows: &[Segment]) {
    differences(out, rows.iter().map(|row| i64::from(row.from)));
    for row in rows {
        put_signed(out, i64::from(row.to) - i64::from(row.from));
    }
    differences(out, rows.iter().map(|row| row.way));
    for column in [
        |row: &Segment| row.length_mm,
        |row: &Segment| row.name,
        |row: &Segment| row.shape_bytes,
        // The mainland, and what is loose, take a byte.
        |row: &Segment| row.island.wrapping_add(1),
        |row: &Segment| u32::from(row.flags),
    ] {
        for row in rows {
            put(out, u64::from(column(row)));
        }
    }
    for column in [
        |row: &Segment| row.kmh[0],
        |row: &Segment| row.kmh[1],
        |row: &Segment| row.class.number(),
        |row: &Segment| row.surface.number(),
        |row: &Segment| row.access.number(),
    ] {
        out.extend(rows.iter().map(column));
    }
}

fn differences(out: &mut Vec<u8>, numbers: impl Iterator<Item = i64>) {
    let mut before = 0_i64;
    for number in numbers {
        put_signed(out, number.wrapping_sub(before));
        before = number;
    }
}

/// The hash that names a file of roads: its last 32 bytes.
pub fn name(bytes: &[u8]) -> Option<[u8; 32]> {
    bytes.last_chunk().copied()
}

/// Reads roads and checks everything that the rest of the program relies on.
pub fn read(bytes: &[u8]) -> Result<Roads, FileError> {
    let (body, hash) = bytes
        .len()
        .checked_sub(HASH_BYTES)
        .and_then(|length| bytes.split_at_checked(length))
        .ok_or(FileError::NotRoads)?;
    let mut rest = body.strip_prefix(MAGIC).ok_or(FileError::NotRoads)?;
    let version = u32::from_le_bytes(take(&mut rest)?);
    if version != VERSION {
        return Err(FileError::Version(version));
    }
    if Sha256::digest(body).as_slice() != hash {
        return Err(FileError::Checksum);
    }
    let mut reader = Reader { rest };
    let source = take(&mut reader.rest)?;
    let data_unix_s = i64::from_le_bytes(take(&mut reader.rest)?);
    let mut sizes = [0; 5];
    for size in &mut sizes {
        *size = reader.size()?;
    }
    let [junctions, names, segments, shapes, bans] = sizes;
    let mut roads = Roads { source, data_unix_s, ..Roads::default() };
    let lats = reader.column(junctions)?;
    let lons = reader.column(junctions)?;
    roads.junctions = points(&lats, &lons).ok_or(FileError::Wrong("a junction off the earth"))?;
    let barriers = reader.bytes(junctions)?.iter().map(|number| Barrier::of(*number));
    roads.barriers = barriers.collect::<Option<_>>().ok_or(FileError::Wrong("a barrier"))?;
    roads.names = (0..names).map(|_| reader.name()).collect::<Result<_, _>>()?;
    roads.segments = reader.segments(segments)?;
    roads.shapes = reader.bytes(shapes)?.to_vec();
    roads.bans = (0..bans).map(|_| reader.ban()).collect::<Result<_, _>>()?;
    if !reader.rest.is_empty() {
        return Err(FileError::Wrong("more than there should be"));
    }
    check(&roads)?;
    Ok(roads)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], FileError> {
    let (first, after) = rest.split_first_chunk().ok_or(FileError::Wrong("an early end"))?;
    *rest = after;
    Ok(*first)
}

fn points(lats: &[i64], lons: &[i64]) -> Option<Vec<Point>> {
    let point =
        |(lat, lon): (&i64, &i64)| Point::new(i32::try_from(*lat).ok()?, i32::try_from(*lon).ok()?);
    lats.iter().zip(lons).map(point).collect()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    // A number has one form: a last byte of nothing but zeros is a second one.
    fn number(&mut self) -> Result<u64, FileError> {
        let before = self.rest;
        let number = varint(&mut self.rest).ok_or(FileError::Wrong("an early end"))?;
        let used = before.len() - self.rest.len();
        let last = before.get(used - 1);
        let short = used == 1 || last != Some(&0);
        if short { Ok(number) } else { Err(FileError::Wrong("a number longer than need be")) }
    }

    fn signed(&mut self) -> Result<i64, FileError> {
        self.number().map(zigzag)
    }

    fn small(&mut self) -> Result<u32, FileError> {
        u32::try_from(self.number()?).or(Err(FileError::Wrong("a number beyond 32 bits")))
    }

    // Of whatever there are so many, each takes a byte at least: memory follows the file.
    fn size(&mut self) -> Result<usize, FileError> {
        let size = usize::try_from(self.number()?).ok().filter(|size| *size <= self.rest.len());
        size.ok_or(FileError::Wrong("a size beyond the file's own"))
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], FileError> {
        let taken = self.rest.split_at_checked(count);
        let (bytes, rest) = taken.ok_or(FileError::Wrong("an early end"))?;
        self.rest = rest;
        Ok(bytes)
    }

    fn column(&mut self, count: usize) -> Result<Vec<i64>, FileError> {
        let mut sum = 0_i64;
        let mut column = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            sum = sum.wrapping_add(self.signed()?);
            column.push(sum);
        }
        Ok(column)
    }

    fn text(&mut self) -> Result<String, FileError> {
        let length = self.size()?;
        let bytes = self.bytes(length)?;
        let text = str::from_utf8(bytes).ok().filter(|text| text.len() <= NAME_BYTES_MAX);
        text.map(str::to_owned).ok_or(FileError::Wrong("a name"))
    }

    fn name(&mut self) -> Result<Name, FileError> {
        let [local, en, ur, zh, number] =
            [self.text()?, self.text()?, self.text()?, self.text()?, self.text()?];
        Ok(Name { local, en, ur, zh, number })
    }

    fn ban(&mut self) -> Result<Box<[u32]>, FileError> {
        let length = self.size()?;
        if !(2..=BAN_ARCS_MAX).contains(&length) {
            return Err(FileError::Wrong("a forbidden row of no length"));
        }
        let arcs = self.column(length)?;
        let arcs = arcs.iter().map(|arc| u32::try_from(*arc).ok()).collect::<Option<_>>();
        arcs.ok_or(FileError::Wrong("an arc that is none"))
    }

    fn segments(&mut self, count: usize) -> Result<Vec<Segment>, FileError> {
        let from = self.column(count)?;
        let to: Vec<i64> = (0..count).map(|_| self.signed()).collect::<Result<_, _>>()?;
        let way = self.column(count)?;
        let mut small = || (0..count).map(|_| self.small()).collect::<Result<Vec<u32>, _>>();
        let (length, name, shape) = (small()?, small()?, small()?);
        let (island, flags) = (small()?, small()?);
        let mut bytes = || self.bytes(count);
        let (forward, backward) = (bytes()?, bytes()?);
        let (class, surface, access) = (bytes()?, bytes()?, bytes()?);
        let mut shape_at = 0_u32;
        let mut row = |at: usize| {
            let begin = shape_at;
            let shape_bytes = *shape.get(at)?;
            shape_at = shape_at.checked_add(shape_bytes)?;
            Some(Segment {
                from: u32::try_from(*from.get(at)?).ok()?,
                to: u32::try_from(from.get(at)?.checked_add(*to.get(at)?)?).ok()?,
                way: *way.get(at)?,
                length_mm: *length.get(at)?,
                name: *name.get(at)?,
                shape_at: begin,
                shape_bytes,
                island: island.get(at)?.wrapping_sub(1),
                flags: u16::try_from(*flags.get(at)?).ok()?,
                kmh: [*forward.get(at)?, *backward.get(at)?],
                class: Class::of(*class.get(at)?)?,
                surface: Surface::of(*surface.get(at)?)?,
                access: Access::of(*access.get(at)?)?,
            })
        };
        let rows = (0..count).map(&mut row).collect::<Option<_>>();
        rows.ok_or(FileError::Wrong("a piece of road"))
    }
}

fn check(roads: &Roads) -> Result<(), FileError> {
    let must = |holds, what| if holds { Ok(()) } else { Err(FileError::Wrong(what)) };
    must(roads.segments.len() <= SEGMENTS_MAX, "more pieces than can be numbered")?;
    must(roads.names.first() == Some(&Name::default()), "a first name that is not empty")?;
    must(roads.segments.is_sorted(), "pieces out of their order")?;
    let mut shapes = roads.shapes.as_slice();
    for row in &roads.segments {
        let ends = [row.from, row.to].map(|end| roads.junctions.get(route::net::ix(end)));
        must(ends.iter().all(Option::is_some), "a piece that ends nowhere")?;
        must(route::net::ix(row.name) < roads.names.len(), "a name that is none")?;
        must(row.length_mm > 0 && row.kmh.iter().all(|kmh| *kmh > 0), "a piece of no length")?;
        let driven = row.flags & flag::BOTH != 0 && row.flags & !(flag::ALL | flag::BOTH) == 0;
        must(driven, "a piece with flags that are none")?;
        let own = shapes.split_at_checked(route::net::ix(row.shape_bytes));
        let (own, rest) = own.ok_or(FileError::Wrong("a shape beyond the shapes"))?;
        shapes = rest;
        let [Some(first), _] = ends else { continue };
        must(is_shape(own, *first), "a shape that leaves the earth")?;
    }
    must(shapes.is_empty(), "a shape of nothing")?;
    let rows = &roads.bans;
    must(rows.is_sorted_by(|one, other| one < other), "forbidden rows out of their order")?;
    for row in rows {
        let arcs = row.iter().all(|arc| roads.is_driven(*arc));
        let pairs = row.iter().zip(row.iter().skip(1));
        let joined = pairs.clone().all(|(one, next)| roads.head(*one) == roads.tail(*next));
        must(arcs && joined, "a forbidden row that nobody could drive")?;
    }
    Ok(())
}

fn is_shape(mut bytes: &[u8], first: Point) -> bool {
    let mut at = first;
    while !bytes.is_empty() {
        match step(&mut bytes, at) {
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}
