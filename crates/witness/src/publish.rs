//! A ledger as static files: tiles, bundles, and last the head.
//!
//! Only headers of statements are entries; bodies have an audience and stay at home. The order
//! is the promise: whoever finds a head finds every tile below it, and an interrupted run is
//! taken up where its head stood.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use tlog::bundle::bundle;
use tlog::signed::SignedCheckpoint;
use tlog::tile::{Row, Tile, grown, hashes};
use tlog::tree::Tree;

use durable::{Files, Machine, replace_on};

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
    publish_on(&mut Machine, folder, (head, tree), entries)
}

/// The same on other files.
pub fn publish_on(
    files: &mut dyn Files,
    folder: &Path,
    (head, tree): (&SignedCheckpoint, &Tree),
    entries: &mut Entries<'_>,
) -> Result<Published, PublishError> {
    let to = head.head.size;
    if tree.root_at(to) != Some(head.head.root) {
        return Err(PublishError::OtherHead);
    }
    let from = continued(files, folder, (head, tree))?;
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
        put(files, folder, (tile, &bytes.ok_or(PublishError::OtherHead)?))?;
    }
    sync_folders(files, folder, &tiles)?;
    let path = folder.join(HEAD_NAME);
    let text = head.to_string();
    if files.read(&path).ok().as_deref() == Some(text.as_bytes()) {
        files.sync(folder).map_err(|cause| failed("sync", folder.to_owned(), cause))?;
    } else {
        replace_on(files, &path, text.as_bytes()).map_err(|cause| failed("write", path, cause))?;
    }
    drop_parts(files, folder, &tiles)?;
    Ok(Published { from, to, tiles: tiles.len() })
}

// What an interrupted run has written lies there, and a loss of power may still take its names:
// they are made durable before a head promises them.
fn sync_folders(files: &mut dyn Files, folder: &Path, tiles: &[Tile]) -> Result<(), PublishError> {
    let paths: Vec<PathBuf> = tiles.iter().map(|tile| folder.join(tile.to_string())).collect();
    let above = paths.iter().flat_map(|path| path.ancestors().skip(1));
    let above: BTreeSet<&Path> = above.filter(|it| it.starts_with(folder)).collect();
    above
        .into_iter()
        .try_for_each(|it| files.sync(it).map_err(|cause| failed("sync", it.to_owned(), cause)))
}

// The size of what lies there, if it is a beginning of this ledger.
fn continued(
    files: &mut dyn Files,
    folder: &Path,
    (head, tree): (&SignedCheckpoint, &Tree),
) -> Result<u64, PublishError> {
    let path = folder.join(HEAD_NAME);
    let text = match files.read(&path) {
        Ok(bytes) => String::from_utf8(bytes).unwrap_or_default(),
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

fn put(
    files: &mut dyn Files,
    folder: &Path,
    (tile, bytes): (&Tile, &[u8]),
) -> Result<(), PublishError> {
    let path = folder.join(tile.to_string());
    match files.read(&path) {
        // An interrupted run wrote it already.
        Ok(there) if there == bytes => Ok(()),
        Ok(_) => Err(PublishError::OtherTile(path)),
        Err(_) => replace_on(files, &path, bytes).map_err(|cause| failed("write", path, cause)),
    }
}

// Parts of tiles that are full by now; a reader who wants a part takes it from the full one.
fn drop_parts(files: &mut dyn Files, folder: &Path, tiles: &[Tile]) -> Result<(), PublishError> {
    for tile in tiles.iter().filter(|tile| tile.is_full()) {
        let parts = folder.join(format!("{tile}.p"));
        match files.remove_folder(&parts) {
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
