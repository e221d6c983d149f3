//! The synchronous shell: store, clock, dice, keys; decide, keep, apply.
