//! Theorems about a text, for all requests; what two texts differ in.
//!
//! [`theorem`]s and rules go to SMT solvers by way of Cedar's symbolic compiler; every answer
//! that is a request is replayed in the engine that decides.

mod dialect;

pub mod solver;

pub mod case;

pub mod theorem;

mod meaning;

pub mod court;

mod least;

pub mod gain;

pub mod prove;

mod search;

pub mod redline;
