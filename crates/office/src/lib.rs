//! An officer's commands to a node: ask, act, show and erase a body.
//!
//! Everything goes over the API that everybody has. What may not happen here: a signature under
//! bytes that were not shown.

pub mod asking;
pub mod body;
pub mod file;
