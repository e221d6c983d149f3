//! The counterpart: mirror its ledger, cosign it, catch a rewrite.

use carry::sealed::FileError;
use ledger::founder::founder;
use ledger::reader::belongs;
use note::statement::parse;
use store::port::NewEntry;
use thiserror::Error;
use tlog::accusation::{Against, Charge};
use tlog::head::Head;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, Between, Key, MisbehaviourNoted};
use words::hash::Hash;
use words::id::PartyId;
use words::limit::{CLOCK_SKEW_MAX_MS, ENTRY_BYTES_MAX};
use words::moment::Moment;

use crate::carried::WAITING_MAX;
use crate::engine::{Engine, head_name};
use crate::fault::{Answer, Fault};
use crate::topic::Topic;
use ledger::held::{Ledger, head_time};

/// Entries that travel in one answer: at most 1,000 × 64 KiB, read and written in one go.
pub const ENTRIES_AT_ONCE: u32 = 1_000;

/// Bodies that travel in one answer.
pub const BODIES_AT_ONCE: u32 = 256;

/// Bodies by index.
pub type Bodies = Vec<(u64, Vec<u8>)>;

/// Why a mirror step was not taken.
#[derive(Debug, Error)]
pub enum PeerError {
    /// No counterpart is paired.
    #[error("no counterpart is paired: exchange fingerprints and run `safeconduct pair`")]
    NotPaired,
    /// The bytes are not a signed head, or not signed by the counterpart's node.
    #[error("the head is not one of the counterpart's node: {0}")]
    BadHead(String),
    /// The first entry is not founded by the pinned root.
    #[error("entry 0 is not signed by the root key that was paired")]
    WrongRoot,
    /// Entries and head do not belong together.
    #[error("the entries do not make the root of the signed head")]
    Mismatch,
    /// The counterpart contradicted itself; it is named in our ledger.
    #[error("the counterpart's ledger contradicts what it signed before: {0}")]
    Misbehaved(&'static str),
    /// What was carried proves nothing.
    #[error("what was carried is not taken: {0}")]
    Carried(#[from] FileError),
    /// Parts wait for one that has not come.
    #[error("{WAITING_MAX} parts wait already: bring the one that begins at entry {0} first")]
    Waiting(u64),
    /// An agreement in force asks for hybrid heads, and this one is signed in one way only.
    #[error(
        "the head lacks the ML-DSA-44 signature that the agreement in force asks for \
         (`hybrid_heads`): it is not taken and not cosigned"
    )]
    Single,
    /// An entry is too large.
    #[error("an entry has at most {ENTRY_BYTES_MAX} bytes")]
    TooLarge,
    /// Our own side failed.
    #[error("cannot mirror")]
    Fault(#[source] Box<Fault>),
}

impl From<Fault> for PeerError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

/// What a mirror step achieved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirrored {
    /// Entries of the counterpart that we hold.
    pub size: u64,
    /// The counterpart's head with our cosignature, to be given back.
    pub cosigned: Option<String>,
    /// Does its state hash differ from ours at the same sizes?
    pub diverged: bool,
}

impl Engine {
    /// Our newest signed head, for whoever asks.
    pub fn head_text(&self) -> Option<String> {
        self.own.head().map(ToString::to_string)
    }

    /// Our entries from an index on.
    pub fn entries_from(&self, from: u64) -> Result<Vec<Vec<u8>>, Fault> {
        let kept = self
            .store
            .read(&self.config.party, from, ENTRIES_AT_ONCE)
            .map_err(|cause| Fault::Read { what: "our ledger", cause })?;
        Ok(kept.into_iter().map(|kept| kept.entry).collect())
    }

    /// Bodies of our entries from an index on that a party is entitled to, and the index at
    /// which to ask again.
    pub fn bodies_for(&self, party: &PartyId, from: u64) -> Result<(Bodies, u64), Fault> {
        let kept = self
            .store
            .read(&self.config.party, from, BODIES_AT_ONCE)
            .map_err(|cause| Fault::Read { what: "our bodies", cause })?;
        let next = kept.last().map_or(from, |kept| kept.index + 1);
        let entitled = kept.into_iter().filter_map(|kept| {
            let audience = parse(&kept.entry).ok()?.header.audience;
            if !self.may_have(&audience, party) {
                return None;
            }
            Some((kept.index, kept.body?))
        });
        Ok((entitled.collect(), next))
    }

