//! HTTP: API, pages, peers, live stream, guard, limits.
//!
//! One engine behind one lock; asynchronous code never holds it, but hands work to a blocking
//! thread through [`app::App::with`]. Nothing of another party comes in except over a connection
//! that its root key vouches for.

pub mod phones;

pub mod api;
pub mod console;
pub mod routes;

pub mod peer_link;
pub mod peer_loop;
pub mod peer_port;
pub mod tls;
pub mod tls_files;

pub mod port;
pub mod serve;
