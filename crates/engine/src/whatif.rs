//! What if: an exported file under a draft.

use std::sync::Arc;

use accord::rules::Rules;
use node::whatif::{Report, replay};
use note::canon;
use words::role::Side;

use crate::export::{AuditError, Export, audit, read_all, tree_of};

/// Audits a file and replays it under a draft.
pub fn whatif(bytes: &[u8], draft: &Arc<Rules>) -> Result<Report, AuditError> {
    // A past that nobody can prove says nothing about a draft.
    audit(bytes)?;
    let export: Export =
        canon::decode(bytes).map_err(|cause| AuditError::Unreadable(cause.to_string()))?;
    let [first, second] = export.ledgers.as_slice() else { return Err(AuditError::NotTwoSides) };
    let ((one, _), side) = read_all(first, &tree_of(second))?;
    let ((other, _), _) = read_all(second, &tree_of(first))?;
    let (host, guest) = if side == Side::Host { (one, other) } else { (other, one) };
    Ok(replay(host, guest, draft))
}
