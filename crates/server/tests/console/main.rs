//! The console of two nodes in one process: pages, forms, refusals.
#![cfg(test)]

mod pair;

mod acts;
mod duty;
mod letters;
mod me;
mod plan;
mod posts;
mod shown;