    /// Entries of the counterpart that we hold.
    pub fn peer_size(&self) -> u64 {
        self.peer.as_ref().map_or(0, Ledger::size)
    }

    /// The first entry of the counterpart whose body we still need.
    pub fn peer_body_wanted(&self) -> Option<u64> {
        self.peer.as_ref().and_then(Ledger::waits_for).or_else(|| self.lacks())
    }

    /// Takes a head of the counterpart and the entries that lead to it.
    ///
    /// Everything is verified before anything is kept; what contradicts an earlier head is
    /// kept as evidence, named in our ledger, and the mirror stops.
    pub fn take_peer(
        &mut self,
        head_text: &str,
        mut entries: Vec<Vec<u8>>,
        mut bodies: Vec<(u64, Vec<u8>)>,
    ) -> Result<Mirrored, PeerError> {
        let head =
            SignedHead::parse(head_text).map_err(|cause| PeerError::BadHead(cause.to_string()))?;
        if entries.iter().any(|entry| entry.len() > ENTRY_BYTES_MAX) {
            return Err(PeerError::TooLarge);
        }
        let checked = self.check_head(&head, &entries, &bodies);
        let single = matches!(checked, Err(PeerError::Single));
        self.single = single.then(|| self.single.unwrap_or_else(|| self.now()));
        let at = checked?;
        self.skip_known(&mut entries);
        self.check_history(&head, &entries)?;
        // The ledger may have grown between its head and its entries: what the head does not
        // promise is not taken.
        let wanted = head.head.size.saturating_sub(self.peer_size());
        entries.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        self.only_true(&entries, &mut bodies)?;
        self.keep_mirror(&entries, &bodies)?;
        let grown = !entries.is_empty() || !bodies.is_empty();
        self.adopt_peer(head, at, entries, bodies)?;
        if grown {
            self.after_change();
        }
        self.touch(&[Topic::Ledger]);
        Ok(self.mirrored())
    }

    // Whose head is it? Before anything is mirrored the key comes from entry 0, which must be
    // signed by the root that was paired.
    fn check_head(
        &self,
        head: &SignedHead,
        entries: &[Vec<u8>],
        bodies: &[(u64, Vec<u8>)],
    ) -> Result<Moment, PeerError> {
        let peer = self.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let key = self.signer_of(head, entries, bodies).ok_or(PeerError::WrongRoot)?;
        let name = peer.party().as_str();
        head.verify(name, &key).map_err(|cause| PeerError::BadHead(cause.to_string()))?;
        if head.head.origin != *peer.party() {
            return Err(PeerError::BadHead(format!("it is one of `{}`", head.head.origin)));
        }
        let at = head
            .cosigned_at(name, &key)
            .ok_or_else(|| PeerError::BadHead("it carries no time of its own".into()))?;
        if at > self.now().plus_ms(CLOCK_SKEW_MAX_MS) {
            return Err(PeerError::BadHead(format!("its time {at} is ahead of our clock")));
        }
        let more = entries.get(self.already(entries)..).unwrap_or_default();
        self.twofold(head, more, bodies).map(|()| at)
    }

    // The key of the counterpart's node as far as we have read; if that has not signed the head,
    // the one that the entries up to the head put in its place. A key that was replaced signs no
    // head any more, however few entries it names.
    pub(crate) fn signer_of(
        &self,
        head: &SignedHead,
        entries: &[Vec<u8>],
        bodies: &[(u64, Vec<u8>)],
    ) -> Option<Key> {
        let peer = self.peer.as_ref()?;
        let founder = || founder(self.config.peer.as_ref(), self.side(), entries, bodies);
        let known = peer.node_key().cloned().or_else(founder)?;
        if head.verify(peer.party().as_str(), &known).is_ok() {
            return Some(known);
        }
        let more = entries.get(self.already(entries)..).unwrap_or_default();
        let ahead = peer.ring_ahead(self.own.tree(), more, bodies);
        Some(ahead.and_then(|ring| ring.node_at(head.head.size).cloned()).unwrap_or(known))
    }

