//! Prints figures: what, how many, against which baseline.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};

/// Writes a line to standard output; figures are what this program is for.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// A heading, with what the figures below it were made from.
pub(crate) fn heading(title: &str, made_from: &str) -> io::Result<()> {
    line(format_args!("\n## {title}\n{made_from}\n"))
}

/// Why there is no figure.
pub(crate) fn failed(failure: &dyn Error) {
    // A reader that went away has read enough.
    writeln!(io::stderr(), "error: {failure}").ok();
}
