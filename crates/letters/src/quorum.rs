//! Shows cosigned heads in our ledger, where an agreement asks for them.

use engine::engine::Engine;
use engine::fault::{Answer, Fault};
use joint::quorum::helps;
use tlog::signed::SignedCheckpoint;
use words::letter::WitnessQuorumShown;
use words::role::Side;

/// Writes a cosigned head of ours into our ledger if a lease that waits comes nearer by it: then
/// both nodes know it from the ledgers alone. True if it was written.
pub fn show(engine: &mut Engine, head: &SignedCheckpoint) -> Result<bool, Box<Fault>> {
    let (size, root) = (head.head.size, head.head.root);
    let ours = engine.own().tree().root_at(size) == Some(root);
    if engine.side() != Side::Host || !ours || !helps(engine.state(), head) {
        return Ok(false);
    }
    match engine.act_as_node(WitnessQuorumShown { size, root, note: head.to_string() }) {
        Ok(_) => Ok(true),
        Err(Answer::Refused(_)) => Ok(false),
        Err(Answer::Fault(fault)) => Err(fault),
    }
}
