//! What only a file suffers: torn pages, kill -9, a second process.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

use rusqlite::Connection;
use store::port::{Finding, NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use words::id::PartyId;

const CHILD: &str = "STORE_TEST_CHILD_FILE";

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("store-sqlite-{}-{number}", process::id()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("ledger.db")
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

// Each index has its own bytes, so that a wrong row is told from the right one.
fn entry(index: u64) -> Vec<u8> {
    let length = 40 + usize::try_from(index % 7).unwrap() * 90;
    index.to_be_bytes().iter().copied().cycle().take(length).collect()
}

fn append(store: &mut Sqlite, index: u64) -> Result<(), StoreError> {
    let entry = entry(index);
    let body = (index.is_multiple_of(3)).then_some(entry.as_slice());
    store.append(&host(), index, &[NewEntry { entry: &entry, body }])
}

fn filled(path: &Path, entries: u64) -> Sqlite {
    let mut store = Sqlite::create(path).unwrap();
    for index in 0..entries {
        append(&mut store, index).unwrap();
    }
    store
}

// Reads everything: `Err` says that damage was noticed; a wrong answer ends the test.
fn read_all(store: &Sqlite, entries: u64, what: &str) -> Result<(), StoreError> {
    assert_eq!(store.size(&host())?, entries, "{what}");
    for index in 0..entries {
        let kept = store.read(&host(), index, 1)?.pop().unwrap();
        assert_eq!((kept.index, kept.entry), (index, entry(index)), "{what}");
        assert_eq!(kept.body, (index.is_multiple_of(3)).then(|| entry(index)), "{what}");
    }
    Ok(())
}

fn is_damage(error: &StoreError) -> bool {
    matches!(error, StoreError::Corrupt { .. })
}

#[test]
fn a_torn_page_is_reported_and_never_read_as_something_else() {
    const ENTRIES: u64 = 40;
    let folder = Folder::new();
    drop(filled(&folder.file(), ENTRIES));
    let whole = fs::read(folder.file()).unwrap();
    let (mut noticed, mut tried) = (0, 0);
    // Every sector of 512 bytes torn away, and single bytes all over the pages' own headers.
    let sectors = (0..whole.len() / 512).map(|sector| (sector * 512, 512));
    let headers =
        (0..whole.len() / 4096).flat_map(|page| (0..24).map(move |at| (page * 4096 + at, 1)));
    for (at, length) in sectors.chain(headers) {
        let what = format!("{length} bytes at {at}");
        let mut torn = whole.clone();
        torn[at..at + length].iter_mut().for_each(|byte| *byte ^= 0xa5);
        fs::write(folder.file(), &torn).unwrap();
        tried += 1;
        let read = Sqlite::open(&folder.file()).and_then(|store| {
            let read = read_all(&store, ENTRIES, &what);
            let checked = store.check();
            if read.is_err() {
                assert!(!matches!(checked, Ok(findings) if findings.is_empty()), "{what}");
            }
            read
        });
        if let Err(error) = read {
            // The file's first page also says whose file it is, and of which version.
            let header =
                at < 100 && matches!(error, StoreError::Foreign { .. } | StoreError::Newer { .. });
            assert!(is_damage(&error) || header, "{what}: {error:?}");
            noticed += 1;
        }
    }
    assert!(noticed > tried / 4, "{noticed} of {tried}");
}

#[test]
fn an_altered_row_is_found_although_the_pages_are_whole() {
    let folder = Folder::new();
    let mut store = filled(&folder.file(), 6);
    store.put("pairing/guest", b"key").unwrap();
    drop(store);
    let conn = Connection::open(folder.file()).unwrap();
    conn.execute_batch(
        "UPDATE entry SET body = x'00' WHERE place = 3;
         UPDATE value SET value = x'00';
         DELETE FROM entry WHERE place = 4;",
    )
    .unwrap();
    drop(conn);
    let store = Sqlite::open(&folder.file()).unwrap();
    let findings = [
        Finding::Altered("entry 3 of ledger `host`".into()),
        Finding::Gap { ledger: host(), index: 4 },
        Finding::Altered("the value of `pairing/guest`".into()),
    ];
    assert_eq!(store.check().unwrap(), findings);
    assert!(store.read(&host(), 0, 3).is_ok());
    for index in [3, 4] {
        assert!(is_damage(&store.read(&host(), index, 1).unwrap_err()), "{index}");
    }
    let text = store.get("pairing/guest").unwrap_err().to_string();
    assert!(text.contains("`ledger.db`") && text.contains("`safeconduct fsck`"), "{text}");
}

#[test]
fn a_ledger_that_lost_its_end_does_not_open() {
    for damage in ["DELETE FROM entry WHERE place = 5", "DELETE FROM ledger"] {
        let folder = Folder::new();
        drop(filled(&folder.file(), 6));
        let conn = Connection::open(folder.file()).unwrap();
        conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}")).unwrap();
        drop(conn);
        assert!(is_damage(&Sqlite::open(&folder.file()).unwrap_err()), "{damage}");
    }
}

// The child: appends for ever and says what was acknowledged.
fn append_until_killed(path: &Path) {
    let mut store = Sqlite::open(path).unwrap();
    let mut out = io::stdout().lock();
    for index in store.size(&host()).unwrap().. {
        append(&mut store, index).unwrap();
        writeln!(out, "\nacknowledged {index}").unwrap();
    }
}

#[test]
fn acknowledged_entries_survive_kill_9() {
    if let Some(path) = env::var_os(CHILD) {
        return append_until_killed(Path::new(&path));
    }
    let folder = Folder::new();
    drop(Sqlite::create(&folder.file()).unwrap());
    for round in 1..=5_u32 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "acknowledged_entries_survive_kill_9", "--nocapture"])
            .env(CHILD, folder.file())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut last = None;
        let indices =
            lines.filter_map(|line| line.strip_prefix("acknowledged ").map(|n| n.parse().unwrap()));
        for (count, index) in (0_u32..).zip(indices) {
            last = Some::<u64>(index);
            if count == 0 {
                let second = Sqlite::open(&folder.file()).unwrap_err().to_string();
                let holder = format!("process {} (`", child.id());
                assert!(second.starts_with(&holder), "{second}");
                assert!(second.ends_with("has `ledger.db` open: stop that one first"), "{second}");
            }
            if count == round * 5 {
                // SIGKILL; what the pipe still holds was acknowledged too.
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let store = Sqlite::open(&folder.file()).unwrap();
        let size = store.size(&host()).unwrap();
        let acknowledged = last.expect("the child says what it appended") + 1;
        // The one entry that was being appended may be there or not.
        assert!((acknowledged..=acknowledged + 1).contains(&size), "{size} of {acknowledged}");
        read_all(&store, size, "after kill -9").unwrap();
        assert_eq!(store.check().unwrap(), []);
    }
}

