//! Files of older and newer programs.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use rusqlite::Connection;
use store::port::{NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use words::id::PartyId;

const FIRST: &str = include_str!("../schema/sqlite/0001-first.sql");

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("store-versions-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn host() -> PartyId {
    PartyId::new("host").unwrap()
}

fn fill(store: &mut Sqlite) {
    for index in 0..20_u64 {
        let entry = index.to_be_bytes().repeat(9);
        let body = (index % 2 == 0).then_some(entry.as_slice());
        store.append(&host(), index, &[NewEntry { entry: &entry, body }]).unwrap();
    }
    store.erase_body(&host(), 4).unwrap();
    store.put("head/host", b"a head").unwrap();
    store.put_sightings(&[(5, "van", b"here")]).unwrap();
}

// Everything that the port gives back.
fn all(store: &Sqlite) -> String {
    let values: Vec<_> = store.keys("").unwrap();
    let values: Vec<_> = values.into_iter().map(|key| (store.get(&key).unwrap(), key)).collect();
    format!(
        "{:?} {:?} {:?} {values:?}",
        store.read(&host(), 0, 99).unwrap(),
        store.missing_bodies(&host(), 99).unwrap(),
        store.sightings_since(0, 99).unwrap(),
    )
}

// A file as the first program wrote it, made by its own schema and not by a way back.
fn first(path: &Path, from: &Path) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(FIRST).unwrap();
    conn.execute("ATTACH ?1 AS newer", [from.to_str().unwrap()]).unwrap();
    conn.execute_batch(
        "INSERT INTO main.ledger SELECT * FROM newer.ledger;
         INSERT INTO main.entry SELECT * FROM newer.entry;
         INSERT INTO main.value SELECT * FROM newer.value;
         INSERT INTO main.sighting SELECT * FROM newer.sighting;
         DETACH newer;
         PRAGMA application_id = 0x53436f6e;
         PRAGMA user_version = 1;",
    )
    .unwrap();
}

fn schema(path: &Path) -> u32 {
    let conn = Connection::open(path).unwrap();
    conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn an_older_file_is_brought_up_and_kept_as_it_was() {
    let folder = Folder::new("older");
    let (path, old) = (folder.path("new.db"), folder.path("ledger.db"));
    let mut store = Sqlite::create(&path).unwrap();
    fill(&mut store);
    let held = all(&store);
    drop(store);
    first(&old, &path);
    let store = Sqlite::open(&old).unwrap();
    assert_eq!(all(&store), held);
    assert_eq!(store.check().unwrap(), []);
    drop(store);
    assert_eq!(schema(&old), 2);
    let aside = folder.path("ledger.db.schema-1");
    assert_eq!(schema(&aside), 1, "what it was lies beside it");
    // Opened again it is not kept again, and the copy is whole.
    let before = fs::read(&aside).unwrap();
    drop(Sqlite::open(&old).unwrap());
    assert_eq!(fs::read(&aside).unwrap(), before);
    fs::rename(&aside, folder.path("back.db")).unwrap();
    assert_eq!(all(&Sqlite::open(&folder.path("back.db")).unwrap()), held);
}

#[test]
fn a_newer_file_is_taken_back_and_an_older_program_reads_it() {
    let folder = Folder::new("back");
    let path = folder.path("ledger.db");
    let mut store = Sqlite::create(&path).unwrap();
    fill(&mut store);
    let held = all(&store);
    drop(store);
    Sqlite::take_back(&path, 1).unwrap();
    assert_eq!(schema(&path), 1);
    let conn = Connection::open(&path).unwrap();
    let tables = "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'";
    let tables: String = conn.query_row(tables, [], |row| row.get(0)).unwrap();
    assert!(!tables.contains("upgrade"), "{tables}");
    drop(conn);
    // And this program takes it up again.
    assert_eq!(all(&Sqlite::open(&path).unwrap()), held);
    let refused = Sqlite::take_back(&path, 7).unwrap_err();
    assert!(matches!(refused, StoreError::NoWayBack { found: 2, .. }), "{refused:?}");
}

#[test]
fn a_file_of_a_later_program_is_refused_and_left_alone() {
    let folder = Folder::new("later");
    let path = folder.path("ledger.db");
    let mut store = Sqlite::create(&path).unwrap();
    fill(&mut store);
    drop(store);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("INSERT INTO upgrade VALUES (3, '9.9.9'); PRAGMA user_version = 3").unwrap();
    drop(conn);
    let said = Sqlite::open(&path).unwrap_err().to_string();
    assert!(said.contains("schema 3, written by version 9.9.9"), "{said}");
    assert!(said.contains("`safeconduct downgrade --to 2`"), "{said}");
    assert_eq!(schema(&path), 3);
    assert!(!folder.path("ledger.db.schema-3").exists());
}
