//! Who plays: two parties, their officers' keys and everyone's phones.

use std::collections::BTreeMap;

use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Fault;
use note::key::SigningKey;
use strongbox::dice::{Dice, SeededDice};
use strongbox::keyfile::{KeyFile, KeyFileError};
use watch::people::{Enrolled, password_hash};
use words::act::{Key, KeyEnrolled, Names};
use words::hash::{Seed, hex};
use words::id::{IdError, MovementId, PartyId, PersonId, TaskId, UnitId};
use words::role::Side;

use crate::phones::{Fleet, Login};
use crate::scenario::{Person, Scenario};

/// An exercise's keys sign for a year.
const KEYS_GOOD_MS: i64 = 365 * 86_400_000;

/// Heartbeats of an exercise, which runs up to sixty times as fast as real time: one real second.
const HEARTBEAT_EVERY_MS: i64 = 60_000;

/// How long an exercise keeps positions.
const POSITIONS_KEPT_MS: i64 = 7 * 86_400_000;

/// One party of the exercise.
#[derive(Debug, Clone)]
pub struct Party {
    /// Its id.
    pub id: PartyId,
    /// Its side.
    pub side: Side,
    /// The seed of its root key.
    pub root_seed: [u8; 32],
    /// The seed of its node's keys.
    pub node_seed: Seed,
    officers: BTreeMap<PersonId, [u8; 32]>,
    enrolments: Vec<KeyEnrolled>,
}

impl Party {
    fn of(scenario: &Scenario, side: Side, seed: u64) -> Result<Self, IdError> {
        let word = match side {
            Side::Host => "host",
            Side::Guest => "guest",
        };
        let mut dice = SeededDice::of(seed, &format!("exercise/{word}"));
        let mut party = Self {
            id: PartyId::new(word)?,
            side,
            root_seed: dice.roll(),
            node_seed: Seed(dice.roll()),
            officers: BTreeMap::new(),
            enrolments: Vec::new(),
        };
        let prefix = format!("{word}/");
        let own = scenario.officers.iter().filter(|it| it.person.as_str().starts_with(&prefix));
        for officer in own {
            let secret = dice.roll();
            party.officers.insert(officer.person.clone(), secret);
            party.enrolments.push(KeyEnrolled {
                person: officer.person.clone(),
                key: SigningKey::from_seed(&secret).public(),
                roles: officer.roles.clone(),
                until: scenario.start.plus_ms(KEYS_GOOD_MS),
            });
        }
        Ok(party)
    }

    /// The root key.
    pub fn root(&self) -> SigningKey {
        SigningKey::from_seed(&self.root_seed)
    }

    /// An officer's key.
    pub fn officer(&self, person: &PersonId) -> Option<SigningKey> {
        self.officers.get(person).map(SigningKey::from_seed)
    }

    /// Every key of the party, its node's and its root's too: what a thief of everything has.
    pub fn stolen(&self) -> Vec<SigningKey> {
        let officers = self.officers.values().map(SigningKey::from_seed);
        let node = strongbox::node_keys::NodeKeys::from_seed(&self.node_seed).node;
        officers.chain([self.root(), node]).collect()
    }

    /// The officers' key files, all under the exercise's one passphrase.
    pub fn key_files(
        &self,
        passphrase: &str,
        dice: &mut dyn Dice,
    ) -> Result<BTreeMap<PersonId, KeyFile>, KeyFileError> {
        let seal = |(person, seed): (&PersonId, &[u8; 32])| {
            KeyFile::seal(person.clone(), seed, passphrase, dice).map(|file| (person.clone(), file))
        };
        self.officers.iter().map(seal).collect()
    }

    /// The node's configuration, alone or paired.
    pub fn config(&self, peer: Option<(PartyId, Key)>) -> Config {
        Config {
            party: self.id.clone(),
            peer,
            heartbeat_every_ms: HEARTBEAT_EVERY_MS,
            positions_kept_ms: POSITIONS_KEPT_MS,
        }
    }

