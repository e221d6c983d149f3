//! HTML in three languages, from view values to markup.
//!
//! A page is `page(&view, &frame)`, made of `sheet`; what changes while it is open is a
//! `fragment_*` that serves the first rendering and every refresh. The views are plain owned data
//! that others fill; nothing here knows HTTP, the engine or the time.

pub mod alarm;
pub mod chart;
pub mod consent;
pub mod keys;
pub mod ledger;
pub mod letters;
pub mod me;
pub mod movement;
pub mod movements;
pub mod passes;
pub mod plan;
pub mod predictability;
pub mod signin;
pub mod statement;
pub mod watch;
