//! What an interrupted import leaves: frames that prove themselves.
//!
//! A part begins with a heading that says by which rules it was read. Every frame says how far
//! the file was read, with the hash of all that was, and what was found since the frame before;
//! its checksum runs over the frames before it. A part that is torn is read up to its last good
//! frame, and a frame is taken whole or not at all.

use std::io::{self, Read};

use sha2::{Digest, Sha256};
use thiserror::Error;
use words::place::Point;

use crate::import::{Begun, NODES_MAX, Stage};
use crate::kind::{Access, Barrier, Class, Surface, flag};
use crate::packed::{put, put_signed, signed, small};
use crate::restriction::{RESTRICTIONS_MAX, Restriction, Via, WAYS_MAX};
use crate::roads::{NAME_BYTES_MAX, Name};
use crate::tags::Driven;
use crate::ways::{Row, Ways};
use pbf::wire::{Summed, varint};

/// What a part begins with.
pub const MAGIC: &[u8; 17] = b"safeconduct/begun";

/// A frame with more is not written, and is not read: what one block of a file can hold, twelve
/// times over. An import that finds more goes on and can be gone on with from before.
pub const FRAME_BYTES_MAX: usize = 384 * 1024 * 1024;

const HEADING_BYTES: usize = MAGIC.len() + 32;

// Whatever decides what is taken from a file: a part that other rules have read is of no use.
const RULES: [&str; 7] = [
    include_str!("tags.rs"),
    include_str!("kind.rs"),
    include_str!("ways.rs"),
    include_str!("restriction.rs"),
    include_str!("import.rs"),
    include_str!("part.rs"),
    include_str!("../../pbf/src/block.rs"),
];

// What a frame is about.
const WAYS: u8 = 1;
const ALL_WAYS: u8 = 2;
const NODES: u8 = 3;

