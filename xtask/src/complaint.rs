//! A complaint: where, by which rule, and what to do.

use std::fmt;

/// Printed as `file:line rule: what to do`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    /// Path from the root of the workspace.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: usize,
    /// The rule's short name.
    pub(crate) rule: &'static str,
    /// What to do.
    pub(crate) remedy: String,
}

impl Complaint {
    pub(crate) fn new(
        file: &str,
        line: usize,
        rule: &'static str,
        remedy: impl Into<String>,
    ) -> Self {
        Self { file: file.to_owned(), line, rule, remedy: remedy.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{} {}: {}", self.file, self.line, self.rule, self.remedy)
    }
}
