//! The file around a part: sealed, or open for a founding alone.

use thiserror::Error;
use veil::seal::{SealError, SealingKey, open_with, seal_to};
use words::id::PartyId;

use crate::part::{Part, PartError};

/// What a file begins with, so that a stick full of other files is told apart.
const OPEN: &[u8] = b"safeconduct/carry/1 open\n";
const SEALED: &[u8] = b"safeconduct/carry/1 sealed\n";

/// The largest file that is read: 1,000 entries and their bodies, of which few are as large as
/// the text of an agreement.
pub const FILE_BYTES_MAX: usize = 64 * 1_024 * 1_024;

/// Why a file is not opened.
#[derive(Debug, Error)]
pub enum FileError {
    /// Larger than [`FILE_BYTES_MAX`].
    #[error("check `size`: a carried file has at most {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// It begins otherwise.
    #[error("check `mark`: this is not a file that `safeconduct carry write` wrote")]
    NotOurs,
    /// Sealed to another node or changed on the way: which of the two nobody is told.
    #[error(
        "check `seal`: the file does not open: it is for another node, or was changed on the way"
    )]
    Seal(#[source] SealError),
    /// What lies inside is no part.
    #[error(transparent)]
    Part(#[from] PartError),
    /// The part is between other parties than the file was opened for.
    #[error("check `address`: the part is from `{from}` for `{to}`")]
    Address {
        /// Whose ledger.
        from: PartyId,
        /// For whom.
        to: PartyId,
    },
    /// An open file tells more than a founding.
    #[error("check `open`: a file that is not sealed may hold the founding only")]
    Unsealed,
}

/// The file that only the other node opens. `chance` is 32 fresh random bytes.
pub fn seal(part: &Part, public: &[u8], chance: &[u8; 32]) -> Result<Vec<u8>, SealError> {
    let locked = seal_to(public, &context(&part.from, &part.to), &part.bytes(), chance)?;
    Ok([SEALED, &locked].concat())
}

/// The file that anybody opens: for the founding, before the other node's key is known. Nothing
/// if the part holds anything else.
pub fn open_founding(part: &Part) -> Option<Vec<u8>> {
    only_founding(part).then(|| [OPEN, &part.bytes()].concat())
}

/// Reads a founding that went open; for whom it was written is not asked. Nothing is proved.
pub fn read_founding(file: &[u8]) -> Result<Part, FileError> {
    if file.len() > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let part = Part::read(file.strip_prefix(OPEN).ok_or(FileError::NotOurs)?)?;
    if only_founding(&part) { Ok(part) } else { Err(FileError::Unsealed) }
}

/// Opens a file of `from` for `to` with the key of `to`'s node. Nothing is proved.
pub fn open(
    file: &[u8],
    key: &SealingKey,
    (from, to): (&PartyId, &PartyId),
) -> Result<Part, FileError> {
    if file.len() > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let part = if file.starts_with(OPEN) {
        read_founding(file)?
    } else {
        let locked = file.strip_prefix(SEALED).ok_or(FileError::NotOurs)?;
        Part::read(&open_with(key, &context(from, to), locked).map_err(FileError::Seal)?)?
    };
    if part.from == *from && part.to == *to {
        return Ok(part);
    }
    Err(FileError::Address { from: part.from, to: part.to })
}

fn only_founding(part: &Part) -> bool {
    part.first == 0
        && part.entries.len() == 1
        && part.bodies.iter().all(|body| body.index == 0)
        && part.cosigned.is_none()
}

fn context(from: &PartyId, to: &PartyId) -> String {
    format!("carry/{from}/{to}")
}
