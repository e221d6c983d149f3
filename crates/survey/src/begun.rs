//! What an interrupted import leaves, and how it is taken up again.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use cli::print;
use cli::trouble::Trouble;
use road::import::{Begun, Reading};
use road::part::{PartError, Taken, heading, read};

/// The part is brought to the disk when so much of it was written: a power failure then costs
/// a second or two of work, and the disk is not waited for after every frame.
const SYNC_BYTES: usize = 8 * 1024 * 1024;

/// A part of an import. Only one program writes it.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    unsynced: usize,
}

impl Part {
    /// Takes up what lies beside a target, or begins.
    pub fn open(target: &Path) -> Result<(Self, Begun), Trouble> {
        let mut part = Self::locked(target)?;
        let taken = match read(BufReader::new(&part.file)) {
            Ok(taken) => taken,
            Err(PartError::Read(cause)) => return Err(part.trouble("read", &cause)),
            Err(PartError::Else) => {
                let what = format!("`{}` is no part of an import", part.path.display());
                return Err(Trouble::refused(what).hint("move it away, or say --anew"));
            }
            Err(PartError::Rules) => {
                let why = "was begun by another version of this program";
                return part.anew(why).map(|begun| (part, begun));
            }
        };
        let begun = part.cut(taken)?;
        Ok((part, begun))
    }

    /// Begins, whatever lies beside a target.
    pub fn begin(target: &Path) -> Result<(Self, Begun), Trouble> {
        let mut part = Self::locked(target)?;
        let begun = part.emptied()?;
        Ok((part, begun))
    }

    fn locked(target: &Path) -> Result<Self, Trouble> {
        let mut name = target.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let cannot = || format!("cannot write `{}`", path.display());
        let mut how = OpenOptions::new();
        let file = how.read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|cause| Trouble::fault(cannot()).because(cause))?;
        let busy = || Trouble::refused("another import writes this file");
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy()),
            Err(TryLockError::Error(cause)) => return Err(Trouble::fault(cannot()).because(cause)),
        }
        // Another import may have ended, and taken its part away, between opening and locking.
        let here = fs::metadata(&path).ok().zip(file.metadata().ok());
        if here.is_none_or(|(named, held)| named.ino() != held.ino()) {
            return Err(busy().hint("it has just ended: ask again"));
        }
        Ok(Self { file, path, unsynced: 0 })
    }

    // Back to the last good frame.
    fn cut(&mut self, taken: Taken) -> Result<Begun, Trouble> {
        if taken.bytes == 0 {
            return self.emptied();
        }
        if taken.torn {
            print::aside("the end of what an earlier import left is damaged: it is cut off");
        }
        let cut = self.file.set_len(taken.bytes);
        let cut = cut.and_then(|()| self.file.seek(SeekFrom::Start(taken.bytes)));
        cut.map_err(|cause| self.trouble("write", &cause))?;
        Ok(taken.begun)
    }

    /// What was begun is of no use: says why, and begins.
    pub fn anew(&mut self, why: &str) -> Result<Begun, Trouble> {
        print::aside(&format!("what an earlier import left {why}: it begins anew"));
        self.emptied()
    }

    fn emptied(&mut self) -> Result<Begun, Trouble> {
        let file = &mut self.file;
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(&heading()))
            .and_then(|()| file.sync_all());
        written.map_err(|cause| self.trouble("write", &cause))?;
        Ok(Begun::default())
    }

    /// Keeps a frame.
    pub fn keep(&mut self, frame: &[u8]) -> Result<(), Trouble> {
        self.unsynced += frame.len();
        let mut kept = self.file.write_all(frame);
        if self.unsynced >= SYNC_BYTES {
            self.unsynced = 0;
            kept = kept.and_then(|()| self.file.sync_data());
        }
        kept.map_err(|cause| self.trouble("write", &cause))
    }

    /// Nobody needs it any more.
    pub fn remove(self) {
        fs::remove_file(&self.path).ok();
    }

    fn trouble(&self, what: &str, cause: &dyn std::fmt::Display) -> Trouble {
        Trouble::fault(format!("cannot {what} `{}`", self.path.display())).because(cause)
    }
}

/// Says where an import goes on.
pub fn told(begun: &Begun, size: u64) {
    let (reading, at) = begun.reached();
    let number = match reading {
        Reading::Again | Reading::Ways => 1,
        Reading::Nodes => 2,
    };
    if number == 2 || at > 0 {
        let share = (at.min(size) * 100).checked_div(size).unwrap_or(0);
        print::aside(&format!(
            "an earlier import was interrupted: it goes on in reading {number} of 2, from {share} %"
        ));
    }
}