    // An answer that starts at entry 0 again and tells our own past is read from where we are.
    fn skip_known(&self, entries: &mut Vec<Vec<u8>>) {
        entries.drain(..self.already(entries));
    }

    // How many of the entries tell our own past from its beginning.
    fn already(&self, entries: &[Vec<u8>]) -> usize {
        let Some(peer) = self.peer.as_ref().filter(|peer| peer.size() > 0) else { return 0 };
        let again = entries.first().map(|entry| leaf_hash(entry)) == peer.tree().leaf(0);
        let known = usize::try_from(peer.size()).unwrap_or(usize::MAX);
        if !again || entries.len() < known {
            return 0;
        }
        let past: Vec<Hash> = entries.iter().take(known).map(|it| leaf_hash(it)).collect();
        if Tree::new().root_with(&past) == peer.tree().root() { known } else { 0 }
    }

    fn check_history(&mut self, head: &SignedHead, entries: &[Vec<u8>]) -> Result<(), PeerError> {
        let peer = self.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let claimed = &head.head;
        let known = peer.size();
        if claimed.size < known {
            let then = peer.tree().root_at(claimed.size);
            if then != Some(claimed.root) {
                return self.misbehaved(head, None);
            }
            // An old head that is true: nothing new, but newer time with an older size is a
            // ledger that was rolled back.
            // A head between the newest that we keep and the entries that we hold is on time:
            // we crashed after the entries and before their head.
            let newest = peer.head().filter(|newest| newest.head.size > claimed.size);
            if newest.is_some_and(|newest| head_time(head, peer) > head_time(newest, peer)) {
                return self.misbehaved(head, None);
            }
            return Err(PeerError::Mismatch);
        }
        if claimed.size == known {
            let same = known > 0 && peer.tree().root() == claimed.root;
            return if same { Ok(()) } else { self.misbehaved(head, None) };
        }
        let leaves = |count: u64| -> Vec<Hash> {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            entries.iter().take(count).map(|entry| leaf_hash(entry)).collect()
        };
        if peer.tree().root_with(&leaves(claimed.size - known)) == claimed.root {
            return Ok(());
        }
        // Whoever was asked again from entry 0 and shows another past under its own head has
        // rewritten it. Without that, the entries may only have been late.
        let whole = Tree::new().root_with(&leaves(claimed.size));
        if known > 0 && whole == claimed.root {
            let mut other_past = Tree::new();
            for leaf in leaves(claimed.size) {
                other_past.push(leaf);
            }
            return self.misbehaved(head, Some(&other_past));
        }
        Err(PeerError::Mismatch)
    }

    // The counterpart signed two things that cannot both be true. What does not prove itself is
    // no accusation: then the head is only not taken.
    pub(crate) fn misbehaved(
        &mut self,
        head: &SignedHead,
        other_past: Option<&Tree>,
    ) -> Result<(), PeerError> {
        let accusation = self.contradiction(head, other_past).ok_or(PeerError::Mismatch)?;
        let code = match accusation.charge {
            Charge::Rollback => "rollback",
            Charge::Equivocation | Charge::SplitView | Charge::Withheld | Charge::Stale => "fork",
        };
        if self.broken_peer {
            return Err(PeerError::Misbehaved(code));
        }
        self.keep_contradiction(&accusation)?;
        let (party, smaller) = (accusation.log.name.clone(), accusation.head.to_string());
        let Against::Head { head: larger, between } = accusation.against else {
            return Err(PeerError::Mismatch);
        };
        let noted = MisbehaviourNoted {
            party: PartyId::new(&party).map_err(|cause| Fault::Input(cause.to_string()))?,
            code: code.to_owned(),
            heads: vec![smaller, larger.to_string()],
            between: between.map(|(root, proof)| Between { root, proof }),
        };
        match self.act_as_node(Act::MisbehaviourNoted(noted)) {
            Ok(_) => {
                self.broken_peer = true;
                Err(PeerError::Misbehaved(code))
            }
            // Not noted yet: the next contradiction is noted again.
            Err(Answer::Fault(fault)) => Err(PeerError::Fault(fault)),
            Err(Answer::Refused(refusal)) => Err(Fault::Input(refusal.detail).into()),
        }
    }

