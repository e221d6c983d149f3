//! The theatre of the demo: two full nodes of an exercise on real ports.
//!
//! What may not happen here: an act of its own. It opens and closes what the exercise plays on.

pub mod nodes;

mod posts;
