//! An exercise: a script, its cast, simulated phones, and promises.
//!
//! A scenario is text, a cast has keys and phones, a theatre is two engines in one room or two
//! nodes on real ports; the drill plays, and the promises are checked on what it left behind.

pub mod scenario;

pub mod cast;
pub mod fill;
pub mod forge;
pub mod phones;

pub mod theatre;
pub mod transcript;

pub mod glance;

pub mod drill;
pub mod promises;