    /// Has the counterpart been caught? Then its ledger is no longer mirrored.
    pub fn peer_is_broken(&self) -> bool {
        self.broken_peer
    }

    // A body that does not open its entry's commitment is no body: it counts as withheld, so
    // that nobody can make two nodes read one ledger differently.
    pub(crate) fn only_true(
        &self,
        entries: &[Vec<u8>],
        bodies: &mut Bodies,
    ) -> Result<(), PeerError> {
        let peer = self.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let (party, first) = (peer.party(), peer.size());
        let mut kept = Bodies::new();
        for (index, body) in bodies.drain(..) {
            let read = |cause| Fault::Read { what: "the counterpart's ledger", cause };
            let entry = match index.checked_sub(first) {
                Some(offset) => {
                    usize::try_from(offset).ok().and_then(|at| entries.get(at).cloned())
                }
                None => self.store.read(party, index, 1).map_err(read)?.pop().map(|old| old.entry),
            };
            let id = entry.as_ref().and_then(|it| parse(it).ok()).map(|it| it.header.id);
            let ours = (self.own.party(), self.side());
            let gone = |id| self.erasures.is_gone(ours, &(party.clone(), id));
            // What was erased does not come back.
            if entry.is_some_and(|entry| belongs(&entry, &body)) && !id.is_some_and(gone) {
                kept.push((index, body));
            }
        }
        *bodies = kept;
        Ok(())
    }

    pub(crate) fn keep_mirror(
        &mut self,
        entries: &[Vec<u8>],
        bodies: &[(u64, Vec<u8>)],
    ) -> Result<(), PeerError> {
        let peer = self.peer.as_ref().ok_or(PeerError::NotPaired)?;
        let (party, first) = (peer.party().clone(), peer.size());
        let keep = |cause| Fault::Keep { what: "the counterpart's ledger", cause };
        let body_of = |index: u64| {
            bodies.iter().find(|(at, _)| *at == index).map(|(_, body)| body.as_slice())
        };
        let new: Vec<NewEntry<'_>> = entries
            .iter()
            .zip(first..)
            .map(|(entry, index)| NewEntry { entry, body: body_of(index) })
            .collect();
        // Entries last: a disk that fills up before has changed nothing that memory does not know.
        if !new.is_empty() {
            self.keep_past()?;
        }
        for (index, body) in bodies.iter().filter(|(index, _)| *index < first) {
            self.store.put_body(&party, *index, body).map_err(keep)?;
        }
        if !new.is_empty() {
            self.store.append(&party, first, &new).map_err(keep)?;
        }
        Ok(())
    }

    pub(crate) fn adopt_peer(
        &mut self,
        mut head: SignedHead,
        at: Moment,
        entries: Vec<Vec<u8>>,
        bodies: Vec<(u64, Vec<u8>)>,
    ) -> Result<(), PeerError> {
        let (ours, now) = (self.config.party.clone(), self.now());
        if self.own.reader().ring().head_key_at(u64::MAX) == Some(&self.head_public()) {
            head.cosign_ml_dsa(ours.as_str(), &self.keys.heads, now);
        }
        // A node whose key is away hears on, revocations above all, and witnesses nothing; nor does
        // an old copy, which has forgotten what it cosigned.
        let cosigned =
            self.behind.is_none() && head.try_cosign(ours.as_str(), &self.keys.node, now).is_ok();
        let peer = self.peer.as_mut().ok_or(PeerError::NotPaired)?;
        for entry in entries {
            peer.push(entry, None);
        }
        // Kept before it is given back: a witness must never forget what it cosigned.
        let name = head_name(peer.party());
        self.store
            .put(&name, head.to_string().as_bytes())
            .map_err(|cause| Fault::Keep { what: "the counterpart's head", cause })?;
        peer.set_cosigned(if cosigned { head.head.size } else { 0 });
        peer.set_head(head, at);
        Ok(self.settle_with(bodies)?)
    }