#[test]
fn a_second_opening_is_refused() {
    let folder = Folder::new();
    let first = filled(&folder.file(), 1);
    let text = Sqlite::open(&folder.file()).unwrap_err().to_string();
    let ours = format!("this process ({})", process::id());
    assert_eq!(text, format!("{ours} has `ledger.db` open: stop that one first"));
    drop(first);
    Sqlite::open(&folder.file()).unwrap();
}

#[test]
fn only_create_creates_and_never_twice() {
    let folder = Folder::new();
    assert!(matches!(Sqlite::open(&folder.file()), Err(StoreError::Absent { .. })));
    assert!(!folder.file().exists());
    drop(filled(&folder.file(), 2));
    assert!(matches!(Sqlite::create(&folder.file()), Err(StoreError::Exists { .. })));
    assert_eq!(Sqlite::open(&folder.file()).unwrap().size(&host()).unwrap(), 2);
}

#[test]
fn another_programs_file_is_left_alone() {
    let folder = Folder::new();
    Connection::open(folder.file()).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let before = fs::read(folder.file()).unwrap();
    assert!(matches!(Sqlite::open(&folder.file()), Err(StoreError::Foreign { .. })));
    assert_eq!(fs::read(folder.file()).unwrap(), before);
    fs::write(folder.file(), "not a database at all, but a text of some length").unwrap();
    assert!(is_damage(&Sqlite::open(&folder.file()).unwrap_err()));
}

#[test]
fn erased_and_deleted_bytes_are_in_no_file() {
    let folder = Folder::new();
    let mut store = Sqlite::create(&folder.file()).unwrap();
    let secret = b"a name that must not stay ".repeat(400);
    let named = NewEntry { entry: b"header", body: Some(&secret) };
    store.append(&host(), 0, &[named]).unwrap();
    store.put("secret", &secret).unwrap();
    store.put_sightings(&[(5, "van", &secret)]).unwrap();
    let found = || {
        let files = fs::read_dir(&folder.0).unwrap().map(|file| fs::read(file.unwrap().path()));
        files
            .map(Result::unwrap)
            .any(|bytes| bytes.windows(13).any(|part| part == b"must not stay"))
    };
    assert!(found());
    store.erase_body(&host(), 0).unwrap();
    store.delete("secret").unwrap();
    assert_eq!(store.prune_sightings(6).unwrap(), 1);
    assert!(!found());
}

#[test]
fn a_backup_is_a_whole_store_and_overwrites_nothing() {
    let folder = Folder::new();
    let mut store = filled(&folder.file(), 20);
    let copy = folder.0.join("backup.db");
    store.backup(&copy).unwrap();
    append(&mut store, 20).unwrap();
    assert!(matches!(store.backup(&copy), Err(StoreError::Exists { .. })));
    let copy = Sqlite::open(&copy).unwrap();
    read_all(&copy, 20, "the copy").unwrap();
    assert_eq!(copy.check().unwrap(), []);
    read_all(&store, 21, "the original").unwrap();
}
