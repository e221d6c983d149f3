//! A store in memory, for tests: it can fill up and crash on purpose.

use std::collections::BTreeMap;
use std::path::Path;

use words::id::PartyId;

use crate::port::{Finding, Kept, NewEntry, Sighting, Store, StoreError};

/// How a store in memory goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no more room: writing fails, reading works.
    Full,
    /// The power fails before the write is durable: it is lost.
    CrashBefore,
    /// The power fails after the write is durable and before it is acknowledged: it is kept.
    CrashAfter,
}

/// What would be found on the disk after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image {
    ledgers: BTreeMap<PartyId, Vec<Row>>,
    values: BTreeMap<String, Vec<u8>>,
    sightings: BTreeMap<u64, (i64, String, Vec<u8>)>,
    last_seq: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    entry: Vec<u8>,
    body: Option<Vec<u8>>,
    erased: bool,
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct Memory {
    image: Image,
    fault: Option<(u32, Fault)>,
    crashed: bool,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// The store that a restart finds.
    pub fn from_image(image: Image) -> Self {
        Self { image, ..Self::default() }
    }

    /// The same store, going wrong at the first write after `writes` good ones.
    #[must_use]
    pub fn failing_after(mut self, writes: u32, fault: Fault) -> Self {
        self.fault = Some((writes, fault));
        self
    }

    /// Somebody made room: a full store writes again.
    pub fn relieve(&mut self) {
        self.fault = None;
    }

    /// What is durable now.
    pub fn image(&self) -> Image {
        self.image.clone()
    }

    fn alive(&self) -> Result<&Image, StoreError> {
        if self.crashed { Err(StoreError::Crashed) } else { Ok(&self.image) }
    }

    // Every write comes through here. A deed says no before it changes anything.
    fn write<T>(
        &mut self,
        deed: impl FnOnce(&mut Image) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.alive()?;
        match &mut self.fault {
            None => deed(&mut self.image),
            Some((writes @ 1.., _)) => {
                *writes -= 1;
                deed(&mut self.image)
            }
            Some((0, Fault::Full)) => Err(StoreError::Full),
            Some((0, Fault::CrashBefore)) => {
                self.crashed = true;
                Err(StoreError::Crashed)
            }
            Some((0, Fault::CrashAfter)) => {
                deed(&mut self.image)?;
                self.crashed = true;
                Err(StoreError::Crashed)
            }
        }
    }
}

impl Image {
    fn rows(&self, ledger: &PartyId) -> &[Row] {
        self.ledgers.get(ledger).map_or(&[], Vec::as_slice)
    }

    fn row(&mut self, ledger: &PartyId, index: u64) -> Result<&mut Row, StoreError> {
        let rows = self.ledgers.get_mut(ledger);
        let place = usize::try_from(index).ok();
        rows.zip(place)
            .and_then(|(rows, place)| rows.get_mut(place))
            .ok_or(StoreError::NoEntry { index })
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).expect("no machine counts beyond 64 bits")
}

