//! Every field of a format, changed alone, and which check catches it.
//!
//! For tests alone. What may not happen here: a change that is accepted and not named, and a
//! change that changes nothing.

pub mod cbor;
pub mod table;
pub mod text;

/// A changed form of the bytes and where it was changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// Such as `.3[1]`: keys and places on the way to the item; of a text its line and word.
    pub path: String,
    /// All bytes, with one item changed.
    pub bytes: Vec<u8>,
}
