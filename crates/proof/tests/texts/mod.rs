//! The worked agreement, whole and tampered with, and the solvers.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses a part of this")]

use std::io::Write;
use std::sync::Arc;
use std::{fs, io, path};

use accord::rules::Rules;
use accord::window::Clause;
use article::document::{Document, parse};
use proof::solver::{Choice, Panel};

/// The exercise's agreement.
pub(crate) fn karachi() -> String {
    worked("karachi/agreement.toml")
}

/// The largest worked agreement, which says something of every kind.
pub(crate) fn close_protection() -> String {
    worked("agreements/close-protection.toml")
}

fn worked(name: &str) -> String {
    let folder = path::Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(folder.join("../../scenarios").join(name)).unwrap()
}

/// A text beneath another, compiled with it as one.
pub(crate) fn beneath(text: &str, upper: &str) -> Rules {
    Rules::compile_under(document(text), &Arc::new(compiled(upper))).unwrap()
}

/// The annex to the largest worked agreement.
pub(crate) fn annex() -> String {
    worked("agreements/close-protection-annex-gwadar.toml")
}

fn document(text: &str) -> Document {
    parse(text).unwrap()
}

/// A text, compiled as the parties would sign it.
pub(crate) fn compiled(text: &str) -> Rules {
    Rules::compile(document(text)).unwrap()
}

/// A text whose rules somebody tampered with.
pub(crate) fn broken(text: &str, edit: impl Fn(Clause<'_>) -> Option<String>) -> Rules {
    Rules::broken(document(text), edit).unwrap()
}

/// A text with an article of reciprocity.
pub(crate) fn reciprocal(text: &str) -> String {
    let names = "en = \"Reciprocity\"\nzh = \"对等\"\nur = \"باہمی سلوک\"\n";
    format!(
        "{text}\n[[article]]\nnumber = \"99\"\n\
         reciprocity = {{ kinds = [\"host_consent\", \"ceilings\", \"period\"] }}\n\
         [article.heading]\n{names}[article.text]\n{names}"
    )
}

/// Both solvers; without them the test says aloud that it was skipped.
pub(crate) fn both_solvers(what: &str) -> Option<Choice> {
    match Panel::seat(Choice::Both) {
        Ok(_) => Some(Choice::Both),
        Err(cause) => {
            // Past the test's own capture: a skipped test must be seen.
            let line = format!("SKIPPED {what}: {cause}; apt-get install cvc5 z3\n");
            io::stderr().write_all(line.as_bytes()).unwrap();
            None
        }
    }
}
