//! The order file: an order, and the signatures that it has so far.

use minicbor::{Decode, Encode};
use thiserror::Error;
use words::custody::{Custodians, Order, RootOrder, RootOrdered, RootSignature};

use crate::canon;
use crate::custody::{all_hold, check_set, try_sign};
use crate::key::{KeyAway, Signs};

/// The format of an order file, docs/formats/custody.md.
pub const FORMAT: &str = "safeconduct/root-order-file/1";

/// The longest order file: sixteen custodians with the longest signatures, twice over.
pub const BYTES_MAX: usize = 262_144;

/// What travels to each custodian and back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OrderFile {
    /// [`FORMAT`].
    #[n(0)]
    pub format: String,
    /// The order, with the signatures so far.
    #[n(1)]
    pub ordered: RootOrdered,
    /// Who held the root when the order was written: how many must sign, and whose key is whose.
    #[n(2)]
    pub held: Custodians,
}

/// Why a file is no order, or two do not belong together.
#[derive(Debug, Error)]
pub enum FileError {
    /// The bytes are not such a file.
    #[error("that is no order file of format `{FORMAT}`: {0}")]
    Form(String),
    /// Two files hold two orders.
    #[error("the files hold two different orders")]
    Other,
    /// The key is none of those that may sign.
    #[error("this key is none of the custodians' that the order names")]
    Stranger,
    /// The key lies elsewhere, and cannot be reached now.
    #[error("the key did not sign")]
    Away(#[source] KeyAway),
    /// A signature in it does not hold.
    #[error("a signature in the file does not hold")]
    Signature,
}

impl OrderFile {
    /// A new order that nobody has signed yet.
    pub fn new(order: RootOrder, held: Custodians) -> Self {
        let ordered = RootOrdered { order, signatures: Vec::new() };
        Self { format: FORMAT.to_owned(), ordered, held }
    }

    /// Reads a file in its one form; every signature in it holds.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > BYTES_MAX {
            return Err(FileError::Form(format!("it has more than {BYTES_MAX} bytes")));
        }
        let file: Self =
            canon::decode(bytes).map_err(|cause| FileError::Form(cause.to_string()))?;
        if file.format != FORMAT {
            return Err(FileError::Form(format!("it says `{}`", file.format)));
        }
        for set in file.sets() {
            check_set(set).map_err(|cause| FileError::Form(cause.to_string()))?;
        }
        let RootOrdered { order, signatures } = &file.ordered;
        let holds = all_hold(order, signatures, &file.sets());
        if holds { Ok(file) } else { Err(FileError::Signature) }
    }

    /// Its one form.
    pub fn bytes(&self) -> Vec<u8> {
        canon::encode(self)
    }

    /// The sets whose members may sign: who holds the root, and who shall.
    pub fn sets(&self) -> Vec<&Custodians> {
        match &self.ordered.order.order {
            Order::Rotate(to) => vec![&self.held, &to.custodians],
            Order::Recover(to) => vec![&to.custodians],
            Order::Enrol(_)
            | Order::Void(_)
            | Order::ReplaceNode(_)
            | Order::NameNext(_)
            | Order::Pair(_) => vec![&self.held],
        }
    }

    /// A custodian signs.
    pub fn sign(&mut self, key: &dyn Signs) -> Result<(), FileError> {
        let mut keys = self.sets().into_iter().flat_map(|set| &set.keys);
        if !keys.any(|known| *known == key.public()) {
            return Err(FileError::Stranger);
        }
        let signature = try_sign(&self.ordered.order, key).map_err(FileError::Away)?;
        self.add(signature);
        Ok(())
    }

    /// Takes over the signatures of another copy of the same order.
    pub fn join(&mut self, other: Self) -> Result<(), FileError> {
        if other.ordered.order != self.ordered.order {
            return Err(FileError::Other);
        }
        other.ordered.signatures.into_iter().for_each(|signature| self.add(signature));
        let RootOrdered { order, signatures } = &self.ordered;
        let holds = all_hold(order, signatures, &self.sets());
        if holds { Ok(()) } else { Err(FileError::Signature) }
    }

    fn add(&mut self, signature: RootSignature) {
        let signatures = &mut self.ordered.signatures;
        signatures.retain(|known| known.key != signature.key);
        signatures.push(signature);
        signatures.sort_by_key(|known| known.key);
    }
}
