//! What one party's ledger says, entry by entry.
//!
//! An entry is read with the keys of its time: a key that was enrolled later or voided before
//! signs nothing here. What may not happen here: a judgement. Whether an act may be done is asked
//! in `node`, and what it changes stands in `joint`.

pub mod custody;
pub mod founder;
pub mod keyring;
pub mod reader;

pub mod outcome;

pub mod erasure;
pub mod held;
