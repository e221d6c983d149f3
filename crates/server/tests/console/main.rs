//! The console of two nodes in one process: pages, forms, refusals, a phone.
#![cfg(test)]

mod pair;

mod acts;
mod me;
mod shown;
