//! The house speaks: English, Chinese and Urdu, equal and complete.

pub mod speech;
