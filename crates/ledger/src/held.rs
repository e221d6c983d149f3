//! One ledger in memory: its tree, its reader, and what waits.

use std::collections::{BTreeSet, VecDeque};

use crate::keyring::Keyring;
use crate::outcome::Outcome;
use crate::reader::{Entry, Read, Reader, seen_holds, shown_holds};
use note::statement::{Seen, parse};
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, Key};
use words::audience::Audience;
use words::hash::Hash;
use words::id::PartyId;
use words::letter::stands_alone;
use words::moment::Moment;

/// What the engine remembers of an entry for pages, besides the store's bytes.
#[derive(Debug, Clone)]
pub struct Line {
    /// The entry as read.
    pub entry: Entry,
    /// What became of it in the fold; `None` while it waits.
    pub outcome: Option<Outcome>,
}

/// A ledger: our own, or the mirror of the counterpart's.
#[derive(Debug)]
pub struct Ledger {
    reader: Reader,
    tree: Tree,
    // Entries in the tree that the reader has not taken: the first waits for its body.
    unread: VecDeque<(Vec<u8>, Option<Vec<u8>>)>,
    lines: Vec<Line>,
    folded: usize,
    head: Option<SignedHead>,
    head_at: Moment,
    heard: Moment,
    cosigned: u64,
    // Entries whose body could be here and is not, though no state rests on it.
    lacking: BTreeSet<u64>,
}

impl Ledger {
    /// An empty ledger of a party.
    pub fn new(party: PartyId) -> Self {
        Self {
            reader: Reader::new(party),
            tree: Tree::default(),
            unread: VecDeque::new(),
            lines: Vec::new(),
            folded: 0,
            head: None,
            head_at: Moment::default(),
            heard: Moment::default(),
            cosigned: 0,
            lacking: BTreeSet::new(),
        }
    }

    /// The party whose ledger it is.
    pub fn party(&self) -> &PartyId {
        self.reader.party()
    }

    /// Who signs in it.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The Merkle tree over its entries.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Entries read so far, in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The newest signed head.
    pub fn head(&self) -> Option<&SignedHead> {
        self.head.as_ref()
    }

    /// What is wrong with its newest head, in words: its signature, or its tree.
    pub fn head_fault(&self) -> Option<String> {
        let head = self.head()?;
        let key = self.node_key_at(head.head.size)?;
        let name = self.party().as_str();
        match head.verify(name, key) {
            Err(cause) => Some(format!("the newest head of {name}: {cause}")),
            Ok(head) if self.tree().root_at(head.size) != Some(head.root) => {
                Some(format!("the ledger of {name} does not make its signed head"))
            }
            Ok(_) => None,
        }
    }

    /// The time inside the newest head all of whose entries have been folded: a withheld body
    /// or entry stops this clock, so that withholding a revocation only makes authority die.
    pub fn heard(&self) -> Moment {
        self.heard
    }

    /// How many entries the other party has cosigned (finality L2).
    pub fn cosigned(&self) -> u64 {
        self.cosigned
    }

    /// The key of its node now, once entry 0 has been read.
    pub fn node_key(&self) -> Option<&Key> {
        self.node_key_at(u64::MAX)
    }

    /// The key that signs heads of that size.
    pub fn node_key_at(&self, size: u64) -> Option<&Key> {
        self.reader.ring().node_at(size)
    }

    /// The keys once more entries are read, which may replace them. Reads a copy: nothing is
    /// taken over.
    pub fn ring_ahead(
        &self,
        other: &Tree,
        entries: &[Vec<u8>],
        bodies: &[(u64, Vec<u8>)],
    ) -> Option<Keyring> {
        let mut reader = self.reader.clone();
        let body_of = |index: u64| {
            let body = bodies.iter().find(|(at, _)| *at == index);
            body.map(|(_, body)| body.as_slice())
        };
        let unread = self.unread.iter().map(|(entry, body)| (entry, body.as_deref()));
        for (entry, body) in unread.chain(entries.iter().map(|entry| (entry, None))) {
            let body = body.or_else(|| body_of(reader.size()));
            match reader.read(entry, body, seen_holds(entry, other)?) {
                Read::Entry(_) => {}
                Read::WaitsForBody => break,
            }
        }
        Some(reader.into_ring())
    }

    /// Appends an entry to the tree; reading follows.
    pub fn push(&mut self, entry: Vec<u8>, body: Option<Vec<u8>>) {
        self.tree.push(leaf_hash(&entry));
        self.unread.push_back((entry, body));
    }

