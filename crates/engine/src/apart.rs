//! Bodies that are not for everybody: who gets them, and their erasure.

use std::collections::BTreeSet;

use joint::asking::Asking;
use joint::cycle::retention_ms;
use joint::state::Agreement;
use ledger::erasure::{Erasures, Place};
use node::judge::letter::{addressed, erasable, hears, kept_apart};
use note::statement::{open, parse};
use words::act::Act;
use words::audience::Audience;
use words::id::{PartyId, PersonId};
use words::letter::{BodyErased, BodyRevealed, ErasureRule};
use words::moment::Moment;
use words::refusal::{Reason, Refusal};

use crate::carried::{WAITING, first_of};
use crate::engine::Engine;
use crate::fault::{Answer, Fault};
use ledger::held::{Ledger, Line};

/// Erasures that one tick carries out: each is a durable write, and a heartbeat waits for them.
const ERASED_A_TICK: usize = 16;

const DAY_MS: i64 = 86_400_000;

impl Engine {
    /// Every erasure that the ledgers tell of.
    pub fn erasures(&self) -> &Erasures {
        &self.erasures
    }

    /// A party's ledger, if it is held here.
    pub fn ledger_of(&self, party: &PartyId) -> Option<&Ledger> {
        [Some(&self.own), self.peer.as_ref()].into_iter().flatten().find(|it| it.party() == party)
    }

    /// The first statement of an id: a second one is void.
    pub fn statement_of(&self, (party, id): &Place) -> Option<&Line> {
        self.ledger_of(party)?.lines().iter().find(|line| line.entry.id == Some(*id))
    }

    /// Is the body of such a statement for that party's node? A person whom we enrolled is ours,
    /// whatever the name says.
    pub(crate) fn may_have(&self, audience: &Audience, party: &PartyId) -> bool {
        let prefix = format!("{party}/");
        let theirs = |person: &PersonId| party == self.own.party() || !enrolled(&self.own, person);
        match audience {
            Audience::Own => false,
            Audience::Joint => true,
            Audience::Named(persons) => {
                persons.iter().any(|it| it.as_str().starts_with(&prefix) && theirs(it))
            }
        }
    }

    /// Does the act go to whom it may, and may be erased what it erases?
    pub(crate) fn apart(
        &self,
        asking: &Asking<'_>,
        (act, audience): (&Act, &Audience),
    ) -> Result<(), Refusal> {
        addressed(act, audience)?;
        if let Audience::Named(persons) = audience {
            let known = |it: &PersonId| {
                let peer = self.peer.as_ref();
                enrolled(&self.own, it) || peer.is_some_and(|peer| enrolled(peer, it))
            };
            if let Some(nobody) = persons.iter().find(|it| !known(it)) {
                let detail = format!("neither party has enrolled `{nobody}`");
                return Err(Refusal::new(Reason::WrongAudience, detail));
            }
        }
        if let Act::BodyErased(act) = act {
            return self.may_erase(act);
        }
        if let Act::BodyRevealed(act) = act {
            self.may_reveal(asking.by, act)?;
        }
        if *audience == Audience::Joint { Ok(()) } else { kept_apart(asking, act) }
    }

    // Who may read it may show it, and those who may read it hear of that.
    fn may_reveal(&self, by: &PersonId, act: &BodyRevealed) -> Result<(), Refusal> {
        let no = |reason, detail: &str| Err(Refusal::new(reason, detail));
        let line = self.statement_of(&(act.ledger.clone(), act.statement));
        let Some(line) = line.filter(|line| line.entry.act.is_some()) else {
            return no(Reason::UnknownStatement, "no body of such a statement is here");
        };
        let may = match &line.entry.audience {
            Audience::Named(persons) => persons.contains(by) || line.entry.by == *by,
            Audience::Own | Audience::Joint => true,
        };
        if !may {
            return no(Reason::UnknownStatement, "no body of such a statement is here");
        }
        if hears(&line.entry) == act.readers {
            return Ok(());
        }
        no(Reason::WrongAudience, "who may read the body hears that it was shown")
    }

    fn may_erase(&self, act: &BodyErased) -> Result<(), Refusal> {
        let ledger = act.ledger.as_ref().unwrap_or(self.own.party());
        let place = (ledger.clone(), act.statement);
        let unknown = || {
            let detail = format!("`{ledger}` has no statement {}", act.statement);
            Refusal::new(Reason::UnknownStatement, detail)
        };
        let entry = &self.statement_of(&place).ok_or_else(unknown)?.entry;
        erasable(entry.number, &entry.audience)?;
        if self.erasures.by(self.side(), &place) {
            return Err(Refusal::new(Reason::AlreadyExists, "it is erased here already"));
        }
        // Whoever answers an old statement says what that said.
        if !self.erasures.of(&place).is_empty() {
            return Ok(());
        }
        let unruled = || Refusal::new(Reason::BadText, "say under which rule it is erased");
        act.rule.map(|_| ()).ok_or_else(unruled)
    }

