//! The exercise agreement, from its text to its last decision.

mod exercise;

mod draft;
mod text;

mod guards;
mod matrix;

mod always;
