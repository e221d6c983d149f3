//! Commands about texts: read, ask, prove, lay out, replay, redact.
//!
//! Everything here works on files, before or after anybody signs. What may not happen here: an
//! act, a question to a running node, and an unknown that is printed as proved.

pub mod agreement;
pub mod proving;
pub mod text;
