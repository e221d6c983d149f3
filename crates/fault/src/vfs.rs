//! Puts the disk under every SQLite connection of this process.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use sqlite_vfs::wip::{WalIndex, WalIndexLock};
use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenOptions, Vfs, register};

use crate::disk::Disk;

/// What SQLite knows it by.
const NAME: &str = "fault";

/// The disk of this process; from the first call on, SQLite uses no other.
///
/// # Panics
/// If SQLite does not take it: then no test that asks for it means anything.
pub fn disk() -> MutexGuard<'static, Disk> {
    static DISK: OnceLock<Arc<Mutex<Disk>>> = OnceLock::new();
    let disk = DISK.get_or_init(|| {
        let disk = Arc::new(Mutex::new(Disk::default()));
        let shim = Shim { disk: Arc::clone(&disk), chance: Mutex::new(0) };
        register(NAME, shim, true).expect("SQLite takes another file system");
        disk
    });
    held(disk)
}

fn held(disk: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Shim {
    disk: Arc<Mutex<Disk>>,
    chance: Mutex<u64>,
}

struct Handle {
    disk: Arc<Mutex<Disk>>,
    name: String,
    lock: LockKind,
}

impl Vfs for Shim {
    type Handle = Handle;

    fn open(&self, name: &str, how: OpenOptions) -> Result<Handle, io::Error> {
        let create = matches!(how.access, OpenAccess::Create | OpenAccess::CreateNew);
        held(&self.disk).open(name, create)?;
        let (disk, name) = (Arc::clone(&self.disk), name.to_owned());
        Ok(Handle { disk, name, lock: LockKind::None })
    }

    fn delete(&self, name: &str) -> Result<(), io::Error> {
        held(&self.disk).delete(name)
    }

    fn exists(&self, name: &str) -> Result<bool, io::Error> {
        Ok(held(&self.disk).exists(name))
    }

    fn temporary_name(&self) -> String {
        let mut bytes = [0; 8];
        self.random(&mut bytes);
        let folder = std::env::temp_dir();
        folder.join(format!("fault-{bytes:?}")).to_string_lossy().into_owned()
    }

    // The same in every run; only that it differs from call to call matters to SQLite.
    fn random(&self, buffer: &mut [i8]) {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in buffer {
            *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let [.., high] = chance.to_le_bytes();
            *byte = i8::from_le_bytes([high]);
        }
    }

    fn sleep(&self, duration: Duration) -> Duration {
        duration
    }
}

impl DatabaseHandle for Handle {
    type WalIndex = Nowhere;

    fn size(&self) -> Result<u64, io::Error> {
        let length = held(&self.disk).read(&self.name)?.len();
        u64::try_from(length).map_err(io::Error::other)
    }

    // Beyond the end SQLite wants zeros, and to be told.
    fn read_exact_at(&mut self, out: &mut [u8], offset: u64) -> Result<(), io::Error> {
        let mut disk = held(&self.disk);
        let bytes = disk.read(&self.name)?;
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = bytes.get(at..).unwrap_or_default();
        let length = there.len().min(out.len());
        let (found, beyond) = out.split_at_mut(length);
        found.copy_from_slice(there.get(..length).unwrap_or_default());
        beyond.fill(0);
        if beyond.is_empty() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> Result<(), io::Error> {
        held(&self.disk).write(&self.name, offset, bytes)
    }

    fn sync(&mut self, _data_only: bool) -> Result<(), io::Error> {
        held(&self.disk).sync(&self.name)
    }

    fn set_len(&mut self, size: u64) -> Result<(), io::Error> {
        held(&self.disk).resize(&self.name, size)
    }

    // One connection at a time uses this disk: whatever it asks for is free.
    fn lock(&mut self, lock: LockKind) -> Result<bool, io::Error> {
        self.lock = lock;
        Ok(true)
    }

    fn reserved(&mut self) -> Result<bool, io::Error> {
        Ok(false)
    }

    fn current_lock(&self) -> Result<LockKind, io::Error> {
        Ok(self.lock)
    }

    fn wal_index(&self, _readonly: bool) -> Result<Nowhere, io::Error> {
        Ok(Nowhere)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        held(&self.disk).close(&self.name);
    }
}

// Our store locks its file for itself alone, so that the index of its log is in memory only.
struct Nowhere;

impl WalIndex for Nowhere {
    fn enabled() -> bool {
        false
    }

    fn map(&mut self, _region: u32) -> Result<[u8; 32768], io::Error> {
        Err(ErrorKind::Unsupported.into())
    }

    fn lock(
        &mut self,
        _locks: std::ops::Range<u8>,
        _lock: WalIndexLock,
    ) -> Result<bool, io::Error> {
        Err(ErrorKind::Unsupported.into())
    }

    fn delete(self) -> Result<(), io::Error> {
        Ok(())
    }
}
