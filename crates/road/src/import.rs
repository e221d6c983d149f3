//! A file of OpenStreetMap → roads, in two readings.
//!
//! The first reading finds the ways that are driven and the turns that are forbidden, the second
//! where their nodes lie. What is kept between them is a few bytes a node of a driven way: a
//! country fits into the memory of a laptop, whatever else its file holds.

use std::io::Read;

use sha2::{Digest, Sha256};
use thiserror::Error;
use words::place::Point;

use crate::build::{Gathered, Report};
use crate::kind::Barrier;
use crate::packed::put_signed;
use crate::pbf::blob::{Content, Frame, Frames, PbfError};
use crate::pbf::block::{Block, Tags, Way, header};
use crate::pbf::wire::Summed;
use crate::restriction::{RESTRICTIONS_MAX, Restriction, read};
use crate::roads::{NAME_BYTES_MAX, Name, Roads};
use crate::tags::{Driven, barrier, driven};

/// Nodes along driven ways, counted once for each way: Pakistan has about a tenth of it. Beyond,
/// eight bytes each would fill two gigabytes, and a hostile file could say anything.
pub const NODES_MAX: usize = 250_000_000;

/// Why a file was not imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file is no such file, or is damaged.
    #[error("the file cannot be imported")]
    File(#[from] PbfError),
    /// It does not begin as such a file does.
    #[error("the file is no OpenStreetMap PBF: its first block is no header")]
    NoHeader,
    /// There is more in it than fits.
    #[error("the file has more {what} than {max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        max: usize,
    },
    /// Nothing in it can be driven.
    #[error("the file has no road that a car can drive, among {ways} ways")]
    NoRoads {
        /// How many ways there are.
        ways: u64,
    },
    /// The two readings were of different bytes.
    #[error("the file changed while it was read")]
    Changed,
}

/// A way that is driven.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its id.
    pub(crate) id: i64,
    /// What it is.
    pub(crate) driven: Driven,
    /// Its name, by number.
    pub(crate) name: u32,
    /// How many bytes its nodes take.
    pub(crate) bytes: u32,
}

/// The first reading: ways and restrictions.
#[derive(Debug, Default)]
struct Ways {
    rows: Vec<Row>,
    nodes: Vec<u8>,
    count: usize,
    seen: u64,
    names: std::collections::BTreeMap<Name, u32>,
    restrictions: Vec<Restriction>,
    with_nodes: Vec<bool>,
    data_unix_s: i64,
}

/// Which reading, for somebody who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Ways and restrictions.
    Ways,
    /// Where nodes lie.
    Nodes,
}

/// Imports a file. `open` begins to read it and is asked twice; `tell` hears how many bytes of
/// which reading are done.
pub fn import<R: Read, E>(
    mut open: impl FnMut() -> Result<R, E>,
    mut tell: impl FnMut(Reading, u64),
) -> Result<Result<(Roads, Report), ImportError>, E> {
    let first = open()?;
    let (ways, source) = match ways(first, &mut |bytes| tell(Reading::Ways, bytes)) {
        Ok(read) => read,
        Err(error) => return Ok(Err(error)),
    };
    let second = open()?;
    Ok(nodes(second, ways, source, &mut |bytes| tell(Reading::Nodes, bytes)))
}

/// Reads on and keeps the hash of what was read.
#[derive(Debug)]
struct Hashed<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

fn hashed<R>(from: R) -> Hashed<R> {
    Hashed { from, hash: Sha256::new() }
}

fn ways(from: impl Read, tell: &mut dyn FnMut(u64)) -> Result<(Ways, [u8; 32]), ImportError> {
    let mut hashed = hashed(from);
    let mut frames = Frames::of(&mut hashed);
    let mut ways = Ways::default();
    let mut headed = false;
    while let Some(frame) = frames.next_frame()? {
        if !headed && frame.content != Content::Header {
            return Err(ImportError::NoHeader);
        }
        headed = true;
        ways.take(&frame)?;
        tell(frame.bytes);
    }
    match ways.rows.is_empty() {
        _ if !headed => Err(ImportError::NoHeader),
        true => Err(ImportError::NoRoads { ways: ways.seen }),
        false => Ok((ways, hashed.hash.finalize().into())),
    }
}

impl Ways {
    fn take(&mut self, frame: &Frame) -> Result<(), ImportError> {
        match frame.content {
            Content::Header => {
                self.data_unix_s = header(&frame.open()?, frame.at)?.unwrap_or(self.data_unix_s);
            }
            Content::Data => {
                let message = frame.open()?;
                let block = Block::of(&message, frame.at)?;
                self.with_nodes.push(block.holds_nodes());
                block.ways(|way| self.way(way))?;
                block.relations(|tags, members| {
                    if self.restrictions.len() <= RESTRICTIONS_MAX {
                        self.restrictions.extend(read(tags, members));
                    }
                })?;
            }
            Content::Other => {}
        }
        let too_many = |what, max| Err(ImportError::TooMany { what, max });
        match () {
            () if self.count > NODES_MAX => too_many("nodes along roads", NODES_MAX),
            () if self.restrictions.len() > RESTRICTIONS_MAX => {
                too_many("turn restrictions", RESTRICTIONS_MAX)
            }
            () => Ok(()),
        }
    }

