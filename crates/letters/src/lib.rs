//! Letters as an officer sees them, files that show them later, and witnesses' word in a ledger.
//!
//! What may not happen here: a byte of a body for whom it does not name. Who may read is asked of
//! `desk::page::known`, once for all pages.

pub mod heads;
pub mod page;
pub mod quorum;
pub mod revealed;
