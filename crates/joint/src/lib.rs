//! The joint state, and what a statement changes in it.
//!
//! The same bytes on every node that holds the same entries. [`apply`](state::State::apply)
//! cannot fail and asks nothing: whether an act may be done was asked before, in `node`. What may
//! not happen here: a judgement, a clock, and a change of the state by anything but an act that
//! `node::fold` hands over.

pub mod asking;
pub mod authority;

mod compiled;
pub mod consent;
pub mod cycle;
pub mod draw;
pub mod duty;
pub mod family;
pub mod heads;
pub mod movement;
pub mod quorum;
pub mod register;
pub mod rests;
pub mod standing;
pub mod state;

mod apply;
