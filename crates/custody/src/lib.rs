//! The root's custodians: their orders, and how a party's keys stand.
//!
//! A custodian never touches the node. The operator writes an order into a file, each custodian
//! signs it where his key is, and the signatures together are submitted as one statement. What may
//! not happen here: an order that says more than the file showed, and a key that signs unseen.

pub mod answer;
pub mod hindrance;
pub mod page;
pub mod sheet;

pub mod command;
pub mod making;
mod ordering;
pub mod successor;
