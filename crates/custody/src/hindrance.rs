//! Why this node signs nothing now, as the console shows it.

use engine::engine::Engine;
use engine::fault::Fault;
use sheet::banner::Hindrance;

/// What keeps a node from signing, if anything does.
pub fn view(engine: &Engine) -> Option<Hindrance> {
    match engine.hindrance()? {
        Fault::Key(_) => Some(Hindrance::KeyAway),
        Fault::Behind { have, seen, by } => Some(Hindrance::OldCopy { have, seen, by }),
        Fault::Forked { seen, by } => Some(Hindrance::Forked { seen, by }),
        Fault::Replaced => Some(Hindrance::Replaced),
        // These stop one step, and not the node.
        Fault::Read { .. }
        | Fault::Keep { .. }
        | Fault::NotFounded(_)
        | Fault::OwnLedger { .. }
        | Fault::Vault { .. }
        | Fault::NoSecret { .. }
        | Fault::Plan(_)
        | Fault::Input(_) => None,
    }
}
