//! Keeps statements, bodies, heads and positions: memory and SQLite.
//!
//! A store understands nothing of what it keeps. It promises three things: what it acknowledged
//! is still there after a crash, what it returns is what it was given, and what was erased is gone.

pub mod port;

pub mod memory;
pub mod sqlite;
