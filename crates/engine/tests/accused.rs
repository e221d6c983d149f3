//! What a counterpart did to its ledger, as a convincing file.
#![cfg(test)]

use std::sync::Arc;

use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Fault;
use engine::peer::{Mirrored, PeerError};
use note::key::SigningKey;
use store::memory::Memory;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use tlog::accusation::{Accusation, Charge};
use tlog::policy::Policy;
use tlog::signed::SignedHead;
use tlog::vkey::Vkey;
use words::act::{KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{PartyId, PersonId};
use words::moment::Moment;
use words::role::{Role, Side};

const BEAT_MS: i64 = 10_000;

fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

fn root(id: &str) -> SigningKey {
    SigningKey::from_seed(&note::digest::sha256(id.as_bytes()).0)
}

// The same id, clock and dice give the same founding: two of them are one party that leads two
// lives.
fn found(id: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let other = if id == "host" { "guest" } else { "host" };
    let config = Config {
        party: party(id),
        peer: Some((party(other), root(other).public())),
        heartbeat_every_ms: BEAT_MS,
        positions_kept_ms: 86_400_000,
    };
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let world = World {
        store: Box::new(Memory::new()),
        clock,
        dice: Box::new(SeededDice::of(7, id)),
        roads: None,
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: Vec::new(), custody: None };
    let seed = Seed(note::digest::sha256(format!("node {id}").as_bytes()).0);
    Engine::found(config, world, &seed, &root(id), founding).unwrap()
}

fn write(engine: &mut Engine, person: &str) {
    let enrolled = KeyEnrolled {
        person: PersonId::new(person).unwrap(),
        key: root(person).public(),
        roles: vec![Role::Inspector],
        until: Moment::parse("2099-01-01T00:00:00Z").unwrap(),
    };
    engine.act(&root("host"), enrolled).unwrap();
}

struct Story {
    clock: Arc<ManualClock>,
    host: Engine,
    double: Engine,
    guest: Engine,
}

impl Story {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Moment::parse("2026-11-28T00:00:00Z").unwrap()));
        let (host, double) = (found("host", Side::Host, &clock), found("host", Side::Host, &clock));
        let guest = found("guest", Side::Guest, &clock);
        Self { clock, host, double, guest }
    }

    fn wait(&self, beats: i64) {
        self.clock.set(strongbox::clock::Clock::now(self.clock.as_ref()).plus_ms(beats * BEAT_MS));
    }

    // The guest lives through so many beats.
    fn guest_listens(&mut self, beats: i64) {
        for _ in 0..beats {
            self.wait(1);
            self.guest.tick().unwrap();
        }
    }

    // Every piece of evidence that the guest keeps holds for a stranger.
    #[track_caller]
    fn charges(&self) -> Vec<Charge> {
        let names = self.guest.accusations().unwrap();
        let read = names.iter().map(|name| {
            let text = self.guest.accusation(name).unwrap().unwrap();
            let read = Accusation::parse(&text).unwrap();
            read.verify().unwrap();
            assert_eq!(read.log, self.host.log_vkey());
            read.charge
        });
        read.collect()
    }
}

fn mirror(from: &mut Engine, to: &mut Engine, entries: u64) -> Result<Mirrored, PeerError> {
    from.publish_head().unwrap();
    let entries = from.entries_from(entries).unwrap();
    let (bodies, _) = from.bodies_for(&to.config().party.clone(), 0).unwrap();
    to.take_peer(&from.head_text().unwrap(), entries, bodies)
}

#[test]
fn two_lives_of_one_ledger_are_caught_whichever_is_longer() {
    for (first, second, charge) in
        [(2, 3, Charge::SplitView), (3, 2, Charge::SplitView), (2, 2, Charge::Equivocation)]
    {
        let mut story = Story::new();
        (0..first).for_each(|it| write(&mut story.host, &format!("host/one-{it}")));
        (0..second).for_each(|it| write(&mut story.double, &format!("host/other-{it}")));
        mirror(&mut story.host, &mut story.guest, 0).unwrap();
        assert_eq!(story.charges(), []);
        story.wait(1);
        let caught = mirror(&mut story.double, &mut story.guest, 0).unwrap_err();
        assert!(matches!(caught, PeerError::Misbehaved("fork")), "{caught}");
        assert_eq!(story.charges(), [charge], "{first} and {second}");
        assert!(story.guest.peer_is_broken());
    }
}

#[test]
fn a_ledger_that_takes_back_what_it_signed_is_caught() {
    let mut story = Story::new();
    write(&mut story.host, "host/one");
    mirror(&mut story.host, &mut story.guest, 0).unwrap();
    story.wait(1);
    let caught = mirror(&mut story.double, &mut story.guest, 0).unwrap_err();
    assert!(matches!(caught, PeerError::Misbehaved("rollback")), "{caught}");
    assert_eq!(story.charges(), [Charge::Rollback]);
}

