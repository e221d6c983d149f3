//! A disk under SQLite that fails where it is told, for tests.
//!
//! The real store runs on it: it counts what SQLite does to files, fails at one such deed, and
//! lays on the real disk what would be found afterwards. What may not happen here: a byte found
//! after a loss of power that no real disk could hold, and anything that a node depends on.

pub mod disk;
pub mod vfs;
