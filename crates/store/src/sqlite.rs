//! A store in one SQLite file, for one process.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use words::id::PartyId;

use crate::port::{Finding, Kept, NewEntry, Sighting, Store, StoreError};
use crate::sqlite::holder::holder;
use crate::sqlite::schema::{APPLICATION_ID, MIGRATIONS, WAYS_BACK, is_old, migrate, take_back};
use crate::sqlite::trouble::{Trouble, name};

mod holder;
mod schema;
mod sum;
mod trouble;

mod ledger;
mod sighting;
mod value;

mod check;

/// All our statements fit, so that each is parsed once in the life of a process.
const STATEMENTS_CACHED: usize = 32;

/// Pages a backup copies in one go: all of them, since nobody else waits for the file.
const PAGES_AT_ONCE: i32 = -1;

/// A store in one SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    conn: Connection,
    path: PathBuf,
}

impl Sqlite {
    /// Makes a new file, readable by its owner only, and opens it.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        make(path, |partial| {
            let conn = connect(partial)?;
            conn.pragma_update(None, "application_id", APPLICATION_ID)?;
            migrate(&conn, MIGRATIONS, name(path))
        })?;
        Self::open(path)
    }

    /// Opens a file that [`Sqlite::create`] made; never makes one, so that a wrong folder is
    /// noticed. The file stays locked against other processes until the store is dropped. One of
    /// an older schema is brought up, in one step; a copy as it was is laid beside it before.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.try_exists().map_err(failed("open", path))? {
            return Err(StoreError::Absent { file: name(path) });
        }
        let conn = connect(path).map_err(|cause| Trouble::from(cause).told("open", path))?;
        let store = Self { conn, path: path.to_owned() };
        store.ask("open", |conn| {
            ours(conn, name(path))?;
            keep_safely(conn)?;
            // On a full disk there may be no room to empty it: a node reads and starts all the
            // same, and the next deletion that is acknowledged has emptied it.
            empty_log(conn).or_else(Trouble::passes)
        })?;
        // Kept before it is changed; a disk without room for it refuses the upgrade.
        if let Some(found) = store.ask("open", |conn| is_old(conn, MIGRATIONS))? {
            store.keep_aside(found)?;
        }
        store.ask("open", |conn| {
            migrate(conn, MIGRATIONS, name(path))?;
            ledger::whole_to_the_end(conn)
        })?;
        Ok(store)
    }

    /// Takes a file back to an older schema, for a program that knows no newer one.
    pub fn take_back(path: &Path, to: u32) -> Result<(), StoreError> {
        let store = Self::open(path)?;
        store.ask("take back", |conn| take_back(conn, WAYS_BACK, (to, name(path))))
    }

    // The file as it is, before its schema is brought up; in place of one that is older still.
    fn keep_aside(&self, found: u32) -> Result<(), StoreError> {
        let aside = self.path.with_added_extension(format!("schema-{found}"));
        let half = aside.with_added_extension("new");
        for old in [&half, &half.with_added_extension("partial")] {
            if old.try_exists().map_err(failed("look for", old))? {
                fs::remove_file(old).map_err(failed("remove", old))?;
            }
        }
        self.backup(&half)?;
        fs::rename(&half, &aside)
            .and_then(|()| sync_folder(&aside))
            .map_err(failed("keep a copy as", &aside))
    }

    /// Opens a file of which something is known to be lost, for salvage: where a ledger ends is
    /// not asked, and every row that is read is still held against its sum.
    pub fn open_damaged(path: &Path) -> Result<Self, StoreError> {
        if !path.try_exists().map_err(failed("open", path))? {
            return Err(StoreError::Absent { file: name(path) });
        }
        let conn = connect(path).map_err(|cause| Trouble::from(cause).told("open", path))?;
        let store = Self { conn, path: path.to_owned() };
        store.ask("open", |conn| {
            ours(conn, name(path))?;
            keep_safely(conn)
        })?;
        Ok(store)
    }

    fn ask<T>(
        &self,
        step: &'static str,
        question: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        question(&self.conn).map_err(|trouble| trouble.told(step, &self.path))
    }

    // One deed, one transaction: what fails leaves no trace.
    fn write<T>(
        &mut self,
        step: &'static str,
        deed: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let done = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Trouble::from)
            .and_then(|tx| {
                let answer = deed(&tx)?;
                tx.commit()?;
                Ok(answer)
            });
        done.map_err(|trouble| trouble.told(step, &self.path))
    }

    // What was removed must be in no file: `secure_delete` zeroes it in the pages, and emptying
    // the write-ahead log removes the pages' older versions.
    fn remove<T>(
        &mut self,
        step: &'static str,
        deed: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let answer = self.write(step, deed)?;
        self.ask(step, empty_log)?;
        Ok(answer)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::ZERO)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    Ok(conn)
}

// Looks before it touches: nothing is written to somebody else's file.
fn ours(conn: &Connection, file: String) -> Result<(), Trouble> {
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    let number = |pragma| conn.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    if number("application_id")? == APPLICATION_ID && number("user_version")? > 0 {
        Ok(())
    } else {
        Err(StoreError::Foreign { file }.into())
    }
}

fn keep_safely(conn: &Connection) -> Result<(), Trouble> {
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA cell_size_check = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(())
}

