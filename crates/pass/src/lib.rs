//! Offline safe-conduct passes: issue, countersign, paper code, verify.
