//! The list that a checkpoint carries, as bytes.

use note::canon::{self, CanonError};
use thiserror::Error;

use crate::verify::Trust;

/// The first thing in the bytes: what they are, and in which form.
const FORMAT: &str = "safeconduct/trust/1";

/// A memory card holds far more; a list of this size names twenty thousand revoked passes.
pub const TRUST_BYTES_MAX: usize = 1_048_576;

/// Why bytes are not such a list.
#[derive(Debug, Error)]
pub enum TrustError {
    /// Longer than [`TRUST_BYTES_MAX`].
    #[error("a trust list has at most {TRUST_BYTES_MAX} bytes")]
    TooLong,
    /// Not the one form of a list.
    #[error("the bytes are not a trust list")]
    NotAList(#[source] CanonError),
    /// A list of something else, or of another version.
    #[error("the bytes are another kind of list")]
    OtherFormat,
}

/// The canonical bytes.
pub fn to_bytes(trust: &Trust) -> Vec<u8> {
    canon::encode(&(FORMAT, trust))
}

/// The list of its canonical bytes. Nothing here says who made it: that is for the carrier.
pub fn from_bytes(bytes: &[u8]) -> Result<Trust, TrustError> {
    if bytes.len() > TRUST_BYTES_MAX {
        return Err(TrustError::TooLong);
    }
    let (format, trust): (&str, Trust) = canon::decode(bytes).map_err(TrustError::NotAList)?;
    if format == FORMAT { Ok(trust) } else { Err(TrustError::OtherFormat) }
}
