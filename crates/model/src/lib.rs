//! The protocol between two ledgers, small enough to try every history.
//!
//! What the engine does with keys, bytes and disks is here a few words in a list; the tests try
//! every history of them, and walk the same histories through two real engines and a real
//! witness. What may not happen here: anything that the engine does not do.

pub mod world;

pub mod step;
