//! The exercise agreement, from its text to its last decision.
#![cfg(test)]

mod exercise;
mod random;

mod draft;
mod text;

mod guards;
mod matrix;

mod always;
mod silence;

mod naive;
mod properties;
