//! What an order is made of: who holds the root, what the operator wants.

use engine::engine::Engine;
use thiserror::Error;
use words::custody::{Order, RootOrder, RootOrdered};
use words::refusal::Reason;

use note::order_file::OrderFile;

/// Why there is no order to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MakingError {
    /// The ledger names no root.
    #[error("the ledger is not founded")]
    NotFounded,
    /// No number of signatures would make it one.
    #[error("such an order cannot be followed: {}", .0.code())]
    Never(Reason),
}

/// The next order of a node's party, for its custodians to sign. One that could not stand however
/// many sign it is refused here.
pub fn next(engine: &Engine, order: Order) -> Result<OrderFile, MakingError> {
    let ring = engine.own().reader().ring();
    let root = ring.root().ok_or(MakingError::NotFounded)?;
    let party = engine.config().party.clone();
    let order = RootOrder { party, version: root.version, serial: root.serial, order };
    let unsigned = RootOrdered { order, signatures: Vec::new() };
    match ring.stands(&unsigned) {
        Ok(()) | Err(Reason::TooFewCustodians) => {}
        Err(reason) => return Err(MakingError::Never(reason)),
    }
    Ok(OrderFile::new(unsigned.order, root.custodians.clone()))
}
