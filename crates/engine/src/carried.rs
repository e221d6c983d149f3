//! Carried by hand: parts of our ledger out, parts of theirs in.
//!
//! The same checks as over a line, in another order: every part proves itself, a part that comes
//! too early waits durably, and one that comes twice changes nothing.

use carry::part::{Body, Bytes, FORMAT, Founding, Part, Proved};
use carry::sealed::{FileError, open, open_founding, read_founding, seal};
use ledger::founder::founder;
use ledger::held::head_time;
use ledger::reader::{Read, Reader};
use note::statement::parse;
use tlog::peaks::Peaks;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, Key};
use words::hash::Hash;
use words::id::PartyId;
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;
use words::role::Side;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::peer::{ENTRIES_AT_ONCE, PeerError};
use crate::topic::Topic;

/// Parts that wait for an earlier one: a bag of sticks. What is beyond is brought again.
pub const WAITING_MAX: usize = 64;

/// Entries and bodies of one part in bytes, where nobody says otherwise: copied in a second to
/// the slowest stick.
pub const PART_BYTES: usize = 4 * 1_024 * 1_024;

/// Under these keys the store keeps parts that wait; the keys sort as the parts follow.
pub(crate) const WAITING: &str = "carry/waiting/";

/// A part as it is to be written to a file.
#[derive(Debug, Clone)]
pub struct Written {
    /// The place of its first entry.
    pub first: u64,
    /// The place after its last entry.
    pub after: u64,
    /// Entries under the head that it carries.
    pub promised: u64,
    /// The time inside the head.
    pub at: Moment,
    /// The bytes of the file.
    pub file: Vec<u8>,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The place of its first entry.
    pub first: u64,
    /// The place after its last entry.
    pub after: u64,
    /// Entries of the counterpart that we now hold.
    pub size: u64,
    /// Entries that the part's head promises.
    pub promised: u64,
    /// The time inside that head.
    pub at: Moment,
    /// Parts that wait for an earlier one.
    pub waiting: usize,
    /// Our entries that the counterpart has cosigned.
    pub cosigned: u64,
}

impl Engine {
    /// Where a carrier begins who knows nothing of earlier bags: what the counterpart has
    /// cosigned it has.
    pub fn carry_from(&self) -> u64 {
        self.own.cosigned()
    }

    /// The next part of our ledger for the counterpart, at most about `bytes_most` long, under
    /// our newest head. While the counterpart's own founding has not come, nothing can be sealed
    /// to its node, and the only part is our founding.
    pub fn write_part(&mut self, from: u64, bytes_most: usize) -> Result<Written, PeerError> {
        self.not_behind()?;
        let to = self.config.peer.as_ref().map(|(party, _)| party.clone());
        let to = to.ok_or(PeerError::NotPaired)?;
        let sealing = self.sealing_of(&to);
        let Some(public) = sealing else { return self.write_founding(&to) };
        let part = self.part(&to, from, (ENTRIES_AT_ONCE, bytes_most))?;
        let (first, after) = (part.first, part.after());
        let head = self.own.head().ok_or_else(no_head)?;
        let (promised, at) = (head.head.size, head_time(head, &self.own));
        let sealed = seal(&part, &public, &self.dice.roll());
        let file = sealed.map_err(|cause| Fault::Input(cause.to_string()))?;
        Ok(Written { first, after, promised, at, file })
    }

    /// Our founding for a party that is not paired yet: it can be read by anybody, and the
    /// fingerprint of the root key in it goes over the telephone.
    pub fn write_founding(&self, to: &PartyId) -> Result<Written, PeerError> {
        let part = self.part(to, 0, (1, PART_BYTES))?;
        let (after, file) = (part.after(), open_founding(&part).ok_or_else(no_head)?);
        let head = self.own.head().ok_or_else(no_head)?;
        let (promised, at) = (head.head.size, head_time(head, &self.own));
        Ok(Written { first: 0, after, promised, at, file })
    }

    fn sealing_of(&self, party: &PartyId) -> Option<Vec<u8>> {
        let known = |side: Side| self.state().parties.get(&side);
        let mut known = [Side::Host, Side::Guest].into_iter().filter_map(known);
        known.find(|known| known.founded.party == *party).map(|it| it.sealing.clone())
    }

