//! Many engines on one thread, with faults on purpose.
//!
//! A seed is a whole history: who acts, what the network loses, when the power fails, which
//! clock is wrong and who lies. The checks see only ledgers, exports and what was handed over.

pub mod chance;
pub mod disk;
pub mod net;
pub mod party;
pub mod story;

pub mod desk;
pub mod keys;
pub mod liar;
pub mod papers;

pub mod check;
pub mod mood;
pub mod world;

pub mod finale;
pub mod run;
