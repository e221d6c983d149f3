//! A damaged store made whole, and the drill that proves a backup.
//!
//! What may not happen here: taking anything on trust. An entry counts because it stands under a
//! head that its ledger's node has signed, a body because its entry commits to it.

pub mod salvage;

pub mod mend;

pub mod drill;
