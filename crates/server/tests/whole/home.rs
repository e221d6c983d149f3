//! Two invented parties, a host and a guest, their keys.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use door::app::{App, Config as ServerConfig, Words};
use engine::engine::{Config, Engine, Founding, World};
use note::digest::sha256;
use note::key::SigningKey;
use store::memory::Memory;
use store::port::Store;
use strongbox::clock::{Clock, ExerciseClock};
use strongbox::dice::SeededDice;
use strongbox::keyfile::KeyFile;
use watch::people::{Enrolled, password_hash};
use words::act::{Key, KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{PartyId, PersonId, UnitId};
use words::moment::Moment;
use words::role::{Role, Side};

pub(crate) const PASSPHRASE: &str = "correct horse";
pub(crate) const PHONE: (&str, &str) = ("wlei", "128-random-bits");

pub(crate) fn seed(party: &str, purpose: &str) -> [u8; 32] {
    sha256(format!("{party}/{purpose}").as_bytes()).0
}

pub(crate) fn key(party: &str, purpose: &str) -> SigningKey {
    SigningKey::from_seed(&seed(party, purpose))
}

pub(crate) fn root(party: &str) -> Key {
    key(party, "root").public()
}

pub(crate) fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

pub(crate) fn officer(id: &str) -> PersonId {
    PersonId::new(&format!("{id}/officer")).unwrap()
}

pub(crate) fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(ExerciseClock::start(at("2024-10-02T06:00:00Z"), 1))
}

pub(crate) fn other(id: &str) -> &'static str {
    if id == "host" { "guest" } else { "host" }
}

pub(crate) fn config(id: &str) -> Config {
    Config {
        party: party(id),
        peer: Some((party(other(id)), root(other(id)))),
        heartbeat_every_ms: 10_000,
        positions_kept_ms: 86_400_000,
    }
}

pub(crate) fn world(id: &str, store: Box<dyn Store>, clock: &Arc<dyn Clock>) -> World {
    let dice = Box::new(SeededDice::of(7, id));
    World { store, clock: Arc::clone(clock), dice, roads: None }
}

pub(crate) fn found(id: &str, store: Box<dyn Store>, clock: &Arc<dyn Clock>) -> Engine {
    let side = if id == "host" { Side::Host } else { Side::Guest };
    let enrolled = KeyEnrolled {
        person: officer(id),
        key: key(id, "officer").public(),
        roles: vec![
            Role::Signatory,
            Role::ConsentOfficer,
            Role::WatchOfficer,
            Role::ProtectionLead,
        ],
        until: at("2030-01-01T00:00:00Z"),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![enrolled], custody: None };
    let world = world(id, store, clock);
    let seed = Seed(seed(id, "node"));
    Engine::found(config(id), world, &seed, &key(id, "root"), founding).unwrap()
}

pub(crate) fn in_memory(id: &str, clock: &Arc<dyn Clock>) -> Engine {
    found(id, Box::new(Memory::new()), clock)
}

/// A server whose officer has a key file and whose one protected person has a phone.
pub(crate) fn app(id: &str, mut engine: Engine) -> Arc<App> {
    engine.enrol(vec![Enrolled {
        unit: UnitId::new("p-07").unwrap(),
        kind: "protected".into(),
        label: "P 07".into(),
        phone: Some(PHONE.0.into()),
        password: Some(password_hash(PHONE.0, PHONE.1)),
        movement: None,
        task: None,
    }]);
    let mut dice = SeededDice::of(3, id);
    let file = KeyFile::seal(officer(id), &seed(id, "officer"), PASSPHRASE, &mut dice).unwrap();
    let config = ServerConfig {
        origin: "http://localhost:8443".into(),
        key_files: BTreeMap::from([(officer(id), file)]),
        root: Some(key(id, "root")),
        words: Words {
            page: |app, told, lang| {
                format!("<p>{} {} {}</p>", app.party(), lang.tag(), told.problem)
            },
            line: |told, _| told.problem.to_string(),
        },
    };
    App::new(engine, config).unwrap()
}

/// Waits for a condition, for far longer than it takes on a busy machine.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_mins(1), "never came true: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}
