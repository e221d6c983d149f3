//! Checks a file from nothing but its bytes.

use std::thread;

use joint::heads::demanded;
use ledger::keyring::Keyring;
use ledger::reader::{Entry, Read, Reader, belongs, seen_holds, shown_holds};
use lots::record::{Record, records};
use node::audit::{
    Convoy, Overrun, Uncovered, convoys, overruns, unconsented_guest_minutes, uncovered,
};
use node::fold::{Fold, replay};
use note::canon;
use note::key::key_id;
use thiserror::Error;
use tlog::head::StateMark;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::Key;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;
use words::role::Side;

use crate::file::{Export, ExportedLedger, FORMAT};
use crate::papers::{Gone, Missing, SignedText, texts};

/// What an audit of a file found.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The moment up to which is counted: when the file was made, or the newest signature in it.
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
    /// Movements that were on the road when no consent covered them.
    pub convoys: Vec<Convoy>,
    /// Ceilings that were passed.
    pub overruns: Vec<Overrun>,
    /// What became of each draw, computed anew, and who is named for what.
    pub draws: Vec<Record>,
    /// Parties that were caught, with codes.
    pub misbehaved: Vec<(PartyId, Vec<String>)>,
    /// Ledgers whose head the other party has cosigned.
    pub witnessed: Vec<PartyId>,
    /// Ledgers whose head says another joint state than the entries give.
    pub diverged: Vec<PartyId>,
    /// Ledgers whose head lacks the ML-DSA-44 line that an agreement in force asks for.
    pub single: Vec<PartyId>,
    /// Texts that somebody signed.
    pub texts: Vec<SignedText>,
    /// Joint bodies that are not in the file, erased or kept back.
    pub gone: Gone,
}

impl Audit {
    /// What a program that only asks yes or no is told: which of the things that must always
    /// hold did not. That somebody was caught is no such thing, the ledgers caught him.
    pub fn broken(&self) -> Vec<&'static str> {
        let found = [
            (self.unconsented_guest_minutes > 0, "guests were there without consent"),
            (!self.convoys.is_empty(), "a movement was on the road without consent"),
            (!self.overruns.is_empty(), "a ceiling was passed"),
            (!self.diverged.is_empty(), "a head says another joint state than its entries give"),
            (!self.single.is_empty(), "a head lacks the second signature that was agreed"),
        ];
        found.into_iter().filter_map(|(is, what)| is.then_some(what)).collect()
    }
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

/// Checks a file from nothing but its bytes: roots, signatures, rules, ceilings, consent. The two
/// ledgers are read at the same time, each on a thread of its own.
pub fn audit(bytes: &[u8]) -> Result<Audit, AuditError> {
    let export = read(bytes)?;
    let [first, second] = export.ledgers.as_slice() else { return Err(AuditError::NotTwoSides) };
    let (one, other) = both(first, second)?;
    let heads = [one.check_head(first, &other)?, other.check_head(second, &one)?];
    let at = export.at.max(one.signed_at(first, &other)).max(other.signed_at(second, &one));
    let witnessed = [first, second].into_iter().zip(&heads).filter(|(_, head)| head.cosigned);
    let witnessed = witnessed.map(|(ledger, _)| ledger.party.clone()).collect();
    let single = [first, second].into_iter().zip(&heads).filter(|(_, head)| !head.hybrid);
    let single: Vec<PartyId> = single.map(|(ledger, _)| ledger.party.clone()).collect();
    let (host, guest) = in_sides(one, other)?;
    let sizes = [host.len(), guest.len()].map(|size| u64::try_from(size).unwrap_or(u64::MAX));
    // A head over the whole file says what the fold below gives; an older one is folded for.
    let whole = |mark: &StateMark| [mark.host, mark.guest] == sizes;
    let older = |mark: &StateMark| whole(mark) || bears_out(mark, (&host, &guest));
    let older: Vec<bool> = heads.iter().map(|head| head.state.as_ref().is_none_or(older)).collect();
    let missing = Missing::of(host.iter().chain(&guest));
    let fold = replay(host, guest);
    let borne_out = |mark: &StateMark| !whole(mark) || mark.hash == fold.hash();
    let marks = [first, second].into_iter().zip(heads.iter().zip(older));
    let wrong =
        marks.filter(|(_, (head, older))| !(*older && head.state.as_ref().is_none_or(borne_out)));
    let diverged = wrong.map(|(ledger, _)| ledger.party.clone()).collect();
    let gone = missing.gone(fold.state());
    let single = if demanded(fold.state()) { single } else { Vec::new() };
    Ok(found(&export, &fold, Signed { at, witnessed, diverged, single, gone }))
}

