//! Long texts over several lines, as TOML joins them again.

use toml_edit::Value;

use crate::format::width::{COLUMNS_MAX, columns, is_wide};

/// Room for the joint at the end of a line.
const FILL_MAX: usize = COLUMNS_MAX - 1;

/// The text over lines that fit; `None` if it holds what only an escape could write.
pub(crate) fn wrapped(text: &str) -> Option<Value> {
    if text.contains('\\') || text.contains("\"\"\"") || text.ends_with('"') {
        return None;
    }
    let paragraphs: Vec<String> = text.split('\n').map(paragraph).collect();
    format!("\"\"\"\n{}\"\"\"", paragraphs.join("\n")).parse().ok()
}

fn paragraph(text: &str) -> String {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for piece in pieces(text) {
        let more = piece.chars().map(columns).sum::<usize>();
        if !line.is_empty() && used + more > FILL_MAX {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        line.push_str(piece);
        used += more;
    }
    lines.push(line);
    lines.join("\\\n")
}

// What is never torn apart: a word with the space after it, a Chinese character with the
// punctuation after it.
fn pieces(text: &str) -> Vec<&str> {
    let (mut found, mut from) = (Vec::new(), 0);
    let mut last = None;
    for (at, c) in text.char_indices() {
        if last.is_some_and(|last| parts(last, c)) {
            found.extend(text.get(from..at));
            from = at;
        }
        last = Some(c);
    }
    found.extend(text.get(from..));
    found
}

fn parts(last: char, next: char) -> bool {
    // TOML drops the spaces that begin a line.
    if next.is_whitespace() {
        return false;
    }
    let closing = "，。、；：！？）》」』”’】".contains(next);
    let opening = "（《「『“‘【".contains(last);
    last == ' ' || (is_wide(last) && is_wide(next) && !closing && !opening)
}
