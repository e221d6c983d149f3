//! Who gets the body of a statement.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::PersonId;

/// The audience of a body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Stays at the party that wrote it; provable later.
    #[n(0)]
    Own,
    /// Goes to every party of the agreement; only such bodies change the joint state.
    #[n(1)]
    Joint,
    /// Goes to the nodes of the named persons, and is shown to them alone.
    #[n(2)]
    Named(#[n(0)] Vec<PersonId>),
}
