//! The disk: what is written, kept, and left by a loss of power.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::{fs, mem};

/// A disk writes a sector whole or not at all.
const SECTOR: u64 = 512;

/// What goes wrong at the deed that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The deed fails once, and nothing of it is done.
    Refused,
    /// From this deed on there is no room: nothing can be written.
    Full,
    /// A sync fails once, and what it was to keep never reaches the disk, though it can be read.
    Forgotten,
    /// The process is killed in the middle of the deed: half of a write is done.
    Killed,
    /// The power fails: of what was not synced nothing is kept.
    Lost,
    /// The power fails: each change that was not synced is kept, torn or lost as the seed says.
    Scattered(u64),
}

/// What a program asks of a disk that changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A new file.
    Create,
    /// Bytes at a place.
    Write,
    /// Another length.
    Resize,
    /// What was written is to be kept.
    Sync,
    /// A file less.
    Delete,
}

// How a deed is to be done.
enum How {
    Whole,
    Half,
    Forgotten,
}

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Resize(u64),
}

// A file: as programs read it, as the disk keeps it, and the changes between the two.
#[derive(Debug, Clone, Default)]
struct Sheet {
    now: Vec<u8>,
    kept: Vec<u8>,
    pending: Vec<Change>,
    // Is its name kept too?
    named: bool,
    open: u32,
}

/// The disk.
#[derive(Debug, Default)]
pub struct Disk {
    sheets: BTreeMap<String, Sheet>,
    // Deleted, and the folder not synced since: a loss of power brings them back.
    gone: BTreeMap<String, Vec<u8>>,
    plan: Option<(usize, Fault)>,
    deeds: Vec<Deed>,
    full: bool,
    dead: bool,
}

impl Disk {
    /// Counts deeds anew, and fails at the one of that number.
    pub fn plan(&mut self, plan: Option<(usize, Fault)>) {
        *self = Self { plan, ..Self::default() };
    }

    /// What was done since.
    pub fn deeds(&self) -> &[Deed] {
        &self.deeds
    }

    /// Has the process been killed, or the power failed?
    pub const fn dead(&self) -> bool {
        self.dead
    }

    /// The files, open now, in which those bytes can be read.
    pub fn files_with(&self, bytes: &[u8]) -> Vec<String> {
        let holds = |sheet: &Sheet| sheet.now.windows(bytes.len()).any(|window| window == bytes);
        let found = self.sheets.iter().filter(|(_, sheet)| holds(sheet));
        found.map(|(name, _)| name.clone()).collect()
    }

    /// Somebody makes room.
    pub const fn relieve(&mut self) {
        self.full = false;
    }

    /// The end: nothing that is still open can write any more, and the real files are what a
    /// restart would find. A plan that has not come to pass ends with a loss of power.
    pub fn end(&mut self) -> io::Result<()> {
        let how = match self.plan {
            Some((at, fault)) if at < self.deeds.len() => fault,
            Some(_) | None => Fault::Lost,
        };
        self.dead = true;
        let seed = if let Fault::Scattered(seed) = how { seed } else { 0 };
        let mut chance = Chance(seed);
        let (sheets, gone) = (mem::take(&mut self.sheets), mem::take(&mut self.gone));
        let mut back = BTreeSet::new();
        for (name, kept) in gone {
            let returns = match how {
                Fault::Killed => false,
                Fault::Scattered(_) => chance.below(2) == 0,
                Fault::Refused | Fault::Full | Fault::Forgotten | Fault::Lost => true,
            };
            if returns {
                fs::write(&name, kept)?;
                back.insert(name);
            }
        }
        for (name, sheet) in sheets {
            match sheet.left(how, &mut chance) {
                Some(bytes) => fs::write(name, bytes)?,
                None if fs::exists(&name)? && !back.contains(&name) => fs::remove_file(name)?,
                None => {}
            }
        }
        Ok(())
    }

