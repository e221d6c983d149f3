//! The files of the workspace that somebody wrote.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Made by programs, or not ours.
const SKIPPED: [&str; 8] = [
    ".git",
    "target",
    "node_modules",
    ".run",
    "console/dist",
    "console/data",
    "browser/results",
    "__pycache__",
];

/// Kinds of files that people read.
const READ: [&str; 12] =
    ["rs", "md", "toml", "sql", "ts", "js", "css", "html", "sh", "yml", "yaml", "ftl"];

/// A file of text.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

/// All files of text, and where they are.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The root of the workspace.
    pub(crate) root: PathBuf,
    /// In order of path.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the workspace; a tidy that cannot read must not say that all is well.
    pub(crate) fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        walk(root, root, &mut files).expect("the workspace can be read");
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { root: root.to_owned(), files }
    }

    pub(crate) fn with_extension(&self, extension: &'static str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| has_extension(Path::new(&file.path), extension))
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let relative = path.strip_prefix(root).expect("a walk stays below its root");
        let relative = relative.to_string_lossy().replace('\\', "/");
        let name = entry.file_name();
        if SKIPPED.iter().any(|skipped| relative == *skipped || name == *skipped) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(root, &path, files)?;
        } else if kind.is_file() && READ.iter().any(|known| has_extension(&path, known)) {
            match fs::read_to_string(&path) {
                Ok(text) => files.push(File { path: relative, text }),
                // Editors write beside a file and rename: what is gone by now is no file of ours.
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(cause),
            }
        }
    }
    Ok(())
}
