//! The rules of the house, each from a text to complaints.

pub(crate) mod floor;
pub(crate) mod function;
pub(crate) mod prose;
pub(crate) mod size;
pub(crate) mod word;
