//! A disk that is really full: a small one, mounted for the test.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use store::port::{NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use words::id::PartyId;

/// As large as SQLite needs to begin, and full after a few dozen entries.
const SIZE: &str = "size=600k";

struct Small(PathBuf);

impl Small {
    // Only root may mount; elsewhere the full disk is played in `crates/fault`.
    fn mounted() -> Option<Self> {
        let folder = env::temp_dir().join(format!("store-full-disk-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(&folder)
            .output()
            .is_ok_and(|done| done.status.success());
        if mounted {
            return Some(Self(folder));
        }
        fs::remove_dir(&folder).unwrap();
        skipped();
        None
    }
}

#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn skipped() {
    eprintln!("SKIPPED: no small disk could be mounted here");
}

impl Drop for Small {
    fn drop(&mut self) {
        let done = Command::new("umount").arg(&self.0).status();
        if done.is_ok_and(|status| status.success()) {
            fs::remove_dir(&self.0).ok();
        }
    }
}

fn host() -> PartyId {
    PartyId::new("host").unwrap()
}

fn append(store: &mut Sqlite, index: u64) -> Result<(), StoreError> {
    let entry = index.to_be_bytes().repeat(500);
    store.append(&host(), index, &[NewEntry { entry: &entry, body: Some(&entry) }])
}

fn until_full(store: &mut Sqlite, mut index: u64) -> u64 {
    loop {
        match append(store, index) {
            Ok(()) => index += 1,
            Err(StoreError::Full) => return index,
            Err(other) => panic!("{other:?} at {index}"),
        }
    }
}

fn all_there(store: &Sqlite, entries: u64) {
    assert_eq!(store.size(&host()).unwrap(), entries);
    for kept in store.read(&host(), 0, u32::MAX).unwrap() {
        assert_eq!(kept.entry, kept.index.to_be_bytes().repeat(500));
    }
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn a_disk_that_is_full_loses_nothing_and_is_written_on_once_there_is_room() {
    let Some(small) = Small::mounted() else { return };
    let ballast = small.0.join("ballast");
    fs::write(&ballast, vec![7; 150_000]).unwrap();
    let path = small.0.join("ledger.db");
    let mut store = Sqlite::create(&path).unwrap();
    let kept = until_full(&mut store, 0);
    assert!(kept > 3, "{kept}");
    all_there(&store, kept);
    // Nor does a restart on the full disk lose anything.
    drop(store);
    let mut store = Sqlite::open(&path).unwrap();
    all_there(&store, kept);
    copies_refuse(&store, &small.0);
    fs::remove_file(&ballast).unwrap();
    let more = until_full(&mut store, kept);
    assert!(more > kept, "{more}");
    all_there(&store, more);
}

// A copy that does not fit leaves nothing that could be taken for one.
fn copies_refuse(store: &Sqlite, folder: &Path) {
    let copy = folder.join("copy.db");
    let refused = store.backup(&copy).unwrap_err();
    assert!(matches!(refused, StoreError::Full), "{refused:?}");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with("copy")));
}
