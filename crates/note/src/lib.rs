//! Canonical bytes, keys, signatures and the signed statement.
