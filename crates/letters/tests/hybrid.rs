//! Heads that two algorithms sign, where the agreement asks for them.
#![cfg(test)]

use std::sync::Arc;

use audit::stranger::audit;
use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Answer;
use engine::peer::PeerError;
use letters::heads::name;
use note::digest::sha256;
use note::hybrid::MlDsaKey;
use note::key::SigningKey;
use store::memory::Memory;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use strongbox::node_keys::NodeKeys;
use tlog::signed::SignedHead;
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::custody::{HeadKeyNamed, NodeReplaced, Order, RootOrder, RootOrdered};
use words::hash::Seed;
use words::id::{AgreementId, PartyId, PersonId};
use words::moment::Moment;
use words::refusal::Reason;
use words::role::{Role, Side};

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");

fn key(of: &str) -> SigningKey {
    SigningKey::from_seed(&sha256(of.as_bytes()).0)
}

fn seed(of: &str) -> Seed {
    Seed(sha256(of.as_bytes()).0)
}

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn config(id: &str) -> Config {
    let other = if id == "host" { "guest" } else { "host" };
    Config {
        party: PartyId::new(id).unwrap(),
        peer: Some((PartyId::new(other).unwrap(), key(&format!("{other}/root")).public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    }
}

fn found(id: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let clock = Arc::<ManualClock>::clone(clock);
    let store = Box::new(Memory::new());
    let world = World { store, clock, dice: Box::new(SeededDice::of(7, id)), roads: None };
    let officer = KeyEnrolled {
        person: PersonId::new(&format!("{id}/officer")).unwrap(),
        key: key(&format!("{id}/officer")).public(),
        roles: vec![Role::Signatory],
        until: at("2030-01-01T00:00:00Z"),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![officer], custody: None };
    let root = key(&format!("{id}/root"));
    Engine::found(config(id), world, &seed(&format!("{id}/node")), &root, founding).unwrap()
}

struct Story {
    clock: Arc<ManualClock>,
    host: Engine,
    guest: Engine,
    signs: AgreementSigned,
}

fn shown(from: &mut Engine, to: &mut Engine, head: &str) -> Result<Option<String>, PeerError> {
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    to.take_peer(head, entries, bodies).map(|mirrored| mirrored.cosigned)
}

fn mirror(from: &mut Engine, to: &mut Engine) -> Result<(), PeerError> {
    let Some(head) = from.head_text() else { return Ok(()) };
    let cosigned = shown(from, to, &head)?;
    if from.peer_size() > 0 {
        from.take_cosigned(&cosigned.unwrap())?;
    }
    Ok(())
}

fn lines(engine: &Engine) -> usize {
    SignedHead::parse(&engine.head_text().unwrap()).unwrap().lines.len()
}

// The head as a node without the second key would have signed it.
fn stripped(engine: &Engine) -> String {
    let mut head = SignedHead::parse(&engine.head_text().unwrap()).unwrap();
    let late = head.lines.iter().position(|line| line.signature.len() > 2_000).unwrap();
    head.lines.remove(late);
    head.text()
}

impl Story {
    // A text that asks for hybrid heads lies on the table of both.
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(at("2024-10-02T06:00:00Z")));
        let host = found("host", Side::Host, &clock);
        let guest = found("guest", Side::Guest, &clock);
        let terms = "decide_within_hours = 24\nhybrid_heads = true\n";
        let text = AGREEMENT.replacen("decide_within_hours = 24\n", terms, 1);
        let agreement = AgreementId::new("karachi-exercise").unwrap();
        let signs =
            AgreementSigned { agreement: agreement.clone(), text: article::root::root(&text) };
        let mut story = Self { clock, host, guest, signs };
        story.sync();
        story.host.act(&key("host/officer"), AgreementProposed { agreement, text }).unwrap();
        story.sync();
        story
    }

    fn wait(&mut self) {
        let now = self.host.now();
        self.clock.set(now.plus_ms(60_000));
        self.host.tick().unwrap();
        self.guest.tick().unwrap();
    }

    fn sync(&mut self) {
        for _ in 0..4 {
            self.host.tick().unwrap();
            self.guest.tick().unwrap();
            mirror(&mut self.host, &mut self.guest).unwrap();
            mirror(&mut self.guest, &mut self.host).unwrap();
        }
        assert_eq!(self.host.fold().hash(), self.guest.fold().hash(), "one joint state");
    }

    fn in_force(&mut self) {
        for engine in [&mut self.host, &mut self.guest] {
            assert!(name(engine, true).unwrap());
        }
        self.sync();
        self.host.act(&key("host/officer"), self.signs.clone()).unwrap();
        self.sync();
        self.guest.act(&key("guest/officer"), self.signs.clone()).unwrap();
        self.sync();
    }
}

