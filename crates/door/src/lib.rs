//! The HTTP door: who comes in, what is refused, and in which words.
//!
//! One engine behind one lock; asynchronous code never holds it, but hands work to a blocking
//! thread through [`app::App::with`]. Nobody passes without a session, a limit and an origin.

pub mod limits;

pub mod failure;
pub mod sent;

pub mod app;
pub mod guard;
pub mod session;

pub mod assets;
pub mod ceremony;
pub mod live;
pub mod passkey;
