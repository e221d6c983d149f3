//! What is kept is read, and an old copy of a ledger signs nothing.

use store::port::Store;
use tlog::signed::SignedHead;

use crate::engine::{Engine, head_name};
use crate::fault::Fault;
use ledger::held::{Ledger, head_time};

/// Entries read from the store in one go while a ledger is loaded.
const LOAD_AT_ONCE: u32 = 4_096;

impl Engine {
    pub(crate) fn load(&mut self) -> Result<(), Fault> {
        let own = load_ledger(self.store.as_ref(), &mut self.own)?;
        if own == 0 {
            return Err(Fault::NotFounded(self.config.party.clone()));
        }
        if let Some(peer) = &mut self.peer {
            load_ledger(self.store.as_ref(), peer)?;
        }
        self.settle();
        let bad = self.own.lines().iter().find(|line| {
            line.entry.void.is_some_and(|reason| {
                matches!(
                    reason,
                    words::refusal::Reason::Malformed | words::refusal::Reason::BadSignature
                )
            })
        });
        if let Some(line) = bad {
            return Err(Fault::OwnLedger { index: line.entry.index });
        }
        for own in [true, false] {
            self.load_head(own)?;
        }
        self.broken_peer = self
            .config
            .peer
            .as_ref()
            .is_some_and(|(party, _)| self.state().misbehaved.contains_key(party));
        Ok(())
    }

    fn load_head(&mut self, own: bool) -> Result<(), Fault> {
        let ledger = if own { Some(&self.own) } else { self.peer.as_ref() };
        let Some(ledger) = ledger else { return Ok(()) };
        let name = head_name(ledger.party());
        let read = |cause| Fault::Read { what: "the newest head", cause };
        let Some(text) = self.store.get(&name).map_err(read)? else { return Ok(()) };
        let parsed = String::from_utf8(text).ok().and_then(|text| SignedHead::parse(&text).ok());
        let Some(head) = parsed else { return Ok(()) };
        if own {
            self.adopt_own(head);
        } else if let Some(peer) = &mut self.peer {
            let at = head_time(&head, peer);
            let ours = self.keys.node.public();
            if head.cosigned_at(self.config.party.as_str(), &ours).is_some() {
                peer.set_cosigned(head.head.size);
            }
            peer.set_head(head, at);
        }
        Ok(())
    }

    fn adopt_own(&mut self, head: SignedHead) {
        let at = head_time(&head, &self.own);
        if let Some((party, key)) = self.peer_node()
            && head.cosigned_at(party.as_str(), &key).is_some()
        {
            self.own.set_cosigned(head.head.size);
        }
        self.own.set_head(head, at);
    }

    // A node that was restored from an old copy must not sign: it would fork its own ledger.
    pub(crate) fn never_fork(&self) -> Result<(), Fault> {
        let have = self.own.size();
        let behind = |seen: u64, by: &str| Fault::Behind { have, seen, by: by.to_owned() };
        if let Some(head) = self.own.head().filter(|head| head.head.size > have) {
            return Err(behind(head.head.size, "our own signed head"));
        }
        let Some(peer) = &self.peer else { return Ok(()) };
        let seen = peer.lines().iter().map(|line| line.entry.seen.size).max().unwrap_or(0);
        if seen > have { Err(behind(seen, peer.party().as_str())) } else { Ok(()) }
    }

    /// Nothing, unless our ledger is known to be an old copy: then it must not be signed.
    pub(crate) fn not_behind(&self) -> Result<(), Fault> {
        let (Some((seen, by)), have) = (&self.behind, self.own.size()) else { return Ok(()) };
        let (seen, by) = (*seen, by.clone());
        if seen > have {
            Err(Fault::Behind { have, seen, by })
        } else {
            Err(Fault::Forked { seen, by })
        }
    }
}

fn load_ledger(store: &dyn Store, ledger: &mut Ledger) -> Result<u64, Fault> {
    let read = |cause| Fault::Read { what: "a ledger", cause };
    let party = ledger.party().clone();
    loop {
        let kept = store.read(&party, ledger.size(), LOAD_AT_ONCE).map_err(read)?;
        if kept.is_empty() {
            return Ok(ledger.size());
        }
        for kept in kept {
            ledger.push(kept.entry, kept.body);
        }
    }
}
