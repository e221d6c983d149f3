//! Acts of persons: prepare what they sign, keep it durably, then apply.

use joint::asking::Asking;
use ledger::outcome::Outcome;
use ledger::reader::Entry;
use node::decide::{Setting, draft, record};
use node::fold::Fold;
use node::judge::cycle::at_home;
use node::judge::judge;
use node::review::Review;
use note::digest::sha256;
use note::key::SigningKey;
use note::statement::{Draft, Sealed, encode_act};
use store::port::NewEntry;
use tlog::tree::Tree;
use words::act::{Act, Key};
use words::alarm::answered;
use words::audience::Audience;
use words::custody::{Order, RootOrdered};
use words::hash::{Hash, KeyId, Seed, StatementId};
use words::id::{AgreementId, PersonId};
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;
use words::refusal::{Reason, Refusal};
use words::review::Circle;

use crate::engine::Engine;
use crate::fault::{Answer, Fault};
use crate::topic::Topic;
use ledger::held::Ledger;

/// A draft waits this long for its signature: a passkey ceremony with a colleague's question in
/// between takes minutes, not hours.
pub const DRAFT_KEPT_MS: i64 = 600_000;

/// Drafts that wait at once: every officer of a large desk with several open windows.
pub const DRAFTS_MAX: usize = 1_000;

/// What a person is asked to sign.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// SHA-256 of the bytes to sign; the name of the draft, and the challenge of a passkey.
    pub hash: Hash,
    /// The bytes to sign.
    pub to_sign: Vec<u8>,
    /// The act that will be signed.
    pub act: Act,
    /// Whose signature is awaited.
    pub by: PersonId,
    /// The key that must sign.
    pub key: Key,
}

/// A statement that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub statement: StatementId,
    /// Its place in our ledger.
    pub index: u64,
    /// What became of it in the joint state.
    pub outcome: Option<Outcome>,
}

/// A no, and who hears of it.
type Refused = (Refusal, Audience);

const fn to_both(refusal: Refusal) -> Refused {
    (refusal, Audience::Joint)
}

impl Engine {
    /// Asks the joint state, and drafts what the key must sign. A refusal is recorded.
    pub fn prepare(&mut self, by: KeyId, act: Act, audience: Audience) -> Result<Prepared, Answer> {
        let now = self.now();
        self.drafts.retain(|_, (_, _, at)| now.ms_since(*at) < DRAFT_KEPT_MS);
        if self.drafts.len() >= DRAFTS_MAX {
            return Err(
                Fault::Input("too many drafts wait for signatures; try again".into()).into()
            );
        }
        let (draft, by, key) = match self.draft(by, &act, audience) {
            Ok(drafted) => drafted,
            Err((refusal, hears)) => {
                self.record_refusal(by, &refusal, (&act, hears))?;
                return Err(refusal.into());
            }
        };
        let prepared =
            Prepared { hash: draft.hash(), to_sign: draft.to_sign.clone(), act, by, key };
        self.drafts.insert(prepared.hash, (draft, prepared.act.clone(), now));
        Ok(prepared)
    }

