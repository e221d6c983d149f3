//! The worked agreements, and the tools that write, read and check texts.

mod worked;

mod layout;
mod lint;
mod schema;
