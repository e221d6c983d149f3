//! A body that was withheld, shown with the proof of its time.
//!
//! One file that anybody checks offline: the entry, its body with the salt, the entries that say
//! whose key signed it, the way from each to one signed head, and that head with everybody's
//! cosignatures. What may not happen here: trust in anything that the file says of itself.

pub mod file;

#[cfg(feature = "check")]
pub mod check;
