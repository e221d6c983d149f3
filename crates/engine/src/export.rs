//! One file for a stranger: both ledgers, to be checked without us.

use minicbor::{Decode, Encode};
use node::audit::{Overrun, Uncovered, overruns, unconsented_guest_minutes, uncovered};
use node::fold::{Fold, replay};
use node::reader::{Entry, Read, Reader};
use note::canon;
use note::statement::{open, parse};
use thiserror::Error;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, Key};
use words::audience::Audience;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;
use words::role::Side;

use crate::engine::Engine;
use crate::fault::Fault;

/// The format of the file.
pub const FORMAT: &str = "safeconduct/audit/1";

/// Entries read at once.
const AT_ONCE: u32 = 4_096;

/// The file: deterministic CBOR, docs/formats/audit.md.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Export {
    /// Always [`FORMAT`].
    #[n(0)]
    pub format: String,
    /// When it was made.
    #[n(1)]
    pub at: Moment,
    /// The ledgers.
    #[n(2)]
    pub ledgers: Vec<ExportedLedger>,
}

/// One ledger of the file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExportedLedger {
    /// Whose.
    #[n(0)]
    pub party: PartyId,
    /// The newest head, with every signature that we have.
    #[n(1)]
    pub head: String,
    /// Entries, each with its joint body.
    #[n(2)]
    pub entries: Vec<ExportedEntry>,
}

/// One entry of the file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExportedEntry {
    /// The entry's bytes.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub entry: Vec<u8>,
    /// The body's bytes, where it is joint and was not erased.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub body: Option<Vec<u8>>,
}

impl Engine {
    /// Makes the file.
    pub fn export(&self) -> Result<Vec<u8>, Fault> {
        let ledgers = [Some(&self.own), self.peer.as_ref()].into_iter().flatten();
        let ledgers = ledgers.map(|ledger| {
            let head = ledger.head().map(ToString::to_string).unwrap_or_default();
            let entries = self.exported(ledger.party())?;
            Ok(ExportedLedger { party: ledger.party().clone(), head, entries })
        });
        let ledgers = ledgers.collect::<Result<_, Fault>>()?;
        let export = Export { format: FORMAT.to_owned(), at: self.now(), ledgers };
        Ok(canon::encode(&export))
    }

    fn exported(&self, party: &PartyId) -> Result<Vec<ExportedEntry>, Fault> {
        let mut all = Vec::new();
        loop {
            let from = u64::try_from(all.len()).unwrap_or(u64::MAX);
            let kept = self.store.read(party, from, AT_ONCE);
            let kept = kept.map_err(|cause| Fault::Read { what: "a ledger", cause })?;
            if kept.is_empty() {
                return Ok(all);
            }
            all.extend(kept.into_iter().map(|kept| {
                let joint = parse(&kept.entry)
                    .is_ok_and(|statement| statement.header.audience == Audience::Joint);
                ExportedEntry { entry: kept.entry, body: kept.body.filter(|_| joint) }
            }));
        }
    }
}

/// What an audit of a file found.
#[derive(Debug, Clone)]
pub struct Audit {
    /// When the file was made.
    pub at: Moment,
    /// Entries, by party.
    pub entries: Vec<(PartyId, u64)>,
    /// The hash of the joint state that the file gives.
    pub state: Hash,
    /// Statements that acted.
    pub acted: u64,
    /// Statements that are void.
    pub void: u64,
    /// Person-minutes of guest presence that no consent covered.
    pub unconsented_guest_minutes: u64,
    /// The stays behind that number.
    pub uncovered: Vec<Uncovered>,
    /// Ceilings that were passed.
    pub overruns: Vec<Overrun>,
    /// Parties that were caught, with codes.
    pub misbehaved: Vec<(PartyId, Vec<String>)>,
    /// Ledgers whose head the other party has cosigned.
    pub witnessed: Vec<PartyId>,
}

/// Why a file does not hold.
#[derive(Debug, Error)]
pub enum AuditError {
    /// Not such a file.
    #[error("not an audit file of format `{FORMAT}`: {0}")]
    Unreadable(String),
    /// Not two ledgers of a host and a guest.
    #[error("the file does not hold the ledgers of one host and one guest")]
    NotTwoSides,
    /// A head does not verify.
    #[error("the head of `{party}` does not hold: {cause}")]
    Head {
        /// Whose.
        party: PartyId,
        /// Why.
        cause: String,
    },
    /// The entries do not make the head's root.
    #[error("the entries of `{0}` do not make the root of its signed head")]
    Root(PartyId),
    /// A joint body is missing, so nothing after it can be checked.
    #[error("entry {index} of `{party}` lacks its joint body, or has another one")]
    NoBody {
        /// Whose.
        party: PartyId,
        /// Which.
        index: u64,
    },
}

