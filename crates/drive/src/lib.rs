//! Fastest routes over roads: exact, turn-aware, by the hour.

pub mod search;

pub mod router;

pub mod timed;

pub mod others;
