//! Who asks, when, and how fresh its knowledge of the other ledger is.

use words::hash::KeyId;
use words::id::PersonId;
use words::moment::Moment;
use words::role::{Role, Side};

use crate::state::Sight;

/// Who asks, when, and how fresh its knowledge of the other ledger is.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The person, or the node.
    pub by: &'a PersonId,
    /// The key that signs, where it is known.
    pub key: Option<KeyId>,
    /// The roles of the key that signs.
    pub roles: &'a [Role],
    /// The side of the ledger that the statement goes to.
    pub side: Side,
    /// The moment of the act.
    pub at: Moment,
    /// The time inside the counterpart's newest signed head that the author had seen.
    pub heard: Moment,
    /// The place of the statement in its ledger.
    pub index: u64,
    /// How many entries of the counterpart's ledger the author had seen.
    pub seen: u64,
}

impl Asking<'_> {
    /// How far the author had seen.
    pub fn sight(&self) -> Sight {
        Sight { side: self.side, seen: self.seen }
    }
}
