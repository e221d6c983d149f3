//! Letters to both parties, with what their authors had seen.

use words::act::Act;
use words::audience::Audience;
use words::id::PersonId;
use words::moment::Moment;
use words::role::Side;

use crate::stranger::{AuditError, audit, entries};

/// A letter to both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// In whose ledger.
    pub side: Side,
    /// Where in it.
    pub index: u64,
    /// So many entries of the other ledger its author had seen.
    pub seen: u64,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: PersonId,
    /// What it says.
    pub words: String,
}

/// The letters to both of a file that holds, each ledger's in its order, the host's first.
pub fn letters(bytes: &[u8]) -> Result<Vec<Letter>, AuditError> {
    // What nobody can prove to have been said was not said.
    audit(bytes)?;
    let (host, guest) = entries(bytes)?;
    let mut letters = Vec::new();
    for ledger in [host, guest] {
        let mut seen = 0;
        for entry in ledger {
            // A person may take minutes to sign: an older view is not a lie.
            seen = seen.max(entry.seen.size);
            let signed = entry.key.is_some() && entry.void.is_none();
            if let (Some(Act::LetterSent(letter)), Audience::Joint, true) =
                (entry.act, entry.audience, signed)
            {
                let (side, index, at, by) = (entry.side, entry.index, entry.at, entry.by);
                letters.push(Letter { side, index, seen, at, by, words: letter.words });
            }
        }
    }
    Ok(letters)
}
