//! A ledger as static files: tiles, bundles, and last the head.
//!
//! Only headers of statements are entries; bodies have an audience and stay at home. The order
//! is the promise: whoever finds a head finds every tile below it, and an interrupted run is
//! taken up where its head stood.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use tlog::bundle::bundle;
use tlog::signed::SignedCheckpoint;
use tlog::tile::{Row, Tile, grown, hashes};
use tlog::tree::Tree;

use crate::durable::replace;

/// The name of the signed head, as C2SP `tlog-tiles` has it.
pub const HEAD_NAME: &str = "checkpoint";

/// Why a ledger was not published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A file could not be used.
    #[error("cannot {step} `{}`", path.display())]
    File {
        /// What was being done.
        step: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// What lies there already is no beginning of this ledger.
    #[error("`{}` holds another ledger, or another past of this one", .0.display())]
    OtherPast(PathBuf),
    /// A full tile lies there with other bytes.
    #[error("`{}` has other bytes than this ledger: a full tile never changes", .0.display())]
    OtherTile(PathBuf),
    /// The head is not one of this tree.
    #[error("the head is not one of this ledger")]
    OtherHead,
    /// The entries of a bundle could not be had.
    #[error("cannot read the entries from {from} on")]
    Entries {
        /// The first of them.
        from: u64,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Where entries come from: so many from an index on.
pub type Entries<'e> =
    dyn FnMut(u64, u64) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error + Send + Sync>> + 'e;

/// What was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The size that lay there before.
    pub from: u64,
    /// The size that lies there now.
    pub to: u64,
    /// How many files were written besides the head.
    pub tiles: usize,
}

/// Writes what the folder lacks of the ledger under a head, and then the head.
pub fn publish(
    folder: &Path,
    head: &SignedCheckpoint,
    tree: &Tree,
    entries: &mut Entries<'_>,
) -> Result<Published, PublishError> {
    let to = head.head.size;
    if tree.root_at(to) != Some(head.head.root) {
        return Err(PublishError::OtherHead);
    }
    let from = continued(folder, head, tree)?;
    let tiles = grown(from, to);
    for tile in &tiles {
        let bytes = match tile.row {
            Row::Hashes(_) => hashes(&mut &*tree, tile).ok().flatten(),
            Row::Entries => {
                let read = entries(tile.first(), tile.width);
                let read =
                    read.map_err(|cause| PublishError::Entries { from: tile.first(), cause })?;
                Some(bundle(&read))
            }
        };
        put(folder, tile, &bytes.ok_or(PublishError::OtherHead)?)?;
    }
    let path = folder.join(HEAD_NAME);
    let text = head.to_string();
    if fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
        replace(&path, text.as_bytes()).map_err(|cause| failed("write", path, cause))?;
    }
    drop_parts(folder, &tiles)?;
    Ok(Published { from, to, tiles: tiles.len() })
}

// The size of what lies there, if it is a beginning of this ledger.
fn continued(folder: &Path, head: &SignedCheckpoint, tree: &Tree) -> Result<u64, PublishError> {
    let path = folder.join(HEAD_NAME);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(cause) => return Err(failed("read", path, cause)),
    };
    let old = SignedCheckpoint::parse(&text).ok().map(|old| old.head);
    let old = old.filter(|old| {
        let size = old.size <= head.head.size && old.origin == head.head.origin;
        size && tree.root_at(old.size) == Some(old.root)
    });
    old.map(|old| old.size).ok_or(PublishError::OtherPast(path))
}

fn put(folder: &Path, tile: &Tile, bytes: &[u8]) -> Result<(), PublishError> {
    let path = folder.join(tile.to_string());
    match fs::read(&path) {
        // An interrupted run wrote it already.
        Ok(there) if there == bytes => Ok(()),
        Ok(_) => Err(PublishError::OtherTile(path)),
        Err(_) => replace(&path, bytes).map_err(|cause| failed("write", path, cause)),
    }
}

// Parts of tiles that are full by now; a reader who wants a part takes it from the full one.
fn drop_parts(folder: &Path, tiles: &[Tile]) -> Result<(), PublishError> {
    for tile in tiles.iter().filter(|tile| tile.is_full()) {
        let parts = folder.join(format!("{tile}.p"));
        match fs::remove_dir_all(&parts) {
            Ok(()) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(failed("remove", parts, cause)),
        }
    }
    Ok(())
}

fn failed(step: &'static str, path: PathBuf, cause: io::Error) -> PublishError {
    PublishError::File { step, path, cause }
}
