//! Canonical bytes, keys, signatures and the signed statement.

pub mod canon;
pub mod digest;

pub mod assertion;
pub mod key;

mod cose;
pub mod statement;