/// Checks a file from nothing but its bytes: roots, signatures, rules, ceilings, consent.
pub fn audit(bytes: &[u8]) -> Result<Audit, AuditError> {
    let export: Export =
        canon::decode(bytes).map_err(|cause| AuditError::Unreadable(cause.to_string()))?;
    if export.format != FORMAT {
        return Err(AuditError::Unreadable(export.format));
    }
    let [first, second] = export.ledgers.as_slice() else { return Err(AuditError::NotTwoSides) };
    let (first_tree, second_tree) = (tree_of(first), tree_of(second));
    let ((first_read, first_node), first_side) = read_all(first, &second_tree)?;
    let ((second_read, second_node), second_side) = read_all(second, &first_tree)?;
    let fold = match (first_side, second_side) {
        (Side::Host, Side::Guest) => replay(first_read, second_read),
        (Side::Guest, Side::Host) => replay(second_read, first_read),
        (Side::Host, Side::Host) | (Side::Guest, Side::Guest) => {
            return Err(AuditError::NotTwoSides);
        }
    };
    let mut witnessed = Vec::new();
    for (ledger, tree, own, other) in [
        (first, &first_tree, first_node.as_ref(), (&second.party, second_node.as_ref())),
        (second, &second_tree, second_node.as_ref(), (&first.party, first_node.as_ref())),
    ] {
        if check_head(ledger, tree, own, other)? {
            witnessed.push(ledger.party.clone());
        }
    }
    Ok(found(&export, &fold, witnessed))
}

fn found(export: &Export, fold: &Fold, witnessed: Vec<PartyId>) -> Audit {
    let state = fold.state();
    let count = |ledger: &ExportedLedger| {
        (ledger.party.clone(), u64::try_from(ledger.entries.len()).unwrap_or(u64::MAX))
    };
    let misbehaved = state.misbehaved.iter();
    Audit {
        at: export.at,
        entries: export.ledgers.iter().map(count).collect(),
        state: fold.hash(),
        acted: state.acted,
        void: state.void,
        unconsented_guest_minutes: unconsented_guest_minutes(state, export.at),
        uncovered: uncovered(state, export.at),
        overruns: overruns(state),
        misbehaved: misbehaved.map(|(party, codes)| (party.clone(), codes.clone())).collect(),
        witnessed,
    }
}

pub(crate) fn tree_of(ledger: &ExportedLedger) -> Tree {
    let mut tree = Tree::default();
    for exported in &ledger.entries {
        tree.push(leaf_hash(&exported.entry));
    }
    tree
}

pub(crate) type Ledgered = (Vec<Entry>, Option<Key>);

pub(crate) fn read_all(
    ledger: &ExportedLedger,
    other: &Tree,
) -> Result<(Ledgered, Side), AuditError> {
    let mut reader = Reader::new(ledger.party.clone());
    let mut entries = Vec::with_capacity(ledger.entries.len());
    let mut node = None;
    for exported in &ledger.entries {
        let opens = match (parse(&exported.entry), &exported.body) {
            (Ok(statement), Some(body)) => open(&statement.header, body).is_ok(),
            (_, _) => true,
        };
        if !opens {
            let (party, index) = (ledger.party.clone(), reader.size());
            return Err(AuditError::NoBody { party, index });
        }
        let holds = crate::ledger::seen_holds(&exported.entry, other).unwrap_or(false);
        match reader.read(&exported.entry, exported.body.as_deref(), holds) {
            Read::Entry(entry) => {
                if let Some(Act::PartyFounded(founded)) = &entry.act {
                    node.get_or_insert(founded.node.clone());
                }
                entries.push(*entry);
            }
            Read::WaitsForBody => {
                let (party, index) = (ledger.party.clone(), reader.size());
                return Err(AuditError::NoBody { party, index });
            }
        }
    }
    let side = reader.side().ok_or(AuditError::NotTwoSides)?;
    Ok(((entries, node), side))
}

// True if the other party has cosigned the head.
fn check_head(
    ledger: &ExportedLedger,
    tree: &Tree,
    own: Option<&Key>,
    (other, other_key): (&PartyId, Option<&Key>),
) -> Result<bool, AuditError> {
    let party = || ledger.party.clone();
    let wrong = |cause: String| AuditError::Head { party: party(), cause };
    let head = SignedHead::parse(&ledger.head).map_err(|cause| wrong(cause.to_string()))?;
    let key = own.ok_or_else(|| wrong("no key of its node".into()))?;
    let text = head.verify(ledger.party.as_str(), key).map_err(|cause| wrong(cause.to_string()))?;
    // Entries after the newest head are not yet promised; before it nothing may differ.
    if tree.root_at(text.size) != Some(text.root) {
        return Err(AuditError::Root(party()));
    }
    let cosigned =
        other_key.as_ref().is_some_and(|key| head.cosigned_at(other.as_str(), key).is_some());
    Ok(cosigned)
}
