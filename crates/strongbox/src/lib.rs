//! Chance, time, and seeds sealed by a passphrase.
//!
//! What may not happen here: a key that leaves its file without its passphrase, and chance from
//! any other source than the dice that the caller gives.

pub mod clock;
pub mod dice;
pub mod keyfile;
pub mod node_keys;
pub mod vault;
