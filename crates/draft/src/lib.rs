//! Texts before they are signed: one layout, a lint, a schema.

pub mod schema;

pub mod format;

#[cfg(feature = "lint")]
pub mod lint;
