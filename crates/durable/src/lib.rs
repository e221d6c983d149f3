//! Files that are whole or not there, whatever happens.
//!
//! What may not happen here: a name that is durable before its bytes, or bytes before their name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
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

/// Writes a new file and never an old one, durably. Half a file, as a full disk leaves it, goes
/// away again.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let whole = file.write_all(bytes).and_then(|()| file.sync_all());
    let whole = whole.and_then(|()| sync_folder(path));
    whole.inspect_err(|_| drop(fs::remove_file(path)))
}

/// Gives a file or a folder another name beside its old one, durably.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(to)
}

/// Removes a file, durably; one that is not there is gone already.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(cause),
        Ok(()) => sync_folder(path),
    }
}

/// Makes the names in the folder of a path durable.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    Machine.sync(folder_of(path))
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;
    use std::os::unix::fs::PermissionsExt;

    use super::{remove, rename, replace, write_new};

    #[test]
    fn files_are_made_once_replaced_whole_renamed_and_removed() {
        let folder = std::env::temp_dir().join(format!("sc-durable-{}", std::process::id()));
        let (one, two) = (folder.join("deep/one"), folder.join("deep/two"));
        replace(&one, b"first").unwrap();
        replace(&one, b"second").unwrap();
        assert_eq!(fs::read(&one).unwrap(), b"second");
        let again = write_new(&one, b"third", 0o600).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&one).unwrap(), b"second", "an old file is not overwritten");
        write_new(&two, b"secret", 0o600).unwrap();
        assert_eq!(fs::metadata(&two).unwrap().permissions().mode() & 0o777, 0o600);
        rename(&two, &one).unwrap();
        assert_eq!(fs::read(&one).unwrap(), b"secret");
        remove(&one).unwrap();
        remove(&one).unwrap();
        assert_eq!(fs::read_dir(folder.join("deep")).unwrap().count(), 0, "nothing is left beside");
        fs::remove_dir_all(&folder).unwrap();
    }
}
