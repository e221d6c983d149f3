//! A file of OpenStreetMap → roads, in two readings to go on with.
//!
//! The first reading finds the ways that are driven and the turns that are forbidden, the second
//! where their nodes lie. What is kept between them is a few bytes a node of a driven way: a
//! country fits into the memory of a laptop, whatever else its file holds. What was read is told
//! in frames (`part`) as it is read; whoever keeps them can go on where it stopped, and comes to
//! the same roads.

use std::io::Read;

use sha2::{Digest, Sha256};
use thiserror::Error;
use words::place::Point;

use crate::build::{Gathered, Report};
use crate::kind::Barrier;
use crate::part::{Found, Scribe, heading};
use crate::roads::{Name, Roads};
use crate::tags::barrier;
use crate::ways::Ways;
use pbf::blob::{Content, Frames, PbfError};
use pbf::block::Block;
use pbf::wire::Summed;

/// Nodes along driven ways, counted once for each way: Pakistan has about a tenth of it. Beyond,
/// eight bytes each would fill two gigabytes, and a hostile file could say anything.
pub const NODES_MAX: usize = 250_000_000;

/// A frame of a part is told when so much of the file was read: some hundredths of a second.
pub const FRAME_EVERY_BYTES: u64 = 256 * 1024;

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
    /// What was begun was begun with another file.
    #[error("what was begun is of another file, or of this one as it was before")]
    Another,
}

/// Which reading, for somebody who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// What was read before, to see that it is the same.
    Again,
    /// Ways and restrictions.
    Ways,
    /// Where nodes lie.
    Nodes,
}

/// How far an import has come.
#[derive(Debug)]
pub struct Begun {
    /// So many bytes of the file were taken in this reading.
    pub(crate) at: u64,
    /// The SHA-256 of them.
    pub(crate) hash: [u8; 32],
    /// What the next frame of its part goes on from.
    pub(crate) chain: [u8; 32],
    /// A frame is told when so many bytes of the file were taken.
    pub(crate) every: u64,
    pub(crate) stage: Stage,
}

/// What was found so far.
#[derive(Debug)]
pub(crate) enum Stage {
    /// In the first reading.
    Ways(Ways),
    /// In the second.
    Nodes(Box<Places>),
}

impl Default for Stage {
    fn default() -> Self {
        Self::Ways(Ways::default())
    }
}

/// The second reading: where nodes lie.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) gathered: Gathered,
    /// Of every block of data: are there nodes in it?
    pub(crate) with_nodes: Vec<bool>,
    /// Blocks of data that were taken.
    pub(crate) blocks: usize,
    /// The SHA-256 of the whole file, as the first reading found it.
    pub(crate) source: [u8; 32],
}

impl Default for Begun {
    fn default() -> Self {
        let chain = Sha256::digest(heading()).into();
        Self { at: 0, hash: [0; 32], chain, every: FRAME_EVERY_BYTES, stage: Stage::default() }
    }
}

impl Begun {
    /// Which reading it stopped in, and after how many bytes of the file.
    pub const fn reached(&self) -> (Reading, u64) {
        match self.stage {
            Stage::Ways(_) => (Reading::Ways, self.at),
            Stage::Nodes(_) => (Reading::Nodes, self.at),
        }
    }

    /// Tells frames at other distances than [`FRAME_EVERY_BYTES`].
    #[must_use]
    pub const fn every(mut self, bytes: u64) -> Self {
        self.every = bytes;
        self
    }

    /// The first reading is over: the whole file was of this hash.
    pub(crate) fn all_ways(&mut self, source: [u8; 32]) {
        if let Stage::Ways(ways) = &mut self.stage {
            let (gathered, with_nodes) = gather(std::mem::take(ways));
            let places = Places { gathered, with_nodes, blocks: 0, source };
            self.stage = Stage::Nodes(Box::new(places));
            self.at = 0;
            self.hash = [0; 32];
        }
    }
}

/// Imports a file. `open` begins to read it and is asked twice; `tell` hears how many bytes of
/// which reading are done.
pub fn import<R: Read, E>(
    open: impl FnMut() -> Result<R, E>,
    tell: impl FnMut(Reading, u64),
) -> Result<Result<(Roads, Report), ImportError>, E> {
    go_on(Begun::default(), open, |_| Ok(()), tell)
}

/// Goes on with an import. `keep` gets the frames of its part, each after the one before.
pub fn go_on<R: Read, E>(
    mut begun: Begun,
    mut open: impl FnMut() -> Result<R, E>,
    mut keep: impl FnMut(&[u8]) -> Result<(), E>,
    mut tell: impl FnMut(Reading, u64),
) -> Result<Result<(Roads, Report), ImportError>, E> {
    let (scribe, every) = (Scribe::after(&begun), begun.every);
    let mut watch = Watch { scribe, every, keep: &mut keep, tell: &mut tell };
    let mut both = || {
        if let Stage::Ways(ways) = &mut begun.stage {
            let from = open().map_err(Stop::Asker)?;
            let source = first(from, ways, (begun.at, begun.hash), &mut watch)?;
            begun.all_ways(source);
        }
        let Stage::Nodes(places) = std::mem::take(&mut begun.stage) else {
            return Err(Stop::File(ImportError::Another));
        };
        let from = open().map_err(Stop::Asker)?;
        second(from, *places, (begun.at, begun.hash), &mut watch)
    };
    match both() {
        Ok(made) => Ok(Ok(made)),
        Err(Stop::File(error)) => Ok(Err(error)),
        Err(Stop::Asker(error)) => Err(error),
    }
}

