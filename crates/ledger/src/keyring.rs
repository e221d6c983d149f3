//! The keys of one ledger: enrolled, voided and replaced by position.

use std::collections::BTreeMap;

use note::hybrid::ML_DSA_PUBLIC_BYTES;
use note::key::{Verifier, key_id};
use words::act::{Act, Key, KeyEnrolled, KeyKind, KeyVoided, PartyFounded};
use words::custody::{NodeReplaced, Order, RootOrder, RootOrdered};
use words::hash::KeyId;
use words::id::{PartyId, PersonId};
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Role;

use crate::custody::{Root, sole};

/// Is that a key that can sign heads beside the node's?
pub fn is_head_key(key: &Key) -> bool {
    key.kind == KeyKind::MlDsa44
        && key.public.len() == ML_DSA_PUBLIC_BYTES
        && key.relying_party.is_none()
}

/// A key as its ledger enrolled it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The key.
    pub key: Key,
    /// Whose.
    pub person: PersonId,
    /// What it may sign.
    pub roles: Vec<Role>,
    /// It signs nothing from then on.
    pub until: Moment,
    /// The ledger position that enrolled it; it signs from the next one on.
    pub since: u64,
    /// The key that signed the enrolment; none where custodians ordered it, or the founding did.
    pub enrolled_by: Option<KeyId>,
    /// The ledger position from which it is void.
    pub voided_at: Option<u64>,
    /// The ledger position since which its statements are disowned, if they are.
    pub disowned_from: Option<u64>,
    pub(crate) verifier: Verifier,
}

impl Enrolled {
    /// A key that nothing has happened to yet; where it was enrolled is for the ring to say.
    pub(crate) fn new(key: &Key, person: PersonId, roles: Vec<Role>, until: Moment) -> Self {
        let (key, verifier) = (key.clone(), Verifier::new(key.clone()));
        let (since, enrolled_by, voided_at, disowned_from) = (0, None, None, None);
        Self { key, person, roles, until, since, enrolled_by, voided_at, disowned_from, verifier }
    }
}

/// The keys of one ledger as far as it has been read.
#[derive(Debug, Clone)]
pub struct Keyring {
    party: PartyId,
    keys: BTreeMap<KeyId, Enrolled>,
    root: Option<Root>,
    // Each key of the node and of the line, with the position that named it.
    nodes: Vec<(u64, Key)>,
    lines: Vec<(u64, Key)>,
    // By node: the key that it has named for heads, and where.
    heads: BTreeMap<KeyId, (u64, Key)>,
}

impl Keyring {
    /// No keys: before entry 0.
    pub(crate) fn new(party: PartyId) -> Self {
        let (keys, nodes, lines) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { party, keys, root: None, nodes, lines, heads: BTreeMap::new() }
    }

    /// Whose ledger it is.
    pub fn party(&self) -> &PartyId {
        &self.party
    }

    /// The keys by their short names.
    pub fn keys(&self) -> &BTreeMap<KeyId, Enrolled> {
        &self.keys
    }

    /// Who holds the root, once entry 0 has been read.
    pub fn root(&self) -> Option<&Root> {
        self.root.as_ref()
    }

    /// Every key that the node has had, with the position that named it, the newest last.
    pub fn nodes(&self) -> &[(u64, Key)] {
        &self.nodes
    }

    /// The key that signs heads of that size: the newest that an entry below it names.
    pub fn node_at(&self, size: u64) -> Option<&Key> {
        let named = self.nodes.iter().rev().find(|(index, _)| *index < size);
        named.map(|(_, key)| key)
    }

    /// The ML-DSA-44 key that signs heads of that size too, if their node has named one below.
    pub fn head_key_at(&self, size: u64) -> Option<&Key> {
        let (index, key) = self.heads.get(&key_id(self.node_at(size)?))?;
        (*index < size).then_some(key)
    }

    /// The keys that vouch for the node on the line, with the position that named each, the
    /// newest last; those before it were in nobody else's hands.
    pub fn lines(&self) -> &[(u64, Key)] {
        &self.lines
    }

    /// A key that signs at that moment, at the place that has been reached.
    pub fn signer(&self, key: &KeyId, at: Moment) -> Option<&Enrolled> {
        let enrolled = self.keys.get(key)?;
        (enrolled.voided_at.is_none() && at < enrolled.until).then_some(enrolled)
    }

    /// Why a key may not sign at a moment, and who can help.
    pub fn why_not(&self, key: &KeyId, at: Moment) -> String {
        let who = self.root.as_ref().map_or_else(
            || "the party's root".to_owned(),
            |root| match (root.custodians.threshold, root.custodians.keys.len()) {
                (_, 1) => "whoever holds the party's root key".to_owned(),
                (some, of) => format!("any {some} of the party's {of} custodians"),
            },
        );
        let Some(known) = self.keys.get(key) else {
            return format!("key {key} may not sign here: it is not enrolled; ask {who}");
        };
        let person = &known.person;
        match known.voided_at {
            Some(index) => format!(
                "key {key} of {person} was voided by statement {index}: {who} can have another one \
                 enrolled"
            ),
            None if known.until <= at => format!(
                "key {key} of {person} ran out at {}: {who} can have another one enrolled",
                known.until
            ),
            None => format!("key {key} may not sign here"),
        }
    }

