//! The file: entries with their bodies under one head.

use minicbor::{Decode, Encode};
use note::canon;
use thiserror::Error;
use words::hash::Hash;
use words::id::PartyId;
use words::limit::ENTRY_BYTES_MAX;

/// The format of the file.
pub const FORMAT: &str = "safeconduct/revealed/1";

/// Entries in one file: the founding, every word on keys of a large desk over years, and the
/// statement.
pub const ENTRIES_MAX: usize = 4_096;

/// Hashes on the way from an entry to a root: a tree of 64 levels has no more.
pub const HASHES_MAX: usize = 64;

/// The file: deterministic CBOR, docs/formats/revealed.md.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Revealed {
    /// Always [`FORMAT`].
    #[n(0)]
    pub format: String,
    /// Whose ledger it is.
    #[n(1)]
    pub party: PartyId,
    /// The head, a C2SP note with every signature known.
    #[n(2)]
    pub head: String,
    /// The founding, what the ledger says of keys up to the head, and the statement, in the
    /// order of the ledger.
    #[n(3)]
    pub entries: Vec<Proved>,
    /// The place of the statement, where words on keys follow it; else it is the last entry.
    #[n(4)]
    pub shown: Option<u64>,
}

/// One entry and the way to the root.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Proved {
    /// Its place.
    #[n(0)]
    pub index: u64,
    /// The entry's bytes.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub entry: Vec<u8>,
    /// The body's bytes, salt and act.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub body: Vec<u8>,
    /// The inclusion proof (RFC 9162, 2.1.3).
    #[n(3)]
    pub hashes: Vec<Hash>,
}

/// Bytes that are not such a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a file of format `{FORMAT}`: {0}")]
pub struct Unreadable(pub String);

impl Revealed {
    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        canon::encode(self)
    }

    /// The place of the statement that it shows.
    pub fn place(&self) -> Option<u64> {
        self.shown.or_else(|| self.entries.last().map(|last| last.index))
    }

    /// Reads a file in its one form; nothing in it is checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let read: Self = canon::decode(bytes).map_err(|cause| Unreadable(cause.to_string()))?;
        let long =
            |one: &Proved| one.hashes.len() > HASHES_MAX || one.entry.len() > ENTRY_BYTES_MAX;
        if read.format != FORMAT {
            return Err(Unreadable(read.format));
        }
        if read.entries.len() > ENTRIES_MAX || read.entries.iter().any(long) {
            return Err(Unreadable("it is longer than any such file".to_owned()));
        }
        Ok(read)
    }
}

/// Does an act speak of keys, so that a reader must know it to know whose signature holds?
pub const fn speaks_of_keys(number: u16) -> bool {
    // Founding, enrolment and voiding; and the acts on keys after them.
    matches!(number, 0..=2 | 80..=93)
}
