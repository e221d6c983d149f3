//! What a ledger shows to strangers, and the stranger who cosigns it.
//!
//! Static tiles that any web server or a memory stick can carry, their reader, and the witness:
//! a small program with a key of its own, which cosigns a head only after a proof that it
//! continues the last one. What may not happen here: a cosignature that leaves before what it
//! vouches for is on disk.

pub mod publish;
pub mod read;

pub mod cosigner;
pub mod folder;
pub mod serve;

pub mod ask;
