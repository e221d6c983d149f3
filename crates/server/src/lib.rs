//! HTTP: API, pages, phones; served beside the line of two parties.
//!
//! One engine behind one lock; asynchronous code never holds it, but hands work to a blocking
//! thread through [`app::App::with`]. Nothing of another party comes in except over a connection
//! that its root key vouches for.

pub mod phones;

pub mod api;
pub mod console;
pub mod routes;

pub mod port;
pub mod serve;