fn read(bytes: &[u8]) -> Result<Export, AuditError> {
    let export: Export =
        canon::decode(bytes).map_err(|cause| AuditError::Unreadable(cause.to_string()))?;
    if export.format == FORMAT { Ok(export) } else { Err(AuditError::Unreadable(export.format)) }
}

/// Both ledgers of a file, host and guest, every signature verified.
pub(crate) fn entries(bytes: &[u8]) -> Result<(Vec<Entry>, Vec<Entry>), AuditError> {
    let export = read(bytes)?;
    let [first, second] = export.ledgers.as_slice() else { return Err(AuditError::NotTwoSides) };
    let (one, other) = both(first, second)?;
    in_sides(one, other)
}

fn both(first: &ExportedLedger, second: &ExportedLedger) -> Result<(Ledger, Ledger), AuditError> {
    let trees = (tree_of(first), tree_of(second));
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| read_all(first, (&trees.0, &trees.1)));
        let other = read_all(second, (&trees.1, &trees.0));
        (one.join().expect("a ledger is read without a panic"), other)
    });
    let ((one, one_side), (other, other_side)) = (one?, other?);
    let (one_tree, other_tree) = trees;
    Ok((
        Ledger { tree: one_tree, entries: one.0, ring: one.1, side: one_side },
        Ledger { tree: other_tree, entries: other.0, ring: other.1, side: other_side },
    ))
}

fn in_sides(one: Ledger, other: Ledger) -> Result<(Vec<Entry>, Vec<Entry>), AuditError> {
    match (one.side, other.side) {
        (Side::Host, Side::Guest) => Ok((one.entries, other.entries)),
        (Side::Guest, Side::Host) => Ok((other.entries, one.entries)),
        (Side::Host, Side::Host) | (Side::Guest, Side::Guest) => Err(AuditError::NotTwoSides),
    }
}

// A ledger of the file as it was read.
struct Ledger {
    tree: Tree,
    entries: Vec<Entry>,
    ring: Keyring,
    side: Side,
}

// What the heads, and what is missing, add to the entries.
struct Signed {
    at: Moment,
    witnessed: Vec<PartyId>,
    diverged: Vec<PartyId>,
    single: Vec<PartyId>,
    gone: Gone,
}

struct CheckedHead {
    cosigned: bool,
    hybrid: bool,
    state: Option<StateMark>,
}

impl Ledger {
    fn check_head(&self, file: &ExportedLedger, other: &Self) -> Result<CheckedHead, AuditError> {
        let party = || file.party.clone();
        let wrong = |cause: String| AuditError::Head { party: party(), cause };
        let signed = SignedHead::parse(&file.head).map_err(|cause| wrong(cause.to_string()))?;
        let key = self.ring.node_at(signed.head.size);
        let key = key.ok_or_else(|| wrong("no key of its node".into()))?;
        let verified = signed.verify(file.party.as_str(), key);
        let head = verified.map_err(|cause| wrong(cause.to_string()))?;
        if head.origin != file.party {
            return Err(wrong(format!("it is a head of `{}`", head.origin)));
        }
        // Entries after the newest head are not yet promised; before it nothing may differ.
        if self.tree.root_at(head.size) != Some(head.root) {
            return Err(AuditError::Root(party()));
        }
        let cosigned = other.cosigns(&signed).is_some();
        let late = self.ring.head_key_at(head.size);
        let by = |key: &Key| signed.cosigned_at(file.party.as_str(), key).is_some();
        Ok(CheckedHead { cosigned, hybrid: late.is_some_and(by), state: head.state })
    }

