//! Chores; its tests are the tidy rules.

use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use crate::tree::{File, Tree};

mod complaint;
mod tree;

mod code;
mod rule;

mod tidy;

const USAGE: &str = "\
usage: cargo xtask CHORE
  tidy  complain of every file that breaks a rule of the house
  plan  print every Rust file, its length and its caption
";

fn main() -> ExitCode {
    let (text, code) = match env::args().nth(1).as_deref() {
        Some("tidy") => complaints(&tree()),
        Some("plan") => (plan(&tree()), ExitCode::SUCCESS),
        Some(_) | None => (USAGE.to_owned(), ExitCode::from(2)),
    };
    // A reader that went away has read enough.
    io::stdout().write_all(text.as_bytes()).ok();
    code
}

fn tree() -> Tree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Tree::read(root.expect("xtask lies in the workspace"))
}

fn complaints(tree: &Tree) -> (String, ExitCode) {
    let found = tidy::complaints(tree);
    let mut text = String::new();
    for complaint in &found {
        writeln!(text, "{complaint}").expect("a string takes every text");
    }
    (text, if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn plan(tree: &Tree) -> String {
    let mut plan = String::new();
    for File { path, text } in tree.with_extension("rs") {
        let caption = text.lines().next().and_then(|line| line.strip_prefix("//! "));
        let lines = rule::size::own_lines(text);
        writeln!(plan, "{lines:5}  {path:40}  {}", caption.unwrap_or("-"))
            .expect("a string takes every text");
    }
    plan
}
