//! A host on SQLite, its counterpart in memory, and what was told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, process};

use engine::engine::{Config, Engine, Founding, World};
use engine::fault::{Answer, Fault, chain};
use note::key::SigningKey;
use store::memory::{Image, Memory};
use store::port::{NewEntry, Store};
use store::sqlite::Sqlite;
use strongbox::clock::ManualClock;
use strongbox::dice::{Dice, SeededDice};
use words::act::{Act, KeyEnrolled, Names};
use words::alarm::{AlarmHandled, AlarmNoted};
use words::audience::Audience;
use words::hash::Seed;
use words::id::{AlarmId, PartyId, PersonId};
use words::moment::Moment;
use words::role::{Role, Side};

pub(crate) const START: Moment = Moment::from_ms(1_727_848_800_000);

/// What must be in no file once it is acknowledged as deleted.
pub(crate) const SECRET: &[u8] = b"where the convoy sleeps tonight";

/// A folder that is gone when the test is.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("fault-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.0.join("ledger.db")
    }

    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let listed = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        listed
            .filter(|path| path.is_file())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }

    pub(crate) fn clear(&self) {
        self.files().keys().for_each(|path| fs::remove_file(path).unwrap());
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

pub(crate) fn party(side: Side) -> PartyId {
    PartyId::new(match side {
        Side::Host => "host",
        Side::Guest => "guest",
    })
    .unwrap()
}

pub(crate) fn key(side: Side, of: &str) -> SigningKey {
    SigningKey::from_seed(&SeededDice::of(4, &format!("{}/{of}", party(side))).roll())
}

fn config(side: Side) -> Config {
    Config {
        party: party(side),
        peer: Some((party(side.other()), key(side.other(), "root").public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 3_600_000,
    }
}

fn world(side: Side, store: Box<dyn Store>, clock: &Arc<ManualClock>, start: u64) -> World {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let dice = SeededDice::of(start, &format!("{}/dice", party(side)));
    World { store, clock, dice: Box::new(dice), roads: None }
}

fn node_seed(side: Side) -> Seed {
    Seed(SeededDice::of(4, &format!("{}/node", party(side))).roll())
}

pub(crate) fn open(
    side: Side,
    store: Box<dyn Store>,
    clock: &Arc<ManualClock>,
    start: u64,
) -> Result<Engine, Fault> {
    Engine::open(config(side), world(side, store, clock, start), &node_seed(side))
}

pub(crate) fn found(
    side: Side,
    store: Box<dyn Store>,
    clock: &Arc<ManualClock>,
) -> Result<Engine, Fault> {
    let name = party(side).to_string();
    let officer = KeyEnrolled {
        person: PersonId::new(&format!("{name}/officer")).unwrap(),
        key: key(side, "officer").public(),
        roles: vec![Role::WatchOfficer, Role::Signatory],
        until: START.plus_ms(400 * 86_400_000),
    };
    let names = Names { en: name.clone(), zh: name.clone(), ur: name };
    let founding = Founding { names, side, officers: vec![officer], custody: None };
    let world = world(side, store, clock, 0);
    Engine::found(config(side), world, &node_seed(side), &key(side, "root"), founding)
}

/// Both nodes founded and mirrored: what every run begins from.
pub(crate) struct Base {
    pub(crate) host: BTreeMap<PathBuf, Vec<u8>>,
    pub(crate) guest: Image,
}

impl Base {
    /// Made on a sound disk in that folder, which is left as it is made.
    pub(crate) fn make(folder: &Folder) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let store = Sqlite::create(&folder.store()).unwrap();
        let mut host = found(Side::Host, Box::new(store), &clock).unwrap();
        let mut guest = found(Side::Guest, Box::new(Memory::new()), &clock).unwrap();
        for _ in 0..3 {
            hand(&mut host, &mut guest).unwrap();
            hand(&mut guest, &mut host).unwrap();
        }
        drop(host);
        let image = image(&guest);
        Self { host: folder.files(), guest: image }
    }

    pub(crate) fn lay(&self, folder: &Folder) {
        folder.clear();
        self.host.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    }
}

// What a node in memory keeps.
fn image(engine: &Engine) -> Image {
    let mut copy = Memory::new();
    let store = engine.store();
    for ledger in store.ledgers().unwrap() {
        for kept in store.read(&ledger, 0, u32::MAX).unwrap() {
            let new = NewEntry { entry: &kept.entry, body: kept.body.as_deref() };
            copy.append(&ledger, kept.index, &[new]).unwrap();
        }
    }
    for key in store.keys("").unwrap() {
        copy.put(&key, &store.get(&key).unwrap().unwrap()).unwrap();
    }
    copy.image()
}

/// Everything new of one node to the other, and its cosignature back.
pub(crate) fn hand(from: &mut Engine, to: &mut Engine) -> Result<(), String> {
    from.tick().map_err(|fault| chain(&fault))?;
    let Some(head) = from.head_text() else { return Ok(()) };
    let entries = from.entries_from(to.peer_size()).map_err(|fault| chain(&fault))?;
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let party = to.config().party.clone();
    let (bodies, _) = from.bodies_for(&party, wanted).map_err(|fault| chain(&fault))?;
    let mirrored = to.take_peer(&head, entries, bodies).map_err(|error| chain(&error))?;
    let Some(cosigned) = mirrored.cosigned.filter(|_| from.peer_size() > 0) else { return Ok(()) };
    from.take_cosigned(&cosigned).map(|_| ()).map_err(|error| chain(&error))
}

/// What the host has told somebody.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) mirrored: u64,
    pub(crate) values: BTreeMap<&'static str, Option<Vec<u8>>>,
    /// Steps that failed, with what was said.
    pub(crate) failed: Vec<(usize, String)>,
}

/// How many steps a day has.
pub(crate) const STEPS: usize = 11;

fn said(answer: Answer) -> String {
    match answer {
        Answer::Fault(fault) => chain(fault.as_ref()),
        Answer::Refused(refusal) => format!("refused: {refusal:?}"),
    }
}

fn alarm(n: usize) -> AlarmId {
    AlarmId::new(&format!("sos:v-{n}")).unwrap()
}

/// One step of a day at the host.
pub(crate) fn step(n: usize, host: &mut Engine, guest: &mut Engine) -> Result<(), String> {
    let officer = key(Side::Host, "officer");
    let noted = |n| Act::AlarmNoted(AlarmNoted { alarm: alarm(n) });
    let keep = |error: store::port::StoreError| chain(&error);
    match n {
        0 | 9 => host.act(&officer, noted(n)).map(|_| ()).map_err(said),
        1 | 6 | 10 => hand(host, guest),
        2 => {
            guest.act(&key(Side::Guest, "officer"), noted(n)).map_err(said)?;
            hand(guest, host)
        }
        3 => {
            let handled = AlarmHandled { alarm: alarm(3), action: "called".into() };
            let acts = [noted(3), Act::AlarmHandled(handled), noted(4)];
            host.act_many(&officer, &acts).map(|_| ()).map_err(said)
        }
        4 => host.store_mut().put("test/secret", &SECRET.repeat(200)).map_err(keep),
        5 => {
            let prepared = host.prepare(officer.id(), noted(5), Audience::Own).map_err(said)?;
            let signature = officer.sign(&prepared.to_sign);
            host.submit(prepared.hash, &signature).map(|_| ()).map_err(said)
        }
        7 => host.store_mut().delete("test/secret").map_err(keep),
        8 => {
            let at = START.unix_ms;
            host.store_mut()
                .put_sightings(&[(at, "van", b"here"), (at + 9, "van", b"there")])
                .map_err(keep)?;
            host.store_mut().prune_sightings(at + 5).map(|_| ()).map_err(keep)
        }
        _ => Ok(()),
    }
}

impl Told {
    /// Remembers what a step that was done has told.
    pub(crate) fn hear(&mut self, n: usize, host: &Engine) {
        self.entries = host.entries_from(0).unwrap();
        self.mirrored = host.peer_size();
        match n {
            4 => self.values.insert("test/secret", Some(SECRET.repeat(200))),
            7 => self.values.insert("test/secret", None),
            _ => None,
        };
    }
}

/// The host's node over the store at a path.
pub(crate) fn restart(path: &Path, clock: &Arc<ManualClock>, start: u64) -> Result<Engine, Fault> {
    let store = Sqlite::open(path);
    let store = store.map_err(|cause| Fault::Read { what: "the store", cause })?;
    open(Side::Host, Box::new(store), clock, start)
}
