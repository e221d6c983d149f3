//! The root of a party: custodians, their threshold, and what they order.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::act::{Key, KeyEnrolled, KeyVoided, PeerPaired};
use crate::hash::{Hash, KeyId};
use crate::id::PartyId;

/// A set of custodians: any `threshold` of its keys together are the party's root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Custodians {
    /// Their keys, in ascending order of their short names, no name twice.
    #[n(0)]
    pub keys: Vec<Key>,
    /// How many must sign: at least 1, at most all.
    #[n(1)]
    pub threshold: u32,
}

/// A set that holds the root, and the reserve that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// Who holds it.
    #[n(0)]
    pub custodians: Custodians,
    /// The hash of a set that may take over by itself; nobody need know its keys before.
    #[n(1)]
    pub next: Option<Hash>,
}

/// The node's keys are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct NodeReplaced {
    /// The new key: it signs every head that covers this order.
    #[n(0)]
    pub node: Key,
    /// The new HPKE public key that others seal to.
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub sealing: Vec<u8>,
    /// The key that vouches for the node on the line from now on, if that changes too.
    #[n(2)]
    pub line: Option<Key>,
    /// The ledger position since which the old key was in other hands, if it was.
    #[n(3)]
    pub since: Option<u64>,
}

/// The node names the ML-DSA-44 key with which it signs heads beside its Ed25519 key, once: another
/// key needs another node, which the root orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct HeadKeyNamed {
    /// Signs every head that covers this statement, as a C2SP cosignature of type 0x06.
    #[n(0)]
    pub key: Key,
}

/// The hash of a reserve set is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct NextNamed {
    /// SHA-256 of the set (`note::custody::set_hash`).
    #[n(0)]
    pub next: Hash,
}

/// What custodians can order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// A person's key is enrolled.
    #[n(0)]
    Enrol(#[n(0)] KeyEnrolled),
    /// A key is voided.
    #[n(1)]
    Void(#[n(0)] KeyVoided),
    /// The node's key and sealing key are replaced.
    #[n(2)]
    ReplaceNode(#[n(0)] NodeReplaced),
    /// The root goes to another set: signed by enough of the old and of the new one.
    #[n(3)]
    Rotate(#[n(0)] Custody),
    /// A reserve is named.
    #[n(4)]
    NameNext(#[n(0)] NextNamed),
    /// The reserve takes over: signed by enough of it alone.
    #[n(5)]
    Recover(#[n(0)] Custody),
    /// The counterpart is named.
    #[n(6)]
    Pair(#[n(0)] PeerPaired),
}

impl Order {
    /// The word of the order: in files, in the API, in translation keys.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Enrol(_) => "enrol",
            Self::Void(_) => "void",
            Self::ReplaceNode(_) => "replace_node",
            Self::Rotate(_) => "rotate",
            Self::NameNext(_) => "name_next",
            Self::Recover(_) => "recover",
            Self::Pair(_) => "pair",
        }
    }
}

/// An order of the root: what each custodian signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RootOrder {
    /// Whose root.
    #[n(0)]
    pub party: PartyId,
    /// Which holders it is meant for: 1 at the founding, one more with each that follows.
    #[n(1)]
    pub version: u32,
    /// How many orders stand before it in the ledger, so that none is done twice.
    #[n(2)]
    pub serial: u64,
    /// The order.
    #[n(3)]
    pub order: Order,
}

/// One custodian's signature under an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RootSignature {
    /// By which key.
    #[n(0)]
    pub key: KeyId,
    /// Over the order's bytes (`note::custody::to_sign`).
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub signature: Vec<u8>,
}

/// An order with the signatures that make it one. Whoever carries it adds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RootOrdered {
    /// The order.
    #[n(0)]
    pub order: RootOrder,
    /// The signatures, in ascending order of their keys' short names, no key twice.
    #[n(1)]
    pub signatures: Vec<RootSignature>,
}
