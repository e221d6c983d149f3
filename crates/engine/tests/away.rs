//! A node whose token was taken out reads and hears on, and signs nothing.
#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::engine::{Config, Engine, Founding, World};
use engine::fault::{Answer, Fault, chain};
use note::digest::sha256;
use note::key::{Elsewhere, KeyAway, SigningKey};
use store::memory::Memory;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use strongbox::node_keys::NodeKeys;
use words::act::{KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{PartyId, PassId, PersonId};
use words::letter::LetterSent;
use words::moment::Moment;
use words::role::{Role, Side};

// A key that can be taken out.
struct Token {
    key: SigningKey,
    away: Arc<AtomicBool>,
}

impl Elsewhere for Token {
    fn public(&self) -> [u8; 32] {
        self.key.public().public.try_into().unwrap()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway> {
        if self.away.load(Ordering::Relaxed) {
            return Err(KeyAway { key: self.key.id(), why: "no token in any slot".to_owned() });
        }
        Ok(self.key.sign(message))
    }
}

fn key(of: &str) -> SigningKey {
    SigningKey::from_seed(&sha256(of.as_bytes()).0)
}

fn found(id: &str, side: Side, clock: &Arc<ManualClock>, away: &Arc<AtomicBool>) -> Engine {
    let other = if id == "host" { "guest" } else { "host" };
    let config = Config {
        party: PartyId::new(id).unwrap(),
        peer: Some((PartyId::new(other).unwrap(), key(&format!("{other}/root")).public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    };
    let store = Box::new(Memory::new());
    let clock = Arc::<ManualClock>::clone(clock);
    let world = World { store, clock, dice: Box::new(SeededDice::of(7, id)), roads: None };
    let officer = KeyEnrolled {
        person: PersonId::new(&format!("{id}/officer")).unwrap(),
        key: key(&format!("{id}/officer")).public(),
        roles: vec![Role::Signatory, Role::WatchOfficer],
        until: Moment::parse("2030-01-01T00:00:00Z").unwrap(),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![officer], custody: None };
    let mut keys = NodeKeys::from_seed(&Seed(sha256(format!("{id}/node").as_bytes()).0));
    let held = Token { key: keys.node.clone(), away: Arc::clone(away) };
    keys.node = SigningKey::held(Arc::new(held));
    Engine::found(config, world, keys, &key(&format!("{id}/root")), founding).unwrap()
}

fn mirror(from: &mut Engine, to: &mut Engine) -> Option<String> {
    let head = from.head_text()?;
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    to.take_peer(&head, entries, bodies).unwrap().cosigned
}

fn letter(words: &str) -> LetterSent {
    let readers = words::audience::Audience::Joint;
    LetterSent { readers, subject: "s".into(), words: words.into(), about: None }
}

#[test]
#[expect(clippy::cognitive_complexity, reason = "one story, told in order")]
fn a_node_without_its_key_hears_on_and_witnesses_nothing() {
    let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
    let (here, away) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let mut host = found("host", Side::Host, &clock, &here);
    let mut guest = found("guest", Side::Guest, &clock, &away);
    for _ in 0..3 {
        host.tick().unwrap();
        guest.tick().unwrap();
        mirror(&mut host, &mut guest);
        mirror(&mut guest, &mut host);
    }
    // Whose key is elsewhere works out the numbers of a strip all the same, and both the same.
    let pass = PassId::new("p-1").unwrap();
    assert!(guest.hindrance().is_none() && guest.spoken(&pass).is_some());
    assert_eq!(guest.spoken(&pass), host.spoken(&pass));
    let (last, heads) = (guest.head_text().unwrap(), guest.own().size());
    away.store(true, Ordering::Relaxed);
    clock.set(host.now().plus_ms(120_000));

    // It signs no head and no act of its own, says why, and keeps nothing unsigned.
    let fault = guest.tick().unwrap_err();
    assert!(matches!(fault, Fault::Key(_)), "{fault}");
    let told = chain(&fault);
    assert!(told.starts_with("the node cannot sign: because: the key "), "{told}");
    assert!(told.ends_with("no token in any slot"), "{told}");
    assert!(matches!(guest.hindrance(), Some(Fault::Key(_))), "said to whoever asks");
    let noted = guest.act_as_node(letter("by the node"));
    assert!(matches!(noted, Err(Answer::Fault(_) | Answer::Refused(_))));
    assert_eq!((guest.head_text().unwrap(), guest.own().size()), (last, heads));
    assert!(guest.dead_passes().is_err() && guest.kit().is_none());

    // It mirrors what the host says, and gives no cosignature.
    host.act(&key("host/officer"), letter("heard all the same")).unwrap();
    host.tick().unwrap();
    let before = guest.peer().unwrap().cosigned();
    assert_eq!(mirror(&mut host, &mut guest), None);
    assert_eq!(guest.peer_size(), host.own().size());
    assert_eq!(guest.peer().unwrap().cosigned(), before);
    assert_eq!(mirror(&mut host, &mut guest), None, "taking it again keeps nothing twice");

    // An officer's own act is signed by the officer: it is kept, and waits for its head.
    guest.act(&key("guest/officer"), letter("by a person")).unwrap();
    assert!(guest.tick().is_err());
    assert_eq!(guest.own().size(), heads + 1);

    // Back: the next head covers it, and the host's is cosigned.
    away.store(false, Ordering::Relaxed);
    guest.tick().unwrap();
    assert!(guest.hindrance().is_none());
    clock.set(host.now().plus_ms(60_000));
    host.tick().unwrap();
    let cosigned = mirror(&mut host, &mut guest).expect("cosigned again");
    host.take_cosigned(&cosigned).unwrap();
    assert!(mirror(&mut guest, &mut host).is_some());
    assert_eq!(host.peer_size(), heads + 1);
    assert_eq!(host.fold().hash(), guest.fold().hash());
}