    // When this ledger's node cosigned a head, with any key that it has had and that was in
    // nobody else's hands.
    fn cosigns(&self, head: &SignedHead) -> Option<Moment> {
        let disowned = |key: &Key| {
            let known = self.ring.keys().get(&key_id(key));
            known.is_some_and(|known| known.disowned_from.is_some())
        };
        let keys = self.ring.nodes().iter().map(|(_, key)| key).filter(|key| !disowned(key));
        let party = self.ring.party().as_str();
        keys.filter_map(|key| head.cosigned_at(party, key)).max()
    }

    // The newest time in a cosignature of either node: the file cannot be older, whatever it
    // says of itself.
    fn signed_at(&self, file: &ExportedLedger, other: &Self) -> Moment {
        let Ok(head) = SignedHead::parse(&file.head) else { return Moment::default() };
        self.cosigns(&head).max(other.cosigns(&head)).unwrap_or_default()
    }
}

// Does the joint state at the sizes of a mark have its hash? A mark beyond the file says nothing
// that can be checked here.
fn bears_out(mark: &StateMark, (host, guest): (&[Entry], &[Entry])) -> bool {
    let upto = |entries: &[Entry], size: u64| {
        usize::try_from(size).ok().and_then(|size| entries.get(..size).map(<[Entry]>::to_vec))
    };
    let (Some(host), Some(guest)) = (upto(host, mark.host), upto(guest, mark.guest)) else {
        return true;
    };
    replay(host, guest).hash() == mark.hash
}

fn found(export: &Export, fold: &Fold, signed: Signed) -> Audit {
    let state = fold.state();
    let count = |ledger: &ExportedLedger| {
        (ledger.party.clone(), u64::try_from(ledger.entries.len()).unwrap_or(u64::MAX))
    };
    let misbehaved = state.misbehaved.iter();
    let Signed { at, witnessed, diverged, single, gone } = signed;
    Audit {
        at,
        entries: export.ledgers.iter().map(count).collect(),
        state: fold.hash(),
        acted: state.acted,
        void: state.void,
        unconsented_guest_minutes: unconsented_guest_minutes(state, at),
        uncovered: uncovered(state, at),
        convoys: convoys(state, at),
        overruns: overruns(state),
        draws: records(state, at),
        misbehaved: misbehaved.map(|(party, codes)| (party.clone(), codes.clone())).collect(),
        witnessed,
        diverged,
        single,
        texts: texts(state),
        gone,
    }
}

fn tree_of(ledger: &ExportedLedger) -> Tree {
    let mut tree = Tree::default();
    for exported in &ledger.entries {
        tree.push(leaf_hash(&exported.entry));
    }
    tree
}

type Ledgered = (Vec<Entry>, Keyring);

fn read_all(
    ledger: &ExportedLedger,
    (own, other): (&Tree, &Tree),
) -> Result<(Ledgered, Side), AuditError> {
    let mut reader = Reader::new(ledger.party.clone());
    let mut entries = Vec::with_capacity(ledger.entries.len());
    for exported in &ledger.entries {
        let lacks = || AuditError::NoBody { party: ledger.party.clone(), index: reader.size() };
        // What a body says is for the reader; that it is the one that was signed for is ours.
        if exported.body.as_ref().is_some_and(|body| !belongs(&exported.entry, body)) {
            return Err(lacks());
        }
        let body = exported.body.as_deref();
        let holds = seen_holds(&exported.entry, other).unwrap_or(false)
            && shown_holds(&exported.entry, body, own);
        match reader.read(&exported.entry, body, holds) {
            Read::Entry(entry) => entries.push(*entry),
            Read::WaitsForBody => {
                let (party, index) = (ledger.party.clone(), reader.size());
                return Err(AuditError::NoBody { party, index });
            }
        }
    }
    let side = reader.side().ok_or(AuditError::NotTwoSides)?;
    Ok(((entries, reader.into_ring()), side))
}
