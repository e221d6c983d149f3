//! Two ledgers in a file, checked by a stranger.
//!
//! What may not happen here: trusting anything that the file says of itself. What it says is
//! computed again, and what nobody signed is held against what somebody did.

pub mod file;
#[cfg(feature = "stranger")]
pub mod papers;
#[cfg(feature = "stranger")]
pub mod stranger;

#[cfg(feature = "stranger")]
pub mod letters;

#[cfg(feature = "stranger")]
pub mod whatif;
