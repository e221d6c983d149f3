//! A store is made and upgraded on a disk that fails at every deed.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, process};

use fault::disk::Fault;
use fault::vfs::disk;
use store::port::{Kept, NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use words::id::PartyId;

const FAULTS: [Fault; 5] =
    [Fault::Refused, Fault::Full, Fault::Killed, Fault::Lost, Fault::Scattered(1)];

// One disk for the process, so one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("fault-store-{name}-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
}

fn host() -> PartyId {
    PartyId::new("host").unwrap()
}

// Does the deed with every fault at every deed of the disk; `look` sees what is left.
fn everywhere(
    path: &Path,
    lay: impl Fn(),
    deed: impl Fn() -> Result<(), StoreError>,
    look: impl Fn(&str, Result<(), StoreError>),
) {
    lay();
    disk().plan(None);
    deed().unwrap();
    let deeds = disk().deeds().len();
    assert!(deeds > 15, "{deeds}");
    for number in 0..deeds {
        for fault in FAULTS {
            lay();
            disk().plan(Some((number, fault)));
            let done = deed();
            if disk().dead() {
                disk().end().unwrap();
                bury(path);
            }
            disk().plan(None);
            look(&format!("{fault:?} at {number}: {done:?}"), done);
        }
    }
}

// A dead process renames nothing; ours did, and had written nothing into the file before.
fn bury(path: &Path) {
    if fs::metadata(path).is_ok_and(|about| about.len() == 0) {
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_new_store_is_there_whole_or_not_at_all() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder("new");
    let path = folder.join("ledger.db");
    everywhere(
        &path,
        || clear(&folder),
        || Sqlite::create(&path).map(drop),
        |what, _| {
            let store = if path.exists() { Sqlite::open(&path) } else { Sqlite::create(&path) };
            let mut store = store.unwrap_or_else(|error| panic!("{what}: {error:?}"));
            assert_eq!(store.check().unwrap(), [], "{what}");
            store.append(&host(), 0, &[NewEntry { entry: b"entry", body: None }]).unwrap();
        },
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_upgrade_is_done_whole_or_not_at_all_and_loses_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder("old");
    let path = folder.join("ledger.db");
    disk().plan(None);
    let mut store = Sqlite::create(&path).unwrap();
    for index in 0..12_u64 {
        let entry = index.to_be_bytes().repeat(40);
        store.append(&host(), index, &[NewEntry { entry: &entry, body: Some(&entry) }]).unwrap();
    }
    let held: Vec<Kept> = store.read(&host(), 0, 99).unwrap();
    drop(store);
    Sqlite::take_back(&path, 1).unwrap();
    let old = fs::read(&path).unwrap();
    everywhere(
        &path,
        || {
            clear(&folder);
            fs::write(&path, &old).unwrap();
        },
        || Sqlite::open(&path).map(drop),
        |what, _| {
            let store = Sqlite::open(&path).unwrap_or_else(|error| panic!("{what}: {error:?}"));
            assert_eq!(store.check().unwrap(), [], "{what}");
            assert_eq!(store.read(&host(), 0, 99).unwrap(), held, "{what}");
            drop(store);
            // The copy that was kept is whole as well, wherever the upgrade ended.
            let aside = folder.join("ledger.db.schema-1");
            if aside.exists() {
                let copy = Sqlite::open(&aside).unwrap_or_else(|error| panic!("{what}: {error:?}"));
                assert_eq!(copy.read(&host(), 0, 99).unwrap(), held, "{what}");
            }
        },
    );
    fs::remove_dir_all(folder).unwrap();
}
