//! The pages of agreements and of what they ask for.
//!
//! A text from draft to end, its rungs and standing, and what is owed on its records. A page is
//! `page(&view, &frame)`, made of `sheet`. What may not happen here: knowing HTTP, the engine or
//! the time.

pub mod family;
pub mod life;

pub mod agreement;
pub mod duty;
pub mod meaning;
pub mod record;
pub mod review;
pub mod rungs;
pub mod standing;
