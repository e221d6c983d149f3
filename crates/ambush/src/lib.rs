//! The ambush game on a road network: where nobody can wait.

pub mod threat;
pub mod trouble;

pub mod ground;
pub mod site;

pub mod greatest;
pub mod menu;

mod apart;
mod draft;
mod few;
mod field;
mod habit;
mod price;
mod rush;

pub mod frontier;
pub mod generate;

pub mod audit;
pub mod plan;

pub mod lever;
pub mod posted;
pub mod slot;

mod number;