// SQLite does not sync the log's new length: a loss of power may bring its old pages back. They
// change nothing, and are emptied again when the file is opened.
fn empty_log(conn: &Connection) -> Result<(), Trouble> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn failed(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let file = name(path);
    move |cause| {
        if cause.kind() == io::ErrorKind::StorageFull {
            return StoreError::Full;
        }
        StoreError::Io { step, file, cause }
    }
}

// Half a file must not carry the name of a whole one: it gets its name last.
fn make(path: &Path, fill: impl FnOnce(&Path) -> Result<(), Trouble>) -> Result<(), StoreError> {
    if path.try_exists().map_err(failed("look for", path))? {
        return Err(StoreError::Exists { file: name(path) });
    }
    let partial = path.with_added_extension("partial");
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600).open(&partial);
    opened.map_err(failed("create", path))?;
    let filled = fill(&partial).map_err(|trouble| trouble.told("fill", path)).and_then(|()| {
        File::open(&partial)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&partial, path))
            .and_then(|()| sync_folder(path))
            .map_err(failed("make durable", path))
    });
    if filled.is_err() {
        // The first fault is the one to tell; a rest that cannot be removed harms nobody.
        fs::remove_file(&partial).ok();
    }
    filled
}

// A new name is durable once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all())
}

impl Store for Sqlite {
    fn append(
        &mut self,
        ledger: &PartyId,
        first: u64,
        entries: &[NewEntry<'_>],
    ) -> Result<(), StoreError> {
        self.write("append entries", |conn| ledger::append(conn, ledger, first, entries))
    }

    fn put_body(&mut self, ledger: &PartyId, index: u64, body: &[u8]) -> Result<(), StoreError> {
        self.write("keep a body", |conn| ledger::put_body(conn, ledger, index, body))
    }

    fn erase_body(&mut self, ledger: &PartyId, index: u64) -> Result<bool, StoreError> {
        self.remove("erase a body", |conn| ledger::erase_body(conn, ledger, index))
    }

    fn size(&self, ledger: &PartyId) -> Result<u64, StoreError> {
        self.ask("read a ledger's size", |conn| ledger::size(conn, ledger))
    }

    fn read(&self, ledger: &PartyId, from: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
        self.ask("read entries", |conn| ledger::read(conn, ledger, from, limit))
    }

    fn missing_bodies(&self, ledger: &PartyId, limit: u32) -> Result<Vec<u64>, StoreError> {
        self.ask("look for missing bodies", |conn| ledger::missing(conn, ledger, limit))
    }

    fn ledgers(&self) -> Result<Vec<PartyId>, StoreError> {
        self.ask("list the ledgers", ledger::all)
    }

    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write("keep a value", |conn| value::put(conn, key, value))
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.ask("read a value", |conn| value::get(conn, key))
    }

    fn delete(&mut self, key: &str) -> Result<(), StoreError> {
        self.remove("delete a value", |conn| value::delete(conn, key))
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.ask("list keys", |conn| value::keys(conn, prefix))
    }

    fn put_sightings(&mut self, sightings: &[(i64, &str, &[u8])]) -> Result<(), StoreError> {
        self.write("keep sightings", |conn| sighting::put(conn, sightings))
    }

    fn sightings_since(&self, seq: u64, limit: u32) -> Result<Vec<Sighting>, StoreError> {
        self.ask("read sightings", |conn| sighting::since(conn, seq, limit))
    }

    fn prune_sightings(&mut self, before_ms: i64) -> Result<u64, StoreError> {
        self.remove("prune sightings", |conn| sighting::prune(conn, before_ms))
    }

    fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.ask("check", check::all)
    }

    fn backup(&self, to: &Path) -> Result<(), StoreError> {
        make(to, |partial| {
            let mut target = connect(partial)?;
            let done = Backup::new(&self.conn, &mut target)?.step(PAGES_AT_ONCE)?;
            let in_use = || StoreError::InUse { file: name(to), by: holder(to) }.into();
            (done == StepResult::Done).then_some(()).ok_or_else(in_use)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use words::id::PartyId;

    use super::Sqlite;
    use crate::port::{NewEntry, Store, StoreError};

    #[test]
    fn a_full_disk_is_a_fault_that_changes_nothing_and_passes() {
        let folder = env::temp_dir().join(format!("store-full-{}", process::id()));
        fs::create_dir(&folder).unwrap();
        let mut store = Sqlite::create(&folder.join("ledger.db")).unwrap();
        let host = PartyId::new("host").unwrap();
        let body = vec![7; 20_000];
        let large = NewEntry { entry: b"entry", body: Some(&body) };
        store.conn.execute_batch("PRAGMA max_page_count = 30").unwrap();
        let mut kept = 0;
        let full = loop {
            match store.append(&host, kept, &[large, large]) {
                Ok(()) => kept += 2,
                Err(fault) => break fault,
            }
        };
        assert!(kept > 0 && matches!(full, StoreError::Full), "{kept} {full:?}");
        assert_eq!(store.size(&host).unwrap(), kept);
        assert_eq!(store.check().unwrap(), []);
        store.conn.execute_batch("PRAGMA max_page_count = 1000").unwrap();
        store.append(&host, kept, &[large]).unwrap();
        drop(store);
        fs::remove_dir_all(&folder).unwrap();
    }
}
