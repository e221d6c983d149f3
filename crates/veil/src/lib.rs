//! Need-to-know: stages, sealing, key halves, who could know.

pub mod notice;

pub mod halves;
pub mod seal;

pub mod plan;

pub mod knowers;
pub mod schedule;
