//! The text of an agreement: articles, provisions, the root to be signed.
//!
//! text (TOML, three languages) → [`document`] → [`provision`]s; [`root`] is what a signature is
//! over, with every article or with some withheld. What may not happen here: a judgement. Whether
//! a text binds, and what it allows, is asked in `accord`.

mod read;

pub mod provision;

pub mod root;

pub mod condition;

pub mod document;
