//! Files of whoever types a command; nothing is overwritten.

use std::fs;
use std::io::{self, BufRead, stdin};
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use strongbox::keyfile::KeyFile;

/// Writes a new file and never an old one; durable when it returns.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Trouble> {
    durable::write_new(path, bytes, mode).map_err(|cause| {
        if cause.kind() == io::ErrorKind::AlreadyExists {
            let what = format!("`{}` exists already and is not overwritten", path.display());
            return Trouble::refused(what);
        }
        failed("write", path, &cause)
    })
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    fs::read(path).map_err(|cause| {
        let trouble = failed("read", path, &cause);
        let absent = cause.kind() == io::ErrorKind::NotFound;
        if absent { trouble.hint("is it the right folder or file?") } else { trouble }
    })
}

/// Reads a key file.
pub fn read_key(path: &Path) -> Result<KeyFile, Trouble> {
    let key = serde_json::from_slice(&read(path)?);
    key.map_err(|cause| {
        Trouble::malformed(format!("`{}` is not a key file", path.display())).because(cause)
    })
}

/// The passphrases that a command needs, one a line of the file that the options name; what
/// the file does not hold is asked for.
pub fn passphrases(given: &Given, of: &[&str]) -> Result<Vec<String>, Trouble> {
    let lines = match given.get("passphrase-file") {
        Some(path) => String::from_utf8_lossy(&read(Path::new(path))?).into_owned(),
        None => String::new(),
    };
    let mut lines = lines.lines();
    of.iter()
        .map(|whose| match lines.next() {
            Some(line) => Ok(line.to_owned()),
            None => prompt(whose),
        })
        .collect()
}

fn prompt(whose: &str) -> Result<String, Trouble> {
    print::aside(&format!("passphrase of {whose} (it is shown as you type):"));
    let mut line = String::new();
    let taken = stdin().lock().read_line(&mut line);
    let taken = taken.map_err(|cause| Trouble::fault("cannot ask").because(cause))?;
    if taken == 0 {
        let trouble = Trouble::malformed(format!("nobody gave the passphrase of {whose}"));
        return Err(trouble.hint("use `--passphrase-file FILE`"));
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// What could not be done with a file.
pub fn failed(step: &str, path: &Path, cause: &io::Error) -> Trouble {
    Trouble::fault(format!("cannot {step} `{}`", path.display())).because(cause)
}
