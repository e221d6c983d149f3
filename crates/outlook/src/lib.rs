//! What planners see: a mixture on the map, and how the past looks.
//!
//! Solving takes a second or two and needs roads alone: it never holds the engine's lock. Nothing
//! of a mixture is kept or logged.

pub mod ground;

mod picture;
pub mod plan;

pub mod past;

pub mod posts;

pub mod told;
