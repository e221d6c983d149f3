//! What two parties draw together: shares, the outcome, who is named.
//!
//! A plan binds both sides to one menu. Each commits to a seed for that menu, and shows it at the
//! agreed time. [`share`] judges these statements, [`drawn`] says what they chose, [`record`] what
//! became of each draw, for whoever audits. What may not happen here: a second draw for one menu,
//! an outcome that depends on anything but the sealed menu and what both sides have shown.

pub mod drawn;
pub mod share;

pub mod record;
