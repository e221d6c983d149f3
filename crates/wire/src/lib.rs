//! The HTTP API's own types, problem documents and the client.
//!
//! These are not the types of `words`: the server converts by hand at the border, so that a
//! rename inside the house is not a break of the API.

#[macro_use]
pub mod schema;

pub mod problem;
pub mod v1;

pub mod client;
