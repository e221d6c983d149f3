//! Files of roads: read whole, written whole or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use cli::trouble::Trouble;
use road::file;
use road::overlay::Overlay;
use road::roads::Roads;

/// An overlay is a text that people write; a megabyte of it is a mistake.
const OVERLAY_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads a file of roads.
pub fn roads(path: &str) -> Result<Roads, Trouble> {
    let bytes = fs::read(path).map_err(|cause| unread(path, &cause))?;
    file::read(&bytes).map_err(|cause| {
        let what = format!("`{path}` cannot be read");
        Trouble::malformed(what).because(cause)
    })
}

/// Reads overlays, named with commas between them: together they are one.
pub fn overlay(paths: &str) -> Result<Overlay, Trouble> {
    let mut changes = Vec::new();
    for path in paths.split(',') {
        let size = fs::metadata(path).map_err(|cause| unread(path, &cause))?.len();
        if size > OVERLAY_BYTES_MAX {
            let what =
                format!("`{path}` is larger than an overlay may be, {OVERLAY_BYTES_MAX} bytes");
            return Err(Trouble::malformed(what));
        }
        let text = fs::read_to_string(path).map_err(|cause| unread(path, &cause))?;
        let overlay = Overlay::parse(&text).map_err(|cause| {
            Trouble::malformed(format!("`{path}` cannot be read")).because(cause)
        })?;
        changes.extend(overlay.changes().iter().cloned());
    }
    Ok(Overlay::of(changes))
}

/// What a file that cannot be read is called.
pub fn unread(path: &str, cause: &dyn std::fmt::Display) -> Trouble {
    Trouble::fault(format!("cannot read `{path}`")).because(cause)
}

/// A file that will be there whole, or as it was before.
#[derive(Debug)]
pub struct Pending {
    file: File,
    partial: PathBuf,
    path: PathBuf,
}

impl Pending {
    /// Begins to write beside `path`. Only one program does at a time.
    pub fn begin(path: &Path) -> Result<Self, Trouble> {
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        let cannot = || format!("cannot write `{}`", partial.display());
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&partial);
        let file = file.map_err(|cause| Trouble::fault(cannot()).because(cause))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Trouble::refused("another program writes this file"));
            }
            Err(TryLockError::Error(cause)) => return Err(Trouble::fault(cannot()).because(cause)),
        }
        Ok(Self { file, partial, path: path.to_owned() })
    }

    /// As [`Pending::finish`], readable by its owner alone.
    pub fn finish_secret(self, bytes: &[u8]) -> Result<(), Trouble> {
        let owner = fs::Permissions::from_mode(0o600);
        let cannot = || format!("cannot keep `{}` to yourself", self.partial.display());
        self.file
            .set_permissions(owner)
            .map_err(|cause| Trouble::fault(cannot()).because(cause))?;
        self.finish(bytes)
    }

    /// Writes everything and puts it into its place.
    pub fn finish(mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.write_all(bytes))
            .and_then(|()| self.file.sync_all())
            .and_then(|()| fs::rename(&self.partial, &self.path))
            .and_then(|()| folder(&self.path));
        written.map_err(|cause| {
            Trouble::fault(format!("cannot write `{}`", self.path.display())).because(cause)
        })
    }

    /// Leaves everything as it was.
    pub fn abandon(self) {
        fs::remove_file(&self.partial).ok();
    }
}

// The new name is kept when its folder is.
fn folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        Some(_) | None => File::open(".")?.sync_all(),
    }
}
