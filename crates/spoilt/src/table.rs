//! Which check caught what, as a file that people read and tests hold.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;

use serde_json::Value;

use crate::Change;

/// What a change is called that was not caught.
const ACCEPTED: &str = "accepted";

/// The name of the check that an error stands for, such as `Head NotSigned`.
pub fn name(error: &impl Debug) -> String {
    let text = format!("{error:?}");
    let end = text.find(['{', '[', ':', ',']).unwrap_or(text.len());
    let mut words = text.get(..end).unwrap_or_default().to_owned();
    words.retain(|letter| letter != ')');
    let words = words.replace('(', " ");
    // A number tells how far, not which check.
    let kept = words.split(' ').filter(|word| !word.is_empty() && word.parse::<u64>().is_err());
    kept.collect::<Vec<_>>().join(" ")
}

/// Asks for each change, and holds the answers against `docs/formats/changed/FORMAT.json`, which
/// `BLESS=1` writes. `spared` are the beginnings of paths that others watch; every other change
/// must be caught.
///
/// # Panics
/// If a change is accepted, or the file says something else.
pub fn hold(
    format: &str,
    changes: Vec<Change>,
    spared: &[&str],
    ask: impl Fn(&[u8]) -> Result<(), String>,
) {
    assert!(!changes.is_empty(), "`{format}` has no fields");
    let mut told = BTreeMap::new();
    for change in changes {
        let caught = ask(&change.bytes).err();
        let watched = !spared.iter().any(|path| change.path.starts_with(path));
        let at = &change.path;
        assert!(caught.is_some() || !watched, "`{format}` is accepted with another {at}");
        told.insert(change.path, caught.unwrap_or_else(|| ACCEPTED.to_owned()));
    }
    let made = serde_json::to_value(&told).expect("its keys are strings");
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/changed"));
    let path = path.join(format!("{format}.json"));
    if std::env::var_os("BLESS").is_some() {
        let text = serde_json::to_string_pretty(&made).expect("strings");
        std::fs::write(&path, format!("{text}\n")).expect("the folder is there");
        return;
    }
    let known = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let known: Value = known.unwrap_or_default();
    assert_eq!(known, made, "`{format}`: run with BLESS=1 if this is meant");
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_check_is_named_by_its_words() {
        #[derive(Debug)]
        #[expect(dead_code, reason = "they are printed")]
        enum Error {
            Plain,
            Deep(Result<u8, &'static str>),
            Long { size: u64 },
            Size(u64),
        }
        let told = [
            name(&Error::Plain),
            name(&Error::Deep(Err("length"))),
            name(&Error::Long { size: 3 }),
            name(&Error::Size(7)),
        ];
        assert_eq!(told, ["Plain", "Deep Err \"length\"", "Long", "Size"]);
    }
}
