//! One party, pure: judge, decide, fold, audit.
//!
//! Everything here is a function of verified statements. No clock, no chance, no disk: a
//! question takes its moment as an argument. What may not happen here: a change of the joint
//! state (`joint`) by anything but a statement, and an answer that differs between two nodes
//! that hold the same two ledgers.

pub mod judge;
pub mod rights;

pub mod audit;
pub mod decide;
pub mod fold;
pub mod review;
pub mod verdict;

pub mod whatif;
