//! Conditions precedent: what must happen before a signed text has effect.

use serde::Deserialize;
use words::act::Names;
use words::role::Side;

use crate::read;

/// The line with which a condition begins.
pub(crate) const CONDITION: &str = "[[condition]]";

/// A condition stands above the articles, so that both parties sign it with them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its name, such as `ratified`.
    #[serde(deserialize_with = "read::filled")]
    pub name: String,
    /// Which side says that it is met.
    pub by: Side,
    /// What must happen.
    #[serde(deserialize_with = "read::names")]
    pub names: Names,
}

/// Do all conditions stand above the articles, each under its own name?
pub(crate) fn in_order(preamble: &str, conditions: &[Condition]) -> bool {
    let above = preamble.lines().filter(|line| line.trim_end() == CONDITION).count();
    let mut names: Vec<&str> = conditions.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    above == conditions.len() && names.len() == conditions.len()
}
