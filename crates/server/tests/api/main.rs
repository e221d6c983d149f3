//! The API from outside: every route, every refusal.
#![cfg(test)]

mod contract;
mod world;

mod acts;
mod document;
mod duty;
mod letters;
mod limits;
mod plan;
mod reads;
