//! Our heads before witnesses: what they cosigned, what is enough.

use joint::heads::demanded;
use ledger::keyring::Keyring;
use tlog::policy::Policy;
use tlog::signed::{SignatureLine, SignedCheckpoint, SignedHead};
use tlog::vkey::Vkey;
use words::hash::Hash;
use words::moment::Moment;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::peer::PeerError;
use crate::topic::Topic;
use ledger::held::Ledger;

impl Engine {
    /// The key by which strangers check our heads.
    pub fn log_vkey(&self) -> Vkey {
        Vkey::log(self.config.party.as_str(), &self.keys.node.public())
    }

    /// The key by which strangers check that we cosigned the counterpart's heads.
    pub fn witness_vkey(&self) -> Vkey {
        Vkey::witness(self.config.party.as_str(), &self.keys.node.public())
    }

    /// The key by which the counterpart's heads are checked, once its entry 0 was read.
    pub fn peer_vkey(&self) -> Option<Vkey> {
        let peer = self.peer.as_ref()?;
        Some(Vkey::log(peer.party().as_str(), peer.node_key()?))
    }

    /// Our newest head, and whether the counterpart has cosigned this very text.
    pub fn for_witnesses(&self) -> Option<(SignedCheckpoint, bool)> {
        let head = self.own.head()?;
        let cosigned = self
            .peer_node()
            .is_none_or(|(party, key)| head.cosigned_at(party.as_str(), &key).is_some());
        Some((head.checkpoint(), cosigned))
    }

    /// The proof for a witness that what it cosigned at a size is the beginning of a head.
    pub fn proof_for_witness(&self, old: u64, size: u64) -> Option<Vec<Hash>> {
        self.own.tree().consistency(old, size)
    }

    /// Takes a head of ours back with the lines of witnesses; true if they are enough, and then
    /// it is kept as the head to show to strangers.
    pub fn take_witnessed(
        &mut self,
        head: &SignedCheckpoint,
        policy: &Policy,
    ) -> Result<bool, Fault> {
        let ours = head.verify_by(&self.log_vkey()).is_ok()
            && self.own.tree().root_at(head.head.size) == Some(head.head.root);
        if !ours {
            return Err(Fault::Input("that is no head of our ledger".to_owned()));
        }
        if policy.quorum(head).is_err() {
            return Ok(false);
        }
        let older = self.witnessed()?.is_some_and(|kept| kept.head.size > head.head.size);
        if !older {
            self.store
                .put(&witnessed_name(&self.own), head.to_string().as_bytes())
                .map_err(|cause| Fault::Keep { what: "our witnessed head", cause })?;
            self.touch(&[Topic::Ledger]);
        }
        Ok(true)
    }

    /// The newest head of ours that enough witnesses cosigned.
    pub fn witnessed(&self) -> Result<Option<SignedCheckpoint>, Fault> {
        let read = |cause| Fault::Read { what: "our witnessed head", cause };
        let text = self.store.get(&witnessed_name(&self.own)).map_err(read)?;
        let text = text.and_then(|text| String::from_utf8(text).ok());
        Ok(text.and_then(|text| SignedCheckpoint::parse(&text).ok()))
    }

    /// Third parties that cosigned the newest head of ours that enough witnesses cosigned: under
    /// which name, when, at which size. Their lines were checked when they came.
    pub fn third_parties(&self) -> Vec<(String, Moment, u64)> {
        let Ok(Some(head)) = self.witnessed() else { return Vec::new() };
        let parties = [Some(self.own.party()), self.peer.as_ref().map(Ledger::party)];
        let known = |name: &str| parties.iter().flatten().any(|party| party.as_str() == name);
        let third = head.lines.iter().filter(|line| !known(&line.name));
        let at = |line: &SignatureLine| {
            let (seconds, _) = line.signature.split_first_chunk()?;
            i64::try_from(u64::from_be_bytes(*seconds)).ok()?.checked_mul(1_000)
        };
        third
            .filter_map(|line| {
                Some((line.name.clone(), Moment::from_ms(at(line)?), head.head.size))
            })
            .collect()
    }

    /// A witness has cosigned more of our ledger than we have: this is an old copy of it, and
    /// nothing more is signed.
    pub fn witness_is_ahead(&mut self, name: &str, known: u64) {
        if known > self.own.size() {
            self.behind = Some((known, name.to_owned()));
        }
    }

    /// Hears of the newest head of ours that a witness cosigned, as [`Self::hear_of_own`] does of
    /// the counterpart's.
    pub fn hear_of_witnessed(&mut self, name: &str, head: &SignedCheckpoint) -> Result<(), Fault> {
        if head.verify_by(&self.log_vkey()).is_err() {
            return self.not_behind();
        }
        self.hear_of_size((head.head.size, head.head.root), name)
    }

    // From the agreement's entry into force a head counts only if the key that its node has named
    // signed it too. `more` are entries that we do not hold yet: they may name it.
    pub(crate) fn twofold(
        &self,
        head: &SignedHead,
        more: &[Vec<u8>],
        bodies: &[(u64, Vec<u8>)],
    ) -> Result<(), PeerError> {
        if !demanded(self.state()) {
            return Ok(());
        }
        let (peer, size) = (self.peer.as_ref().ok_or(PeerError::NotPaired)?, head.head.size);
        let holds = |ring: &Keyring| {
            let key = ring.head_key_at(size);
            key.is_some_and(|key| head.cosigned_at(peer.party().as_str(), key).is_some())
        };
        let ahead = || peer.ring_ahead(self.own.tree(), more, bodies);
        let signed = holds(peer.reader().ring()) || ahead().as_ref().is_some_and(holds);
        if signed { Ok(()) } else { Err(PeerError::Single) }
    }

    /// Since when the counterpart's heads lack the signature that an agreement asks for.
    pub const fn peer_is_single(&self) -> Option<Moment> {
        self.single
    }

    /// The head to show to strangers: the newest that the policy takes, or, where no witness is
    /// asked for, the newest of all.
    pub fn head_to_show(&self, policy: Option<&Policy>) -> Result<Option<SignedCheckpoint>, Fault> {
        let newest = self.own.head().map(SignedHead::checkpoint);
        let Some(policy) = policy else { return Ok(newest) };
        let newest = newest.filter(|newest| policy.quorum(newest).is_ok());
        newest.map_or_else(|| self.witnessed(), |newest| Ok(Some(newest)))
    }
}

fn witnessed_name(own: &Ledger) -> String {
    format!("witnessed/{}", own.party())
}