// What stops an import: its file, or whoever opens and keeps.
enum Stop<E> {
    File(ImportError),
    Asker(E),
}

impl<E> From<ImportError> for Stop<E> {
    fn from(error: ImportError) -> Self {
        Self::File(error)
    }
}

impl<E> From<PbfError> for Stop<E> {
    fn from(error: PbfError) -> Self {
        Self::File(ImportError::File(error))
    }
}

struct Watch<'a, E> {
    scribe: Scribe,
    every: u64,
    keep: &'a mut dyn FnMut(&[u8]) -> Result<(), E>,
    tell: &'a mut dyn FnMut(Reading, u64),
}

impl<E> Watch<'_, E> {
    fn keeps(&mut self, frame: Option<Vec<u8>>) -> Result<(), Stop<E>> {
        frame.map_or(Ok(()), |frame| (self.keep)(&frame).map_err(Stop::Asker))
    }
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

impl<R: Read> Hashed<R> {
    fn hash(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    // Everything that was taken before is read again, so that what is gone on with is this file.
    fn after<E>(
        from: R,
        (at, hash): (u64, [u8; 32]),
        watch: &mut Watch<'_, E>,
    ) -> Result<Frames<Self>, Stop<E>> {
        let mut hashed = Self { from, hash: Sha256::new() };
        let mut left = at;
        while left > 0 {
            let some = left.min(FRAME_EVERY_BYTES);
            let read = std::io::copy(&mut hashed.by_ref().take(some), &mut std::io::sink());
            let read = read.map_err(|cause| PbfError::Read { at: at - left, cause })?;
            if read < some {
                return Err(Stop::File(ImportError::Another));
            }
            (watch.tell)(Reading::Again, read);
            left -= read;
        }
        if at > 0 && hashed.hash() != hash {
            return Err(Stop::File(ImportError::Another));
        }
        Ok(Frames::after(hashed, at))
    }
}

fn first<E>(
    from: impl Read,
    ways: &mut Ways,
    begun: (u64, [u8; 32]),
    watch: &mut Watch<'_, E>,
) -> Result<[u8; 32], Stop<E>> {
    let mut frames = Hashed::after(from, begun, watch)?;
    (watch.tell)(Reading::Ways, begun.0);
    let (mut at, mut kept) = (begun.0, begun.0);
    while let Some(frame) = frames.next_frame()? {
        if at == 0 && frame.content != Content::Header {
            return Err(Stop::File(ImportError::NoHeader));
        }
        ways.take(&frame)?;
        at = frame.at + frame.bytes;
        if at - kept >= watch.every {
            let frame = watch.scribe.ways(ways, at, frames.from().hash());
            watch.keeps(frame)?;
            kept = at;
        }
        (watch.tell)(Reading::Ways, frame.bytes);
    }
    let source = frames.from().hash();
    match ways.rows.is_empty() {
        _ if at == 0 => Err(Stop::File(ImportError::NoHeader)),
        true => Err(Stop::File(ImportError::NoRoads { ways: ways.seen })),
        false => {
            let frame = watch.scribe.all_ways(ways, at, source);
            watch.keeps(frame)?;
            Ok(source)
        }
    }
}

fn second<E>(
    from: impl Read,
    mut places: Places,
    begun: (u64, [u8; 32]),
    watch: &mut Watch<'_, E>,
) -> Result<(Roads, Report), Stop<E>> {
    let mut frames = Hashed::after(from, begun, watch)?;
    (watch.tell)(Reading::Nodes, begun.0);
    let mut kept = begun.0;
    let mut found = Found::default();
    while let Some(frame) = frames.next_frame()? {
        if frame.content == Content::Data {
            if places.with_nodes.get(places.blocks) == Some(&true) {
                let message = frame.open()?;
                let block = Block::of(&message, frame.at)?;
                take_nodes(&mut places.gathered, &block, &mut found)?;
            }
            places.blocks += 1;
        }
        let at = frame.at + frame.bytes;
        if at - kept >= watch.every {
            let frame = watch.scribe.nodes(&mut found, places.blocks, at, frames.from().hash());
            watch.keeps(frame)?;
            kept = at;
        }
        (watch.tell)(Reading::Nodes, frame.bytes);
    }
    if frames.from().hash() != places.source {
        return Err(Stop::File(ImportError::Changed));
    }
    let ways = places.gathered.ways_seen;
    let (mut roads, report) = places.gathered.build()?;
    if roads.segments.is_empty() {
        return Err(Stop::File(ImportError::NoRoads { ways }));
    }
    roads.source = places.source;
    Ok((roads, report))
}

fn take_nodes(
    gathered: &mut Gathered,
    block: &Block<'_>,
    told: &mut Found,
) -> Result<(), PbfError> {
    let mut next = 0;
    block.nodes(|id, point, tags| {
        // Files are sorted: mostly the next one that is wanted is the next one there is.
        let near = gathered.ids.get(next).is_some_and(|wanted| *wanted == id);
        let found = if near { Ok(next) } else { gathered.ids.binary_search(&id) };
        next = match found {
            Ok(at) => {
                let stands = barrier(tags);
                gathered.found(at, point, stands);
                told.put(at, point, stands);
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
