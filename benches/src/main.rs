//! Measures the house: medians, and ratios to a baseline of the same run.

fn main() {}
