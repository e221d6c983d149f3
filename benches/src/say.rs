//! Prints figures: what, how many, against which baseline.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};

use engine::fault::chain;

/// Writes a line to standard output; figures are what this program is for.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// A heading, with what the figures below it were made from.
pub(crate) fn heading(title: &str, made_from: &str) -> io::Result<()> {
    line(format_args!("\n## {title}\n{made_from}\n"))
}

/// A rate, in whole things a second.
pub(crate) fn rate(what: &str, a_second: f64) -> io::Result<()> {
    line(format_args!("| {what} | {a_second:.0}/s |"))
}

/// A rate beside the limit of the same run that it is held against.
pub(crate) fn against(what: &str, a_second: f64, limit: (&str, f64)) -> io::Result<()> {
    let (name, most) = limit;
    let share = a_second / most;
    line(format_args!("| {what} | {a_second:.0}/s | {share:.2} of {name} ({most:.0}/s) |"))
}

/// Why there is no figure.
pub(crate) fn failed(failure: &dyn Error) {
    // A reader that went away has read enough.
    writeln!(io::stderr(), "error: {}", chain(failure)).ok();
}
