//! The ambush game beside proofs, programmes, bad input and real roads.
#![cfg(test)]

mod common;
mod draws;
mod enumerated;
mod extracts;
mod guarded;
mod levers;
mod theorems;
mod troubles;