    fn deed(&mut self, deed: Deed) -> io::Result<How> {
        if self.dead {
            return Err(io::Error::other("the power is off"));
        }
        let number = self.deeds.len();
        self.deeds.push(deed);
        let fault = self.plan.filter(|(at, _)| *at == number).map(|(_, fault)| fault);
        self.full |= fault == Some(Fault::Full);
        match fault {
            Some(Fault::Forgotten) if deed == Deed::Sync => Ok(How::Forgotten),
            Some(Fault::Refused | Fault::Forgotten) => Err(io::Error::other("the disk failed")),
            Some(Fault::Killed) => {
                self.dead = true;
                Ok(How::Half)
            }
            Some(Fault::Lost | Fault::Scattered(_)) => {
                self.dead = true;
                Err(io::Error::other("the power fails"))
            }
            // What SQLite takes for a full disk.
            Some(Fault::Full) | None if self.full && matches!(deed, Deed::Write | Deed::Create) => {
                Err(ErrorKind::WriteZero.into())
            }
            Some(Fault::Full) | None => Ok(How::Whole),
        }
    }

    pub(crate) fn open(&mut self, name: &str, create: bool) -> io::Result<()> {
        if !self.sheets.contains_key(name) {
            let sheet = match fs::read(name) {
                Ok(bytes) => {
                    Sheet { now: bytes.clone(), kept: bytes, named: true, ..Sheet::default() }
                }
                Err(cause) if cause.kind() == ErrorKind::NotFound && create => {
                    self.deed(Deed::Create)?;
                    Sheet::default()
                }
                Err(cause) => return Err(cause),
            };
            self.sheets.insert(name.to_owned(), sheet);
        }
        self.sheet(name)?.open += 1;
        Ok(())
    }

    // A file that is closed lies on the real disk, so that it can be renamed there.
    pub(crate) fn close(&mut self, name: &str) {
        let Some(sheet) = self.sheets.get_mut(name) else { return };
        sheet.open = sheet.open.saturating_sub(1);
        let last = sheet.open == 0 && !self.dead;
        if last && fs::write(name, &sheet.now).is_ok() && sheet.pending.is_empty() {
            self.sheets.remove(name);
        }
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.sheets.contains_key(name) || fs::exists(name).unwrap_or(false)
    }

    pub(crate) fn read(&mut self, name: &str) -> io::Result<&[u8]> {
        if self.dead {
            return Err(io::Error::other("the power is off"));
        }
        Ok(&self.sheet(name)?.now)
    }

    pub(crate) fn write(&mut self, name: &str, at: u64, bytes: &[u8]) -> io::Result<()> {
        let how = self.deed(Deed::Write)?;
        let half = matches!(how, How::Half);
        let length = if half { bytes.len() / 2 } else { bytes.len() };
        let done = bytes.get(..length).unwrap_or_default().to_vec();
        self.sheet(name)?.change(Change::Write(at, done));
        if half { Err(io::Error::other("the process was killed")) } else { Ok(()) }
    }

    pub(crate) fn resize(&mut self, name: &str, length: u64) -> io::Result<()> {
        self.deed(Deed::Resize)?;
        self.sheet(name)?.change(Change::Resize(length));
        Ok(())
    }

    pub(crate) fn sync(&mut self, name: &str) -> io::Result<()> {
        let how = self.deed(Deed::Sync)?;
        let sheet = self.sheet(name)?;
        let pending = mem::take(&mut sheet.pending);
        if matches!(how, How::Forgotten) {
            return Err(io::Error::other("the disk failed"));
        }
        for change in &pending {
            change.on(&mut sheet.kept);
        }
        // SQLite's own layer syncs the folder with the first sync of a file that it has made.
        if !sheet.named {
            self.gone.clear();
            self.sheets.values_mut().for_each(|sheet| sheet.named = true);
        }
        Ok(())
    }

