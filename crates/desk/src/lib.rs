//! What each desk shows: the engine's state as the views of the pages.
//!
//! The one place that decides what a person may see, field by field. It reads the engine and
//! returns plain values; it knows no HTTP and changes nothing. What may not happen here: a field
//! shown because it was at hand.

mod redline;
pub mod say;
pub mod scene;

pub mod page;