    /// The index of the entry whose body the reader waits for, if that is why it waits.
    pub fn waits_for(&self) -> Option<u64> {
        let (entry, body) = self.unread.front()?;
        let rests = parse(entry).is_ok_and(|statement| {
            statement.header.audience == Audience::Joint && !stands_alone(statement.header.act)
        });
        (rests && body.is_none()).then(|| self.reader.size())
    }

    /// Gives the body of an unread entry.
    pub fn give_body(&mut self, index: u64, body: Vec<u8>) {
        let Some(offset) = index.checked_sub(self.reader.size()) else { return };
        let slot = usize::try_from(offset).ok().and_then(|offset| self.unread.get_mut(offset));
        if let Some((_, slot)) = slot {
            slot.get_or_insert(body);
        }
    }

    /// Entries that were read without their body, in order.
    pub fn lacking(&self) -> impl Iterator<Item = u64> {
        self.lacking.iter().copied()
    }

    /// Takes what a body says that came after its entry was read.
    pub fn learn(&mut self, index: u64, act: Act) {
        let known = self.lacking.remove(&index);
        let line = usize::try_from(index).ok().and_then(|at| self.lines.get_mut(at));
        if let Some(line) = line.filter(|_| known) {
            line.entry.act = Some(act);
        }
    }

    /// Forgets what an erased body said.
    pub fn forget(&mut self, index: u64) {
        self.lacking.remove(&index);
        let line = usize::try_from(index).ok().and_then(|at| self.lines.get_mut(at));
        if let Some(line) = line {
            line.entry.act = None;
        }
    }

    /// Reads as far as bodies allow. `root_at` gives the other ledger's root at a size.
    pub fn read(&mut self, other: &Tree) {
        while let Some((entry, body)) = self.unread.front() {
            // An entry that saw more than we hold waits; its claim cannot be checked yet.
            let Some(holds) = seen_holds(entry, other) else { return };
            let holds = holds && shown_holds(entry, body.as_deref(), &self.tree);
            match self.reader.read(entry, body.as_deref(), holds) {
                Read::WaitsForBody => return,
                Read::Entry(entry) => {
                    if entry.act.is_none() && entry.void.is_none() {
                        self.lacking.insert(entry.index);
                    }
                    self.lines.push(Line { entry: *entry, outcome: None });
                    self.unread.pop_front();
                }
            }
        }
    }

    /// The next entry to fold.
    pub fn next(&self) -> Option<&Entry> {
        self.lines.get(self.folded).map(|line| &line.entry)
    }

    /// The entries that were read and not folded yet.
    pub fn unfolded(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().skip(self.folded).map(|line| &line.entry)
    }

    /// Marks the next entry as folded, with what became of it.
    pub fn folded(&mut self, outcome: Outcome) {
        if let Some(line) = self.lines.get_mut(self.folded) {
            line.outcome = Some(outcome);
            self.folded += 1;
        }
        self.listen();
    }

    /// Entries folded.
    pub fn folded_size(&self) -> u64 {
        u64::try_from(self.folded).expect("a ledger is counted in 64 bits")
    }

    /// Remembers a verified head and the time in its signature.
    pub fn set_head(&mut self, head: SignedHead, at: Moment) {
        self.head_at = self.head_at.max(at);
        self.head = Some(head);
        self.listen();
    }

    fn listen(&mut self) {
        let complete = self.head.as_ref().is_some_and(|head| head.head.size <= self.folded_size());
        if complete {
            self.heard = self.heard.max(self.head_at);
        }
    }

    /// Remembers that the other party has cosigned that many entries.
    pub fn set_cosigned(&mut self, size: u64) {
        self.cosigned = self.cosigned.max(size);
    }

    /// What a statement that is written now has seen of this ledger: as far as it is folded.
    pub fn seen(&self) -> Seen {
        let size = self.folded_size();
        Seen { size, root: root_at(&self.tree, size), at: self.heard }
    }
}

/// The root of a tree at a size it has had; all zero at size 0, as in a statement that has
/// seen nothing.
pub fn root_at(tree: &Tree, size: u64) -> Hash {
    if size == 0 { Hash([0; 32]) } else { tree.root_at(size).unwrap_or(Hash([0; 32])) }
}

/// The time inside a head's own signature; the beginning of time if it has none that verifies.
pub fn head_time(head: &SignedHead, ledger: &Ledger) -> Moment {
    let key = ledger.node_key_at(head.head.size);
    let at = key.and_then(|key| head.cosigned_at(ledger.party().as_str(), key));
    at.unwrap_or_default()
}
