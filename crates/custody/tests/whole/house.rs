//! Two nodes in memory: a host of custodians, a guest of one root key.
use std::sync::Arc;

use custody::making::next;
use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Answer;
use ledger::outcome::Outcome;
use note::custody::{set as in_order, sign};
use note::key::SigningKey;
use note::statement::{Draft, Intent, Seen};
use store::memory::Memory;
use store::port::Store;
use strongbox::clock::{Clock, ManualClock};
use strongbox::dice::SeededDice;
use strongbox::node_keys::NodeKeys;
use words::act::{Act, KeyEnrolled, Names};
use words::alarm::AlarmNoted;
use words::audience::Audience;
use words::custody::{Custodians, Custody, Order, RootOrdered};
use words::hash::{Seed, StatementId};
use words::id::{AlarmId, PartyId, PersonId};
use words::moment::Moment;
use words::role::{Role, Side};

const DAY_MS: i64 = 86_400_000;

pub(crate) fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(&note::digest::sha256(name.as_bytes()).0)
}

pub(crate) fn root(id: &str) -> SigningKey {
    key(&format!("root of {id}"))
}

pub(crate) fn custodian(number: u8) -> SigningKey {
    key(&format!("custodian {number}"))
}

pub(crate) fn set(numbers: &[u8], threshold: u32) -> Custodians {
    in_order(numbers.iter().map(|it| custodian(*it).public()).collect(), threshold).unwrap()
}

fn seed(name: &str) -> Seed {
    Seed(note::digest::sha256(name.as_bytes()).0)
}

pub(crate) fn node_keys(name: &str) -> NodeKeys {
    NodeKeys::from_seed(&seed(name))
}

pub(crate) fn alarm(id: &str) -> Act {
    Act::AlarmNoted(AlarmNoted { alarm: AlarmId::new(id).unwrap() })
}

/// What a refusal says to people.
#[track_caller]
pub(crate) fn detail<T>(answer: Result<T, Answer>) -> String {
    match answer {
        Err(Answer::Refused(refusal)) => refusal.detail,
        Err(Answer::Fault(fault)) => panic!("{fault:?}"),
        Ok(_) => panic!("it is refused"),
    }
}

#[track_caller]
pub(crate) fn code<T>(answer: Result<T, Answer>) -> &'static str {
    match answer {
        Err(Answer::Refused(refusal)) => refusal.reasons.first().unwrap().code(),
        Err(Answer::Fault(fault)) => panic!("{fault:?}"),
        Ok(_) => panic!("it is refused"),
    }
}

pub(crate) struct House {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) host: Engine,
    pub(crate) guest: Engine,
    rolls: u64,
}

fn config(id: &str) -> Config {
    let other = if id == "host" { "guest" } else { "host" };
    Config {
        party: party(id),
        peer: Some((party(other), root(other).public())),
        heartbeat_every_ms: 10_000,
        positions_kept_ms: DAY_MS,
    }
}

fn world(clock: &Arc<ManualClock>, dice: u64, store: Memory) -> World {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let (store, dice) = (Box::new(store), Box::new(SeededDice::of(dice, "house")));
    World { store, clock, dice, roads: None }
}

fn founded(clock: &Arc<ManualClock>, id: &str, custody: Option<Custody>) -> Engine {
    let side = if id == "host" { Side::Host } else { Side::Guest };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: Vec::new(), custody };
    let rolls = if id == "host" { 1 } else { 2 };
    let world = world(clock, rolls, Memory::new());
    Engine::found(config(id), world, &seed(id), &root(id), founding).unwrap()
}

impl House {
    /// The host's root is two of three custodians, the guest's one key.
    pub(crate) fn new() -> Self {
        Self::held_by(Custody { custodians: set(&[1, 2, 3], 2), next: None })
    }

    pub(crate) fn held_by(custody: Custody) -> Self {
        // A week into the exercise's text.
        let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
        let host = founded(&clock, "host", Some(custody));
        let guest = founded(&clock, "guest", None);
        Self { clock, host, guest, rolls: 2 }
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The guest's root key enrols.
    pub(crate) fn enrol_guest(&mut self, name: &str, roles: &[Role]) {
        self.enrol_guest_by(&root("guest"), name, roles);
    }

    /// Whoever has a root key of the guest's enrols.
    pub(crate) fn enrol_guest_by(&mut self, by: &SigningKey, name: &str, roles: &[Role]) {
        let id: String = name.chars().filter(char::is_ascii_lowercase).collect();
        let enrolled = KeyEnrolled {
            person: PersonId::new(&format!("guest/{id}")).unwrap(),
            key: key(name).public(),
            roles: roles.to_vec(),
            until: self.clock.now().plus_ms(365 * DAY_MS),
        };
        self.guest.act(by, enrolled).unwrap();
    }

    /// The next order of the guest.
    pub(crate) fn order_guest(&mut self, order: Order, by: &[SigningKey]) {
        let mut ordered = next(&self.guest, order).unwrap().ordered;
        ordered.signatures = by.iter().map(|key| sign(&ordered.order, key)).collect();
        ordered.signatures.sort_by_key(|it| it.key);
        self.guest.submit_order(ordered).unwrap();
    }

    pub(crate) fn wait_days(&self, days: i64) {
        self.clock.set(self.clock.now().plus_ms(days * DAY_MS));
    }

    pub(crate) fn enrol(&self, name: &str, roles: &[Role]) -> Order {
        self.enrol_for(name, roles, 365)
    }

    pub(crate) fn enrol_for(&self, name: &str, roles: &[Role], days: i64) -> Order {
        Order::Enrol(KeyEnrolled {
            person: PersonId::new(&format!("host/{name}")).unwrap(),
            key: key(name).public(),
            roles: roles.to_vec(),
            until: self.clock.now().plus_ms(days * DAY_MS),
        })
    }

    /// The next order of the host, signed by these custodians.
    pub(crate) fn signed(&self, order: Order, by: &[u8]) -> RootOrdered {
        let mut ordered = next(&self.host, order).unwrap().ordered;
        ordered.signatures =
            by.iter().map(|number| sign(&ordered.order, &custodian(*number))).collect();
        ordered.signatures.sort_by_key(|it| it.key);
        ordered
    }

    /// Orders and submits; the reason of a no. `unsigned`, where signatures do not hold.
    pub(crate) fn order(&mut self, order: Order, by: &[u8]) -> Result<(), &'static str> {
        if let Err(custody::making::MakingError::Never(reason)) = next(&self.host, order.clone()) {
            return Err(reason.code());
        }
        let ordered = self.signed(order, by);
        match self.host.submit_order(ordered) {
            Ok(_) => Ok(()),
            Err(answer) => match code::<()>(Err(answer)) {
                "bad-signature" => Err("unsigned"),
                other => Err(other),
            },
        }
    }

