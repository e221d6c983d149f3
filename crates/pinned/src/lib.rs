//! TLS between ends that know each other's keys, and trust nobody else's.
//!
//! What is trusted is built from a name and a key that were agreed on before, never from a
//! certificate that was sent. What may not happen here: trust in whatever authorities a machine
//! happens to know, and a signature of a handshake that is checked in two ways.

pub mod check;
pub mod connector;
pub mod files;
pub mod tls;
pub mod witness;
