//! Incidents as sets of graded claims, never as one number.

pub mod grade;

pub mod incident;
pub mod range;

pub mod import;

pub mod background;
