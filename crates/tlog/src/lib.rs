//! A Merkle ledger: heads, proofs, cosigning in C2SP formats; sans-io.
