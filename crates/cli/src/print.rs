//! The only place that writes to the terminal.

use serde::Serialize;

/// Prints an answer.
#[expect(clippy::print_stdout, reason = "this is where answers go")]
pub fn answer(text: &str) {
    println!("{text}");
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
