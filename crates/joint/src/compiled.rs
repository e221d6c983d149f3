//! Compiled agreements: one text gives the same rules for ever, so once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use accord::rules::Rules;
use article::document::{Document, parse};
use article::root::root;
use words::hash::Hash;

use crate::family::Direction;

/// Texts kept compiled: what is in force, what is proposed, a few of their ancestors, and the
/// lower instruments of as many families as one ministry keeps.
const KEPT_MAX: usize = 24;

// The roots of a text and of those above it, and which way they are read.
type Name = (Vec<Hash>, Direction);

// Compiling takes as long as a hundred decisions, and a text is met again by every fold, every
// restart and every audit. What is kept here changes no answer, only its price.
static KEPT: Mutex<BTreeMap<Name, Arc<Rules>>> = Mutex::new(BTreeMap::new());

/// What is to be compiled.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Which way it is read.
    pub(crate) direction: Direction,
    /// For a lower text: the roots of those above it, the nearest first, and the nearest's rules.
    pub(crate) above: Option<(Vec<Hash>, &'a Arc<Rules>)>,
}

/// The rules of a text, or in words why it has none.
pub(crate) fn rules(source: Source<'_>) -> Result<Arc<Rules>, String> {
    let (above, upper) = source.above.unzip();
    let roots = std::iter::once(root(source.text)).chain(above.unwrap_or_default());
    let name = (roots.collect(), source.direction);
    let known = KEPT.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let document = read(source.text, source.direction)?;
    let rules = match upper {
        None => Rules::compile(document),
        Some(upper) => Rules::compile_under(document, upper),
    };
    let rules = Arc::new(rules.map_err(|cause| cause.to_string())?);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
    kept.insert(name, Arc::clone(&rules));
    Ok(rules)
}

fn read(text: &str, direction: Direction) -> Result<Document, String> {
    let document = parse(text).map_err(|cause| cause.to_string())?;
    match direction {
        Direction::AsWritten => Ok(document),
        Direction::Mirrored => document.mirrored().ok_or_else(|| {
            "the host of this pair of ledgers is the guest of the text, and no article provides \
             `reciprocity`: nothing of it holds in that direction"
                .to_owned()
        }),
    }
}
