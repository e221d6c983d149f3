//! Agreements: articles and provisions become rules; decide and explain.
//!
//! text (TOML, three languages) → [`document`] → [`provision`]s → Cedar → [`rules`] → decision.

mod read;

pub mod provision;

pub mod root;

pub mod condition;

pub mod document;

pub mod check;

pub mod explain;

mod cedar;
mod judge;

pub mod rules;

pub mod window;
