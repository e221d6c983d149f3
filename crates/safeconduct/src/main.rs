//! The binary: configuration, wiring, demo, signals.

fn main() {}
