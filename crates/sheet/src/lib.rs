//! The furniture of every page: frame, forms, terms, moments, reasons.
//!
//! What `folio` and `pages` are made of. The views are plain owned data that others fill. What
//! may not happen here: a sentence that is not the tongue's, and knowing HTTP, the engine or the
//! time.

pub mod stamp;
pub mod term;

pub mod banner;
pub mod frame;

pub mod form;
pub mod verdict;

pub mod problem;
