//! What became of an entry when both ledgers were folded.

use words::refusal::Refusal;

/// What became of an entry when it was folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It acted on the joint state.
    Acted,
    /// Its body is not joint: it stands in the ledger and changes nothing.
    Silent,
    /// It stands in the ledger and is void.
    Void(Refusal),
}