    fn way(&mut self, way: &Way<'_>) {
        self.seen += 1;
        let Some(driven) = driven(way.tags).filter(|_| self.count <= NODES_MAX) else { return };
        let begin = self.nodes.len();
        let (mut before, mut count) = (0_i64, 0);
        for node in way.nodes() {
            if count == 0 || node != before {
                put_signed(&mut self.nodes, node.wrapping_sub(before));
                count += 1;
            }
            before = node;
        }
        let bytes = u32::try_from(self.nodes.len() - begin);
        // A block has at most 32 MiB, and so has a way in it.
        let Some(bytes) = bytes.ok().filter(|_| count > 1) else {
            self.nodes.truncate(begin);
            return;
        };
        self.count += count;
        let name = self.name(way.tags);
        self.rows.push(Row { id: way.id, driven, name, bytes });
    }

    fn name(&mut self, tags: Tags<'_>) -> u32 {
        let of = |key| cut(tags.get(key).unwrap_or_default());
        let zh = Some(of("name:zh")).filter(|name| !name.is_empty());
        let name = Name {
            local: of("name"),
            en: of("name:en"),
            ur: of("name:ur"),
            zh: zh.unwrap_or_else(|| of("name:zh-Hans")),
            number: of("ref"),
        };
        if name == Name::default() {
            return 0;
        }
        let next = u32::try_from(self.names.len() + 1).unwrap_or(0);
        *self.names.entry(name).or_insert(next)
    }
}

// What a screen cannot show is no part of a name.
fn cut(name: &str) -> String {
    let mut cut: String = name.chars().filter(|letter| !letter.is_control()).collect();
    while cut.len() > NAME_BYTES_MAX {
        cut.pop();
    }
    cut
}

fn nodes(
    from: impl Read,
    ways: Ways,
    source: [u8; 32],
    tell: &mut dyn FnMut(u64),
) -> Result<(Roads, Report), ImportError> {
    let mut gathered = gather(ways);
    let with_nodes = std::mem::take(&mut gathered.1);
    let mut gathered = gathered.0;
    let mut hashed = hashed(from);
    let mut frames = Frames::of(&mut hashed);
    let mut place = 0;
    while let Some(frame) = frames.next_frame()? {
        if frame.content == Content::Data {
            if with_nodes.get(place) == Some(&true) {
                let message = frame.open()?;
                take_nodes(&mut gathered, &Block::of(&message, frame.at)?)?;
            }
            place += 1;
        }
        tell(frame.bytes);
    }
    let again: [u8; 32] = hashed.hash.finalize().into();
    if again != source {
        return Err(ImportError::Changed);
    }
    let ways = gathered.ways_seen;
    let (mut roads, report) = gathered.build()?;
    if roads.segments.is_empty() {
        return Err(ImportError::NoRoads { ways });
    }
    roads.source = source;
    Ok((roads, report))
}

fn take_nodes(gathered: &mut Gathered, block: &Block<'_>) -> Result<(), PbfError> {
    let mut next = 0;
    block.nodes(|id, point, tags| {
        // Files are sorted: mostly the next one that is wanted is the next one there is.
        let near = gathered.ids.get(next).is_some_and(|wanted| *wanted == id);
        let found = if near { Ok(next) } else { gathered.ids.binary_search(&id) };
        next = match found {
            Ok(at) => {
                gathered.found(at, point, barrier(tags));
                at + 1
            }
            Err(after) => after,
        };
    })
}

// The nodes that are wanted, each once, and whether more than one way goes there.
fn gather(ways: Ways) -> (Gathered, Vec<bool>) {
    let mut ids = Vec::with_capacity(ways.count);
    let mut rest = ways.nodes.as_slice();
    for row in &ways.rows {
        let bytes = usize::try_from(row.bytes).unwrap_or(usize::MAX);
        let (own, after) = rest.split_at_checked(bytes).unwrap_or((rest, &[]));
        ids.extend(Summed::of(own));
        rest = after;
    }
    ids.sort_unstable();
    let mut shared = Vec::new();
    let mut unique = 0;
    for at in 0..ids.len() {
        let (Some(id), last) = (ids.get(at).copied(), unique.max(1) - 1) else { continue };
        if unique > 0 && ids.get(last) == Some(&id) {
            if let Some(shared) = shared.get_mut(last) {
                *shared = true;
            }
        } else {
            if let Some(slot) = ids.get_mut(unique) {
                *slot = id;
            }
            shared.push(false);
            unique += 1;
        }
    }
    ids.truncate(unique);
    ids.shrink_to_fit();
    let mut names: Vec<(Name, u32)> = ways.names.into_iter().collect();
    names.sort_unstable_by_key(|(_, number)| *number);
    let names = std::iter::once(Name::default()).chain(names.into_iter().map(|(name, _)| name));
    let gathered = Gathered {
        points: vec![None::<Point>; unique],
        barriers: vec![Barrier::Nothing; unique],
        ids,
        shared,
        rows: ways.rows,
        nodes: ways.nodes,
        names: names.collect(),
        restrictions: ways.restrictions,
        data_unix_s: ways.data_unix_s,
        ways_seen: ways.seen,
    };
    (gathered, ways.with_nodes)
}
