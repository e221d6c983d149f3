//! The file: two ledgers for a stranger.

use minicbor::{Decode, Encode};
use words::id::PartyId;
use words::moment::Moment;

/// The format of the file.
pub const FORMAT: &str = "safeconduct/audit/1";

/// The file: deterministic CBOR, docs/formats/audit.md.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Export {
    /// Always [`FORMAT`].
    #[n(0)]
    pub format: String,
    /// When it was made.
    #[n(1)]
    pub at: Moment,
    /// The ledgers.
    #[n(2)]
    pub ledgers: Vec<ExportedLedger>,
}

/// One ledger of the file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExportedLedger {
    /// Whose.
    #[n(0)]
    pub party: PartyId,
    /// The newest head, with every signature that we have.
    #[n(1)]
    pub head: String,
    /// Entries, each with its joint body.
    #[n(2)]
    pub entries: Vec<ExportedEntry>,
}

/// One entry of the file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExportedEntry {
    /// The entry's bytes.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub entry: Vec<u8>,
    /// The body's bytes, where it is joint and was not erased.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub body: Option<Vec<u8>>,
}
