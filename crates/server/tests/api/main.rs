//! The API from outside: every route, every refusal, and the document that describes them.
#![cfg(test)]

mod contract;
mod world;

mod acts;
mod document;
mod limits;
mod reads;
