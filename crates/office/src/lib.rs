//! Commands of an officer to a running node: ask, act, show a body, erase it.
//!
//! Everything goes over the API that everybody has. What may not happen here: a signature under
//! bytes that were not shown.

pub mod asking;
pub mod body;
pub mod file;
