//! Offline safe-conduct passes: issue, countersign, paper code, verify.

pub mod claims;

pub mod code;
pub mod refusal;
pub mod verify;

pub mod paper;
pub mod trustfile;