fn at_most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl Store for Memory {
    fn append(
        &mut self,
        ledger: &PartyId,
        first: u64,
        entries: &[NewEntry<'_>],
    ) -> Result<(), StoreError> {
        self.write(|image| {
            let expected = count(image.rows(ledger).len());
            if first != expected {
                return Err(StoreError::NotNext { expected, got: first });
            }
            if entries.is_empty() {
                return Ok(());
            }
            let rows = entries.iter().map(|new| Row {
                entry: new.entry.to_vec(),
                body: new.body.map(<[u8]>::to_vec),
                erased: false,
            });
            image.ledgers.entry(ledger.clone()).or_default().extend(rows);
            Ok(())
        })
    }

    fn put_body(&mut self, ledger: &PartyId, index: u64, body: &[u8]) -> Result<(), StoreError> {
        self.write(|image| {
            let row = image.row(ledger, index)?;
            match &row.body {
                None if row.erased => return Err(StoreError::Erased { index }),
                Some(kept) if kept != body => return Err(StoreError::OtherBody { index }),
                None | Some(_) => row.body = Some(body.to_vec()),
            }
            Ok(())
        })
    }

    fn erase_body(&mut self, ledger: &PartyId, index: u64) -> Result<bool, StoreError> {
        self.write(|image| {
            let row = image.row(ledger, index)?;
            row.erased = true;
            Ok(row.body.take().is_some())
        })
    }

    fn size(&self, ledger: &PartyId) -> Result<u64, StoreError> {
        Ok(count(self.alive()?.rows(ledger).len()))
    }

    fn read(&self, ledger: &PartyId, from: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
        let rows = self.alive()?.rows(ledger).iter();
        let skipped = usize::try_from(from).unwrap_or(usize::MAX);
        let kept = (0..).zip(rows).skip(skipped).take(at_most(limit));
        let copy = |(index, row): (u64, &Row)| Kept {
            index,
            entry: row.entry.clone(),
            body: row.body.clone(),
        };
        Ok(kept.map(copy).collect())
    }

    fn missing_bodies(&self, ledger: &PartyId, limit: u32) -> Result<Vec<u64>, StoreError> {
        let rows = (0..).zip(self.alive()?.rows(ledger));
        let missing = rows.filter(|(_, row)| row.body.is_none() && !row.erased);
        Ok(missing.map(|(index, _)| index).take(at_most(limit)).collect())
    }

    fn ledgers(&self) -> Result<Vec<PartyId>, StoreError> {
        Ok(self.alive()?.ledgers.keys().cloned().collect())
    }

    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(|image| {
            image.values.insert(key.to_owned(), value.to_vec());
            Ok(())
        })
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.alive()?.values.get(key).cloned())
    }

    fn delete(&mut self, key: &str) -> Result<(), StoreError> {
        self.write(|image| {
            image.values.remove(key);
            Ok(())
        })
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let keys = self.alive()?.values.keys();
        Ok(keys.filter(|key| key.starts_with(prefix)).cloned().collect())
    }

    fn put_sightings(&mut self, sightings: &[(i64, &str, &[u8])]) -> Result<(), StoreError> {
        self.write(|image| {
            for (at_ms, unit, bytes) in sightings {
                image.last_seq += 1;
                let sighting = (*at_ms, (*unit).to_owned(), bytes.to_vec());
                image.sightings.insert(image.last_seq, sighting);
            }
            Ok(())
        })
    }

    fn sightings_since(&self, seq: u64, limit: u32) -> Result<Vec<Sighting>, StoreError> {
        let later = self.alive()?.sightings.iter().filter(|(number, _)| **number > seq);
        let copy = |(number, (at_ms, unit, bytes)): (&u64, &(i64, String, Vec<u8>))| {
            (*number, *at_ms, unit.clone(), bytes.clone())
        };
        Ok(later.take(at_most(limit)).map(copy).collect())
    }

    fn prune_sightings(&mut self, before_ms: i64) -> Result<u64, StoreError> {
        self.write(|image| {
            let before = image.sightings.len();
            image.sightings.retain(|_, (at_ms, ..)| *at_ms >= before_ms);
            Ok(count(before - image.sightings.len()))
        })
    }

    fn check(&self) -> Result<Vec<Finding>, StoreError> {
        // Rows lie in vectors and maps that Rust keeps whole: there is nothing to find.
        self.alive().map(|_| Vec::new())
    }

    fn backup(&self, _to: &Path) -> Result<(), StoreError> {
        Err(StoreError::NoBackup)
    }
}

#[cfg(test)]
mod tests {
    use words::id::PartyId;

    use super::{Fault, Memory};
    use crate::port::{NewEntry, Store, StoreError};

    fn host() -> PartyId {
        PartyId::new("host").unwrap()
    }

    fn append(store: &mut Memory, first: u64) -> Result<(), StoreError> {
        store.append(&host(), first, &[NewEntry { entry: b"entry", body: None }])
    }

    #[test]
    fn a_full_store_reads_and_writes_again_once_there_is_room() {
        let mut store = Memory::new().failing_after(1, Fault::Full);
        append(&mut store, 0).unwrap();
        assert!(matches!(append(&mut store, 1), Err(StoreError::Full)));
        assert_eq!(store.size(&host()).unwrap(), 1);
        store.relieve();
        append(&mut store, 1).unwrap();
    }

    #[test]
    fn a_crash_loses_at_most_what_was_not_acknowledged() {
        for (fault, left) in [(Fault::CrashBefore, 2), (Fault::CrashAfter, 3)] {
            let mut store = Memory::new().failing_after(2, fault);
            append(&mut store, 0).unwrap();
            append(&mut store, 1).unwrap();
            assert!(matches!(append(&mut store, 2), Err(StoreError::Crashed)));
            assert!(matches!(store.size(&host()), Err(StoreError::Crashed)));
            assert_eq!(Memory::from_image(store.image()).size(&host()).unwrap(), left);
        }
    }
}
