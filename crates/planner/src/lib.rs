//! The planner's question: which routes, how often, what would help.
//!
//! A [`terrain::Terrain`] is a schematic network or imported roads under one face. A
//! [`question::Question`] is posed on it, [`report::solve`] answers. What is answered is an
//! attack plan to whoever should not have it: nothing here prints or keeps any of it.

pub mod number;

pub mod no;

pub mod terrain;

pub mod stage;

pub mod weights;

pub mod reported;

pub mod question;

mod beyond;

pub mod lever;
pub mod report;

pub mod list;

pub mod told;

pub mod board;

pub mod posted;