    /// Takes the signature for a draft: verified, judged again, durable, then applied.
    pub fn submit(&mut self, hash: Hash, signature: &[u8]) -> Result<Accepted, Answer> {
        let now = self.now();
        self.drafts.retain(|_, (_, _, at)| now.ms_since(*at) < DRAFT_KEPT_MS);
        let (draft, act, _) = self.drafts.get(&hash).cloned().ok_or_else(|| {
            Fault::Input("no draft of that name waits: prepare the act again".into())
        })?;
        let sealed = draft.seal(signature);
        let statement = note::statement::parse(&sealed.entry)
            .map_err(|cause| Refusal::new(Reason::BadSignature, cause.to_string()))?;
        let (key, audience) = (statement.key, statement.header.audience.clone());
        // A draft older than what the ledger now says would stand in it and be void.
        if statement.header.at.plus_ms(CLOCK_SKEW_MAX_MS) < self.own.reader().at() {
            let detail = "the ledger went on while the draft waited: prepare the act again";
            return Err(Refusal::new(Reason::OutOfTime, detail).into());
        }
        // The world may have moved while the person read: ask again.
        let (by, roles, public) = self.signer(key)?;
        statement
            .verify(&public)
            .map_err(|cause| Refusal::new(Reason::BadSignature, cause.to_string()))?;
        // Only a signature that holds spends the draft.
        self.drafts.remove(&hash);
        let asking = self.asking(&by, &roles);
        if let Err((refusal, hears)) = self.ask(&asking, &act, &audience) {
            self.record_refusal(key, &refusal, (&act, hears))?;
            return Err(refusal.into());
        }
        self.keep(vec![sealed]).map(|mut accepted| accepted.remove(0)).map_err(Answer::from)
    }

    /// Prepares, signs with a lent key, submits: for officers with file keys, and for tests.
    ///
    /// The act goes to whom it names, and to both parties if it names nobody.
    pub fn act(&mut self, key: &SigningKey, act: impl Into<Act>) -> Result<Accepted, Answer> {
        let act = act.into();
        let audience = act.audience();
        let prepared = self.prepare(key.id(), act, audience)?;
        let signature = key.sign(&prepared.to_sign);
        self.submit(prepared.hash, &signature)
    }

    /// The node itself carries out a timed act or records evidence.
    pub fn act_as_node(&mut self, act: impl Into<Act>) -> Result<Accepted, Answer> {
        let prepared = self.prepare(self.keys.node.id(), act.into(), Audience::Joint)?;
        let signature = self.keys.node.try_sign(&prepared.to_sign)?;
        self.submit(prepared.hash, &signature)
    }

    /// The node carries what custodians have ordered. A node that the order itself names need not
    /// be known before.
    pub fn submit_order(&mut self, ordered: RootOrdered) -> Result<Accepted, Answer> {
        let ours = self.keys.node.public();
        if !matches!(&ordered.order.order, Order::ReplaceNode(to) if to.node == ours) {
            return self.act_as_node(ordered);
        }
        self.own.reader().ring().stands(&ordered).map_err(Refusal::from)?;
        let setting = self.setting();
        let drafted = draft(self.at(), &ours, setting, Audience::Joint, &ordered.into())?;
        let sealed = drafted.try_sign(&self.keys.node)?;
        self.keep(vec![sealed]).map(|mut accepted| accepted.remove(0)).map_err(Answer::from)
    }

    /// Many acts by one lent key, each judged after the one before, all in one durable write.
    ///
    /// The first refusal or fault ends the batch before anything of it is kept.
    pub fn act_many(&mut self, key: &SigningKey, acts: &[Act]) -> Result<Vec<Accepted>, Answer> {
        let mut ahead = Ahead { fold: self.fold.clone(), taken: Vec::with_capacity(acts.len()) };
        let mut sealed = Vec::with_capacity(acts.len());
        for (index, act) in (self.own.size()..).zip(acts) {
            let (by, roles, public) = self.signer(key.id())?;
            let asking = self.asking(&by, &roles);
            self.apart(&asking, (act, &Audience::Joint))?;
            self.our_agencies_let_us(&asking, act)?;
            let draft = draft(self.at(), &public, self.setting(), Audience::Joint, act)?;
            let header = draft.header.clone();
            let entry = Entry {
                index,
                side: self.side(),
                id: Some(header.id),
                at: header.at,
                seen: header.seen,
                by,
                key: Some(key.id()),
                roles,
                number: header.act,
                audience: header.audience,
                act: Some(act.clone()),
                void: None,
            };
            // The fold asks the same judge as `decide`, with the entry's own words: once is enough.
            let outcome = ahead.fold.take(entry.clone());
            if let Outcome::Void(refusal) = outcome {
                return Err(refusal.into());
            }
            sealed.push(draft.sign(key));
            ahead.taken.push((entry, outcome));
        }
        self.keep_ahead(sealed, Some(ahead)).map_err(Answer::from)
    }

