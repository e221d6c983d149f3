//! The only place that writes to the terminal.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// Prints an answer. A reader who has seen enough, such as `head`, is no fault.
pub fn answer(text: &str) {
    writeln!(io::stdout(), "{text}").ok();
}

/// Prints an answer as JSON.
pub fn json(value: &impl Serialize) {
    let text = serde_json::to_string_pretty(value).expect("our own types have string keys only");
    answer(&text);
}

/// Says something beside the answer.
#[expect(clippy::print_stderr, reason = "this is where everything but answers goes")]
pub fn aside(text: &str) {
    eprintln!("{text}");
}

/// Shows how far something is, in the place of what was shown before; nothing where no person
/// looks.
pub fn progress(text: &str) {
    if io::stderr().is_terminal() {
        write!(io::stderr(), "\r{text}\u{1b}[K").ok();
    }
}

/// Clears what [`progress`] has shown.
pub fn progress_ends() {
    progress("");
}
