//! The port: what a keeper of bytes promises, whatever it is made of.

use std::fmt;
use std::io;
use std::path::Path;

use thiserror::Error;
use words::id::PartyId;

/// An entry as it lies in a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place in the ledger, from 0.
    pub index: u64,
    /// The bytes of the statement.
    pub entry: Vec<u8>,
    /// The body beside it, unless it has not come or was erased.
    pub body: Option<Vec<u8>>,
}

/// An entry to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEntry<'a> {
    /// The bytes of the statement.
    pub entry: &'a [u8],
    /// The body beside it, if it is at hand.
    pub body: Option<&'a [u8]>,
}

/// A sighting as it was kept: number, moment in ms since 1970 UTC, unit, bytes.
pub type Sighting = (u64, i64, String, Vec<u8>);

/// A keeper of bytes. Every writing call is durable when it returns, and all or nothing.
pub trait Store: Send {
    /// Appends entries; `first` must equal the ledger's size. Many entries cost one commit.
    fn append(
        &mut self,
        ledger: &PartyId,
        first: u64,
        entries: &[NewEntry<'_>],
    ) -> Result<(), StoreError>;

    /// Lays a body beside its entry. The same body again changes nothing; another one, and any
    /// body after its erasure, is refused.
    fn put_body(&mut self, ledger: &PartyId, index: u64, body: &[u8]) -> Result<(), StoreError>;

    /// Erases a body for good, whether it has come or not. Did one lie there?
    fn erase_body(&mut self, ledger: &PartyId, index: u64) -> Result<bool, StoreError>;

    /// How many entries a ledger has; 0 if it is not known.
    fn size(&self, ledger: &PartyId) -> Result<u64, StoreError>;

    /// Entries from `from` on, in order, at most `limit`.
    fn read(&self, ledger: &PartyId, from: u64, limit: u32) -> Result<Vec<Kept>, StoreError>;

    /// Places of the first `limit` entries whose body has not come; erased ones are not missing.
    fn missing_bodies(&self, ledger: &PartyId, limit: u32) -> Result<Vec<u64>, StoreError>;

    /// Every ledger that has an entry, in order of name.
    fn ledgers(&self) -> Result<Vec<PartyId>, StoreError>;

    /// Keeps a small value under a key, in place of the one before.
    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError>;

    /// The value under a key.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes a key and its value for good; one that is not there is no fault.
    fn delete(&mut self, key: &str) -> Result<(), StoreError>;

    /// The keys that start with `prefix`, in order.
    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError>;

    /// Keeps sightings: moment in ms since 1970 UTC, unit, bytes.
    fn put_sightings(&mut self, sightings: &[(i64, &str, &[u8])]) -> Result<(), StoreError>;

    /// Sightings numbered above `seq`, in order, at most `limit`. The first number is 1, and no
    /// number is ever used twice.
    fn sightings_since(&self, seq: u64, limit: u32) -> Result<Vec<Sighting>, StoreError>;

    /// Removes for good the sightings from before a moment (ms since 1970 UTC); how many?
    fn prune_sightings(&mut self, before_ms: i64) -> Result<u64, StoreError>;

    /// Reads everything and says what is wrong with it; nothing found means nothing is.
    fn check(&self) -> Result<Vec<Finding>, StoreError>;

    /// Writes a consistent copy while the store is open; refuses to overwrite.
    fn backup(&self, to: &Path) -> Result<(), StoreError>;
}

/// Something that [`Store::check`] found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The file's structure is broken; in the words of its own checker.
    Damaged(String),
    /// The bytes of one row are not those that were kept.
    Altered(String),
    /// A ledger lacks an entry that it once had.
    Gap {
        /// Whose ledger.
        ledger: PartyId,
        /// Which place is empty.
        index: u64,
    },
    /// A row belongs to a ledger that is not there.
    Orphan(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(what) => write!(out, "the file is damaged: {what}"),
            Self::Altered(what) => write!(out, "{what} is not what was kept"),
            Self::Gap { ledger, index } => write!(out, "ledger `{ledger}` lacks entry {index}"),
            Self::Orphan(what) => write!(out, "{what} belongs to no ledger"),
        }
    }
}

/// Why a store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The entries do not continue the ledger.
    #[error("the ledger has {expected} entries, so entry {got} is not the next")]
    NotNext {
        /// The ledger's size.
        expected: u64,
        /// The place that was given.
        got: u64,
    },
    /// There is no entry at that place.
    #[error("the ledger has no entry {index}")]
    NoEntry {
        /// The place that was given.
        index: u64,
    },
    /// The body was erased, and stays so.
    #[error("the body of entry {index} was erased")]
    Erased {
        /// The place that was given.
        index: u64,
    },
    /// Another body lies there already.
    #[error("entry {index} has another body already")]
    OtherBody {
        /// The place that was given.
        index: u64,
    },
    /// There is no room left.
    #[error("the disk is full: make room and try again; nothing acknowledged is lost")]
    Full,
    /// What lies in the file is not what was kept.
    #[error(
        "`{file}` is damaged ({what}): stop this node, keep the file aside, and put a backup in \
         its place; `safeconduct fsck` then says whether it is whole"
    )]
    Corrupt {
        /// The name of the file.
        file: String,
        /// What was noticed.
        what: String,
    },
    /// The file is in use.
    #[error("{by} has `{file}` open: stop that one first")]
    InUse {
        /// The name of the file.
        file: String,
        /// Who has it open, as far as the system tells.
        by: String,
    },
    /// There is no such file; only `create` makes one.
    #[error("there is no `{file}`: is this the right folder? `safeconduct init` makes a new one")]
    Absent {
        /// The name of the file.
        file: String,
    },
    /// Something of that name lies there already.
    #[error("`{file}` exists already and is not overwritten")]
    Exists {
        /// The name of the file.
        file: String,
    },
    /// The file was made by another program.
    #[error("`{file}` is not a store of this program")]
    Foreign {
        /// The name of the file.
        file: String,
    },
    /// The file was written by a newer version of this program.
    #[error(
        "`{file}` has schema {found}, written by version {by}, and this version knows {known}: use \
         that one, or take the file back with its `safeconduct downgrade --to {known}`"
    )]
    Newer {
        /// The name of the file.
        file: Box<str>,
        /// The schema of the file.
        found: u32,
        /// The newest schema that is known here.
        known: u32,
        /// The version of the program that made it so.
        by: Box<str>,
    },
    /// There is no such way back.
    #[error("`{file}` has schema {found}: it can be taken back to 1, or to one between")]
    NoWayBack {
        /// The name of the file.
        file: String,
        /// The schema of the file.
        found: u32,
    },
    /// A file could not be used.
    #[error("cannot {step} `{file}`")]
    Io {
        /// What was being done.
        step: &'static str,
        /// The name of the file.
        file: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The database could not do it.
    #[error("cannot {step} in `{file}`")]
    Database {
        /// What was being done.
        step: &'static str,
        /// The name of the file.
        file: String,
        /// Why.
        #[source]
        cause: Box<rusqlite::Error>,
    },
    /// The store in memory has crashed, as it was told to.
    #[error("the store in memory has crashed")]
    Crashed,
    /// A store in memory has no file that could be copied.
    #[error("a store in memory has no backup")]
    NoBackup,
}
