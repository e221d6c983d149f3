//! Reads what somebody publishes and checks all of it.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use tlog::head::{HEAD_BYTES_MAX, HeadError};
use tlog::signed::SignedCheckpoint;
use tlog::tile::{Row, Tile, WIDTH, hashes, read_hashes};
use tlog::tiled::{Shelf, TileFault, Tiled};
use tlog::tree::{Tree, leaf_hash};
use tlog::walk;
use ureq::Agent;
use words::limit::ENTRY_BYTES_MAX;

use crate::publish::HEAD_NAME;

/// A full bundle of the largest entries.
const BUNDLE_BYTES_MAX: usize = 256 * (ENTRY_BYTES_MAX + 2);

/// A tile is a small static file: a server that needs longer is not there.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Where a published ledger lies.
#[derive(Debug)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// Below a URL.
    Url {
        /// What asks.
        agent: Agent,
        /// The prefix, without a slash at its end.
        prefix: String,
    },
}

/// Why a place cannot be read.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// A file.
    #[error("cannot read `{name}`")]
    File {
        /// Which.
        name: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A server.
    #[error("cannot fetch `{name}`")]
    Http {
        /// What.
        name: String,
        /// Why.
        #[source]
        cause: Box<ureq::Error>,
    },
}

impl Place {
    /// A folder, or what a URL that starts with `http` names.
    pub fn named(name: &str) -> Self {
        if !name.starts_with("http://") && !name.starts_with("https://") {
            return Self::Folder(PathBuf::from(name));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER_WITHIN))
            .build();
        let prefix = name.trim_end_matches('/').to_owned();
        Self::Url { agent: Agent::new_with_config(config), prefix }
    }

    /// The bytes under a name, at most so many; `None` if nothing lies there.
    pub fn bytes(&self, name: &str, max: usize) -> Result<Option<Vec<u8>>, PlaceError> {
        match self {
            Self::Folder(folder) => match fs::read(folder.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(cause) => Err(PlaceError::File { name: name.to_owned(), cause }),
            },
            Self::Url { agent, prefix } => fetched(agent, &format!("{prefix}/{name}"), max),
        }
    }
}

fn fetched(agent: &Agent, url: &str, max: usize) -> Result<Option<Vec<u8>>, PlaceError> {
    let failed = |cause| PlaceError::Http { name: url.to_owned(), cause: Box::new(cause) };
    let mut answer = agent.get(url).call().map_err(failed)?;
    match answer.status().as_u16() {
        200 => {
            let max = u64::try_from(max).unwrap_or(u64::MAX);
            let bytes = answer.body_mut().with_config().limit(max).read_to_vec();
            bytes.map(Some).map_err(failed)
        }
        404 => Ok(None),
        status => Err(failed(ureq::Error::StatusCode(status))),
    }
}

impl Shelf for &Place {
    type Fault = PlaceError;

    fn tile(&mut self, tile: &Tile) -> Result<Option<Vec<u8>>, PlaceError> {
        self.bytes(&tile.to_string(), BUNDLE_BYTES_MAX)
    }
}

/// Why what is published is not a ledger.
#[derive(Debug, Error)]
pub enum ReadError {
    /// There is no head.
    #[error("no `{HEAD_NAME}` lies there")]
    NoHead,
    /// The head cannot be read.
    #[error("the head cannot be read")]
    Head(#[source] HeadError),
    /// It cannot be reached.
    #[error("it cannot be reached")]
    Place(#[from] PlaceError),
    /// A tile is missing or malformed.
    #[error("the tiles do not hold the ledger: {0}")]
    Tile(String),
    /// An entry is not the one whose hash lies in the tile beside it.
    #[error("entry {0} is not the one that its tile of hashes names")]
    Entry(u64),
    /// The entries do not make the root that was signed.
    #[error("the entries do not make the root of the signed head")]
    Root,
    /// A tile of hashes is not what its entries make.
    #[error("`{0}` is not what the entries make")]
    OtherTile(Tile),
}

impl From<TileFault<PlaceError>> for ReadError {
    fn from(fault: TileFault<PlaceError>) -> Self {
        match fault {
            TileFault::Shelf(cause) => Self::Place(cause),
            TileFault::Missing(_) | TileFault::Malformed(_) | TileFault::Beyond(_) => {
                Self::Tile(fault.to_string())
            }
        }
    }
}

/// The head that is published, read and not yet trusted.
pub fn head(place: &Place) -> Result<SignedCheckpoint, ReadError> {
    let bytes = place.bytes(HEAD_NAME, HEAD_BYTES_MAX)?.ok_or(ReadError::NoHead)?;
    let text = String::from_utf8(bytes).ok().ok_or(ReadError::Head(HeadError::NotCanonical))?;
    SignedCheckpoint::parse(&text).map_err(ReadError::Head)
}

/// The tree under a head, from its tiles alone; every proof from it is checked against the root
/// by whoever uses it.
pub fn tiles(place: &Place, size: u64) -> Tiled<&Place> {
    Tiled::new(place, size)
}

/// Reads every entry and every tile under a head and checks them against its root. `each` is
/// given the entries in order.
pub fn whole(
    place: &Place,
    head: &SignedCheckpoint,
    mut each: impl FnMut(u64, &[u8]),
) -> Result<Tree, ReadError> {
    let size = head.head.size;
    let (mut tiled, mut tree) = (tiles(place, size), Tree::new());
    for number in 0..size.div_ceil(WIDTH) {
        for entry in tiled.entries(number)? {
            each(tree.size(), &entry);
            tree.push(leaf_hash(&entry));
        }
    }
    if tree.root() != head.head.root {
        return Err(first_other(&mut tiled, &tree));
    }
    // What a proof would be made of must be what the entries make, tile for tile.
    for tile in tlog::tile::grown(0, size) {
        let made = hashes(&mut &tree, &tile).ok().flatten();
        if let (Row::Hashes(level), Some(made)) = (tile.row, made) {
            let made = read_hashes(&made, tile.width).unwrap_or_default();
            for (item, hash) in (tile.first()..).zip(made) {
                let height = u32::from(level) * tlog::tile::HEIGHT;
                let read = walk::Subtrees::complete(&mut tiled, height, item)?;
                if read != hash {
                    return Err(ReadError::OtherTile(tile));
                }
            }
        }
    }
    Ok(tree)
}

// Which entry it is, if the tiles of hashes are right and the entries are not.
fn first_other(tiled: &mut Tiled<&Place>, tree: &Tree) -> ReadError {
    for index in 0..tree.size() {
        match walk::Subtrees::complete(tiled, 0, index) {
            Ok(hash) if tree.leaf(index) == Some(hash) => {}
            Ok(_) => return ReadError::Entry(index),
            Err(fault) => return fault.into(),
        }
    }
    ReadError::Root
}
