//! Whole nodes in one process: console, phones, passkeys.
#![cfg(test)]

mod home;

mod console;
mod passkeys;
mod peers;
mod rotation;
