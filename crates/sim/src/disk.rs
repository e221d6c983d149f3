//! A disk that the simulation fills up, cuts off and looks into.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use store::memory::{Fault, Image, Memory};
use store::port::{Finding, Kept, NewEntry, Sighting, Store, StoreError};
use words::id::PartyId;

/// A store in memory that survives the engine that writes to it.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    memory: Arc<Mutex<Memory>>,
    writes: Arc<AtomicU32>,
}

impl Disk {
    /// A disk that holds that.
    pub fn of(image: Image) -> Self {
        let disk = Self::default();
        disk.restore(image);
        disk
    }

    /// What a restart would find now.
    pub fn image(&self) -> Image {
        self.memory().image()
    }

    /// The disk holds that from now on, and works.
    pub fn restore(&self, image: Image) {
        *self.memory() = Memory::from_image(image);
    }

    /// The disk will go wrong at the first write after `writes` good ones.
    pub fn fail_after(&self, writes: u32, fault: Fault) {
        let image = self.image();
        *self.memory() = Memory::from_image(image).failing_after(writes, fault);
    }

    /// Somebody makes room.
    pub fn relieve(&self) {
        self.memory().relieve();
    }

    /// Has the power failed?
    pub fn dead(&self) -> bool {
        self.memory().ledgers().is_err()
    }

    /// How many writes were asked for.
    pub fn writes(&self) -> u32 {
        self.writes.load(Ordering::Relaxed)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, Memory> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.memory()
    }
}

impl Store for Disk {
    fn append(
        &mut self,
        ledger: &PartyId,
        first: u64,
        entries: &[NewEntry<'_>],
    ) -> Result<(), StoreError> {
        self.writing().append(ledger, first, entries)
    }

    fn put_body(&mut self, ledger: &PartyId, index: u64, body: &[u8]) -> Result<(), StoreError> {
        self.writing().put_body(ledger, index, body)
    }

    fn erase_body(&mut self, ledger: &PartyId, index: u64) -> Result<bool, StoreError> {
        self.writing().erase_body(ledger, index)
    }

    fn size(&self, ledger: &PartyId) -> Result<u64, StoreError> {
        self.memory().size(ledger)
    }

    fn read(&self, ledger: &PartyId, from: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
        self.memory().read(ledger, from, limit)
    }

    fn missing_bodies(&self, ledger: &PartyId, limit: u32) -> Result<Vec<u64>, StoreError> {
        self.memory().missing_bodies(ledger, limit)
    }

    fn ledgers(&self) -> Result<Vec<PartyId>, StoreError> {
        self.memory().ledgers()
    }

    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.writing().put(key, value)
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.memory().get(key)
    }

    fn delete(&mut self, key: &str) -> Result<(), StoreError> {
        self.writing().delete(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.memory().keys(prefix)
    }

    fn put_sightings(&mut self, sightings: &[(i64, &str, &[u8])]) -> Result<(), StoreError> {
        self.writing().put_sightings(sightings)
    }

    fn sightings_since(&self, seq: u64, limit: u32) -> Result<Vec<Sighting>, StoreError> {
        self.memory().sightings_since(seq, limit)
    }

    fn prune_sightings(&mut self, before_ms: i64) -> Result<u64, StoreError> {
        self.writing().prune_sightings(before_ms)
    }

    fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.memory().check()
    }

    fn backup(&self, to: &Path) -> Result<(), StoreError> {
        self.memory().backup(to)
    }
}
