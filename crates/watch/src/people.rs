//! The local register of people and vehicles; never in a ledger.

use std::collections::BTreeMap;

use crate::plan::UnitKind;
use note::digest::sha256_joined;
use serde::{Deserialize, Serialize};
use words::hash::Hash;
use words::id::{MovementId, TaskId, UnitId};

/// Domain of a phone's password in the register.
const PHONE_DOMAIN: &[u8] = b"safeconduct/phone/1\n";

/// One person or vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// Pseudonym in ledgers and passes.
    pub unit: UnitId,
    /// `protected`, `guest_personnel`, `host_personnel` or `vehicle`.
    pub kind: String,
    /// What the watch calls it.
    pub label: String,
    /// The user name of its phone, if it has one.
    #[serde(default)]
    pub phone: Option<String>,
    /// SHA-256 of domain, user and password, hexadecimal; phones send it over TLS, and the
    /// password is 128 random bits, so no slow hash is needed.
    #[serde(default)]
    pub password: Option<Hash>,
    /// The movement it travels with.
    #[serde(default)]
    pub movement: Option<MovementId>,
    /// The task order it serves under, for guest personnel.
    #[serde(default)]
    pub task: Option<TaskId>,
}

impl Enrolled {
    /// The kind as the watch knows it; an unknown word counts as a vehicle, which is never in
    /// a headcount.
    pub fn unit_kind(&self) -> UnitKind {
        match self.kind.as_str() {
            "protected" => UnitKind::Protected,
            "guest_personnel" => UnitKind::GuestPersonnel,
            "host_personnel" => UnitKind::HostPersonnel,
            _ => UnitKind::Vehicle,
        }
    }
}

/// What a phone's password is kept as.
pub fn password_hash(user: &str, password: &str) -> Hash {
    sha256_joined(&[PHONE_DOMAIN, user.as_bytes(), b"\n", password.as_bytes()])
}

/// The register.
#[derive(Debug, Clone, Default)]
pub struct People {
    by_unit: BTreeMap<UnitId, Enrolled>,
    by_phone: BTreeMap<String, UnitId>,
}

impl People {
    /// Enrols or changes one.
    pub fn enrol(&mut self, enrolled: Enrolled) {
        if let Some(phone) = &enrolled.phone {
            self.by_phone.insert(phone.clone(), enrolled.unit.clone());
        }
        self.by_unit.insert(enrolled.unit.clone(), enrolled);
    }

    /// Everyone.
    pub fn all(&self) -> impl Iterator<Item = &Enrolled> {
        self.by_unit.values()
    }

    /// One.
    pub fn get(&self, unit: &UnitId) -> Option<&Enrolled> {
        self.by_unit.get(unit)
    }

    /// The unit whose phone that is, if the password is right.
    pub fn phone(&self, user: &str, password: &str) -> Option<&UnitId> {
        let unit = self.by_phone.get(user)?;
        let kept = self.by_unit.get(unit)?.password?;
        (kept == password_hash(user, password)).then_some(unit)
    }

    /// Who travels with a movement: vehicles first, for the first leads.
    pub fn of_movement(&self, movement: &MovementId) -> Vec<UnitId> {
        let with = self.by_unit.values().filter(|it| it.movement.as_ref() == Some(movement));
        let mut units: Vec<&Enrolled> = with.collect();
        units.sort_by_key(|it| (it.unit_kind() != UnitKind::Vehicle, it.unit.clone()));
        units.into_iter().map(|it| it.unit.clone()).collect()
    }
}
