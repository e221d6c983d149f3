//! Files that are whole or not there, whatever happens.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// What is asked of files here, so that a test can fail at every step of it.
pub trait Files {
    /// The bytes of a file.
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>>;

    /// Makes one folder; one that is there already stays.
    fn make_folder(&mut self, path: &Path) -> io::Result<()>;

    /// Writes a new file, or another in the place of an old one; not durable.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes the bytes of a file durable, or the names in a folder.
    fn sync(&mut self, path: &Path) -> io::Result<()>;

    /// Gives a file another name, in place of whatever had it; not durable.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a folder and what is in it; not durable.
    fn remove_folder(&mut self, path: &Path) -> io::Result<()>;
}

/// The files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Machine;

impl Files for Machine {
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(()),
            made => made,
        }
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        File::create(path)?.write_all(bytes)
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// Puts bytes in the place of a file, durably: after a crash at any instant it holds either what
/// it held or these bytes.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_on(&mut Machine, path, bytes)
}

/// The same on other files.
pub fn replace_on(files: &mut dyn Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = folder.join(name);
    match files.write(&beside, bytes) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            make_folders(files, folder)?;
            files.write(&beside, bytes)?;
        }
        written => written?,
    }
    files.sync(&beside)?;
    files.rename(&beside, path)?;
    // The name is as durable as the bytes only once its folder is.
    files.sync(folder)
}

// A folder that a loss of power takes away takes with it what was synced inside: each is made
// durable in the one above it before anything is put into it.
fn make_folders(files: &mut dyn Files, folder: &Path) -> io::Result<()> {
    match files.make_folder(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            make_folders(files, folder_of(folder))?;
            files.make_folder(folder)?;
        }
        made => made?,
    }
    files.sync(folder_of(folder))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}
