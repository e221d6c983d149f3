//! A Merkle ledger: heads, tiles, proofs, cosigning; sans-io.

pub mod peaks;
pub mod tree;
pub mod walk;

pub mod checkpoint;
pub mod head;
pub mod signed;
pub mod vkey;

pub mod bundle;
pub mod tile;
pub mod tiled;

pub mod policy;
pub mod witness;

pub mod offline;

pub mod accusation;
