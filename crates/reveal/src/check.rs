//! Checks a file: whose words they are, and since when they stood there.

use ledger::reader::{Entry, Read, Reader, belongs};
use thiserror::Error;
use tlog::signed::SignedHead;
use tlog::tree::{leaf_hash, verify_inclusion};
use words::act::{Act, Key};
use words::hash::{Hash, KeyId, StatementId};
use words::id::{PartyId, PersonId};
use words::moment::Moment;
use words::refusal::Reason;

use crate::file::{Proved, Revealed};

/// What a file shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Whose ledger.
    pub party: PartyId,
    /// Its root key: compare the fingerprint with the one that you were told, as no file can vouch
    /// for itself.
    pub root: Key,
    /// The key of its node, which signed the head.
    pub node: Key,
    /// Where the statement stands.
    pub index: u64,
    /// The statement.
    pub id: StatementId,
    /// Who signed it.
    pub by: PersonId,
    /// With which key.
    pub key: KeyId,
    /// When, by its author's clock.
    pub at: Moment,
    /// What it says.
    pub act: Act,
    /// Entries under the head.
    pub size: u64,
    /// The root of the head.
    pub head_root: Hash,
    /// When the node itself signed the head.
    pub head_at: Option<Moment>,
    /// The head with every line, to be held against witnesses that one trusts.
    pub head: SignedHead,
}

/// Why a file shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RevealError {
    /// The statement is no statement.
    #[error("entry {0} is no statement")]
    Malformed(u64),
    /// It does not begin with a founding that its root key signed.
    #[error("it does not begin with the founding of `{0}`")]
    NotFounded(PartyId),
    /// The head is not one of that ledger's node.
    #[error("the head does not hold: {0}")]
    Head(String),
    /// Entries are not in the order of the ledger.
    #[error("entry {0} is out of order")]
    Order(u64),
    /// The hashes do not lead to the root of the head.
    #[error("entry {index} is not under the head: {cause}")]
    NotUnder {
        /// Which.
        index: u64,
        /// Why.
        cause: String,
    },
    /// A body is not the one to which its entry commits.
    #[error("the body of entry {0} is not the one that was signed for")]
    OtherBody(u64),
    /// A statement is void, or its key is not among those shown.
    #[error("statement {index} does not hold: {}", .reason.code())]
    Void {
        /// Which.
        index: u64,
        /// Why.
        reason: Reason,
    },
    /// Nothing but the founding is in it.
    #[error("it shows no statement")]
    Nothing,
}

// The statement that is shown, and how it reads where it stands.
struct Said<'f> {
    shown: &'f Proved,
    entry: Option<Entry>,
}

impl Revealed {
    /// Checks everything: bodies against commitments, places against the head, signatures against
    /// the keys of their time, as far as the file shows what was said of them.
    pub fn check(&self) -> Result<Shown, RevealError> {
        let mut reader = Reader::new(self.party.clone());
        let unfounded = || RevealError::NotFounded(self.party.clone());
        let first = self.entries.first().filter(|first| first.index == 0).ok_or_else(unfounded)?;
        let founding = match reader.read(&first.entry, Some(&first.body), true) {
            Read::Entry(entry) if entry.void.is_none() => entry.act,
            Read::Entry(_) | Read::WaitsForBody => None,
        };
        let Some(Act::PartyFounded(founded)) = founding else { return Err(unfounded()) };
        let wrong = |cause: String| RevealError::Head(cause);
        let head = SignedHead::parse(&self.head).map_err(|cause| wrong(cause.to_string()))?;
        let said = self.read_on(&mut reader);
        // Words on keys may follow the statement, and name the key that signed the head.
        let node = reader.ring().node_at(head.head.size).cloned();
        let node = node.ok_or_else(|| wrong("no key of its node".to_owned()))?;
        let root = self.held(&head, &node)?;
        self.all_under(head.head.size, root)?;
        let Said { shown: last, entry } = said?;
        let statement =
            note::statement::parse(&last.entry).ok().ok_or(RevealError::Malformed(last.index))?;
        let act = note::statement::open(&statement.header, &last.body);
        let act = act.ok().ok_or(RevealError::OtherBody(last.index))?;
        let void = |reason| RevealError::Void { index: last.index, reason };
        let entry = entry.ok_or(RevealError::OtherBody(last.index))?;
        entry.void.map_or(Ok(()), |reason| Err(void(reason)))?;
        let at = head.cosigned_at(self.party.as_str(), &node);
        Ok(Shown {
            party: self.party.clone(),
            root: founded.root,
            node,
            index: last.index,
            id: statement.header.id,
            by: entry.by,
            key: statement.key,
            at: statement.header.at,
            act,
            size: head.head.size,
            head_root: root,
            head_at: at,
            head,
        })
    }

    // Reads what follows the founding; the statement is judged where it stands. What is void says
    // nothing of keys, and is no reason to doubt the rest.
    fn read_on(&self, reader: &mut Reader) -> Result<Said<'_>, RevealError> {
        let (place, mut said) = (self.place(), Err(RevealError::Nothing));
        for one in self.entries.iter().skip(1) {
            let read = reader.read(&one.entry, Some(&one.body), true);
            if Some(one.index) == place {
                let entry = match read {
                    Read::Entry(entry) => Some(*entry),
                    Read::WaitsForBody => None,
                };
                said = Ok(Said { shown: one, entry });
            }
        }
        said
    }

    fn held(&self, head: &SignedHead, node: &Key) -> Result<Hash, RevealError> {
        let wrong = |cause: String| RevealError::Head(cause);
        let held = head.verify(self.party.as_str(), node);
        let held = held.map_err(|cause| wrong(cause.to_string()))?;
        if held.origin != self.party {
            return Err(wrong(format!("it is one of `{}`", held.origin)));
        }
        Ok(held.root)
    }

    fn all_under(&self, size: u64, root: Hash) -> Result<(), RevealError> {
        let mut before = None;
        for one in &self.entries {
            if before.is_some_and(|before| one.index <= before) {
                return Err(RevealError::Order(one.index));
            }
            before = Some(one.index);
            verify_inclusion(leaf_hash(&one.entry), one.index, size, &one.hashes, root).map_err(
                |cause| RevealError::NotUnder { index: one.index, cause: cause.to_string() },
            )?;
            if !belongs(&one.entry, &one.body) {
                return Err(RevealError::OtherBody(one.index));
            }
        }
        Ok(())
    }
}