    pub(crate) fn refused(&mut self, ordered: RootOrdered) -> &'static str {
        code(self.host.submit_order(ordered))
    }

    /// Without anybody's leave, as a stranger with the whole store would look at it.
    pub(crate) fn outcome(&self, index: u64) -> Option<Outcome> {
        let index = usize::try_from(index).unwrap();
        self.host.own().lines()[index].outcome.clone()
    }

    fn dump(engine: &Engine) -> Memory {
        let mut copy = Memory::new();
        for ledger in [Some(engine.own()), engine.peer()].into_iter().flatten() {
            let kept = engine.store().read(ledger.party(), 0, u32::MAX).unwrap();
            let new: Vec<_> = kept
                .iter()
                .map(|it| store::port::NewEntry { entry: &it.entry, body: it.body.as_deref() })
                .collect();
            copy.append(ledger.party(), 0, &new).unwrap();
        }
        for key in engine.store().keys("").unwrap() {
            copy.put(&key, &engine.store().get(&key).unwrap().unwrap()).unwrap();
        }
        copy
    }

    /// The host's node starts again with another seed over the same store.
    pub(crate) fn reopen(&mut self, name: &str) {
        self.rolls += 1;
        let world = world(&self.clock, self.rolls, Self::dump(&self.host));
        self.host = Engine::open(config("host"), world, &seed(name)).unwrap();
    }

    /// The guest's node starts with the host's newest entries, and without their bodies.
    pub(crate) fn guest_keeps_entries_alone(&mut self) {
        let mut store = Self::dump(&self.guest);
        let (host, known) = (party("host"), self.guest.peer_size());
        let entries = self.host.entries_from(known).unwrap();
        let new: Vec<_> =
            entries.iter().map(|entry| store::port::NewEntry { entry, body: None }).collect();
        store.append(&host, known, &new).unwrap();
        self.rolls += 1;
        let world = world(&self.clock, self.rolls, store);
        self.guest = Engine::open(config("guest"), world, &seed("guest")).unwrap();
    }

    /// The guest loses everything but its own ledger.
    pub(crate) fn forget_guest(&mut self) {
        self.guest = founded(&self.clock, "guest", None);
    }

    /// The host's node writes an act without asking anybody.
    pub(crate) fn force(&mut self, act: impl Into<Act>) {
        self.rolls += 1;
        let keys = node_keys("host");
        let intent = Intent {
            origin: party("host"),
            id: StatementId([u8::try_from(self.rolls).unwrap(); 16]),
            at: self.clock.now(),
            seen: Seen::default(),
            audience: Audience::Joint,
        };
        let salt = seed(&self.rolls.to_string());
        let drafted = Draft::new(intent, &act.into(), salt, &keys.node.public()).unwrap();
        let sealed = drafted.sign(&keys.node);
        let mut store = Self::dump(&self.host);
        let new = store::port::NewEntry { entry: &sealed.entry, body: Some(&sealed.body) };
        store.append(&party("host"), self.host.own().size(), &[new]).unwrap();
        let world = world(&self.clock, self.rolls, store);
        self.host = Engine::open(config("host"), world, &seed("host")).unwrap();
    }

    /// Each takes all that the other has.
    pub(crate) fn meet(&mut self) {
        mirror(&mut self.guest, &mut self.host);
        mirror(&mut self.host, &mut self.guest);
        mirror(&mut self.guest, &mut self.host);
        assert_eq!(self.host.state().hash(), self.guest.state().hash(), "two nodes, one state");
    }

    /// A stranger reads both ledgers; gives how many statements are void.
    pub(crate) fn audited(&mut self) -> u64 {
        self.host.publish_head().unwrap();
        let found = audit::stranger::audit(&self.host.export().unwrap()).unwrap();
        assert_eq!(found.state, self.host.state().hash());
        assert_eq!(found.diverged, []);
        found.void
    }
}

fn mirror(from: &mut Engine, to: &mut Engine) {
    from.publish_head().unwrap();
    let known = to.peer_size();
    let entries = from.entries_from(known).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or(known).min(known);
    let (bodies, _) = from.bodies_for(&to.config().party.clone(), wanted).unwrap();
    let mirrored = to.take_peer(&from.head_text().unwrap(), entries, bodies).unwrap();
    // Who has not read the other's founding knows no key of it yet.
    if from.peer_size() > 0 {
        from.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
    }
}
