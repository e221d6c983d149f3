//! One party, pure: joint state, judge, decide, apply.
//!
//! Everything here is a function of verified statements. No clock, no chance, no disk: a
//! question takes its moment as an argument. What may not happen here: a change of the joint
//! state by anything but a statement, and an answer that differs between two nodes that hold
//! the same two ledgers.

mod compiled;
pub mod consent;
pub mod cycle;
pub mod duty;
pub mod family;
pub mod movement;
pub mod register;
pub mod standing;
pub mod state;

pub mod apply;
pub mod judge;
pub mod rights;

pub mod audit;
pub mod decide;
pub mod fold;
pub mod reader;
pub mod verdict;

pub mod whatif;
