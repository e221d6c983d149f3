//! What each desk shows: the engine's state as page and API views.
//!
//! The one place that decides what a person may see, field by field. It reads the engine and
//! returns plain values; it knows no HTTP and changes nothing but through a wish.

pub mod form;
mod redline;
pub mod say;
pub mod scene;

pub mod api;
pub mod page;