    pub(crate) fn delete(&mut self, name: &str) -> io::Result<()> {
        self.deed(Deed::Delete)?;
        let sheet = self.sheets.remove(name);
        let real = fs::read(name).ok();
        let kept = match (sheet, real) {
            (Some(sheet), _) => Some(sheet.kept).filter(|_| sheet.named),
            (None, Some(bytes)) => Some(bytes),
            (None, None) => return Err(ErrorKind::NotFound.into()),
        };
        self.gone.extend(kept.map(|kept| (name.to_owned(), kept)));
        if fs::exists(name)? { fs::remove_file(name) } else { Ok(()) }
    }

    fn sheet(&mut self, name: &str) -> io::Result<&mut Sheet> {
        self.sheets.get_mut(name).ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Sheet {
    fn change(&mut self, change: Change) {
        change.on(&mut self.now);
        self.pending.push(change);
    }

    // What is found of it afterwards; `None` if not even its name is.
    fn left(mut self, how: Fault, chance: &mut Chance) -> Option<Vec<u8>> {
        match how {
            Fault::Killed => Some(self.now),
            Fault::Scattered(_) => {
                if !self.named && chance.below(2) == 0 {
                    return None;
                }
                for change in mem::take(&mut self.pending) {
                    if let Some(change) = change.scattered(chance) {
                        change.on(&mut self.kept);
                    }
                }
                Some(self.kept)
            }
            Fault::Refused | Fault::Full | Fault::Forgotten | Fault::Lost => {
                self.named.then_some(self.kept)
            }
        }
    }
}

impl Change {
    fn on(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, new) => {
                let at = size(*at);
                let end = at.saturating_add(new.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                if let Some(place) = bytes.get_mut(at..end) {
                    place.copy_from_slice(new);
                }
            }
            Self::Resize(length) => bytes.resize(size(*length), 0),
        }
    }

    // Whole, up to the edge of a sector, or not at all.
    fn scattered(self, chance: &mut Chance) -> Option<Self> {
        match (chance.below(3), self) {
            (0, _) => None,
            (1, Self::Write(at, bytes)) => {
                let end = at.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                let edges = (end / SECTOR).saturating_sub(at / SECTOR);
                let edge = (at / SECTOR + chance.below(edges.max(1)) + 1) * SECTOR;
                let whole = edges == 0 || edge >= end;
                let length = size(edge.saturating_sub(at));
                let torn = bytes.get(..length).filter(|_| !whole).map(<[u8]>::to_vec);
                torn.map(|torn| Self::Write(at, torn))
            }
            (_, change) => Some(change),
        }
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

// SplitMix64: the same scattering for the same seed.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::{Disk, Fault};

    fn found(how: Fault) -> Option<Vec<u8>> {
        let path = env::temp_dir().join(format!("fault-disk-{}-{how:?}", process::id()));
        let name = path.to_string_lossy().into_owned();
        let mut disk = Disk::default();
        // Create, write, sync, write; the deed of number 4 is a write of which half is done.
        disk.plan(Some((4, how)));
        disk.open(&name, true).unwrap();
        disk.write(&name, 0, &[1; 1024]).unwrap();
        disk.sync(&name).unwrap();
        disk.write(&name, 0, &[2; 1024]).unwrap();
        disk.write(&name, 1024, &[3; 8]).unwrap_err();
        disk.end().unwrap();
        let bytes = fs::read(&name).ok();
        fs::remove_file(name).ok();
        bytes
    }

    #[test]
    fn what_was_synced_is_kept_and_what_was_not_is_as_the_fault_says() {
        assert_eq!(found(Fault::Lost), Some(vec![1; 1024]));
        assert_eq!(found(Fault::Killed), Some([vec![2; 1024], vec![3; 4]].concat()));
        let mut seen = [false; 3];
        for seed in 0..40 {
            let bytes = found(Fault::Scattered(seed)).unwrap();
            let cases = [vec![1; 1024], vec![2; 1024], [vec![2; 512], vec![1; 512]].concat()];
            let case = cases.iter().position(|case| *case == bytes);
            seen[case.expect("old, new, or torn at the edge of a sector")] = true;
        }
        assert_eq!(seen, [true; 3]);
    }
}