    /// Erases what the ledgers say is to be erased here: the body with its salt, for good.
    pub(crate) fn obey(&mut self) -> Result<(), Fault> {
        let keep = |cause| Fault::Keep { what: "an erasure", cause };
        for place in self.erasures.hand_out() {
            let Some(line) = self.statement_of(&place) else { continue };
            let (index, party) = (line.entry.index, &place.0);
            if erasable(line.entry.number, &line.entry.audience).is_err() {
                continue;
            }
            let lies = self.store.read(party, index, 1).map_err(keep)?;
            let missing: BTreeSet<u64> =
                self.store.missing_bodies(party, u32::MAX).map_err(keep)?.into_iter().collect();
            if lies.iter().any(|kept| kept.body.is_some()) || missing.contains(&index) {
                self.store.erase_body(party, index).map_err(keep)?;
            }
            // A part that waits may bring it again: such a part is brought again itself.
            for key in self.store.keys(WAITING).map_err(keep)? {
                if first_of(&key).is_some_and(|first| first <= index) {
                    self.store.delete(&key).map_err(keep)?;
                }
            }
            let own = party == self.own.party();
            let ledger = if own { Some(&mut self.own) } else { self.peer.as_mut() };
            if let Some(ledger) = ledger {
                ledger.forget(index);
            }
        }
        Ok(())
    }

    /// Takes a body that came after its entry was read, and on which no state rests.
    pub(crate) fn learn(&mut self, index: u64, body: &[u8]) {
        let Some(peer) = &mut self.peer else { return };
        let kept = self.store.read(peer.party(), index, 1).ok().and_then(|mut kept| kept.pop());
        let header = kept.and_then(|kept| parse(&kept.entry).ok()).map(|it| it.header);
        if let Some(act) = header.and_then(|header| open(&header, body).ok()) {
            peer.learn(index, act);
        }
    }

    /// Bodies of the counterpart's that are for us and have not come: the first of them.
    pub(crate) fn lacks(&self) -> Option<u64> {
        let (peer, ours) = (self.peer.as_ref()?, self.own.party());
        peer.lacking().find(|index| {
            let entry = usize::try_from(*index).ok().and_then(|at| peer.lines().get(at));
            entry.is_some_and(|line| {
                let place = line.entry.id.map(|id| (peer.party().clone(), id));
                let gone = place.is_some_and(|it| self.erasures.is_gone((ours, self.side()), &it));
                !gone && self.may_have(&line.entry.audience, ours)
            })
        })
    }

    /// Erases letters that have been kept for as long as the agreement lets, and answers the
    /// other party's erasures.
    pub(crate) fn erase_due(&mut self, now: Moment) -> Result<(), Fault> {
        let rules = self.state().agreements.values().filter_map(Agreement::rules);
        let retention = rules.filter_map(|rules| retention_ms(rules)).min();
        let mut due: Vec<BodyErased> = self.owed();
        if let Some(kept_ms) = retention {
            let before = now.plus_ms(-kept_ms);
            while due.len() < ERASED_A_TICK
                && let Some(statement) = self.erasures.overdue(before)
            {
                let reason = format!("kept for {} days", kept_ms / DAY_MS);
                let rule = Some(ErasureRule::Retention);
                due.push(BodyErased { statement, reason, ledger: None, rule });
            }
        }
        for act in due {
            if self.may_erase(&act).is_err() || self.refuses_itself(&act.clone().into()) {
                continue;
            }
            if let Err(Answer::Fault(fault)) = self.act_as_node(act) {
                return Err(*fault);
            }
        }
        Ok(())
    }

    // What the other party erased of its own and was for us too: we say that ours is gone.
    fn owed(&self) -> Vec<BodyErased> {
        let answer = |place: &Place| {
            let line = self.statement_of(place)?;
            self.may_have(&line.entry.audience, self.own.party()).then_some(())?;
            let told = self.erasures.of(place).first()?;
            let (ledger, reason) = (Some(place.0.clone()), told.reason.clone());
            Some(BodyErased { statement: place.1, reason, ledger, rule: told.rule })
        };
        self.erasures.owed().take(ERASED_A_TICK).filter_map(answer).collect()
    }
}

fn enrolled(ledger: &Ledger, person: &PersonId) -> bool {
    ledger.reader().keys().values().any(|enrolled| &enrolled.person == person)
}
