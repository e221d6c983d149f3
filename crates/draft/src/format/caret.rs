//! Where a text cannot be read: the line, and a caret under the character.

use crate::format::width::{COLUMNS_MAX, columns};
use article::document::ParseError;

/// The line of an error with a caret under its character. A line wider than a screen is shown
/// around it.
pub fn under(text: &str, error: &ParseError) -> String {
    let line = text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
    let before: Vec<char> = line.chars().take(error.column.saturating_sub(1)).collect();
    let room = COLUMNS_MAX / 2;
    let skipped = before.len().saturating_sub(room);
    let shown: String = line.chars().skip(skipped).take(COLUMNS_MAX).collect();
    let lead = if skipped == 0 { "" } else { "…" };
    let pad: String = before.iter().skip(skipped).map(|c| pad(*c)).collect();
    let number = error.line.to_string();
    let margin = " ".repeat(number.len());
    let lead_pad = " ".repeat(lead.chars().count());
    format!("{number} | {lead}{shown}\n{margin} | {lead_pad}{pad}^")
}

fn pad(c: char) -> String {
    if c == '\t' { "\t".to_owned() } else { " ".repeat(columns(c)) }
}
