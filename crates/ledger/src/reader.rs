//! Reads one ledger in order: whose key, which roles, is it new.

use std::collections::BTreeSet;

use note::canon;
use note::key::key_id;
use note::statement::{Body, Seen, Statement, open, parse};
use tlog::tree::Tree;
use words::act::Act;
use words::audience::Audience;
use words::custody::{Order, RootOrdered};
use words::hash::{Hash, KeyId, StatementId};
use words::id::{PartyId, PersonId};
use words::letter::stands_alone;
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::{Role, Side};

use crate::custody::{CARRIERS, Root};
use crate::keyring::{Enrolled, Keyring, anonymous};

/// The number of the act that custodians order.
const ORDERED: u16 = 80;

/// One entry, read: who did what, or why it is void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position in its ledger.
    pub index: u64,
    /// The side of its ledger.
    pub side: Side,
    /// Its id; `None` if it cannot be read.
    pub id: Option<StatementId>,
    /// When, never before the entry above it.
    pub at: Moment,
    /// What its author had seen of the other ledger.
    pub seen: Seen,
    /// By whom; the party itself where no key is known.
    pub by: PersonId,
    /// With which key; `None` where none is known.
    pub key: Option<KeyId>,
    /// With which roles.
    pub roles: Vec<Role>,
    /// The number of the act, from the header.
    pub number: u16,
    /// The audience.
    pub audience: Audience,
    /// The act, where the body is here.
    pub act: Option<Act>,
    /// Why it cannot act, found before the joint state was asked.
    pub void: Option<Reason>,
}

/// Must the fold wait for a body before it can go on?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// Nothing is missing.
    Entry(Box<Entry>),
    /// A joint body has not arrived yet: the joint state cannot pass this entry.
    WaitsForBody,
}

/// The reader of one ledger.
#[derive(Debug, Clone)]
pub struct Reader {
    party: PartyId,
    side: Option<Side>,
    ring: Keyring,
    ids: BTreeSet<StatementId>,
    size: u64,
    at: Moment,
    seen: Seen,
}

impl Reader {
    /// A reader at the start of a party's ledger. The side is what entry 0 says.
    pub fn new(party: PartyId) -> Self {
        Self {
            ring: Keyring::new(party.clone()),
            party,
            side: None,
            ids: BTreeSet::new(),
            size: 0,
            at: Moment::default(),
            seen: Seen::default(),
        }
    }

    /// The party whose ledger it is.
    pub fn party(&self) -> &PartyId {
        &self.party
    }

    /// The side, once entry 0 has been read.
    pub fn side(&self) -> Option<Side> {
        self.side
    }

    /// How many entries have been read.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The latest moment of an entry read so far.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// The most that this ledger says it has seen of the other.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The keys of this ledger, as far as it has been read.
    pub fn ring(&self) -> &Keyring {
        &self.ring
    }

    /// The keys, when no more is read.
    pub fn into_ring(self) -> Keyring {
        self.ring
    }

    /// The enrolled keys.
    pub fn keys(&self) -> &std::collections::BTreeMap<KeyId, Enrolled> {
        self.ring.keys()
    }

    /// A key that signs at that moment and at this position.
    pub fn signer(&self, key: &KeyId, at: Moment) -> Option<&Enrolled> {
        self.ring.signer(key, at)
    }

    /// Reads the next entry. `seen_holds` says whether the root that it saw is the root that
    /// the other ledger had at that size.
    pub fn read(&mut self, entry: &[u8], body: Option<&[u8]>, seen_holds: bool) -> Read {
        let Ok(statement) = parse(entry) else { return self.unreadable() };
        let waits = statement.header.audience == Audience::Joint
            && body.is_none()
            && !stands_alone(statement.header.act);
        let checked = self.check(statement, body, seen_holds);
        // Whose key carries an order, the order itself may say.
        let named = checked.number == ORDERED && checked.void == Some(Reason::UnknownKey);
        if waits && (checked.void.is_none() || named) {
            return Read::WaitsForBody;
        }
        self.take(&checked);
        Read::Entry(Box::new(checked))
    }

    fn unreadable(&mut self) -> Read {
        let entry = Entry {
            index: self.size,
            side: self.side.unwrap_or(Side::Guest),
            id: None,
            at: self.at,
            seen: self.seen.clone(),
            by: anonymous(&self.party),
            key: None,
            roles: Vec::new(),
            number: u16::MAX,
            audience: Audience::Own,
            act: None,
            void: Some(Reason::Malformed),
        };
        self.size += 1;
        Read::Entry(Box::new(entry))
    }

