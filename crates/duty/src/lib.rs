//! Duties: records, what is owed on them by when, and what was not kept.
//!
//! What a record owes is fixed by the text in force when it was opened: a later text changes
//! nothing for it. What a calendar owes follows from the text in force, from the moment on which
//! it came into force. Pure: every question takes its moment as an argument.

pub mod table;

pub mod record;

pub mod terms;

pub mod calendar;
pub mod obligation;
