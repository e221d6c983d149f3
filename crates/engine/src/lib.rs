//! The synchronous shell: store, clock, dice, keys; decide, keep, apply.
//!
//! The engine owns everything that the pure crates are given: time, chance, disk and the
//! node's keys. What may not happen here: an act applied before it is durable, a statement
//! signed with a person's key that the person did not lend, and a fork of our own ledger.

pub mod fault;

pub mod accused;
pub mod acts;
pub mod apart;
pub mod carried;
pub mod engine;
mod loading;
pub mod mark;
pub mod peer;
pub mod tick;
pub mod topic;
pub mod witnessed;

pub mod papers;
pub mod plans;

pub mod duties;
pub mod post;

pub mod export;
pub mod fsck;
