//! Commands, output and exit codes.
//!
//! `command` says what can be asked and in which words, `trouble` how an answer fails, `print`
//! is the only place that writes to the terminal, `remote` asks a running node over its API.

pub mod asked;
pub mod command;
pub mod given;
pub mod kept;
pub mod planned;
pub mod roads;
pub mod rooted;
pub mod routed;
pub mod shown;
pub mod tokened;

pub mod trouble;

pub mod print;

pub mod remote;
