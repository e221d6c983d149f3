//! The offline proof that an entry is in a ledger (C2SP `tlog-proof`).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use words::hash::Hash;
use words::limit::ENTRY_BYTES_MAX;

use crate::head::{HEAD_BYTES_MAX, HeadError, read_hash};
use crate::policy::{Policy, Trusted, Untrusted};
use crate::signed::SignedCheckpoint;
use crate::tree::{ProofError, leaf_hash, verify_inclusion};
use crate::witness::{PROOF_LINES_MAX, decimal};

const MAGIC: &str = "c2sp.org/tlog-proof@v1\n";

/// The largest entry in base64, the longest proof, the largest checkpoint.
pub const PROOF_BYTES_MAX: usize = ENTRY_BYTES_MAX * 4 / 3 + 4 + 4_096 + HEAD_BYTES_MAX;

/// A proof that stands alone: an entry's place, the way from it to the root, and the root signed
/// and cosigned. Ours carry the entry itself as the format's extra data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineProof {
    /// The extra data; in ours, the entry.
    pub extra: Option<Vec<u8>>,
    /// The place of the entry, from 0.
    pub index: u64,
    /// The inclusion proof.
    pub proof: Vec<Hash>,
    /// The head under which it is included.
    pub checkpoint: SignedCheckpoint,
}

/// Why a proof does not prove.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OfflineError {
    /// A part is missing or cannot be read.
    #[error("the {0} of the proof cannot be read")]
    Malformed(&'static str),
    /// Its checkpoint cannot be read.
    #[error("the head in the proof cannot be read")]
    Head(#[source] HeadError),
    /// It reads, but would have been written in another way.
    #[error("the proof is not in canonical form")]
    NotCanonical,
    /// The hashes do not lead from the entry to the root.
    #[error("the entry is not under the head")]
    Inclusion(#[source] ProofError),
    /// The head is not one to trust.
    #[error("the head is not to be trusted")]
    Untrusted(#[source] Untrusted),
}

impl OfflineProof {
    /// Reads a proof, in canonical form; nothing in it is checked.
    pub fn parse(text: &str) -> Result<Self, OfflineError> {
        if text.len() > PROOF_BYTES_MAX {
            return Err(OfflineError::Malformed("length"));
        }
        let rest = text.strip_prefix(MAGIC).ok_or(OfflineError::Malformed("first line"))?;
        let (top, note) = rest.split_once("\n\n").ok_or(OfflineError::Malformed("head"))?;
        let mut lines = top.split('\n').peekable();
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra.map(|line| {
            let code = line.strip_prefix("extra ").unwrap_or_default();
            STANDARD.decode(code).ok().ok_or(OfflineError::Malformed("extra data"))
        });
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(OfflineError::Malformed("index"))?;
        let proof = lines.map(read_hash).collect::<Option<Vec<_>>>();
        let proof = proof.filter(|proof| proof.len() <= PROOF_LINES_MAX);
        let proof = proof.ok_or(OfflineError::Malformed("hashes"))?;
        let checkpoint = SignedCheckpoint::parse(note).map_err(OfflineError::Head)?;
        let read = Self { extra: extra.transpose()?, index, proof, checkpoint };
        if read.to_string() == text { Ok(read) } else { Err(OfflineError::NotCanonical) }
    }

    /// Is this entry where the proof says, under a head that the policy takes?
    pub fn verify(&self, entry: &[u8], policy: &Policy) -> Result<Trusted, OfflineError> {
        let head = &self.checkpoint.head;
        verify_inclusion(leaf_hash(entry), self.index, head.size, &self.proof, head.root)
            .map_err(OfflineError::Inclusion)?;
        policy.trust(&self.checkpoint).map_err(OfflineError::Untrusted)
    }
}

impl fmt::Display for OfflineProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(MAGIC)?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(out, "index {}", self.index)?;
        for hash in &self.proof {
            writeln!(out, "{}", STANDARD.encode(hash.0))?;
        }
        write!(out, "\n{}", self.checkpoint)
    }
}
