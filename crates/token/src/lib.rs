//! Signing keys that lie on a PKCS#11 token and never leave it.
//!
//! A token makes an Ed25519 key and signs with it (`CKM_EDDSA`); its secret half cannot be read,
//! not even by the node. What may not happen here: a key that could be exported, a PIN in a log
//! or a message, and a wrong PIN that is tried until the token locks itself.

pub mod place;

mod reached;

pub mod key;

pub mod command;
