//! Agreements: provisions become rules; decide and explain.
//!
//! document (`article`) → [`check`] → Cedar → [`rules`] → decision. What may not happen here: a
//! forbid that computes. A forbid that errs is skipped, so forbids only compare.

pub mod check;

pub mod explain;

mod cedar;
mod judge;

pub mod rules;

pub mod window;
