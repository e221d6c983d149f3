//! Road graph, the ambush game, the joint draw.
//!
//! An adversary ambushes one road, the traveller draws one route. [`game`] finds the mixture of
//! routes that no choice of road beats, [`draw`] picks from it so that neither party can bias
//! or predict the outcome.

pub mod graph;
pub mod net;

pub mod fastest;

pub mod flow;
pub mod packing;
pub mod share;

pub mod game;

pub mod lot;

pub mod draw;
pub mod outcome;

#[cfg(test)]
mod sample;
