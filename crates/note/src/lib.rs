//! Canonical bytes, keys, signatures and the signed statement.

pub mod canon;
pub mod digest;

pub mod assertion;
pub mod hybrid;
pub mod key;

pub mod custody;
pub mod order_file;

mod cose;
pub mod statement;
