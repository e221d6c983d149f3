//! What each desk shows of one movement, and to whom, and when.
#![cfg(test)]

mod pair;
mod review;
mod standing;

mod desks;
mod duties;
mod forms;
mod need_to_know;
mod say;
