//! A ledger's head: what C2SP calls a checkpoint, before it is signed.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use words::hash::Hash;
use words::id::PartyId;

/// A signed head with all the lines it may carry, each of them post-quantum (3.3 KB), fits.
pub const HEAD_BYTES_MAX: usize = 65_536;

/// Signed notes must accept 16 signatures; two parties, two kinds each and a few neutral
/// witnesses need fewer.
pub const SIGNATURE_LINES_MAX: usize = 16;

/// Why a text is not a head, or not one signed as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeadError {
    /// Longer than [`HEAD_BYTES_MAX`].
    #[error("a head has at most {HEAD_BYTES_MAX} bytes, this one has {0}")]
    TooLarge(usize),
    /// A part is missing or cannot be read.
    #[error("the {0} of the head cannot be read")]
    Malformed(&'static str),
    /// More signature lines than [`SIGNATURE_LINES_MAX`].
    #[error("a head has at most {SIGNATURE_LINES_MAX} signature lines, this one has {0}")]
    TooManyLines(usize),
    /// It reads, but we would have written it in another way.
    #[error("the head is not in canonical form")]
    NotCanonical,
    /// No line is of this name and key.
    #[error("the head is not signed by this name and key")]
    NotSigned,
    /// A line of this name and key does not verify.
    #[error("a signature of the head does not verify")]
    WrongSignature,
}

/// The joint state at a place in both ledgers: two nodes that differ here have diverged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateMark {
    /// How many entries of the host's ledger were applied.
    pub host: u64,
    /// How many entries of the guest's ledger were applied.
    pub guest: u64,
    /// The hash of the state they gave.
    pub hash: Hash,
}

/// What a ledger is at a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whose ledger.
    pub origin: PartyId,
    /// How many entries.
    pub size: u64,
    /// Their Merkle root.
    pub root: Hash,
    /// The joint state as the ledger's node computed it.
    pub state: Option<StateMark>,
}

impl fmt::Display for StateMark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "state/1 {} {} {}", self.host, self.guest, STANDARD.encode(self.hash.0))
    }
}

impl fmt::Display for Head {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))?;
        self.state.map_or(Ok(()), |state| writeln!(out, "{state}"))
    }
}

impl FromStr for Head {
    type Err = HeadError;

    /// Reads the text of a head, to its last newline.
    fn from_str(text: &str) -> Result<Self, HeadError> {
        let mut lines = text.lines();
        let origin = lines.next().and_then(|line| PartyId::new(line).ok());
        let origin = origin.ok_or(HeadError::Malformed("origin"))?;
        let size = lines.next().and_then(|line| line.parse().ok());
        let size = size.ok_or(HeadError::Malformed("size"))?;
        let root = lines.next().and_then(read_hash).ok_or(HeadError::Malformed("root"))?;
        let state = lines.next().map(|line| read_state(line).ok_or(HeadError::Malformed("state")));
        let head = Self { origin, size, root, state: state.transpose()? };
        // A leading zero, a plus, a missing newline or one more line: none of it is ours.
        if head.to_string() == text { Ok(head) } else { Err(HeadError::NotCanonical) }
    }
}

pub(crate) fn read_hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok().and_then(|bytes| Hash::from_slice(&bytes))
}

fn read_state(line: &str) -> Option<StateMark> {
    let mut words = line.strip_prefix("state/1 ")?.splitn(3, ' ');
    let mut number = || words.next()?.parse().ok();
    let (host, guest) = (number()?, number()?);
    Some(StateMark { host, guest, hash: read_hash(words.next()?)? })
}
