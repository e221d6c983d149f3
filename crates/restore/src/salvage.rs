//! What can still be read of two ledgers, and what others hold of them.

use std::collections::{BTreeMap, BTreeSet};

use audit::file::{Export, FORMAT};
use ledger::reader::{Read, Reader, belongs};
use note::canon;
use note::key::key_id;
use note::statement::{open, parse};
use store::port::Store;
use tlog::signed::SignedHead;
use words::act::{Act, Key};
use words::id::PartyId;

/// Values whose names begin so are newest heads: of whom, the rest of the name says.
pub(crate) const HEAD: &str = "head/";

/// One entry as somebody holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its bytes.
    pub entry: Vec<u8>,
    /// The body beside it.
    pub body: Option<Vec<u8>>,
    /// Was the body erased for good?
    pub erased: bool,
}

/// What one file holds, as far as it can be read. Nothing of it is believed yet.
#[derive(Debug, Clone, Default)]
pub struct Salvage {
    /// Entries by ledger and place.
    pub entries: BTreeMap<PartyId, BTreeMap<u64, Found>>,
    /// How long each ledger was, where that can be read.
    pub sizes: BTreeMap<PartyId, u64>,
    /// Heads, of any ledger.
    pub heads: Vec<SignedHead>,
    /// Small values by name.
    pub values: BTreeMap<String, Vec<u8>>,
    /// Sightings: moment, unit, bytes.
    pub sightings: Vec<(i64, String, Vec<u8>)>,
    /// Names of values that could not be read; `None` if not even the names could.
    pub torn: Option<BTreeSet<String>>,
    /// What else could not be read, in words.
    pub lost: Vec<String>,
}

impl Salvage {
    /// Reads what can be read of a store, row by row. `wanted` is how far to look where the
    /// store no longer knows how long a ledger was.
    pub fn of_store(store: &dyn Store, parties: &[PartyId], wanted: u64) -> Self {
        let mut salvage = Self::default();
        salvage.read_values(store);
        for party in parties {
            let size = store.size(party).ok();
            salvage.sizes.extend(size.map(|size| (party.clone(), size)));
            salvage.read_entries(store, party, size.unwrap_or(wanted));
        }
        match store.sightings_since(0, u32::MAX) {
            Ok(all) => {
                salvage.sightings =
                    all.into_iter().map(|(_, at, unit, it)| (at, unit, it)).collect();
            }
            Err(_) => salvage.lost.push("positions that were kept".to_owned()),
        }
        salvage
    }

    /// What an audit file holds: of both ledgers every entry, and the joint bodies. `None` if
    /// the bytes are not such a file.
    pub fn of_export(bytes: &[u8]) -> Option<Self> {
        let export: Export = canon::decode(bytes).ok()?;
        let mut salvage = Self::default();
        for ledger in Some(export).filter(|export| export.format == FORMAT)?.ledgers {
            salvage.heads.extend(SignedHead::parse(&ledger.head));
            let found = ledger.entries.into_iter().map(|kept| Found {
                entry: kept.entry,
                body: kept.body,
                erased: false,
            });
            salvage.entries.insert(ledger.party, (0..).zip(found).collect());
        }
        Some(salvage)
    }

    /// What somebody holds of a ledger: a head, the entries from the first on, bodies by place.
    pub fn of_mirror(
        party: &PartyId,
        head: &str,
        entries: Vec<Vec<u8>>,
        bodies: Vec<(u64, Vec<u8>)>,
    ) -> Self {
        let mut salvage = Self::default();
        salvage.heads.extend(SignedHead::parse(head));
        let found = |entry| Found { entry, body: None, erased: false };
        let mut entries: BTreeMap<u64, Found> = (0..).zip(entries.into_iter().map(found)).collect();
        for (place, body) in bodies {
            entries.entry(place).and_modify(|found| found.body = Some(body));
        }
        salvage.entries.insert(party.clone(), entries);
        salvage
    }

    /// The entry at a place, if this holds it.
    pub fn found(&self, party: &PartyId, place: u64) -> Option<&Found> {
        self.entries.get(party)?.get(&place)
    }

    /// The key of a ledger's node, as its founding says; only a founding that this root has
    /// signed is heard.
    pub fn node_key(&self, party: &PartyId, root: &Key) -> Option<Key> {
        let founding = self.found(party, 0)?;
        let statement = parse(&founding.entry).ok().filter(|it| it.key == key_id(root))?;
        let act = open(&statement.header, founding.body.as_ref()?).ok()?;
        statement.verify(root).ok()?;
        let Act::PartyFounded(founded) = act else { return None };
        (founded.party == *party).then_some(founded.node)
    }

    /// Every key that a ledger's node has had, with the place that named it, as the words on keys
    /// in these files say; the first file that holds an entry is heard.
    pub fn node_keys(all: &[&Self], party: &PartyId) -> Vec<(u64, Key)> {
        let mut reader = Reader::new(party.clone());
        let mut places = Vec::new();
        let mut place = 0;
        while let Some(found) = all.iter().find_map(|it| it.found(party, place)) {
            let on_keys = parse(&found.entry).is_ok_and(|it| matches!(it.header.act, 0..=2 | 80));
            if on_keys {
                let held = all.iter().filter_map(|it| it.found(party, place)?.body.as_deref());
                let mut beside = found.body.as_deref().into_iter().chain(held);
                let body = beside.find(|body| belongs(&found.entry, body));
                match reader.read(&found.entry, body, true) {
                    Read::Entry(_) => places.push(place),
                    Read::WaitsForBody => break,
                }
            }
            place += 1;
        }
        let at = |read: u64| usize::try_from(read).ok().and_then(|read| places.get(read));
        let named = reader.ring().nodes().iter();
        named.filter_map(|(read, key)| Some((*at(*read)?, key.clone()))).collect()
    }

    fn read_entries(&mut self, store: &dyn Store, party: &PartyId, size: u64) {
        let absent = store.missing_bodies(party, u32::MAX).ok();
        let mut found = BTreeMap::new();
        for place in 0..size {
            let Some(kept) = store.read(party, place, 1).ok().and_then(|mut one| one.pop()) else {
                continue;
            };
            // What has no body and is not missing one was erased, and stays so.
            let missing = absent.as_ref().is_none_or(|absent| absent.contains(&place));
            let erased = kept.body.is_none() && !missing;
            found.insert(place, Found { entry: kept.entry, body: kept.body, erased });
        }
        self.entries.insert(party.clone(), found);
    }

    fn read_values(&mut self, store: &dyn Store) {
        let Ok(keys) = store.keys("") else { return };
        let mut torn = BTreeSet::new();
        for key in keys {
            match store.get(&key) {
                Ok(Some(value)) => {
                    let head = Some(&value).filter(|_| key.starts_with(HEAD));
                    let text = head.and_then(|bytes| std::str::from_utf8(bytes).ok());
                    self.heads.extend(text.and_then(|text| SignedHead::parse(text).ok()));
                    self.values.insert(key, value);
                }
                Ok(None) => {}
                Err(_) => {
                    torn.insert(key);
                }
            }
        }
        self.torn = Some(torn);
    }
}
