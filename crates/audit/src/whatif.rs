//! What if: an exported file under a draft.

use std::sync::Arc;

use accord::rules::Rules;
use node::whatif::{Report, replay};

use crate::stranger::{AuditError, audit, entries};

/// Audits a file and replays it under a draft.
pub fn whatif(bytes: &[u8], draft: &Arc<Rules>) -> Result<Report, AuditError> {
    // A past that nobody can prove says nothing about a draft.
    audit(bytes)?;
    let (host, guest) = entries(bytes)?;
    Ok(replay(host, guest, draft))
}
