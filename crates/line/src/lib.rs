//! The line between two parties: TLS that a root key vouches for.
//!
//! Each side's node asks the other's for what is new and keeps what it has verified. What may not
//! happen here: a connection that no root key vouches for, and anything for people or phones.

pub mod lines;

pub mod peer_port;

pub mod peer_link;
pub mod peer_loop;

pub mod own;
