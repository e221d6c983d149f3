//! A tree read from tiles that somebody serves, and not yet trusted.

use std::collections::BTreeMap;

use thiserror::Error;
use words::hash::Hash;

use crate::bundle::unbundle;
use crate::tile::{HEIGHT, Row, Tile, WIDTH, read_hashes};
use crate::tree::node_hash;
use crate::walk::Subtrees;

/// Tiles that are kept while one tree is read: 4,096 of 8 KiB are 32 MiB, a row of a million
/// leaves.
const TILES_KEPT_MAX: usize = 4_096;

/// The bytes of a full tile of hashes.
const FULL_BYTES: usize = 8_192;

/// A place where tiles lie: a folder, a web server, a database.
pub trait Shelf {
    /// Why it cannot be reached.
    type Fault;

    /// The bytes of a tile; `None` if it does not lie there.
    fn tile(&mut self, tile: &Tile) -> Result<Option<Vec<u8>>, Self::Fault>;
}

/// Why a tree cannot be read from its tiles.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TileFault<F> {
    /// The place cannot be reached.
    #[error("the tiles cannot be reached")]
    Shelf(F),
    /// A tile that the tree's size promises does not lie there.
    #[error("`{0}` is missing")]
    Missing(Tile),
    /// A tile has another length than its name says.
    #[error("`{0}` cannot be read")]
    Malformed(Tile),
    /// The tree has no such part.
    #[error("the tree has no entry {0}")]
    Beyond(u64),
}

/// A tree of a size, read from tiles as far as it is asked about.
#[derive(Debug)]
pub struct Tiled<S> {
    shelf: S,
    size: u64,
    // Each tile with the rows above its hashes that it makes complete, up to the next level.
    kept: BTreeMap<(u8, u64), Vec<Vec<Hash>>>,
}

impl<S: Shelf> Tiled<S> {
    /// The tree of `size` leaves whose tiles lie there.
    pub const fn new(shelf: S, size: u64) -> Self {
        Self { shelf, size, kept: BTreeMap::new() }
    }

    /// How many leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The entries of bundle `index`, in order; their hashes are for the caller to compare.
    pub fn entries(&mut self, index: u64) -> Result<Vec<Vec<u8>>, TileFault<S::Fault>> {
        let first = index.saturating_mul(WIDTH);
        let (tile, bytes) = self.bytes(Row::Entries, first)?;
        let entries = unbundle(&bytes).ok_or(TileFault::Malformed(tile))?;
        let width = usize::try_from(tile.width).unwrap_or(usize::MAX);
        if entries.len() < width {
            return Err(TileFault::Malformed(tile));
        }
        Ok(entries.into_iter().take(width).map(<[u8]>::to_vec).collect())
    }

    // The tile that holds an item; a partial one may have made room for the full one.
    fn bytes(&mut self, row: Row, item: u64) -> Result<(Tile, Vec<u8>), TileFault<S::Fault>> {
        let tile = Tile::holding(row, item, self.size).ok_or(TileFault::Beyond(item))?;
        if let Some(bytes) = self.shelf.tile(&tile).map_err(TileFault::Shelf)? {
            return Ok((tile, bytes));
        }
        if tile.is_full() {
            return Err(TileFault::Missing(tile));
        }
        let full = self.shelf.tile(&tile.full()).map_err(TileFault::Shelf)?;
        Ok((tile, full.ok_or(TileFault::Missing(tile))?))
    }

    fn rows(&mut self, level: u8, item: u64) -> Result<&[Vec<Hash>], TileFault<S::Fault>> {
        let key = (level, item / WIDTH);
        if !self.kept.contains_key(&key) {
            let (tile, bytes) = self.bytes(Row::Hashes(level), item)?;
            let width = if bytes.len() == FULL_BYTES { WIDTH } else { tile.width };
            let hashes = read_hashes(&bytes, width).ok_or(TileFault::Malformed(tile))?;
            if self.kept.len() >= TILES_KEPT_MAX {
                self.kept.pop_first();
            }
            self.kept.insert(key, rows_above(hashes));
        }
        Ok(self.kept.get(&key).map_or(&[], Vec::as_slice))
    }
}

fn rows_above(hashes: Vec<Hash>) -> Vec<Vec<Hash>> {
    let mut rows = vec![hashes];
    for _ in 1..HEIGHT {
        let below = rows.last().map_or(&[][..], Vec::as_slice);
        let pairs = below.chunks_exact(2).filter_map(|pair| match pair {
            [left, right] => Some(node_hash(left, right)),
            _ => None,
        });
        let row = pairs.collect();
        rows.push(row);
    }
    rows
}

impl<S: Shelf> Subtrees for Tiled<S> {
    type Fault = TileFault<S::Fault>;

    fn complete(&mut self, height: u32, index: u64) -> Result<Hash, Self::Fault> {
        let level = u8::try_from(height / HEIGHT).expect("no tree of 64-bit sizes is that high");
        let rise = height % HEIGHT;
        let first = index << rise;
        let (row, place) = (usize::try_from(rise), usize::try_from((first % WIDTH) >> rise));
        let rows = self.rows(level, first)?;
        let row = row.ok().and_then(|row| rows.get(row));
        let hash = row.and_then(|row| row.get(place.ok()?));
        hash.copied().ok_or(TileFault::Beyond(first))
    }
}
