//! The worked agreements, and the tools that write, read and check texts.
#![cfg(test)]

mod worked;

mod layout;
mod lint;
mod schema;