    // Folds as far as it goes with bodies of the counterpart; some come late.
    pub(crate) fn settle_with(&mut self, bodies: Bodies) -> Result<(), Fault> {
        for (index, body) in bodies {
            self.learn(index, &body);
            self.peer.iter_mut().for_each(|peer| peer.give_body(index, body.clone()));
        }
        self.settle();
        self.obey()
    }

    fn mirrored(&self) -> Mirrored {
        let (name, ours) = (self.config.party.as_str(), self.keys.node.public());
        let head = self.peer.as_ref().and_then(|peer| peer.head());
        let head = head.filter(|head| head.cosigned_at(name, &ours).is_some());
        let cosigned = head.map(ToString::to_string);
        Mirrored { size: self.peer_size(), cosigned, diverged: self.diverged() }
    }

    /// Does the counterpart's newest state hash differ from ours at the same sizes?
    pub fn diverged(&self) -> bool {
        let mark = self.peer.as_ref().and_then(|peer| peer.head()?.head.state);
        mark.is_some_and(|mark| {
            (mark.host, mark.guest) == self.fold.sizes() && mark.hash != self.fold.hash()
        })
    }

    /// Hears which head of ours somebody holds: one that we signed and whose entries we do not
    /// have says that this is an old copy of our ledger, whoever shows it.
    pub fn hear_of_own(&mut self, text: &str) -> Result<(), Fault> {
        let by = self.config.peer.as_ref().map_or("somebody", |(party, _)| party.as_str());
        let by = by.to_owned();
        let head = SignedHead::parse(text).ok();
        let ours = self.keys.node.public();
        let signed = head.as_ref().and_then(|head| {
            head.verify(self.config.party.as_str(), &ours).ok().map(|head| (head.size, head.root))
        });
        match signed {
            Some(signed) => self.hear_of_size(signed, &by),
            None => self.not_behind(),
        }
    }

    // Somebody shows a head that we have signed.
    pub(crate) fn hear_of_size(
        &mut self,
        (size, root): (u64, Hash),
        by: &str,
    ) -> Result<(), Fault> {
        if self.own.tree().root_at(size) != Some(root) {
            self.behind = Some((size, by.to_owned()));
        }
        self.not_behind()
    }

    /// Takes back our own head with the counterpart's cosignature: finality L2.
    pub fn take_cosigned(&mut self, text: &str) -> Result<u64, PeerError> {
        let bad = |cause: String| PeerError::BadHead(cause);
        let head = SignedHead::parse(text).map_err(|cause| bad(cause.to_string()))?;
        // A head of the past has the key of the past.
        let ours = self.own.node_key_at(head.head.size).ok_or(PeerError::WrongRoot)?;
        let own: &Head = head
            .verify(self.config.party.as_str(), ours)
            .map_err(|cause| bad(cause.to_string()))?;
        let size = own.size;
        self.hear_of_own(text)?;
        let (party, key) = self.peer_node().ok_or(PeerError::NotPaired)?;
        if head.cosigned_at(party.as_str(), &key).is_none() {
            return Err(bad("it carries no cosignature of the counterpart".into()));
        }
        if self.own.tree().root_at(size) != Some(own.root) {
            return Err(bad("it is a head that our ledger never had".into()));
        }
        self.own.set_cosigned(size);
        // Keep the cosigned form while it is still the newest.
        if self.own.head().is_some_and(|newest| newest.head == *own) {
            self.store
                .put(&head_name(&self.config.party), text.as_bytes())
                .map_err(|cause| Fault::Keep { what: "our cosigned head", cause })?;
            let at = head_time(&head, &self.own);
            self.own.set_head(head, at);
        }
        self.touch(&[Topic::Ledger]);
        Ok(size)
    }
}
