//! Two nodes that share no network: one writes a stick, the other takes it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use carry::sealed::FileError;
use engine::carried::introduced as introduced_by;
use engine::engine::{Config, Engine, Founding, World};
use engine::peer::PeerError;
use note::digest::sha256;
use note::key::SigningKey;
use store::sqlite::Sqlite;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use words::act::{KeyEnrolled, Names};
use words::alarm::AlarmNoted;
use words::hash::Seed;
use words::id::{AlarmId, PartyId, PersonId};
use words::moment::Moment;
use words::role::{Role, Side};

/// Small parts, so that a short ledger makes many.
const SMALL: usize = 1_500;

struct Node {
    engine: Option<Engine>,
    id: &'static str,
    clock: Arc<ManualClock>,
    folder: Folder,
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("engine-carried-{}-{number}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

fn seed(of: &str, purpose: &str) -> [u8; 32] {
    sha256(format!("{of}/{purpose}").as_bytes()).0
}

fn config(id: &str) -> Config {
    let other = if id == "host" { "guest" } else { "host" };
    let root = SigningKey::from_seed(&seed(other, "root")).public();
    let peer = Some((party(other), root));
    Config { party: party(id), peer, heartbeat_every_ms: 60_000, positions_kept_ms: 86_400_000 }
}

impl Node {
    fn new(id: &'static str, side: Side, clock: &Arc<ManualClock>) -> Self {
        let folder = Folder::new();
        let mut node = Self { engine: None, id, clock: Arc::clone(clock), folder };
        let enrolled = KeyEnrolled {
            person: PersonId::new(&format!("{id}/officer")).unwrap(),
            key: node.officer().public(),
            roles: vec![Role::WatchOfficer],
            until: Moment::parse("2030-01-01T00:00:00Z").unwrap(),
        };
        let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
        let founding = Founding { names, side, officers: vec![enrolled], custody: None };
        let root = SigningKey::from_seed(&seed(id, "root"));
        let store = Sqlite::create(&node.folder.0.join("ledger.db")).unwrap();
        let world = node.world(store);
        let engine = Engine::found(config(id), world, &Seed(seed(id, "node")), &root, founding);
        node.engine = Some(engine.unwrap());
        node
    }

    fn world(&self, store: Sqlite) -> World {
        let clock: Arc<ManualClock> = Arc::clone(&self.clock);
        World {
            store: Box::new(store),
            clock,
            dice: Box::new(SeededDice::of(7, self.id)),
            roads: None,
        }
    }

    fn officer(&self) -> SigningKey {
        SigningKey::from_seed(&seed(self.id, "officer"))
    }

    fn engine(&mut self) -> &mut Engine {
        self.engine.as_mut().unwrap()
    }

    // The process ends and starts again.
    fn restart(&mut self) {
        self.engine = None;
        let store = Sqlite::open(&self.folder.0.join("ledger.db")).unwrap();
        let engine = Engine::open(config(self.id), self.world(store), &Seed(seed(self.id, "node")));
        self.engine = Some(engine.unwrap());
    }

    fn notes(&mut self, alarms: std::ops::Range<u32>) {
        let key = self.officer();
        for alarm in alarms {
            let alarm = AlarmId::new(&format!("{}-{alarm}", self.id)).unwrap();
            self.engine().act(&key, AlarmNoted { alarm }).unwrap();
        }
    }

    // Every part from a place on.
    fn write(&mut self, from: u64, bytes_most: usize) -> Vec<Vec<u8>> {
        let engine = self.engine();
        engine.tick().unwrap();
        let (mut from, mut files) = (from, Vec::new());
        loop {
            let written = engine.write_part(from, bytes_most).unwrap();
            from = written.after;
            files.push(written.file);
            // Only a founding is written before the other's has come.
            if written.after == written.promised || engine.peer_size() == 0 {
                return files;
            }
        }
    }

    fn bag(&mut self) -> Vec<Vec<u8>> {
        let from = self.engine().carry_from();
        self.write(from, engine::carried::PART_BYTES)
    }

    fn takes(&mut self, files: &[Vec<u8>]) {
        for file in files {
            self.engine().take_carried(file).unwrap();
        }
    }
}

fn pair() -> (Arc<ManualClock>, Node, Node) {
    let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
    let (host, guest) =
        (Node::new("host", Side::Host, &clock), Node::new("guest", Side::Guest, &clock));
    (clock, host, guest)
}

fn introduced() -> (Arc<ManualClock>, Node, Node) {
    let (clock, mut host, mut guest) = pair();
    guest.takes(&host.bag());
    host.takes(&guest.bag());
    guest.takes(&host.bag());
    (clock, host, guest)
}

fn later(clock: &ManualClock, minutes: i64) {
    use strongbox::clock::Clock;
    clock.set(clock.now().plus_ms(minutes * 60_000));
}

#[test]
fn two_nodes_that_share_no_network_come_to_one_state_that_both_have_witnessed() {
    let (clock, mut host, mut guest) = introduced();
    for day in 0..3 {
        later(&clock, 600);
        host.notes(day * 10..day * 10 + 5);
        guest.notes(day * 10..day * 10 + 7);
        guest.takes(&host.bag());
        host.takes(&guest.bag());
        guest.takes(&host.bag());
    }
    let (host, guest) = (host.engine(), guest.engine());
    assert_eq!(host.fold().sizes(), guest.fold().sizes(), "both have everything");
    assert_eq!(host.fold().hash(), guest.fold().hash(), "one joint state");
    assert_eq!(guest.own().cosigned(), guest.own().size(), "the host has witnessed it");
    assert_eq!(host.own().cosigned(), host.own().head().unwrap().head.size);
    assert!(host.fsck().unwrap().broken.is_empty());
    assert!(guest.fsck().unwrap().broken.is_empty());
}

#[test]
fn a_diode_carries_one_way_and_is_enough_for_whoever_receives() {
    let (clock, mut host, mut guest) = introduced();
    later(&clock, 5);
    host.notes(0..20);
    let from = guest.engine().peer_size();
    guest.takes(&host.write(from, SMALL));
    assert_eq!(guest.engine().peer_size(), host.engine().own().size());
    later(&clock, 5);
    host.notes(20..40);
    let from = guest.engine().peer_size();
    guest.takes(&host.write(from, SMALL));
    assert_eq!(guest.engine().peer_size(), host.engine().own().size());
    assert!(host.engine().own().cosigned() < host.engine().own().size(), "nothing came back");
}

#[test]
fn parts_are_taken_in_any_order_and_twice() {
    let (clock, mut host, mut guest) = introduced();
    later(&clock, 5);
    host.notes(0..30);
    let parts = host.write(0, SMALL);
    assert!(parts.len() > 6, "{} parts", parts.len());
    for order in 0..5_u8 {
        let mut shuffled: Vec<_> = parts.iter().chain(&parts).collect();
        shuffled.sort_by_key(|part| sha256(&[&[order], part.as_slice()].concat()).0);
        // Twice, so that the two copies of a part are apart.
        shuffled.rotate_left(usize::from(order) % parts.len());
        let (clock, _, mut other) = introduced();
        later(&clock, 5);
        for part in shuffled {
            other.engine().take_carried(part).unwrap();
        }
        let (ours, theirs) = (host.engine(), other.engine());
        assert_eq!(theirs.peer_size(), ours.own().size(), "order {order}");
        let carried = theirs.take_carried(parts.first().unwrap()).unwrap();
        assert_eq!(carried.waiting, 0, "nothing waits, order {order}");
        let wanted = theirs.peer().unwrap().tree().root();
        assert_eq!(wanted, ours.own().tree().root(), "order {order}");
    }
    guest.takes(&parts);
    assert_eq!(guest.engine().peer_size(), host.engine().own().size());
}

#[test]
fn a_part_that_comes_too_early_waits_over_a_restart() {
    let (clock, mut host, mut guest) = introduced();
    later(&clock, 5);
    host.notes(0..30);
    let from = guest.engine().peer_size();
    let parts = host.write(from, SMALL);
    let (missing, rest) = parts.split_first().unwrap();
    guest.takes(rest);
    assert_eq!(guest.engine().peer_size(), from, "nothing is taken over a gap");
    guest.restart();
    let carried = guest.engine().take_carried(missing).unwrap();
    assert_eq!((carried.waiting, carried.size), (0, host.engine().own().size()));
    guest.restart();
    assert_eq!(guest.engine().peer_size(), host.engine().own().size());
    let cosigned = guest.engine().peer().unwrap().cosigned();
    assert_eq!(cosigned, host.engine().own().size(), "what is whole is cosigned");
}

#[test]
fn a_ledger_that_shows_another_past_by_hand_is_caught_and_named() {
    let (clock, mut host, mut guest) = introduced();
    later(&clock, 5);
    // The same keys, another past: the host's folder was copied and both copies went on.
    let (other_clock, mut twin, _) = introduced();
    later(&other_clock, 6);
    host.notes(0..3);
    twin.notes(100..104);
    guest.takes(&host.bag());
    let from = guest.engine().peer_size() - 3;
    let caught = guest.engine().take_carried(twin.write(from, usize::MAX).first().unwrap());
    assert!(matches!(caught, Err(PeerError::Misbehaved("fork"))), "{caught:?}");
    assert!(guest.engine().state().misbehaved.contains_key(&party("host")));
    let after = guest.engine().take_carried(host.bag().first().unwrap());
    assert!(matches!(after, Err(PeerError::Misbehaved(_))), "{after:?}");
}

#[test]
fn a_lost_stick_tells_nobody_anything_and_a_changed_one_is_refused() {
    let (clock, mut host, mut guest) = introduced();
    later(&clock, 5);
    host.notes(0..3);
    let file = host.bag().remove(0);
    let own = host.engine().take_carried(&file);
    assert!(matches!(own, Err(PeerError::Carried(FileError::Seal(_)))), "{own:?}");
    for at in (0..file.len()).step_by(97) {
        let mut changed = file.clone();
        *changed.get_mut(at).unwrap() ^= 1;
        assert!(guest.engine().take_carried(&changed).is_err(), "byte {at}");
    }
    let cut = file.get(..file.len() - 1).unwrap();
    assert!(guest.engine().take_carried(cut).is_err());
    assert!(guest.engine().take_carried(b"holiday.jpg").is_err());
    guest.takes(&[file]);
}

#[test]
fn a_stranger_cannot_introduce_itself() {
    let (_, mut host, _) = pair();
    let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
    let mut stranger = Node::new("guest", Side::Guest, &clock);
    // Another root than the one that was paired.
    stranger.engine = None;
    let store = Sqlite::create(&stranger.folder.0.join("other.db")).unwrap();
    let names = Names { en: "x".into(), zh: "x".into(), ur: "x".into() };
    let founding = Founding { names, side: Side::Guest, officers: Vec::new(), custody: None };
    let root = SigningKey::from_seed(&seed("stranger", "root"));
    let node = Seed(seed("stranger", "node"));
    let world = stranger.world(store);
    stranger.engine = Some(Engine::found(config("guest"), world, &node, &root, founding).unwrap());
    let bag = stranger.bag();
    let (named, shown) = introduced_by(bag.first().unwrap()).unwrap();
    assert_eq!((named, &shown), (party("guest"), &root.public()), "as it says of itself");
    let refused = host.engine().take_carried(bag.first().unwrap());
    assert!(matches!(refused, Err(PeerError::WrongRoot)), "{refused:?}");
}
