//! Parts of a ledger that prove themselves, to be carried by hand.
//!
//! Two nodes that share no network exchange files: on a stick, through a data diode, in a bag.
//! Each file holds a run of entries, the signed head that they belong under, and the hashes that
//! prove it, so that any part can be checked alone, in any order, and twice.
//!
//! What may not happen here: taking anything over. A part that is proved says what the other
//! party signed; whether it fits what we hold is for the engine.

pub mod part;
pub mod sealed;
