//! The binary's rooms: configuration, wiring, demo, signals.
//!
//! The exercise itself is a room of its own (`exercise`); here it gets real nodes to play on.

pub mod carrier;
pub mod folder;
pub mod mark;
pub mod posting;
pub mod settings;
pub mod signals;

pub mod witnesses;

pub mod demo;

pub mod commands;
