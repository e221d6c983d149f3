//! The witness: what it is asked, and whether it may cosign.
//!
//! C2SP `tlog-witness`. Pure: whoever calls keeps the answer durably before the cosignature
//! leaves the house, and lets nobody ask in between.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use words::hash::Hash;

use crate::head::{HEAD_BYTES_MAX, HeadError, read_hash};
use crate::signed::SignedCheckpoint;
use crate::tree::{ProofError, empty_root, verify_consistency};
use crate::vkey::Vkey;

/// The specification's limit; a tree of 2^63 leaves needs no more.
pub const PROOF_LINES_MAX: usize = 63;

/// A proof of as many lines of 45 bytes, and the largest checkpoint.
pub const REQUEST_BYTES_MAX: usize = HEAD_BYTES_MAX + 4_096;

/// What a log asks of a witness: cosign this, it continues what you cosigned last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness cosigned last, as far as the log knows.
    pub old: u64,
    /// The consistency proof from there to the checkpoint.
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
}

/// The newest checkpoint of a log that a witness cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosigned {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl Default for Cosigned {
    fn default() -> Self {
        Self { size: 0, root: empty_root() }
    }
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Declined {
    /// The request cannot be read.
    #[error("the request cannot be read: {0}")]
    Malformed(&'static str),
    /// The checkpoint in it cannot be read.
    #[error("the checkpoint cannot be read")]
    Checkpoint(#[source] HeadError),
    /// The old size is above the new one.
    #[error("the old size is above the checkpoint's")]
    OldAboveNew,
    /// The log is none of those that the witness knows.
    #[error("the log is not known here")]
    UnknownLog,
    /// No signature is by the log's key.
    #[error("the checkpoint is not signed by the key of its log")]
    NotSigned,
    /// The witness last cosigned another size.
    #[error("the newest checkpoint cosigned here has size {known}")]
    OtherSize {
        /// That size.
        known: u64,
    },
    /// Two roots at one size: the log contradicts itself.
    #[error("a checkpoint of size {known} with another root was cosigned here")]
    OtherRoot {
        /// That size.
        known: u64,
    },
    /// The proof does not lead from what was cosigned to what is shown.
    #[error("the consistency proof does not verify")]
    NoProof(#[source] ProofError),
}

impl AddCheckpoint {
    /// Reads a request; no signature and no proof is checked.
    pub fn parse(text: &str) -> Result<Self, Declined> {
        if text.len() > REQUEST_BYTES_MAX {
            return Err(Declined::Malformed("length"));
        }
        let (ask, note) = text.split_once("\n\n").ok_or(Declined::Malformed("empty line"))?;
        let mut lines = ask.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.and_then(decimal).ok_or(Declined::Malformed("old size"))?;
        let proof = lines.map(read_hash).collect::<Option<Vec<_>>>();
        let proof = proof.ok_or(Declined::Malformed("proof"))?;
        if proof.len() > PROOF_LINES_MAX {
            return Err(Declined::Malformed("proof"));
        }
        let checkpoint = SignedCheckpoint::parse(note).map_err(Declined::Checkpoint)?;
        Ok(Self { old, proof, checkpoint })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(out, "{}", STANDARD.encode(hash.0))?;
        }
        write!(out, "\n{}", self.checkpoint)
    }
}

/// A decimal number as C2SP writes it: no sign, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    u64::from_str(text).ok().filter(|number| number.to_string() == text)
}

/// The key of the log whose checkpoint it is, if it is known and signed.
pub fn log_of<'l>(logs: &'l [Vkey], checkpoint: &SignedCheckpoint) -> Result<&'l Vkey, Declined> {
    let mut of_origin = logs.iter().filter(|log| log.name == checkpoint.head.origin).peekable();
    of_origin.peek().ok_or(Declined::UnknownLog)?;
    of_origin.find(|log| checkpoint.verify_by(log).is_ok()).ok_or(Declined::NotSigned)
}

/// May a witness that cosigned `last` of this log cosign what is asked? The signature of the log
/// must have been checked before; see [`log_of`].
pub fn judge(last: Cosigned, asked: &AddCheckpoint) -> Result<Cosigned, Declined> {
    let new = &asked.checkpoint.head;
    if asked.old > new.size {
        return Err(Declined::OldAboveNew);
    }
    if asked.old != last.size {
        return Err(Declined::OtherSize { known: last.size });
    }
    if new.size == last.size && new.root != last.root {
        return Err(Declined::OtherRoot { known: last.size });
    }
    verify_consistency(last.size, last.root, new.size, new.root, &asked.proof)
        .map_err(Declined::NoProof)?;
    Ok(Cosigned { size: new.size, root: new.root })
}
