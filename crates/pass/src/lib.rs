//! Offline safe-conduct passes: issue, countersign, paper code, verify.

pub mod claims;

pub mod code;
pub mod refusal;
pub mod verified;

pub mod basis;
pub mod challenge;
pub mod kit;
mod sign1;
pub mod status;
pub mod verify;

pub mod paper;