fn no(answer: Result<impl std::fmt::Debug, Answer>) -> Vec<Reason> {
    match answer {
        Err(Answer::Refused(refusal)) => refusal.reasons,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn a_text_that_asks_for_two_signatures_is_signed_by_nodes_that_have_both() {
    let mut story = Story::new();
    let officer = key("host/officer");
    assert_eq!(no(story.host.act(&officer, story.signs.clone())), [Reason::HeadKeyMissing]);
    assert!(!name(&mut story.host, false).unwrap(), "nobody has asked yet");
    let alone = lines(&story.host);
    assert!(name(&mut story.host, true).unwrap());
    assert!(!name(&mut story.host, true).unwrap(), "once");
    story.sync();
    assert_eq!(lines(&story.host), alone + 1);
    story.host.act(&officer, story.signs.clone()).unwrap();
    story.sync();
    // The guest's node has named none: its heads are taken until the text is in force.
    assert_eq!(
        no(story.guest.act(&key("guest/officer"), story.signs.clone())),
        [Reason::HeadKeyMissing]
    );
}

#[test]
fn in_force_a_head_without_its_second_signature_is_not_cosigned() {
    let mut story = Story::new();
    story.in_force();
    story.wait();
    let bare = stripped(&story.guest);
    let before = story.host.peer().unwrap().head().unwrap().clone();
    let told = shown(&mut story.guest, &mut story.host, &bare).unwrap_err();
    assert!(matches!(told, PeerError::Single), "{told}");
    assert!(told.to_string().contains("hybrid_heads"), "{told}");
    assert_eq!(story.host.peer().unwrap().head().unwrap(), &before, "it counts for nothing");
    assert!(story.host.peer_is_single().is_some(), "named on the console");
    // Forged: a line by another ML-DSA-44 key, or one byte of the right one.
    let mut other = SignedHead::parse(&bare).unwrap();
    other.cosign_ml_dsa("guest", &MlDsaKey::from_seed(&[9; 32]), story.guest.now());
    let told = shown(&mut story.guest, &mut story.host, &other.text()).unwrap_err();
    assert!(matches!(told, PeerError::Single), "{told}");
    let mut broken = SignedHead::parse(&story.guest.head_text().unwrap()).unwrap();
    let late = broken.lines.iter().position(|line| line.signature.len() > 2_000).unwrap();
    broken.lines[late].signature[100] ^= 1;
    let told = shown(&mut story.guest, &mut story.host, &broken.text()).unwrap_err();
    assert!(matches!(told, PeerError::Single), "{told}");
    // The whole head is taken, and the complaint goes.
    story.sync();
    assert_eq!(story.host.peer_is_single(), None);
    for engine in [&story.host, &story.guest] {
        let found = audit(&engine.export().unwrap()).unwrap();
        assert!(found.single.is_empty() && found.broken().is_empty(), "{found:?}");
    }
}

#[test]
fn a_node_names_its_key_once_and_a_new_node_its_own() {
    let mut story = Story::new();
    story.in_force();
    let other = HeadKeyNamed { key: MlDsaKey::from_seed(&[9; 32]).public() };
    assert_eq!(no(story.guest.act_as_node(other)), [Reason::AlreadyExists]);
    let plain = HeadKeyNamed { key: key("plain").public() };
    assert_eq!(no(story.host.act_as_node(plain)), [Reason::UnknownKey]);
    story.sync();
    // The root orders another node; until that has named its own key its heads count for nothing.
    let keys = NodeKeys::from_seed(&seed("guest/node/2"));
    let to = NodeReplaced {
        node: keys.node.public(),
        sealing: keys.sealing.public(),
        line: None,
        since: None,
    };
    let serial = story.guest.own().reader().ring().root().unwrap().serial;
    let party = PartyId::new("guest").unwrap();
    let order = RootOrder { party, version: 1, serial, order: Order::ReplaceNode(to) };
    let signatures = vec![note::custody::sign(&order, &key("guest/root"))];
    let ordered = RootOrdered { order, signatures };
    let store = std::mem::replace(&mut story.guest, found("guest", Side::Guest, &story.clock));
    let store = Box::new(copy(&store));
    let clock = Arc::<ManualClock>::clone(&story.clock);
    let world = World { store, clock, dice: Box::new(SeededDice::of(8, "guest")), roads: None };
    story.guest = Engine::open(config("guest"), world, keys).unwrap();
    story.guest.submit_order(ordered).unwrap();
    story.wait();
    let told = mirror(&mut story.guest, &mut story.host).unwrap_err();
    assert!(matches!(told, PeerError::Single), "{told}");
    assert!(name(&mut story.guest, false).unwrap(), "the agreement asks for it");
    story.wait();
    // The host learns the new node before it takes a cosignature of it.
    shown_all(&mut story.guest, &mut story.host);
    story.sync();
    assert_eq!(story.host.peer_is_single(), None);
}

fn shown_all(from: &mut Engine, to: &mut Engine) {
    let head = from.head_text().unwrap();
    assert!(shown(from, to, &head).unwrap().is_some(), "taken and cosigned");
}

// What a node keeps, as a new one finds it.
fn copy(engine: &Engine) -> Memory {
    use store::port::{NewEntry, Store};
    let mut copy = Memory::new();
    for party in ["guest", "host"].map(|id| PartyId::new(id).unwrap()) {
        let kept = engine.store().read(&party, 0, 10_000).unwrap();
        let entries: Vec<NewEntry<'_>> =
            kept.iter().map(|it| NewEntry { entry: &it.entry, body: it.body.as_deref() }).collect();
        copy.append(&party, 0, &entries).unwrap();
    }
    for name in engine.store().keys("").unwrap() {
        let value = engine.store().get(&name).unwrap().unwrap();
        copy.put(&name, &value).unwrap();
    }
    copy
}

#[test]
fn nothing_changes_where_nobody_asks() {
    let clock = Arc::new(ManualClock::at(at("2024-10-02T06:00:00Z")));
    let mut host = found("host", Side::Host, &clock);
    let before = host.state().parties.len();
    host.tick().unwrap();
    assert_eq!((lines(&host), before), (2, 1));
    assert!(!name(&mut host, false).unwrap());
    let acts: Vec<Option<Act>> =
        host.own().lines().iter().map(|line| line.entry.act.clone()).collect();
    assert!(acts.iter().flatten().all(|act| !matches!(act, Act::HeadKeyNamed(_))));
}
