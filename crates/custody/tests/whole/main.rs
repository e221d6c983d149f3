//! Parties whose roots custodians hold, from the founding on, as their people live it.
#![cfg(test)]

mod house;

mod compromise;
mod custodians;
mod loss;
mod vectors;
