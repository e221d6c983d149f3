//! Whole nodes in one process: console, phones, passkeys, and two nodes over loopback TLS.
#![cfg(test)]

mod home;

mod console;
mod passkeys;
mod peers;
