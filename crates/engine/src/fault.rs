//! Faults: the world broke. A refusal is not among them.

use note::key::KeyAway;
use store::port::StoreError;
use thiserror::Error;
use words::id::{MovementId, PartyId};
use words::refusal::Refusal;

/// Why the engine could not go on. Each names the step; the cause is below it.
#[derive(Debug, Error)]
pub enum Fault {
    /// Reading from the store failed.
    #[error("cannot read {what}")]
    Read {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        cause: StoreError,
    },
    /// Keeping in the store failed; nothing was acknowledged.
    #[error("cannot keep {what}")]
    Keep {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        cause: StoreError,
    },
    /// The store holds no ledger of ours.
    #[error("the folder holds no ledger of `{0}`: run `safeconduct init` first")]
    NotFounded(PartyId),
    /// Our own ledger does not read.
    #[error("entry {index} of our own ledger is not what we wrote: run `safeconduct fsck`")]
    OwnLedger {
        /// Which entry.
        index: u64,
    },
    /// Our ledger is behind a head that we signed or that the counterpart cosigned.
    #[error(
        "this folder is an old copy: it has {have} entries, and {by} has seen {seen}; signing now \
         would fork the ledger: get the {} that are missing with `safeconduct fsck --mend`, from \
         the counterpart with `--from line`",
        .seen.saturating_sub(*.have)
    )]
    Behind {
        /// Entries here.
        have: u64,
        /// Entries seen elsewhere.
        seen: u64,
        /// By whom.
        by: String,
    },
    /// We signed two ledgers.
    #[error(
        "{by} holds a head of {seen} entries that this node signed and this folder never had: an \
         old copy was signed on, and both cannot be true; stop this node, and find the newer folder"
    )]
    Forked {
        /// Entries of that head.
        seen: u64,
        /// Who holds it.
        by: String,
    },
    /// Another node has our place.
    #[error(
        "the ledger names another node's keys: this folder is one that was replaced, or \
         `safeconduct root submit` was broken off and is to be run again"
    )]
    Replaced,
    /// The node's key lies elsewhere and cannot be reached: nothing was signed.
    #[error("the node cannot sign")]
    Key(#[from] KeyAway),
    /// A secret does not open.
    #[error("the secret `{name}` does not open: was the node's key file replaced?")]
    Vault {
        /// Its name.
        name: String,
    },
    /// A secret that a step needs is not here.
    #[error("this node does not hold the {what} of movement `{movement}`")]
    NoSecret {
        /// Which secret.
        what: &'static str,
        /// Of which movement.
        movement: MovementId,
    },
    /// Something of a plan cannot be made.
    #[error("cannot plan: {0}")]
    Plan(String),
    /// Another input cannot be used.
    #[error("{0}")]
    Input(String),
}

/// The answer to a request: no with reasons, or a fault.
#[derive(Debug)]
pub enum Answer {
    /// Read, and the answer is no.
    Refused(Refusal),
    /// The world broke.
    Fault(Box<Fault>),
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<KeyAway> for Answer {
    fn from(away: KeyAway) -> Self {
        Fault::from(away).into()
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

/// A fault and its causes in one line.
pub fn chain(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(next) = cause {
        text.push_str(": because: ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
