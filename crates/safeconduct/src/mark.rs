//! The mark of a node's ledger: a small file outside its folder.
//!
//! What may not happen here: a mark in the folder, which a restored backup brings back with it,
//! and a mark that cannot be kept and stops a node.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use engine::mark::Mark;
use note::digest::sha256;
use words::hash::{Hash, hex};
use words::id::PartyId;

/// How the file begins.
const FORM: &str = "safeconduct/mark/1";

/// A mark: five short lines.
const BYTES_MAX: u64 = 1_024;

/// A mark in a file.
#[derive(Debug)]
pub struct FileMark {
    path: PathBuf,
    party: PartyId,
    open: Option<File>,
    // A mark that cannot be kept is said once.
    silent: bool,
}

/// Is what lies there a mark, whole or not? A file of somebody else's is left alone.
pub fn is_mark(path: &Path) -> bool {
    let short = fs::metadata(path).ok().filter(|file| file.is_file() && file.len() <= BYTES_MAX);
    let bytes = short.and_then(|_| fs::read(path).ok());
    // Power that failed while it was made leaves nothing, or zeros.
    bytes.is_some_and(|bytes| {
        bytes.starts_with(FORM.as_bytes()) || bytes.iter().all(|byte| *byte == 0)
    })
}

/// Beside a folder, for nobody restores a folder together with what lies beside it.
pub fn beside(folder: &Path) -> PathBuf {
    // One that is not there yet has no other name; a slash at its end would lead into it.
    let bare = || folder.components().as_path().to_owned();
    let folder = folder.canonicalize().unwrap_or_else(|_| bare());
    let mut name = folder.into_os_string();
    name.push(".mark");
    PathBuf::from(name)
}

/// Does a mark lie in a folder that is restored as a whole?
pub fn is_within(folder: &Path, mark: &Path) -> bool {
    let of = mark.parent().filter(|of| !of.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), of.canonicalize()) {
        (Ok(folder), Ok(of)) => of.starts_with(folder),
        _ => mark.starts_with(folder),
    }
}

impl FileMark {
    /// The mark of a party's ledger in a file that need not exist.
    pub fn new(path: PathBuf, party: PartyId) -> Self {
        Self { path, party, open: None, silent: false }
    }

    fn text(&self, size: u64, root: Hash) -> String {
        let text = format!("{FORM}\n{}\n{size}\n{root}\n", self.party);
        let sum = hex(sha256(text.as_bytes()).0.get(..8).unwrap_or_default());
        format!("{text}{sum}\n")
    }

    fn parse(&self, text: &str) -> Option<(u64, Hash)> {
        let [_, _, size, root, _] = text.lines().collect::<Vec<_>>().try_into().ok()?;
        let (size, root) = (size.parse().ok()?, Hash::try_from(root.to_owned()).ok()?);
        (self.text(size, root) == text).then_some((size, root))
    }

    // In place and in one write: the size only grows, so the text never gets shorter.
    fn put(&mut self, text: &str) -> io::Result<()> {
        if self.open.is_none() {
            if self.path.exists() && !is_mark(&self.path) {
                return Err(io::Error::other("another file lies there"));
            }
            let options = OpenOptions::new().write(true).create(true).truncate(false).clone();
            self.open = Some(options.open(&self.path)?);
        }
        self.open.as_ref().map_or(Ok(()), |file| file.write_all_at(text.as_bytes(), 0))
    }
}

impl Mark for FileMark {
    fn name(&self) -> String {
        format!("the mark `{}`", self.path.display())
    }

    fn read(&self) -> Option<(u64, Hash)> {
        if !is_mark(&self.path) {
            return None;
        }
        let said = fs::read_to_string(&self.path).ok().and_then(|text| self.parse(&text));
        if said.is_none() {
            // The next one is whole.
            tracing::warn!(mark = self.name(), "it cannot be read, and is written anew");
            drop(fs::remove_file(&self.path));
        }
        said
    }

    fn write(&mut self, size: u64, root: Hash) {
        let text = self.text(size, root);
        match self.put(&text) {
            Ok(()) => self.silent = false,
            Err(cause) if !self.silent => {
                self.silent = true;
                let hint = "name a place with `mark` under [node], best on another disk";
                tracing::warn!(mark = self.name(), %cause, hint, "it cannot be written");
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use engine::mark::Mark;
    use words::hash::Hash;
    use words::id::PartyId;

    use super::{FileMark, beside, is_within};

    #[test]
    fn a_mark_reads_as_it_was_written_and_one_that_was_changed_says_nothing() {
        let folder = std::env::temp_dir().join(format!("sc-mark-{}", std::process::id()));
        fs::create_dir_all(folder.join("node")).unwrap();
        let path = beside(&folder.join("node"));
        assert!(!is_within(&folder.join("node"), &path));
        assert!(is_within(&folder.join("node"), &folder.join("node/mark")));
        let of = |party| FileMark::new(path.clone(), PartyId::new(party).unwrap());
        assert_eq!(of("host").read(), None, "there is none yet");
        let mut mark = of("host");
        for (size, byte) in [(9, 1), (10, 2), (1_000, 3)] {
            mark.write(size, Hash([byte; 32]));
            assert_eq!(of("host").read(), Some((size, Hash([byte; 32]))));
        }
        let whole = fs::read_to_string(&path).unwrap();
        for (at, _) in whole.char_indices() {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            assert_eq!(of("host").read(), None, "byte {at}");
            // What is no mark any more is somebody else's file: it is left as it is.
            of("host").write(1, Hash([4; 32]));
            let now = fs::read(&path).unwrap();
            assert_eq!(now == bytes, at < super::FORM.len(), "byte {at}");
        }
        fs::write(&path, whole).unwrap();
        assert_eq!(of("guest").read(), None, "it is another party's");
        fs::remove_dir_all(&folder).unwrap();
    }
}
