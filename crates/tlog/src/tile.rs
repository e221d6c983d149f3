//! Tiles: 256 neighbouring hashes, or entries, as one static file.
//!
//! C2SP `tlog-tiles`.

use std::fmt;
use std::str::FromStr;

use words::hash::Hash;

use crate::walk::Subtrees;

/// A tile stands on 8 rows of the tree.
pub const HEIGHT: u32 = 8;

/// A full tile is that many hashes wide, or entries.
pub const WIDTH: u64 = 1 << HEIGHT;

/// Nothing above level 7 has a hash as long as sizes are 64 bits.
const LEVEL_MAX: u8 = 7;

/// What lies in a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// Roots of complete subtrees of 256^level leaves; those of level 0 are the leaves.
    Hashes(u8),
    /// The entries themselves, a bundle of them.
    Entries,
}

impl Row {
    // How many items the row has in a tree of that size.
    fn items(self, size: u64) -> u64 {
        match self {
            Self::Hashes(level) => size.checked_shr(u32::from(level) * HEIGHT).unwrap_or(0),
            Self::Entries => size,
        }
    }
}

/// The name of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Its row.
    pub row: Row,
    /// Its place in the row.
    pub index: u64,
    /// How many hashes or entries it has: 1 to [`WIDTH`].
    pub width: u64,
}

impl Tile {
    /// The number of its first hash or entry in the row.
    pub const fn first(&self) -> u64 {
        self.index * WIDTH
    }

    /// Has it all its items? A full tile never changes; a partial one is replaced by a wider one.
    pub const fn is_full(&self) -> bool {
        self.width == WIDTH
    }

    /// Has a tree of that size all of it?
    pub fn within(&self, size: u64) -> bool {
        self.first().checked_add(self.width).is_some_and(|end| end <= self.row.items(size))
    }

    /// The full tile that lies there once the ledger has grown.
    #[must_use]
    pub const fn full(self) -> Self {
        Self { width: WIDTH, ..self }
    }

    /// The tile of a row that holds item `item` in a tree of `size` leaves, as wide as the tree
    /// makes it; `None` if the tree does not reach there.
    pub fn holding(row: Row, item: u64, size: u64) -> Option<Self> {
        let items = row.items(size);
        let index = item / WIDTH;
        (item < items).then(|| Self { row, index, width: (items - index * WIDTH).min(WIDTH) })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Hashes(level) => write!(out, "tile/{level}")?,
            Row::Entries => out.write_str("tile/entries")?,
        }
        let (mut groups, mut rest) = (vec![self.index % 1_000], self.index / 1_000);
        while rest > 0 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        while let Some(group) = groups.pop() {
            write!(out, "/{}{group:03}", if groups.is_empty() { "" } else { "x" })?;
        }
        if self.is_full() { Ok(()) } else { write!(out, ".p/{}", self.width) }
    }
}

/// A text is not the path of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not the path of a tile")]
pub struct NotATile;

impl FromStr for Tile {
    type Err = NotATile;

    fn from_str(path: &str) -> Result<Self, NotATile> {
        let rest = path.strip_prefix("tile/").ok_or(NotATile)?;
        let (row, rest) = rest.split_once('/').ok_or(NotATile)?;
        let row = match row {
            "entries" => Row::Entries,
            level => Row::Hashes(level.parse().ok().ok_or(NotATile)?),
        };
        if matches!(row, Row::Hashes(level) if level > LEVEL_MAX) {
            return Err(NotATile);
        }
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (place, width.parse().ok().ok_or(NotATile)?),
            None => (rest, WIDTH),
        };
        let index = place.split('/').try_fold(0_u64, |index, group| {
            let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
            index.checked_mul(1_000)?.checked_add(group)
        });
        let index = index.filter(|index| index.checked_mul(WIDTH).is_some()).ok_or(NotATile)?;
        let tile = Self { row, index, width };
        // One name, one tile: no other way to write the same place is taken.
        let same = (1..=WIDTH).contains(&width) && tile.to_string() == path;
        if same { Ok(tile) } else { Err(NotATile) }
    }
}

/// Every tile that a ledger of `to` entries needs and one of `from` entries did not have, hashes
/// before entries, full tiles before the partial one of their row.
pub fn grown(from: u64, to: u64) -> Vec<Tile> {
    let rows = (0..=LEVEL_MAX).map(Row::Hashes).chain([Row::Entries]);
    rows.flat_map(|row| {
        let (had, has) = (row.items(from), row.items(to));
        let full = (had / WIDTH..has / WIDTH).map(move |index| Tile { row, index, width: WIDTH });
        let last = Tile { row, index: has / WIDTH, width: has % WIDTH };
        let partial = (last.width > 0 && has > had).then_some(last);
        full.chain(partial)
    })
    .collect()
}

/// The bytes of a tile of hashes; `None` for the name of a bundle.
pub fn hashes<S: Subtrees>(source: &mut S, tile: &Tile) -> Result<Option<Vec<u8>>, S::Fault> {
    let Row::Hashes(level) = tile.row else { return Ok(None) };
    let mut bytes = Vec::new();
    for item in tile.first()..tile.first() + tile.width {
        bytes.extend(source.complete(u32::from(level) * HEIGHT, item)?.0);
    }
    Ok(Some(bytes))
}

/// The hashes in the bytes of a tile of that width; `None` if there are more or fewer.
pub fn read_hashes(bytes: &[u8], width: u64) -> Option<Vec<Hash>> {
    let hashes: Vec<Hash> = bytes.chunks(32).map(Hash::from_slice).collect::<Option<_>>()?;
    (u64::try_from(hashes.len()).ok() == Some(width)).then_some(hashes)
}