    fn draft(
        &mut self,
        by: KeyId,
        act: &Act,
        audience: Audience,
    ) -> Result<(Draft, PersonId, Key), Refused> {
        let (person, roles, key) = self.signer(by).map_err(to_both)?;
        let setting = self.setting();
        let asking = self.asking(&person, &roles);
        self.ask(&asking, act, &audience)?;
        let draft = draft(asking.at, &key, setting, audience, act).map_err(to_both)?;
        Ok((draft, person, key))
    }

    // What both parties hear is judged by the joint state, and what stays at home by what we
    // know there. Before we sign a text our own agencies are asked. A refusal is told to whom
    // the question concerns: what our agencies answer us is nobody else's business.
    fn ask(&self, asking: &Asking<'_>, act: &Act, audience: &Audience) -> Result<(), Refused> {
        let at_home_only = |refusal| (refusal, Audience::Own);
        self.apart(asking, (act, audience)).map_err(at_home_only)?;
        if *audience != Audience::Joint {
            let review = act.of_review().map(|id| self.review(id)).unwrap_or_default();
            return at_home(self.state(), &review, asking, act).map_err(at_home_only);
        }
        if act.circle() == Some(Circle::Internal) {
            return judge(self.state(), asking, act).map_err(at_home_only);
        }
        if let Act::RootOrdered(ordered) = act {
            let stands = self.own.reader().ring().stands(ordered);
            stands.map_err(|reason| to_both(reason.into()))?;
        }
        judge(self.state(), asking, act).map_err(to_both)?;
        self.our_agencies_let_us(asking, act).map_err(at_home_only)
    }

    fn our_agencies_let_us(&self, asking: &Asking<'_>, act: &Act) -> Result<(), Refusal> {
        let Act::AgreementSigned(act) = act else { return Ok(()) };
        let Some(known) = self.state().agreements.get(&act.agreement) else { return Ok(()) };
        self.review(&act.agreement).may_sign(&known.cycle, act.text, asking.at)
    }

    /// All that our party knows of the reviews of an agreement: our own ledger whole, and of
    /// the other what both may read.
    pub fn review(&self, agreement: &AgreementId) -> Review {
        let both = std::iter::once(&self.own).chain(self.peer.as_ref());
        let lines = both.flat_map(Ledger::lines);
        let heard =
            lines.filter(|line| matches!(line.outcome, Some(Outcome::Acted | Outcome::Silent)));
        Review::fold(agreement, heard.map(|line| &line.entry))
    }

    fn setting(&mut self) -> Setting {
        Setting {
            origin: self.config.party.clone(),
            seen: self.peer.as_ref().map(Ledger::seen).unwrap_or_default(),
            id: StatementId(self.dice.short()),
            salt: Seed(self.dice.roll()),
        }
    }

    /// Who asks, with our clock and our freshest knowledge of the other ledger.
    pub fn asking<'a>(&self, by: &'a PersonId, roles: &'a [words::role::Role]) -> Asking<'a> {
        let heard = self.heard();
        let (index, seen) = (self.own.size(), self.peer.as_ref().map_or(0, Ledger::folded_size));
        Asking { by, key: None, roles, side: self.side(), at: self.at(), heard, index, seen }
    }

    // Never before what our ledger already says, nor before what we have heard by more than
    // clocks may differ: a clock that was set back is held there.
    pub(crate) fn at(&self) -> Moment {
        let heard = self.heard().plus_ms(-CLOCK_SKEW_MAX_MS);
        self.now().max(self.own.reader().at()).max(heard)
    }

    pub(crate) fn heard(&self) -> Moment {
        self.peer.as_ref().map_or(Moment::default(), Ledger::heard)
    }