    fn check(&self, statement: Statement, body: Option<&[u8]>, seen_holds: bool) -> Entry {
        let act = body.map(|body| open(&statement.header, body));
        // A body that stays home says nothing here: all nodes must read a ledger alike.
        let joint = statement.header.audience == Audience::Joint;
        let (founder, body_opens) = match &act {
            Some(Ok(Act::PartyFounded(founded)))
                if self.size == 0 && joint && founded.party == self.party =>
            {
                (Some(founded), true)
            }
            Some(Ok(_)) | None => (None, true),
            Some(Err(_)) => (None, !joint || stands_alone(statement.header.act)),
        };
        let root = founder.and_then(|founded| founder_key(founded, statement.key));
        let ordered = match &act {
            Some(Ok(Act::RootOrdered(ordered))) if joint => Some(ordered),
            Some(_) | None => None,
        };
        let carrier = ordered.and_then(|act| self.carrier(act, statement.key));
        let signer = match founder {
            Some(_) => root.as_ref(),
            None => self.signer(&statement.key, statement.header.at).or(carrier.as_ref()),
        };
        // A ledger is founded once: whoever could found it again would name its own root.
        let founds = joint && matches!(act, Some(Ok(Act::PartyFounded(_))));
        let founded_well = if self.size == 0 { founder.is_some() } else { !founds };
        let header = &statement.header;
        let void = if header.origin != self.party {
            Some(Reason::Malformed)
        } else if !founded_well {
            Some(Reason::NotFounded)
        } else if self.ids.contains(&header.id) {
            Some(Reason::Replayed)
        } else if !seen_holds {
            Some(Reason::SeenMismatch)
        } else if self.out_of_time(header.at, header.seen.at) {
            Some(Reason::OutOfTime)
        } else if !body_opens {
            Some(Reason::BodyMissing)
        } else {
            verify(&statement, signer)
                .or_else(|| ordered.and_then(|act| self.carried(act, signer).err()))
        };
        let key = signer.map(|_| statement.key);
        let header = statement.header;
        Entry {
            index: self.size,
            side: founder.map(|founded| founded.side).or(self.side).unwrap_or(Side::Guest),
            id: Some(header.id),
            at: header.at.max(self.at),
            seen: furthest(&self.seen, &header.seen),
            by: signer.map_or_else(|| anonymous(&self.party), |key| key.person.clone()),
            key,
            roles: signer.map(|key| key.roles.clone()).unwrap_or_default(),
            number: header.act,
            audience: header.audience,
            act: act.and_then(Result::ok),
            void,
        }
    }

    // A clock may wander by the skew; more than that, against what its author had already
    // written or seen, is refused.
    fn out_of_time(&self, at: Moment, heard: Moment) -> bool {
        let late = at.plus_ms(CLOCK_SKEW_MAX_MS);
        late < self.at || late < heard
    }

    // Keys change by position: an enrolment serves from the next entry on.
    fn take(&mut self, entry: &Entry) {
        if let Some(id) = entry.id {
            self.ids.insert(id);
        }
        self.size += 1;
        if entry.void.is_some() {
            return;
        }
        self.at = entry.at;
        self.seen = entry.seen.clone();
        if entry.audience != Audience::Joint {
            return;
        }
        let Some(act) = &entry.act else { return };
        if let Act::PartyFounded(founded) = act {
            self.side = Some(founded.side);
        }
        self.ring.take(act, entry.key, &entry.roles, entry.index);
    }

    // Whoever may not carry an order changes no key by it: what the judge would refuse is void
    // before the keys are asked.
    fn carried(&self, act: &RootOrdered, signer: Option<&Enrolled>) -> Result<(), Reason> {
        let roles = signer.map_or(&[][..], |signer| &signer.roles);
        let may = roles.iter().any(|role| CARRIERS.contains(role));
        if may { self.ring.stands(act) } else { Err(Reason::NotYourRole) }
    }

    // An order's authority is in it, so that whoever has lost the node's key can still replace
    // it: the key that it names may carry it.
    fn carrier(&self, act: &RootOrdered, key: KeyId) -> Option<Enrolled> {
        let Order::ReplaceNode(to) = &act.order.order else { return None };
        let person = PersonId::new(&format!("{}/node", self.party)).ok()?;
        let until = Moment::from_ms(i64::MAX);
        (key_id(&to.node) == key).then(|| Enrolled::new(&to.node, person, vec![Role::Node], until))
    }
}

/// Is the root that an entry says it saw the root that the other ledger had? `None` if that
/// ledger is not known so far.
pub fn seen_holds(entry: &[u8], other: &Tree) -> Option<bool> {
    let Ok(statement) = parse(entry) else { return Some(true) };
    let seen = &statement.header.seen;
    if seen.size == 0 {
        return Some(seen.root == Hash([0; 32]));
    }
    other.root_at(seen.size).map(|root| root == seen.root)
}

/// Is the root of a head of its own ledger that a statement shows the root that this ledger had?
/// Whatever shows no head holds.
pub fn shown_holds(entry: &[u8], body: Option<&[u8]>, own: &Tree) -> bool {
    let Some(body) = body else { return true };
    let Ok(statement) = parse(entry) else { return true };
    // Most statements show none: their bodies are not opened twice. What stays at home is not
    // judged, as others could not.
    if statement.header.act != 96 || statement.header.audience != Audience::Joint {
        return true;
    }
    match open(&statement.header, body) {
        Ok(Act::WitnessQuorumShown(shown)) => own.root_at(shown.size) == Some(shown.root),
        Ok(_) | Err(_) => true,
    }
}

/// Is that the very body to which an entry commits? What it then says is for the reader.
pub fn belongs(entry: &[u8], body: &[u8]) -> bool {
    let Ok(statement) = parse(entry) else { return false };
    let body: Result<Body, _> = canon::decode(body);
    body.is_ok_and(|body| body.commitment() == statement.header.commitment)
}

fn founder_key(founded: &words::act::PartyFounded, signed_with: KeyId) -> Option<Enrolled> {
    Root::founded(founded)?;
    let person = PersonId::new(&format!("{}/root", founded.party)).ok()?;
    let until = Moment::from_ms(i64::MAX);
    (key_id(&founded.root) == signed_with)
        .then(|| Enrolled::new(&founded.root, person, vec![Role::Root], until))
}

fn verify(statement: &Statement, signer: Option<&Enrolled>) -> Option<Reason> {
    let Some(signer) = signer else { return Some(Reason::UnknownKey) };
    statement.check(&signer.verifier).err().map(|_| Reason::BadSignature)
}

fn furthest(known: &Seen, newer: &Seen) -> Seen {
    let furthest = if newer.size >= known.size { newer } else { known };
    Seen { at: known.at.max(newer.at), ..furthest.clone() }
}