    /// Founds the party's ledger with its officers' keys.
    pub fn found(&self, config: Config, world: World) -> Result<Engine, Box<Fault>> {
        let (en, zh, ur) = match self.side {
            Side::Host => ("Host state (EXERCISE)", "东道国（演练）", "میزبان ریاست (مشق)"),
            Side::Guest => {
                ("Sending state (EXERCISE)", "派遣国（演练）", "بھیجنے والی ریاست (مشق)")
            }
        };
        let names = Names { en: en.to_owned(), zh: zh.to_owned(), ur: ur.to_owned() };
        let founding =
            Founding { names, side: self.side, officers: self.enrolments.clone(), custody: None };
        Engine::found(config, world, &self.node_seed, &self.root(), founding).map_err(Box::new)
    }
}

/// Both parties, and the people and vehicles that are watched.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The host.
    pub host: Party,
    /// The guest.
    pub guest: Party,
    people: BTreeMap<UnitId, (Person, String)>,
    bound: BTreeMap<UnitId, (Option<MovementId>, Option<TaskId>)>,
}

impl Cast {
    /// The cast of a scenario; the same seed gives the same keys.
    pub fn of(scenario: &Scenario, people: Vec<Person>, seed: u64) -> Result<Self, IdError> {
        let mut dice = SeededDice::of(seed, "exercise/phones");
        let people = people.into_iter().map(|person| {
            let password = hex(&dice.short());
            (person.unit.clone(), (person, password))
        });
        let people = people.collect();
        Ok(Self {
            host: Party::of(scenario, Side::Host, seed)?,
            guest: Party::of(scenario, Side::Guest, seed)?,
            people,
            bound: BTreeMap::new(),
        })
    }

    /// The party of a side.
    pub fn party(&self, side: Side) -> &Party {
        match side {
            Side::Host => &self.host,
            Side::Guest => &self.guest,
        }
    }

    /// An officer's side and key.
    pub fn officer(&self, person: &PersonId) -> Option<(Side, SigningKey)> {
        let on = |side| self.party(side).officer(person).map(|key| (side, key));
        on(Side::Host).or_else(|| on(Side::Guest))
    }

    /// The phones, switched off.
    pub fn fleet(&self) -> Fleet {
        let mut fleet = Fleet::default();
        for (unit, _, login) in self.phones() {
            fleet.give(unit.clone(), login);
        }
        fleet
    }

    /// Every phone: unit, kind and login.
    pub fn phones(&self) -> impl Iterator<Item = (&UnitId, &str, Login)> {
        self.people.iter().map(|(unit, (person, password))| {
            let (side, user, password) = (person.node, unit.to_string(), password.clone());
            (unit, person.kind.as_str(), Login { side, user, password })
        })
    }

    /// Passwords and labels: what must never be found in a ledger.
    pub fn private(&self) -> impl Iterator<Item = &str> {
        let each = self.people.values();
        each.flat_map(|(person, password)| [person.label.as_str(), password.as_str()])
    }

    /// Binds units to a movement or a task, or to nothing.
    pub fn bind(&mut self, units: &[UnitId], movement: Option<&MovementId>, task: Option<&TaskId>) {
        for unit in units {
            let bound = self.bound.entry(unit.clone()).or_default();
            *bound = (movement.cloned(), task.cloned());
        }
    }

    /// The register of a node: everyone, with the phones that report to it.
    pub fn register(&self, side: Side) -> Vec<Enrolled> {
        let each = self.people.iter();
        each.map(|(unit, (person, password))| {
            let (movement, task) = self.bound.get(unit).cloned().unwrap_or_default();
            let own = person.node == side;
            Enrolled {
                unit: unit.clone(),
                kind: person.kind.clone(),
                label: person.label.clone(),
                phone: own.then(|| unit.to_string()),
                password: own.then(|| password_hash(unit.as_str(), password)),
                movement,
                task,
            }
        })
        .collect()
    }
}