    /// Does an order of custodians stand at the place that has been reached?
    pub fn stands(&self, act: &RootOrdered) -> Result<(), Reason> {
        let root = self.root.as_ref().ok_or(Reason::NotFounded)?;
        if act.order.party != self.party {
            return Err(Reason::StaleOrder);
        }
        root.stands(act)?;
        // One key that has voided itself orders nothing any more, and the reserve does.
        let takes_over = matches!(act.order.order, Order::Recover(_));
        if !takes_over && root.sole().is_some_and(|sole| self.is_void(sole)) {
            return Err(Reason::UnknownKey);
        }
        // A key that this ledger knows already is no new one: it may be void, or an officer's.
        let new = match &act.order.order {
            Order::ReplaceNode(to) => Some(&to.node),
            Order::Rotate(to) | Order::Recover(to) => sole(&to.custodians),
            Order::Enrol(_) | Order::Void(_) | Order::NameNext(_) | Order::Pair(_) => None,
        };
        let known = new.is_some_and(|key| self.keys.contains_key(&key_id(key)));
        if known { Err(Reason::BadOrder) } else { Ok(()) }
    }

    fn is_void(&self, key: &Key) -> bool {
        self.keys.get(&key_id(key)).is_some_and(|known| known.voided_at.is_some())
    }

    /// What a joint act that is not void does to the keys. An enrolment serves from the next
    /// entry on.
    pub(crate) fn take(&mut self, act: &Act, key: Option<KeyId>, roles: &[Role], index: u64) {
        let is_root = roles.contains(&Role::Root);
        if let Act::PartyFounded(founded) = act {
            self.found(founded);
        } else if let (Act::KeyEnrolled(act), true) = (act, is_root) {
            self.enrol(act, (key, index));
        } else if let (Act::KeyVoided(act), true) = (act, is_root) {
            self.void(act, index);
        } else if let Act::RootOrdered(act) = act {
            self.order(&act.order, index);
        } else if let (Act::HeadKeyNamed(act), Some(node)) = (act, key)
            && roles.contains(&Role::Node)
            && is_head_key(&act.key)
        {
            self.heads.entry(node).or_insert((index, act.key.clone()));
        }
    }

    fn found(&mut self, founded: &PartyFounded) {
        self.root = Root::founded(founded);
        self.lines = vec![(0, founded.root.clone())];
        self.nodes = vec![(0, founded.node.clone())];
        self.serve(&founded.node, (Role::Node, "node", 0));
        self.sole_root(0);
    }

    fn order(&mut self, order: &RootOrder, index: u64) {
        match &order.order {
            Order::Enrol(act) => self.enrol(act, (None, index)),
            Order::Void(act) => self.void(act, index),
            Order::ReplaceNode(to) => self.replace_node(to, index),
            Order::Rotate(_) | Order::Recover(_) => {
                let before = self.root.as_ref().and_then(Root::sole).map(key_id);
                if let Some(before) = before {
                    self.end(before, index);
                }
            }
            Order::NameNext(_) | Order::Pair(_) => {}
        }
        if let Some(root) = &mut self.root {
            root.follow(order, index);
        }
        self.sole_root(index);
    }

    // A root of one key signs statements by itself; several custodians only sign orders.
    fn sole_root(&mut self, index: u64) {
        if let Some(sole) = self.root.as_ref().and_then(Root::sole).cloned() {
            self.serve(&sole, (Role::Root, "root", index));
        }
    }

    fn serve(&mut self, key: &Key, (role, name, since): (Role, &str, u64)) {
        let person = PersonId::new(&format!("{}/{name}", self.party))
            .unwrap_or_else(|_| anonymous(&self.party));
        let enrolled = Enrolled::new(key, person, vec![role], Moment::from_ms(i64::MAX));
        self.keys.entry(key_id(key)).or_insert(Enrolled { since, ..enrolled });
    }

    fn enrol(&mut self, act: &KeyEnrolled, (enrolled_by, since): (Option<KeyId>, u64)) {
        let enrolled = Enrolled::new(&act.key, act.person.clone(), act.roles.clone(), act.until);
        // An enrolment never brings a voided key back.
        let enrolled = Enrolled { since, enrolled_by, ..enrolled };
        self.keys.entry(key_id(&act.key)).or_insert(enrolled);
    }

    fn void(&mut self, act: &KeyVoided, index: u64) {
        self.end(act.key, index);
        if let Some(since) = act.since {
            self.disown(act.key, (since, index));
        }
    }

    fn replace_node(&mut self, to: &NodeReplaced, index: u64) {
        if let Some((_, before)) = self.nodes.last() {
            let before = key_id(before);
            self.end(before, index);
            if let Some(since) = to.since {
                self.disown(before, (since, index));
            }
        }
        self.nodes.push((index, to.node.clone()));
        if let Some(line) = to.line.clone() {
            // What has the node's key has its certificate too.
            if to.since.is_some() {
                self.lines.clear();
            }
            self.lines.push((index, line));
        }
        self.serve(&to.node, (Role::Node, "node", index));
    }

    fn end(&mut self, key: KeyId, index: u64) {
        if let Some(enrolled) = self.keys.get_mut(&key) {
            enrolled.voided_at.get_or_insert(index);
        }
    }

    // What was enrolled by a key while it was in other hands goes with it, and so on.
    fn disown(&mut self, key: KeyId, (since, index): (u64, u64)) {
        let mut waiting = vec![(key, since)];
        while let Some((key, since)) = waiting.pop() {
            let Some(known) = self.keys.get_mut(&key) else { continue };
            if known.disowned_from.is_some_and(|before| before <= since) {
                continue;
            }
            known.voided_at.get_or_insert(index);
            known.disowned_from = Some(since);
            let below = self
                .keys
                .iter()
                .filter(|(_, below)| below.enrolled_by == Some(key) && below.since >= since);
            waiting.extend(below.map(|(id, below)| (*id, below.since)));
        }
    }
}

/// Void statements have no author; the ledger's own name stands for him.
pub(crate) fn anonymous(party: &PartyId) -> PersonId {
    PersonId::new(party.as_str()).expect("a party's id is short enough to be a person's")
}