#[test]
fn what_does_not_come_is_our_word_and_ends_when_it_comes() {
    let mut story = Story::new();
    mirror(&mut story.host, &mut story.guest, 0).unwrap();
    write(&mut story.host, "host/one");
    story.host.publish_head().unwrap();
    let head = SignedHead::parse(&story.host.head_text().unwrap()).unwrap();
    story.guest.note_withheld(&head);
    story.guest.tick().unwrap();
    assert_eq!((story.charges(), story.guest.silences()), (vec![], vec![]), "it may be slow");
    story.guest_listens(7);
    assert_eq!(story.charges(), [Charge::Withheld]);
    let told = story.guest.silences();
    assert_eq!(told.iter().map(|it| it.charge).collect::<Vec<_>>(), [Charge::Withheld]);
    story.host.publish_head().unwrap();
    let held = story.guest.peer_size();
    mirror(&mut story.host, &mut story.guest, held).unwrap();
    story.guest.tick().unwrap();
    assert_eq!(story.guest.silences(), [], "it came");
    assert_eq!(story.charges(), [Charge::Withheld], "and what was kept stays");
}

#[test]
fn a_counterpart_that_falls_silent_is_named() {
    let mut story = Story::new();
    mirror(&mut story.host, &mut story.guest, 0).unwrap();
    story.guest.tick().unwrap();
    story.guest_listens(9);
    assert_eq!(story.charges(), [Charge::Stale], "one file for one silence");
    assert_eq!(story.guest.silences().len(), 1);
    let held = story.guest.peer_size();
    mirror(&mut story.host, &mut story.guest, held).unwrap();
    assert_eq!(story.guest.silences(), []);
}

#[test]
fn a_node_that_slept_accuses_nobody_of_the_silence_that_it_slept_through() {
    let mut story = Story::new();
    mirror(&mut story.host, &mut story.guest, 0).unwrap();
    story.guest.tick().unwrap();
    for _ in 0..3 {
        story.wait(1_000);
        assert_eq!(story.guest.silences().len(), 0, "nobody has listened yet");
        story.guest.tick().unwrap();
        story.guest_listens(5);
        assert_eq!((story.charges(), story.guest.silences()), (vec![], vec![]));
    }
    story.guest_listens(1);
    assert_eq!(story.charges(), [Charge::Stale], "now it is the other's silence");
}

#[test]
fn a_strangers_head_withholds_nothing() {
    let mut story = Story::new();
    mirror(&mut story.host, &mut story.guest, 0).unwrap();
    let mut head = SignedHead::parse(&story.host.head_text().unwrap()).unwrap();
    head.head.size += 5;
    story.guest.note_withheld(&head);
    story.wait(20);
    let held = story.guest.peer_size();
    mirror(&mut story.host, &mut story.guest, held).unwrap();
    story.guest.tick().unwrap();
    assert_eq!(story.charges(), []);
}

#[test]
fn a_head_that_enough_witnesses_cosigned_is_the_one_to_show() {
    let mut story = Story::new();
    story.host.publish_head().unwrap();
    let witness = root("ombudsman");
    let vkey = Vkey::witness("ombudsman", &witness.public());
    let policy = Policy::parse(&format!("witness w {vkey}\nquorum w\n")).unwrap();
    let (mut head, _) = story.host.for_witnesses().unwrap();
    assert!(!story.host.take_witnessed(&head, &policy).unwrap());
    assert_eq!(story.host.head_to_show(Some(&policy)).unwrap(), None);
    head.cosign("ombudsman", &witness, Moment::parse("2026-11-28T00:00:01Z").unwrap());
    assert!(story.host.take_witnessed(&head, &policy).unwrap());
    write(&mut story.host, "host/one");
    story.host.publish_head().unwrap();
    assert_eq!(story.host.head_to_show(Some(&policy)).unwrap(), Some(head.clone()));
    let newest = story.host.head_to_show(None).unwrap().unwrap();
    assert_eq!(newest.head.size, head.head.size + 1);
    let strange = story.guest.take_witnessed(&head, &policy);
    assert!(strange.is_err(), "it is no head of the guest's");
}

#[test]
fn a_ledger_behind_its_witness_signs_nothing_more() {
    let mut story = Story::new();
    story.host.publish_head().unwrap();
    let size = story.host.own().size();
    story.host.witness_is_ahead("ombudsman", size);
    write(&mut story.host, "host/one");
    story.host.publish_head().unwrap();
    story.host.witness_is_ahead("ombudsman", size + 7);
    let behind = story.host.publish_head().unwrap_err();
    assert!(matches!(behind, Fault::Behind { .. }), "{behind}");
}
