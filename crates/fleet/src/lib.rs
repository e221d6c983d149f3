//! Convoys, drivers' hours, and the queue for armoured seats.
//!
//! [`demand`] says what is asked and what there is, [`queue`] who leaves when, [`measure`] who
//! waits how long.

pub mod armour;
pub mod hours;

pub mod demand;

mod convoy;

pub mod queue;

pub mod measure;

pub mod plan;
