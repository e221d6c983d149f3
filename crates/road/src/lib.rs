//! Roads from OpenStreetMap: import, file, overlay, what can be driven.

pub mod kind;
pub mod roads;
pub mod tags;

pub mod measure;
pub mod packed;

mod ways;

pub mod build;
pub mod import;
pub mod part;
pub mod restriction;

pub mod file;
pub mod snap;

pub mod drivable;
pub mod island;
pub mod pace;
pub mod turn;

pub mod laid;
pub mod overlay;
