//! Letters as an officer sees them, shown later, and the witnesses' word.
//!
//! What may not happen here: a byte of a body for whom it does not name. Who may read is asked of
//! `desk::page::known`, once for all pages.

pub mod heads;
pub mod page;
pub mod quorum;
pub mod revealed;
