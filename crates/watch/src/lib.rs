//! Positions and clocks become situation, headcount and alarms.
//!
//! One engine, `state::Watch`, is fed plans (`set_…`), sightings (`seen`) and time (`tick`), and
//! answers with changes. It reads no clock: the same calls give the same bytes on every node.

pub mod sighting;

pub mod people;
pub mod plan;
pub mod timing;

pub mod alarm;
pub mod change;
pub mod headcount;

mod condition;
mod geometry;
mod settle;
mod unit;

pub mod state;

#[cfg(test)]
mod tests;
