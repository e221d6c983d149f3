//! What happened: one line an event, one column a fact.

use std::fmt::Display;

use words::moment::Moment;

/// A history as text; empty unless somebody wants to read it.
#[derive(Debug, Default)]
pub struct Story {
    told: bool,
    lines: Vec<String>,
}

impl Story {
    /// A story that is written down.
    pub fn told() -> Self {
        Self { told: true, lines: Vec::new() }
    }

    /// One event: when, who, what, and how it went.
    pub fn event(&mut self, at: Moment, who: &str, what: &str, how: impl Display) {
        if self.told {
            self.lines.push(format!("{at}  {who:<7}  {what:<24}  {how}"));
        }
    }

    /// The lines so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}
