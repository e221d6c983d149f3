//! A Merkle ledger: heads, proofs, cosigning in C2SP formats; sans-io.

pub mod peaks;
pub mod tree;

pub mod head;
pub mod signed;
