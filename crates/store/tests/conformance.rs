//! What every store promises, run for each of them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use store::memory::Memory;
use store::port::{Kept, NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use words::id::PartyId;

/// A place that a store survives in when it is closed.
trait Home {
    type Store: Store;
    fn new() -> (Self, Self::Store)
    where
        Self: Sized;
    fn restarted(&self, store: Self::Store) -> Self::Store;
}

struct InMemory;

impl Home for InMemory {
    type Store = Memory;
    fn new() -> (Self, Memory) {
        (Self, Memory::new())
    }
    fn restarted(&self, store: Memory) -> Memory {
        Memory::from_image(store.image())
    }
}

struct Folder(PathBuf);

impl Home for Folder {
    type Store = Sqlite;
    fn new() -> (Self, Sqlite) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("store-conformance-{}-{number}", process::id()));
        fs::create_dir(&folder).unwrap();
        let store = Sqlite::create(&folder.join("ledger.db")).unwrap();
        (Self(folder), store)
    }
    fn restarted(&self, store: Sqlite) -> Sqlite {
        drop(store);
        Sqlite::open(&self.0.join("ledger.db")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

macro_rules! promises {
    ($($promise:ident),+ $(,)?) => {
        mod memory { $(#[test] fn $promise() { super::$promise::<super::InMemory>(); })+ }
        mod sqlite { $(#[test] fn $promise() { super::$promise::<super::Folder>(); })+ }
    };
}

promises! {
    entries_come_back_as_they_were_given,
    only_the_next_entry_is_appended,
    nothing_of_a_refused_call_is_kept,
    bodies_may_come_later_and_once,
    an_erased_body_stays_erased,
    ledgers_do_not_mix,
    values_are_replaced_listed_and_deleted,
    sightings_are_numbered_once_and_pruned,
    what_was_kept_survives_a_restart,
    a_whole_store_checks_clean,
}

fn party(name: &str) -> PartyId {
    PartyId::new(name).unwrap()
}

fn new<'a>(entry: &'a str, body: Option<&'a str>) -> NewEntry<'a> {
    NewEntry { entry: entry.as_bytes(), body: body.map(str::as_bytes) }
}

fn kept(index: u64, entry: &str, body: Option<&str>) -> Kept {
    Kept { index, entry: entry.into(), body: body.map(|body| body.as_bytes().to_vec()) }
}

fn entries_come_back_as_they_were_given<H: Home>() {
    let (_home, mut store) = H::new();
    let host = party("host");
    assert_eq!(store.size(&host).unwrap(), 0);
    assert_eq!(store.read(&host, 0, 10).unwrap(), []);
    store.append(&host, 0, &[new("a", None), new("b", Some("B")), new("", Some(""))]).unwrap();
    store.append(&host, 3, &[new("d", None)]).unwrap();
    let all =
        [kept(0, "a", None), kept(1, "b", Some("B")), kept(2, "", Some("")), kept(3, "d", None)];
    assert_eq!(store.size(&host).unwrap(), 4);
    assert_eq!(store.read(&host, 0, 10).unwrap(), all);
    assert_eq!(store.read(&host, 1, 2).unwrap(), all[1..3]);
    assert_eq!(store.read(&host, 2, 0).unwrap(), []);
    assert_eq!(store.read(&host, 4, 10).unwrap(), []);
    assert_eq!(store.read(&host, u64::MAX, u32::MAX).unwrap(), []);
}

fn only_the_next_entry_is_appended<H: Home>() {
    let (_home, mut store) = H::new();
    let host = party("host");
    let answer = store.append(&host, 1, &[new("b", None)]);
    assert!(matches!(answer, Err(StoreError::NotNext { expected: 0, got: 1 })));
    store.append(&host, 0, &[new("a", None)]).unwrap();
    for got in [0, 2, u64::MAX] {
        let answer = store.append(&host, got, &[new("x", None)]);
        assert!(matches!(answer, Err(StoreError::NotNext { expected: 1, .. })), "{got}");
    }
    store.append(&host, 1, &[]).unwrap();
    assert_eq!(store.size(&host).unwrap(), 1);
}

fn nothing_of_a_refused_call_is_kept<H: Home>() {
    let (_home, mut store) = H::new();
    let host = party("host");
    assert!(store.append(&host, 5, &[new("a", None)]).is_err());
    store.append(&host, 0, &[]).unwrap();
    assert_eq!(store.ledgers().unwrap(), []);
    assert!(matches!(store.put_body(&host, 0, b"A"), Err(StoreError::NoEntry { index: 0 })));
    assert!(matches!(store.erase_body(&host, 9), Err(StoreError::NoEntry { index: 9 })));
    assert_eq!(store.missing_bodies(&host, 10).unwrap(), []);
}

fn bodies_may_come_later_and_once<H: Home>() {
    let (_home, mut store) = H::new();
    let guest = party("guest");
    store.append(&guest, 0, &[new("a", None), new("b", Some("B")), new("c", None)]).unwrap();
    assert_eq!(store.missing_bodies(&guest, 10).unwrap(), [0, 2]);
    assert_eq!(store.missing_bodies(&guest, 1).unwrap(), [0]);
    store.put_body(&guest, 2, b"C").unwrap();
    store.put_body(&guest, 2, b"C").unwrap();
    let answer = store.put_body(&guest, 2, b"another");
    assert!(matches!(answer, Err(StoreError::OtherBody { index: 2 })));
    assert_eq!(store.missing_bodies(&guest, 10).unwrap(), [0]);
    assert_eq!(store.read(&guest, 2, 1).unwrap(), [kept(2, "c", Some("C"))]);
}

fn an_erased_body_stays_erased<H: Home>() {
    let (home, mut store) = H::new();
    let host = party("host");
    store.append(&host, 0, &[new("a", Some("A")), new("b", None)]).unwrap();
    assert!(store.erase_body(&host, 0).unwrap());
    assert!(!store.erase_body(&host, 0).unwrap());
    assert!(!store.erase_body(&host, 1).unwrap());
    let mut store = home.restarted(store);
    assert_eq!(store.missing_bodies(&host, 10).unwrap(), []);
    for index in [0, 1] {
        let answer = store.put_body(&host, index, b"A");
        assert!(matches!(answer, Err(StoreError::Erased { .. })), "{index}");
    }
    assert_eq!(store.read(&host, 0, 9).unwrap(), [kept(0, "a", None), kept(1, "b", None)]);
}

fn ledgers_do_not_mix<H: Home>() {
    let (_home, mut store) = H::new();
    for (name, entry) in [("b.host", "host's"), ("a.guest", "guest's")] {
        store.append(&party(name), 0, &[new(entry, None)]).unwrap();
    }
    assert_eq!(store.ledgers().unwrap(), [party("a.guest"), party("b.host")]);
    assert_eq!(store.read(&party("a.guest"), 0, 9).unwrap(), [kept(0, "guest's", None)]);
    store.put_body(&party("a.guest"), 0, b"body").unwrap();
    assert_eq!(store.read(&party("b.host"), 0, 9).unwrap(), [kept(0, "host's", None)]);
}

fn values_are_replaced_listed_and_deleted<H: Home>() {
    let (_home, mut store) = H::new();
    for key in ["head/guest", "head/host", "head", "heads", "pairing/host", "ہ"] {
        store.put(key, key.as_bytes()).unwrap();
    }
    store.put("head/host", b"newer").unwrap();
    assert_eq!(store.get("head/host").unwrap(), Some(b"newer".to_vec()));
    assert_eq!(store.get("head/none").unwrap(), None);
    assert_eq!(store.keys("head/").unwrap(), ["head/guest", "head/host"]);
    assert_eq!(store.keys("").unwrap().len(), 6);
    store.delete("head/host").unwrap();
    store.delete("head/host").unwrap();
    assert_eq!(store.keys("head").unwrap(), ["head", "head/guest", "heads"]);
}

fn sightings_are_numbered_once_and_pruned<H: Home>() {
    let (home, mut store) = H::new();
    store.put_sightings(&[(30, "van", b"c"), (10, "van", b"a"), (20, "jeep", b"b")]).unwrap();
    let later = store.sightings_since(1, 10).unwrap();
    let expected = [(2, 10, "van".into(), b"a".to_vec()), (3, 20, "jeep".into(), b"b".to_vec())];
    assert_eq!(later, expected);
    assert_eq!(store.sightings_since(0, 1).unwrap(), [(1, 30, "van".into(), b"c".to_vec())]);
    assert_eq!(store.prune_sightings(20).unwrap(), 1);
    assert_eq!(store.prune_sightings(31).unwrap(), 2);
    let mut store = home.restarted(store);
    store.put_sightings(&[(40, "van", b"d")]).unwrap();
    assert_eq!(store.sightings_since(0, 9).unwrap(), [(4, 40, "van".into(), b"d".to_vec())]);
    assert_eq!(store.sightings_since(u64::MAX, 9).unwrap(), []);
}

fn what_was_kept_survives_a_restart<H: Home>() {
    let (home, mut store) = H::new();
    let host = party("host");
    for index in 0..20_u64 {
        store.append(&host, index, &[new(&index.to_string(), None)]).unwrap();
        store.put_body(&host, index, index.to_string().as_bytes()).unwrap();
        store.put("newest", index.to_string().as_bytes()).unwrap();
        store = home.restarted(store);
        assert_eq!(store.size(&host).unwrap(), index + 1);
        let text = index.to_string();
        assert_eq!(store.read(&host, index, 1).unwrap(), [kept(index, &text, Some(&text))]);
        assert_eq!(store.get("newest").unwrap(), Some(text.into_bytes()));
    }
}

fn a_whole_store_checks_clean<H: Home>() {
    let (_home, mut store) = H::new();
    assert_eq!(store.check().unwrap(), []);
    store.append(&party("host"), 0, &[new("a", Some("A")), new("b", None)]).unwrap();
    store.put("key", b"value").unwrap();
    store.put_sightings(&[(1, "van", b"a")]).unwrap();
    assert_eq!(store.check().unwrap(), []);
}
