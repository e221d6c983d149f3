//! Where protection belongs: drawn posts, escorts, rosters.
//!
//! [`origami`] finds the chances that no choice of target beats, [`comb`] draws today's posts
//! from them, [`escort`] and [`team`] do the same for teams that go with movements, [`guard`]
//! says which roads of the route game are worth a guard, and [`roster`] who stands where when.

mod column;
mod number;

pub mod site;

pub mod origami;

pub mod comb;

pub mod escort;

mod relay;

mod round;

pub mod team;

pub mod guard;

pub mod rest;

pub mod roster;

pub mod file;

pub mod plan;

pub mod pledge;

pub mod rota;
