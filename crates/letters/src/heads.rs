//! Names the node's key for hybrid heads in our own ledger.

use engine::engine::Engine;
use engine::fault::{Answer, Fault};
use joint::heads::demanded;
use words::custody::HeadKeyNamed;

/// Names the key with which this node signs heads too, if that is wanted, or an agreement in force
/// asks for it, and this node has named none yet. True if it was written.
pub fn name(engine: &mut Engine, wanted: bool) -> Result<bool, Box<Fault>> {
    let side = engine.side();
    let named = |party: &joint::state::Party| party.head_key().is_some();
    let founded = engine.state().parties.get(&side);
    let lacks = founded.is_some_and(|own| !named(own)) && engine.is_our_node();
    if !lacks || !(wanted || demanded(engine.state())) {
        return Ok(false);
    }
    match engine.act_as_node(HeadKeyNamed { key: engine.head_public() }) {
        Ok(_) => Ok(true),
        Err(Answer::Refused(_)) => Ok(false),
        Err(Answer::Fault(fault)) => Err(fault),
    }
}
