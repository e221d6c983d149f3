//! HTML in three languages, from view values to markup.
//!
//! A page is `page(&view, &frame)`; what changes while it is open is a `fragment_*` that serves
//! the first rendering and every refresh. The views are plain owned data that the server fills;
//! nothing here knows HTTP, the engine or the time.

pub mod stamp;
pub mod term;

pub mod frame;

pub mod form;
pub mod verdict;

pub mod family;
pub mod life;

pub mod agreement;
pub mod alarm;
pub mod consent;
pub mod duty;
pub mod ledger;
pub mod me;
pub mod movement;
pub mod movements;
pub mod passes;
pub mod problem;
pub mod record;
pub mod review;
pub mod rungs;
pub mod signin;
pub mod standing;
pub mod statement;
pub mod watch;
