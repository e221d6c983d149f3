//! Files that are whole or not there, whatever happens.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Puts bytes in the place of a file, durably: after a crash at any instant it holds either what
/// it held or these bytes.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = folder.join(name);
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // The name is as durable as the bytes only once its folder is.
    File::open(folder)?.sync_all()
}