/// Why a file is no part that can be gone on with.
#[derive(Debug, Error)]
pub enum PartError {
    /// The file could not be read.
    #[error("it cannot be read")]
    Read(#[from] io::Error),
    /// It is something else.
    #[error("it is no part of an import")]
    Else,
    /// It was read by other rules.
    #[error("it was begun by another version of this program")]
    Rules,
}

/// What was read of a part.
#[derive(Debug)]
pub struct Taken {
    /// How far the import has come.
    pub begun: Begun,
    /// So many bytes of the part are good; 0 if not even its heading is there.
    pub bytes: u64,
    /// Is there more, which is not good?
    pub torn: bool,
}

/// The heading of a part.
pub fn heading() -> Vec<u8> {
    let mut rules = Sha256::new();
    for rule in RULES {
        rules.update(rule);
    }
    let mut heading = MAGIC.to_vec();
    heading.extend_from_slice(&rules.finalize());
    heading
}

/// Reads a part up to its last good frame.
pub fn read(mut from: impl Read) -> Result<Taken, PartError> {
    let ours = heading();
    let mut begun = Begun::default();
    let mut had = Vec::new();
    from.by_ref().take(long(HEADING_BYTES)).read_to_end(&mut had)?;
    if had.len() < HEADING_BYTES {
        let ours = ours.starts_with(&had);
        let none = Taken { begun, bytes: 0, torn: !had.is_empty() };
        return if ours { Ok(none) } else { Err(PartError::Else) };
    }
    match (had == ours, had.starts_with(MAGIC)) {
        (true, _) => {}
        (false, true) => return Err(PartError::Rules),
        (false, false) => return Err(PartError::Else),
    }
    let mut bytes = long(HEADING_BYTES);
    loop {
        let (payload, sum) = match one(&mut from)? {
            Next::Frame(payload, sum) => (payload, sum),
            Next::End => return Ok(Taken { begun, bytes, torn: false }),
            Next::Torn => return Ok(Taken { begun, bytes, torn: true }),
        };
        if sum != next_chain(&begun.chain, &payload) || take(&mut begun, &payload).is_none() {
            return Ok(Taken { begun, bytes, torn: true });
        }
        begun.chain = sum;
        bytes += 4 + long(payload.len()) + 32;
    }
}

enum Next {
    Frame(Vec<u8>, [u8; 32]),
    End,
    Torn,
}

fn one(from: &mut impl Read) -> io::Result<Next> {
    let mut length = Vec::new();
    from.take(4).read_to_end(&mut length)?;
    if length.is_empty() {
        return Ok(Next::End);
    }
    let length = length.try_into().map_or(u32::MAX, u32::from_le_bytes);
    let Some(length) = usize::try_from(length).ok().filter(|it| *it <= FRAME_BYTES_MAX) else {
        return Ok(Next::Torn);
    };
    let (mut payload, mut sum) = (Vec::new(), Vec::new());
    from.take(long(length)).read_to_end(&mut payload)?;
    from.take(32).read_to_end(&mut sum)?;
    let sum = sum.try_into().ok().filter(|_| payload.len() == length);
    Ok(sum.map_or(Next::Torn, |sum| Next::Frame(payload, sum)))
}

fn next_chain(chain: &[u8; 32], payload: &[u8]) -> [u8; 32] {
    let mut next = Sha256::new();
    next.update(chain);
    next.update(payload);
    next.finalize().into()
}

fn long(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Writes the frames of a part.
#[derive(Debug)]
pub(crate) struct Scribe {
    chain: [u8; 32],
    // What the frames before have told.
    rows: usize,
    nodes: usize,
    restrictions: usize,
    blocks: usize,
    // A frame was too large: whatever came after it would be lost with it.
    over: bool,
}

impl Scribe {
    /// Goes on after what was begun.
    pub(crate) fn after(begun: &Begun) -> Self {
        let [rows, nodes, restrictions, blocks] = match &begun.stage {
            Stage::Ways(ways) => {
                let told = [ways.rows.len(), ways.nodes.len(), ways.restrictions.len()];
                [told[0], told[1], told[2], ways.with_nodes.len()]
            }
            Stage::Nodes(_) => [0; 4],
        };
        Self { chain: begun.chain, rows, nodes, restrictions, blocks, over: false }
    }

    /// What the first reading found since the frame before.
    pub(crate) fn ways(&mut self, ways: &mut Ways, at: u64, hash: [u8; 32]) -> Option<Vec<u8>> {
        self.told(WAYS, ways, at, hash)
    }

    /// The same, at the end of the file.
    pub(crate) fn all_ways(&mut self, ways: &mut Ways, at: u64, hash: [u8; 32]) -> Option<Vec<u8>> {
        self.told(ALL_WAYS, ways, at, hash)
    }

    fn told(&mut self, kind: u8, ways: &mut Ways, at: u64, hash: [u8; 32]) -> Option<Vec<u8>> {
        let mut out = begin(kind, at, hash);
        put_signed(&mut out, ways.data_unix_s);
        put(&mut out, ways.seen);
        let blocks = ways.with_nodes.get(self.blocks..).unwrap_or_default();
        put(&mut out, long(blocks.len()));
        out.extend(blocks.iter().map(|has| u8::from(*has)));
        put(&mut out, long(ways.fresh.len()));
        for name in ways.fresh.drain(..) {
            put_name(&mut out, &name);
        }
        let rows = ways.rows.get(self.rows..).unwrap_or_default();
        put(&mut out, long(rows.len()));
        for row in rows {
            put_row(&mut out, row);
        }
        let nodes = ways.nodes.get(self.nodes..).unwrap_or_default();
        put(&mut out, long(nodes.len()));
        out.extend_from_slice(nodes);
        let restrictions = ways.restrictions.get(self.restrictions..).unwrap_or_default();
        put(&mut out, long(restrictions.len()));
        for it in restrictions {
            put_restriction(&mut out, it);
        }
        (self.rows, self.nodes) = (ways.rows.len(), ways.nodes.len());
        (self.restrictions, self.blocks) = (ways.restrictions.len(), ways.with_nodes.len());
        self.frame(out)
    }

    /// What the second reading found since the frame before.
    pub(crate) fn nodes(
        &mut self,
        found: &mut Found,
        blocks: usize,
        at: u64,
        hash: [u8; 32],
    ) -> Option<Vec<u8>> {
        let mut out = begin(NODES, at, hash);
        put(&mut out, long(blocks));
        put(&mut out, found.count);
        out.append(&mut found.bytes);
        *found = Found::default();
        self.frame(out)
    }

    fn frame(&mut self, payload: Vec<u8>) -> Option<Vec<u8>> {
        self.over |= payload.len() > FRAME_BYTES_MAX;
        let size = u32::try_from(payload.len()).ok().filter(|_| !self.over)?;
        self.chain = next_chain(&self.chain, &payload);
        let mut frame = size.to_le_bytes().to_vec();
        frame.extend(payload);
        frame.extend_from_slice(&self.chain);
        Some(frame)
    }
}

/// Where nodes lie that no frame has told yet.
#[derive(Debug, Default)]
pub(crate) struct Found {
    bytes: Vec<u8>,
    count: u64,
    before: [i64; 3],
}

impl Found {
    /// A node that is wanted was found.
    pub(crate) fn put(&mut self, at: usize, point: Point, barrier: Barrier) {
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let now = [at, i64::from(point.lat_e7()), i64::from(point.lon_e7())];
        for (now, before) in now.iter().zip(self.before) {
            put_signed(&mut self.bytes, now - before);
        }
        self.bytes.push(barrier.number());
        self.before = now;
        self.count += 1;
    }
}

fn begin(kind: u8, at: u64, hash: [u8; 32]) -> Vec<u8> {
    let mut out = vec![kind];
    put(&mut out, at);
    out.extend_from_slice(&hash);
    out
}

fn put_name(out: &mut Vec<u8>, name: &Name) {
    for text in [&name.local, &name.en, &name.ur, &name.zh, &name.number] {
        put(out, long(text.len()));
        out.extend_from_slice(text.as_bytes());
    }
}

fn put_row(out: &mut Vec<u8>, row: &Row) {
    let Driven { class, surface, access, flags, kmh: [there, back] } = row.driven;
    put_signed(out, row.id);
    out.extend([class.number(), surface.number(), access.number(), there, back]);
    put(out, u64::from(flags));
    put(out, u64::from(row.name));
    put(out, u64::from(row.bytes));
}

fn put_restriction(out: &mut Vec<u8>, it: &Restriction) {
    let (over, via) = match &it.via {
        Via::Node(node) => (0, std::slice::from_ref(node)),
        Via::Ways(ways) => (2, ways.as_slice()),
    };
    out.push(u8::from(it.only) | over);
    for ids in [&it.from, via, &it.to] {
        put(out, long(ids.len()));
        for id in ids {
            put_signed(out, *id);
        }
    }
}

// Takes a frame into what was begun, whole or not at all.
fn take(begun: &mut Begun, payload: &[u8]) -> Option<()> {
    let (kind, rest) = payload.split_first()?;
    let mut rest = rest;
    let at = varint(&mut rest)?;
    let (hash, mut rest) = rest.split_first_chunk::<32>()?;
    match (&mut begun.stage, *kind) {
        (Stage::Ways(ways), WAYS | ALL_WAYS) if at > begun.at => {
            take_ways(ways, &mut rest)?;
        }
        // The last frame may come with the one before: nothing was read between.
        (Stage::Ways(ways), ALL_WAYS) if at == begun.at => take_ways(ways, &mut rest)?,
        (Stage::Nodes(places), NODES) if at > begun.at => {
            let gathered = &mut places.gathered;
            let blocks = size(&mut rest)?;
            let found = found(&mut rest, gathered.ids.len())?;
            if blocks < places.blocks || blocks > places.with_nodes.len() {
                return None;
            }
            places.blocks = blocks;
            for (at, point, barrier) in found {
                gathered.found(at, point, barrier);
            }
        }
        _ => return None,
    }
    (begun.at, begun.hash) = (at, *hash);
    if *kind == ALL_WAYS {
        begun.all_ways(*hash);
    }
    Some(())
}

fn take_ways(ways: &mut Ways, rest: &mut &[u8]) -> Option<()> {
    let data_unix_s = signed(rest)?;
    let seen = varint(rest).filter(|seen| *seen >= ways.seen)?;
    let blocks = size(rest)?;
    let with_nodes = bytes(rest, blocks)?.iter().map(|it| yes(*it)).collect::<Option<Vec<_>>>()?;
    let names = many(rest, name)?;
    let rows = many(rest, row)?;
    let length = size(rest)?;
    let nodes = bytes(rest, length)?;
    let restrictions = many(rest, restriction)?;
    let known = ways.names.len() + names.len();
    let mut count = ways.count;
    let mut own = nodes;
    for row in &rows {
        let length = usize::try_from(row.bytes).ok()?;
        let along = Summed::of(bytes(&mut own, length)?).count();
        count = count.checked_add(along).filter(|count| along > 1 && *count <= NODES_MAX)?;
        usize::try_from(row.name).ok().filter(|name| *name <= known)?;
    }
    let fresh: std::collections::BTreeSet<_> = names.iter().collect();
    let fresh = fresh.len() == names.len() && names.iter().all(|it| !ways.names.contains_key(it));
    let some = ways.restrictions.len() + restrictions.len() <= RESTRICTIONS_MAX;
    if !(rest.is_empty() && own.is_empty() && fresh && some) {
        return None;
    }
    for name in names {
        let number = u32::try_from(ways.names.len() + 1).ok()?;
        ways.names.insert(name, number);
    }
    (ways.data_unix_s, ways.seen, ways.count) = (data_unix_s, seen, count);
    ways.with_nodes.extend(with_nodes);
    ways.rows.extend(rows);
    ways.nodes.extend_from_slice(nodes);
    ways.restrictions.extend(restrictions);
    Some(())
}

fn found(rest: &mut &[u8], ids: usize) -> Option<Vec<(usize, Point, Barrier)>> {
    let mut before = [0_i64; 3];
    let found = many(rest, |rest| {
        for number in &mut before {
            *number = number.checked_add(signed(rest)?)?;
        }
        let [at, lat, lon] = before;
        let at = usize::try_from(at).ok().filter(|at| *at < ids)?;
        let point = Point::new(i32::try_from(lat).ok()?, i32::try_from(lon).ok()?)?;
        Some((at, point, Barrier::of(byte(rest)?)?))
    })?;
    rest.is_empty().then_some(found)
}

// As many as are said. Memory follows what is there, not what is said to be there.
fn many<T>(rest: &mut &[u8], mut read: impl FnMut(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let count = size(rest)?;
    (0..count).map(|_| read(rest)).collect()
}

fn size(rest: &mut &[u8]) -> Option<usize> {
    usize::try_from(varint(rest)?).ok()
}

fn bytes<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (own, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(own)
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    bytes(rest, 1)?.first().copied()
}

fn yes(byte: u8) -> Option<bool> {
    (byte < 2).then_some(byte == 1)
}

fn name(rest: &mut &[u8]) -> Option<Name> {
    let mut text = || {
        let length = size(rest).filter(|length| *length <= NAME_BYTES_MAX)?;
        let text = str::from_utf8(bytes(rest, length)?).ok()?;
        (!text.chars().any(char::is_control)).then(|| text.to_owned())
    };
    let name = Name { local: text()?, en: text()?, ur: text()?, zh: text()?, number: text()? };
    (name != Name::default()).then_some(name)
}

fn row(rest: &mut &[u8]) -> Option<Row> {
    let id = signed(rest)?;
    let class = Class::of(byte(rest)?)?;
    let surface = Surface::of(byte(rest)?)?;
    let access = Access::of(byte(rest)?)?;
    let kmh = [byte(rest)?, byte(rest)?];
    let flags = u16::try_from(varint(rest)?).ok()?;
    let known = flags & !(flag::ALL & !flag::ADDED) == 0 && flags & flag::BOTH != 0;
    let driven = Driven { class, surface, access, flags, kmh };
    let row = Row { id, driven, name: small(rest)?, bytes: small(rest)? };
    (known && kmh.iter().all(|kmh| *kmh > 0)).then_some(row)
}

fn restriction(rest: &mut &[u8]) -> Option<Restriction> {
    let said = byte(rest).filter(|said| *said < 4)?;
    let from = many(rest, signed)?;
    let via = many(rest, signed)?;
    let to = many(rest, signed)?;
    let via = match via.as_slice() {
        [node] if said & 2 == 0 => Via::Node(*node),
        [_, ..] if said & 2 != 0 => Via::Ways(via),
        _ => return None,
    };
    let some = [&from, &to].iter().all(|ways| (1..=WAYS_MAX).contains(&ways.len()));
    some.then_some(Restriction { only: said & 1 != 0, from, via, to })
}
