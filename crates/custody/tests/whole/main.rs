//! Parties whose roots custodians hold, as their people live it.
#![cfg(test)]

mod house;

mod compromise;
mod custodians;
mod loss;
mod vectors;
