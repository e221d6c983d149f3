//! Compiled agreements: one text gives the same rules for ever, so once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use accord::rules::Rules;
use article::document::parse;
use article::root::root;
use words::hash::Hash;

/// Texts kept compiled: what is in force, what is proposed, and a few of their ancestors.
const KEPT_MAX: usize = 8;

// Compiling takes as long as a hundred decisions, and a text is met again by every fold, every
// restart and every audit. What is kept here changes no answer, only its price.
static KEPT: Mutex<BTreeMap<Hash, Arc<Rules>>> = Mutex::new(BTreeMap::new());

/// The rules of a text, or in words why it has none.
pub fn rules(text: &str) -> Result<Arc<Rules>, String> {
    let hash = root(text);
    let known = KEPT.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let document = parse(text).map_err(|cause| cause.to_string())?;
    let rules = Arc::new(Rules::compile(document).map_err(|cause| cause.to_string())?);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
    kept.insert(hash, Arc::clone(&rules));
    Ok(rules)
}
