//! The container that OpenStreetMap data comes in: only what roads need.
//!
//! What may not happen here: memory that follows what a file says of itself.

pub mod wire;

pub mod blob;
pub mod block;
