//! The binary's rooms: configuration, wiring, demo, signals.
//!
//! An exercise is a scenario (text), a cast (keys, phones) and a theatre (two engines in one
//! room, or two nodes on real ports); the drill plays it and the promises are checked after it.

pub mod folder;
pub mod settings;
pub mod signals;

pub mod scenario;

pub mod cast;
pub mod fill;
pub mod forge;
pub mod phones;

pub mod theatre;
pub mod transcript;

pub mod glance;

pub mod drill;
pub mod nodes;
pub mod promises;

pub mod demo;

pub mod commands;
