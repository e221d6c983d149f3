//! Inputs to begin with: our own vectors, scenarios, exercise.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use audit::file::Export;
use note::canon;
use note::statement::Body;
use serde_json::Value;
use words::hash::unhex;

/// Seeds of one target: more say nothing new.
pub(crate) const SEEDS_MAX: usize = 400;

/// A longer input slows every mutation of it.
const BYTES_MAX: usize = 100_000;

const VECTORS: &str = "docs/formats";
const SCENARIOS: [&str; 2] = ["scenarios/agreements", "scenarios/karachi"];
const EXERCISE: &str = ".run/exercise.audit";

/// Everything of ours that some parser may read; each once.
pub(crate) fn pool() -> BTreeSet<Vec<u8>> {
    let mut pool = BTreeSet::new();
    for bytes in files(VECTORS).chain(SCENARIOS.into_iter().flat_map(files)) {
        if let Ok(vectors) = serde_json::from_slice(&bytes) {
            texts(&vectors, &mut pool);
        }
        pool.insert(bytes);
    }
    for kept in exercise().iter().flat_map(|export| &export.ledgers) {
        pool.insert(kept.head.clone().into_bytes());
        for entry in &kept.entries {
            pool.insert(entry.entry.clone());
            pool.extend(entry.body.clone());
            let body = entry.body.as_ref().and_then(|body| canon::decode::<Body>(body).ok());
            pool.extend(body.map(|body| body.act));
        }
    }
    pool.retain(|bytes| bytes.len() <= BYTES_MAX);
    pool
}

/// The audit file of the last exercise, if one was kept: `make spine` does.
pub(crate) fn exercise() -> Option<Export> {
    canon::decode(&fs::read(Path::new(&root()).join(EXERCISE)).ok()?).ok()
}

fn root() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/..").to_owned()
}

fn files(folder: &str) -> impl Iterator<Item = Vec<u8>> {
    let folder = fs::read_dir(Path::new(&root()).join(folder)).expect("our own folder is there");
    folder.filter_map(|entry| fs::read(entry.ok()?.path()).ok())
}

// Every text of a document, as it is and without its hexadecimal digits, and its lines' words.
fn texts(value: &Value, pool: &mut BTreeSet<Vec<u8>>) {
    match value {
        Value::String(text) => {
            pool.extend(unhex(text));
            pool.extend(text.split_whitespace().map(|word| word.as_bytes().to_vec()));
            pool.insert(text.clone().into_bytes());
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, pool)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, pool)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
