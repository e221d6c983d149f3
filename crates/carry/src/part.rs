//! One part: entries, and the proof that they stand in a ledger.

use minicbor::{Decode, Encode};
use note::canon;
use thiserror::Error;
use tlog::head::HeadError;
use tlog::peaks::Peaks;
use tlog::signed::SignedHead;
use tlog::tree::{ProofError, leaf_hash, verify_consistency};
use words::act::Key;
use words::hash::Hash;
use words::id::PartyId;
use words::limit::ENTRY_BYTES_MAX;
use words::moment::Moment;

/// The format of a part, docs/formats/carry.md.
pub const FORMAT: &str = "safeconduct/part/1";

/// Entries of one part: as many as travel in one answer between two nodes that share a line.
pub const ENTRIES_MAX: usize = 1_000;

/// Hashes of a proof or of a right edge: a tree of 2^64 leaves needs no more.
const HASHES_MAX: usize = 64;

/// A run of entries of one party's ledger for the other party; docs/formats/carry.md.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Part {
    /// Always [`FORMAT`].
    #[n(0)]
    pub format: String,
    /// Whose ledger.
    #[n(1)]
    pub from: PartyId,
    /// For whom.
    #[n(2)]
    pub to: PartyId,
    /// The signed head under which the entries stand, with its time.
    #[n(3)]
    pub head: String,
    /// The place of the first entry.
    #[n(4)]
    pub first: u64,
    /// The right edge of the tree before the first entry.
    #[n(5)]
    pub edge: Vec<Hash>,
    /// The entries.
    #[n(6)]
    pub entries: Vec<Bytes>,
    /// That the tree after the last entry is continued by the head.
    #[n(7)]
    pub proof: Vec<Hash>,
    /// Bodies that the other party is entitled to.
    #[n(8)]
    pub bodies: Vec<Body>,
    /// The founding, where it is not among the entries: entry 0 and its body.
    #[n(9)]
    pub founding: Option<Founding>,
    /// A head of the other party's ledger with our cosignature, to be given back.
    #[n(10)]
    pub cosigned: Option<String>,
}

/// Bytes as they are.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Bytes(#[cbor(n(0), with = "minicbor::bytes")] pub Vec<u8>);

/// A body and the entry that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Body {
    /// Of which entry.
    #[n(0)]
    pub index: u64,
    /// The body.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// Entry 0, which names the key that signs heads.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Founding {
    /// The entry.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub entry: Vec<u8>,
    /// Its body.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// Why a part proves nothing; each names the check that caught it.
#[derive(Debug, Error)]
pub enum PartError {
    /// The bytes are no part, or not in their one form.
    #[error("check `form`: the bytes are not a part in canonical form: {0}")]
    Form(String),
    /// Another format.
    #[error("check `format`: `{0}` is not `{FORMAT}`: which version wrote it?")]
    Format(String),
    /// A list is longer than it can be.
    #[error("check `length`: {0} is longer than it can be")]
    Length(&'static str),
    /// The head cannot be read.
    #[error("check `head`: {0}")]
    Head(#[source] HeadError),
    /// The head is of another ledger.
    #[error("check `origin`: the head is one of `{0}`")]
    Origin(PartyId),
    /// The head is not signed by that node.
    #[error("check `signature`: {0}")]
    Signature(#[source] HeadError),
    /// The head has no time of its own.
    #[error("check `time`: the head carries no time of its node")]
    Untimed,
    /// The edge is not that of a tree of this size.
    #[error("check `edge`: {0}")]
    Edge(#[source] ProofError),
    /// The entries do not stand under the head.
    #[error("check `entries`: they do not stand under the signed head: {0}")]
    Entries(#[source] ProofError),
}

/// A part whose entries are proved to stand in the ledger that the other party signed. Only
/// [`Part::prove`] makes one.
#[derive(Debug, Clone)]
pub struct Proved {
    part: Part,
    head: SignedHead,
    at: Moment,
    root: Hash,
}

impl Part {
    /// Reads a part in its one form. Nothing is proved.
    pub fn read(bytes: &[u8]) -> Result<Self, PartError> {
        let part: Self =
            canon::decode(bytes).map_err(|cause| PartError::Form(cause.to_string()))?;
        if part.format != FORMAT {
            return Err(PartError::Format(part.format));
        }
        let longest = part.entries.iter().map(|entry| entry.0.len()).max().unwrap_or(0);
        for (what, length, most) in [
            ("the list of entries", part.entries.len(), ENTRIES_MAX),
            ("an entry", longest, ENTRY_BYTES_MAX),
            ("the edge", part.edge.len(), HASHES_MAX),
            ("the proof", part.proof.len(), HASHES_MAX),
            ("the list of bodies", part.bodies.len(), ENTRIES_MAX),
        ] {
            if length > most {
                return Err(PartError::Length(what));
            }
        }
        Ok(part)
    }

    /// The one form of its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        canon::encode(self)
    }

    /// The place after its last entry.
    pub fn after(&self) -> u64 {
        let count = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        self.first.saturating_add(count)
    }

    /// Proves that the entries stand in the ledger whose head `key`, the node's, has signed.
    pub fn prove(self, key: &Key) -> Result<Proved, PartError> {
        let head = SignedHead::parse(&self.head).map_err(PartError::Head)?;
        if head.head.origin != self.from {
            return Err(PartError::Origin(head.head.origin));
        }
        let name = self.from.as_str();
        head.verify(name, key).map_err(PartError::Signature)?;
        let at = head.cosigned_at(name, key).ok_or(PartError::Untimed)?;
        let root = self.root().map_err(PartError::Edge)?;
        verify_consistency(self.after(), root, head.head.size, head.head.root, &self.proof)
            .map_err(PartError::Entries)?;
        Ok(Proved { part: self, head, at, root })
    }

    // The root after the last entry, as the edge and the entries give it.
    fn root(&self) -> Result<Hash, ProofError> {
        let mut edge = Peaks::claimed(self.first, self.edge.clone())?;
        for entry in &self.entries {
            edge.push(leaf_hash(&entry.0));
        }
        Ok(edge.root())
    }
}

impl Proved {
    /// What was proved.
    pub const fn part(&self) -> &Part {
        &self.part
    }

    /// The head.
    pub const fn head(&self) -> &SignedHead {
        &self.head
    }

    /// The time inside the head's own signature.
    pub const fn at(&self) -> Moment {
        self.at
    }

    /// The root of the ledger after the last entry.
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Does the part reach the head?
    pub fn is_last(&self) -> bool {
        self.part.after() == self.head.head.size
    }

    /// The entries from a place on that the part holds.
    pub fn entries_from(&self, place: u64) -> Vec<Vec<u8>> {
        let known = place.saturating_sub(self.part.first);
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        self.part.entries.iter().skip(known).map(|entry| entry.0.clone()).collect()
    }

    /// The bodies with their places.
    pub fn bodies(&self) -> Vec<(u64, Vec<u8>)> {
        self.part.bodies.iter().map(|body| (body.index, body.bytes.clone())).collect()
    }
}
