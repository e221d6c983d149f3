//! Chores; its tests are the tidy rules.

fn main() {}