    fn signer(&self, key: KeyId) -> Result<(PersonId, Vec<words::role::Role>, Key), Refusal> {
        let enrolled = self.own.reader().signer(&key, self.now()).ok_or_else(|| {
            Refusal::new(Reason::UnknownKey, self.own.reader().ring().why_not(&key, self.now()))
        })?;
        Ok((enrolled.person.clone(), enrolled.roles.clone(), enrolled.key.clone()))
    }

    // Durable first: a crash after `append` is repaired by replay, a crash before it changed
    // nothing.
    pub(crate) fn keep(&mut self, sealed: Vec<Sealed>) -> Result<Vec<Accepted>, Fault> {
        self.keep_ahead(sealed, None)
    }

    fn keep_ahead(
        &mut self,
        sealed: Vec<Sealed>,
        ahead: Option<Ahead>,
    ) -> Result<Vec<Accepted>, Fault> {
        self.not_behind()?;
        let first = self.own.size();
        let entries: Vec<NewEntry<'_>> = sealed
            .iter()
            .map(|sealed| NewEntry { entry: &sealed.entry, body: Some(&sealed.body) })
            .collect();
        self.store
            .append(&self.config.party, first, &entries)
            .map_err(|cause| Fault::Keep { what: "a statement", cause })?;
        let count = sealed.len();
        for sealed in sealed {
            self.own.push(sealed.entry, Some(sealed.body));
        }
        self.set_mark();
        if let Some(ahead) = ahead {
            self.adopt(ahead);
        }
        self.settle();
        self.obey()?;
        self.after_change();
        let from = usize::try_from(first).unwrap_or(usize::MAX);
        let lines = self.own.lines().iter().skip(from).take(count);
        Ok(lines
            .map(|line| Accepted {
                statement: line.entry.id.unwrap_or(StatementId([0; 16])),
                index: line.entry.index,
                outcome: line.outcome.clone(),
            })
            .collect())
    }

    // What the reader makes of the kept bytes, signatures and all, is what was folded ahead:
    // then its fold is ours, and nothing is judged again. Else `settle` folds as ever.
    fn adopt(&mut self, ahead: Ahead) {
        let empty = Tree::default();
        self.own.read(self.peer.as_ref().map_or(&empty, Ledger::tree));
        if !self.own.unfolded().eq(ahead.taken.iter().map(|(entry, _)| entry)) {
            return;
        }
        self.fold = ahead.fold;
        for (entry, outcome) in ahead.taken {
            self.answered.extend(entry.act.as_ref().and_then(answered).cloned());
            self.erasures.take((&self.config.party, &self.config.party), &entry, &outcome);
            self.own.folded(outcome);
        }
    }

    fn record_refusal(
        &mut self,
        by: KeyId,
        refusal: &Refusal,
        (act, audience): (&Act, Audience),
    ) -> Result<(), Fault> {
        // Somebody without a key leaves no statement: the door is guarded elsewhere.
        let Ok((person, _, _)) = self.signer(by) else { return Ok(()) };
        let refused = record(refusal, &person, act, sha256(&encode_act(act)));
        let node = self.keys.node.public();
        let setting = self.setting();
        let drafted = draft(self.at(), &node, setting, audience, &Act::RefusalRecorded(refused));
        let Ok(draft) = drafted else { return Ok(()) };
        let sealed = draft.try_sign(&self.keys.node)?;
        self.keep(vec![sealed]).map(|_| ())
    }

    /// Tells the watch post and the console what the joint state now says.
    pub(crate) fn after_change(&mut self) {
        self.refresh_post();
        self.touch(&[
            Topic::Alarms,
            Topic::Movements,
            Topic::Consent,
            Topic::Agreement,
            Topic::Ledger,
            Topic::Headcount,
        ]);
    }
}

// A fold that went ahead of the store, and the entries that it took on the way.
struct Ahead {
    fold: Fold,
    taken: Vec<(Entry, Outcome)>,
}
