//! What a person posts: fields become a wish, or the wrong field is named.
//!
//! What may not happen here: a decision. A form says what somebody wishes; whether it may be done
//! is asked by the engine afterwards.

pub mod form;