    fn part(
        &self,
        to: &PartyId,
        from: u64,
        (entries_most, bytes_most): (u32, usize),
    ) -> Result<Part, PeerError> {
        let head = self.own.head().ok_or_else(no_head)?;
        let size = head.head.size;
        let first = from.min(size);
        let left = u32::try_from(size - first).unwrap_or(u32::MAX).min(entries_most);
        let read = |cause| Fault::Read { what: "our ledger", cause };
        let kept = self.store.read(&self.config.party, first, left).map_err(read)?;
        let (mut entries, mut bodies, mut room) = (Vec::new(), Vec::new(), bytes_most);
        for kept in kept {
            let audience = parse(&kept.entry).map(|statement| statement.header.audience);
            let body = kept.body.filter(|_| audience.is_ok_and(|who| self.may_have(&who, to)));
            let bytes = kept.entry.len() + body.as_ref().map_or(0, Vec::len);
            // One entry travels however large it is, or nothing ever would.
            if bytes > room && !entries.is_empty() {
                break;
            }
            room = room.saturating_sub(bytes);
            entries.push(Bytes(kept.entry));
            bodies.extend(body.map(|bytes| Body { index: kept.index, bytes }));
        }
        let after = first + u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let tree = self.own.tree();
        Ok(Part {
            format: FORMAT.to_owned(),
            from: self.config.party.clone(),
            to: to.clone(),
            head: head.to_string(),
            first,
            edge: tree.peaks_at(first).as_ref().map(Peaks::hashes).unwrap_or_default().to_vec(),
            entries,
            proof: tree.consistency(after, size).unwrap_or_default(),
            bodies,
            founding: if first == 0 { None } else { self.founding()? },
            cosigned: self.cosigned_for(to),
        })
    }

    fn founding(&self) -> Result<Option<Founding>, Fault> {
        let read = |cause| Fault::Read { what: "our founding", cause };
        let kept = self.store.read(&self.config.party, 0, 1).map_err(read)?.pop();
        Ok(kept.and_then(|kept| Some(Founding { entry: kept.entry, body: kept.body? })))
    }

    // The counterpart's newest head with our cosignature; not while its founding is all we know.
    fn cosigned_for(&self, to: &PartyId) -> Option<String> {
        let head = self.peer.as_ref()?.head()?;
        let ours = self.keys.node.public();
        head.cosigned_at(self.config.party.as_str(), &ours)?;
        self.sealing_of(to).map(|_| head.to_string())
    }

    /// Takes a carried file of the counterpart. Taking it twice changes nothing; one that comes
    /// before its predecessors waits, durably.
    pub fn take_carried(&mut self, file: &[u8]) -> Result<Carried, PeerError> {
        if self.broken_peer {
            return Err(PeerError::Misbehaved("it was caught before"));
        }
        let proved = self.proved(file)?;
        let (first, after) = (proved.part().first, proved.part().after());
        let (promised, at) = (proved.head().head.size, proved.at());
        if first > self.peer_size() {
            self.wait(file, (first, after))?;
        } else {
            self.join(&proved)?;
            self.join_waiting()?;
        }
        self.touch(&[Topic::Ledger]);
        let (size, waiting) = (self.peer_size(), self.waiting()?.len());
        Ok(Carried { first, after, size, promised, at, waiting, cosigned: self.own.cosigned() })
    }

    // Opens a file and proves it under the key of the counterpart's node. Before anything is
    // mirrored that key comes from the founding, which the root that was paired must have signed.
    fn proved(&self, file: &[u8]) -> Result<Proved, PeerError> {
        let pinned = self.config.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let peer = self.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let part = open(file, &self.keys.sealing, (&pinned.0, &self.config.party))?;
        let key = peer.node_key().cloned().or_else(|| {
            let (entry, body) = if let Some(founding) = &part.founding {
                (founding.entry.clone(), founding.body.clone())
            } else {
                let body = part.bodies.iter().find(|body| body.index == 0)?;
                (part.entries.first()?.0.clone(), body.bytes.clone())
            };
            founder(Some(pinned), self.side(), &[entry], &[(0, body)])
        });
        let key = key.ok_or(PeerError::WrongRoot)?;
        let key = self.after_orders(&part, key);
        let proved = part.prove(&key).map_err(FileError::from)?;
        let at = proved.at();
        if at > self.now().plus_ms(CLOCK_SKEW_MAX_MS) {
            return Err(PeerError::BadHead(format!("its time {at} is ahead of our clock")));
        }
        let (entries, bodies) = (proved.entries_from(self.peer_size()), proved.bodies());
        self.twofold(proved.head(), &entries, &bodies)?;
        Ok(proved)
    }

    // The entries of a part may put another key in the place of the one that we know.
    fn after_orders(&self, part: &Part, known: Key) -> Key {
        let entries: Vec<Vec<u8>> = part.entries.iter().map(|entry| entry.0.clone()).collect();
        let bodies: Vec<_> =
            part.bodies.iter().map(|body| (body.index, body.bytes.clone())).collect();
        let more = self
            .peer_size()
            .checked_sub(part.first)
            .and_then(|held| entries.get(usize::try_from(held).unwrap_or(usize::MAX)..));
        let (Some(more), Ok(head)) = (more, SignedHead::parse(&part.head)) else { return known };
        self.signer_of(&head, more, &bodies).unwrap_or(known)
    }

    fn waiting(&self) -> Result<Vec<String>, Fault> {
        let read = |cause| Fault::Read { what: "carried parts that wait", cause };
        self.store.keys(WAITING).map_err(read)
    }

