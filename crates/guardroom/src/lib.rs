//! The page of posts, rosters and convoys.
//!
//! Views are plain owned data that others fill; nothing here knows HTTP, the engine or the time.

pub mod posts;
