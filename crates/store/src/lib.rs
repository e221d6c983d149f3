//! Keeps statements, bodies, heads and positions: memory and SQLite.