    fn wait(&mut self, file: &[u8], (first, after): (u64, u64)) -> Result<(), PeerError> {
        let (key, waiting) = (waiting_key(first, after), self.waiting()?);
        if waiting.len() >= WAITING_MAX && !waiting.contains(&key) {
            return Err(PeerError::Waiting(self.peer_size()));
        }
        let keep = |cause| Fault::Keep { what: "a carried part", cause };
        Ok(self.store.put(&key, file).map_err(keep)?)
    }

    // What waited and follows now.
    fn join_waiting(&mut self) -> Result<(), PeerError> {
        for key in self.waiting()? {
            if first_of(&key).is_none_or(|first| first > self.peer_size()) {
                return Ok(());
            }
            let read = |cause| Fault::Read { what: "a carried part", cause };
            if let Some(file) = self.store.get(&key).map_err(read)? {
                let proved = self.proved(&file)?;
                self.join(&proved)?;
            }
            let keep = |cause| Fault::Keep { what: "that a carried part was taken", cause };
            self.store.delete(&key).map_err(keep)?;
        }
        Ok(())
    }

    fn join(&mut self, proved: &Proved) -> Result<(), PeerError> {
        self.check_carried(proved)?;
        let known = self.peer_size();
        let entries = proved.entries_from(known);
        let mut bodies = proved.bodies();
        self.only_true(&entries, &mut bodies)?;
        self.keep_mirror(&entries, &bodies)?;
        let grown = !entries.is_empty() || !bodies.is_empty();
        let size = known.max(proved.part().after());
        let peer = self.peer.as_mut().ok_or(PeerError::NotPaired)?;
        let newest = peer.head().map(|newest| (newest.head.size, head_time(newest, peer)));
        if proved.head().head.size == size && newest < Some((size, proved.at())) {
            self.adopt_peer(proved.head().clone(), proved.at(), entries, bodies)?;
        } else {
            for entry in entries {
                peer.push(entry, None);
            }
            self.settle_with(bodies)?;
        }
        if grown {
            self.after_change();
        }
        if let Some(text) = &proved.part().cosigned {
            self.take_cosigned(text)?;
        }
        Ok(())
    }

    // Two heads that cannot both be true, or a newer time on fewer entries: the counterpart
    // signed a contradiction, and the head that came by hand is the evidence.
    fn check_carried(&mut self, proved: &Proved) -> Result<(), PeerError> {
        let peer = self.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let (known, after, head) = (peer.size(), proved.part().after(), &proved.head().head);
        let more: Vec<Hash> =
            proved.entries_from(known).iter().map(|entry| leaf_hash(entry)).collect();
        let fits = if after < known {
            same_at(peer.tree(), after, proved.root())
        } else {
            peer.tree().root_with(&more) == proved.root()
        };
        if !fits {
            let other_past = other_past(peer.tree(), proved);
            return self.misbehaved(proved.head(), other_past.as_ref());
        }
        let newest = peer.head().filter(|newest| newest.head.size > head.size);
        let later = newest.is_some_and(|newest| proved.at() > head_time(newest, peer));
        if later || head.size < known && !same_at(peer.tree(), head.size, head.root) {
            return self.misbehaved(proved.head(), None);
        }
        Ok(())
    }
}

// The tree that a part's head stands for, if the part shows where it leaves what we hold.
fn other_past(ours: &Tree, proved: &Proved) -> Option<Tree> {
    let mut tree = Tree::new();
    for index in 0..proved.part().first {
        tree.push(ours.leaf(index)?);
    }
    for entry in proved.entries_from(proved.part().first) {
        tree.push(leaf_hash(&entry));
    }
    (proved.is_last() && tree.root() == proved.root()).then_some(tree)
}

/// Who introduces itself in a carried founding: the party and its root key, which signed entry 0
/// and whose fingerprint is to be compared.
pub fn introduced(file: &[u8]) -> Result<(PartyId, Key), PeerError> {
    let part = read_founding(file)?;
    let first = part.entries.first().zip(part.bodies.first()).ok_or(PeerError::WrongRoot)?;
    let (entry, body) = (first.0.0.as_slice(), first.1.bytes.as_slice());
    let founded = match Reader::new(part.from.clone()).read(entry, Some(body), true) {
        Read::Entry(entry) if entry.void.is_none() => entry.act,
        Read::Entry(_) | Read::WaitsForBody => None,
    };
    let Some(Act::PartyFounded(founded)) = founded else { return Err(PeerError::WrongRoot) };
    part.prove(&founded.node).map_err(FileError::from)?;
    Ok((founded.party, founded.root))
}

fn same_at(tree: &Tree, size: u64, root: Hash) -> bool {
    tree.root_at(size) == Some(root)
}

fn waiting_key(first: u64, after: u64) -> String {
    format!("{WAITING}{first:020}/{after:020}")
}

pub(crate) fn first_of(key: &str) -> Option<u64> {
    key.strip_prefix(WAITING)?.split('/').next()?.parse().ok()
}

fn no_head() -> PeerError {
    Fault::Input("our ledger has no signed head yet: start the node once".to_owned()).into()
}
