//! Proves every theorem of two agreements, with each solver.

use std::fs;
use std::path::Path;

use accord::rules::Rules;
use article::document::parse;
use proof::prove::{Report, prove, prove_one_by_one};
use proof::redline::compare;
use proof::solver::Choice;

use crate::parties::Failure;
use crate::say;
use crate::timing::{RUNS, percentile, timed};

/// The exercise's agreement, and the largest worked one.
const TEXTS: [&str; 2] = ["karachi/agreement.toml", "agreements/close-protection.toml"];

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    for name in TEXTS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let rules = Rules::compile(parse(&fs::read_to_string(folder.join(name))?)?)?;
        let made_from = format!("{} rules of {}", rules.clauses().count(), name);
        say::heading("Proof", &made_from)?;
        theorems(&rules)?;
        redlines(&rules)?;
    }
    Ok(())
}

fn theorems(rules: &Rules) -> Result<(), Failure> {
    let both = Choice::parse("both").ok_or("there is no such solver")?;
    // Once: it takes as long as all the others together.
    let (took, report) = timed(|| prove_one_by_one(rules, both));
    let (baseline, about) = (took.as_millis(), held(&report?)?);
    say::line(format_args!("| baseline: one by one, both | {baseline} ms | {about} |"))?;
    for name in ["cvc5", "z3", "both"] {
        let choice = Choice::parse(name).ok_or("there is no such solver")?;
        let (mut runs, mut about) = (Vec::new(), String::new());
        for _ in 0..RUNS {
            let (took, report) = timed(|| prove(rules, None, choice));
            about = held(&report?)?;
            runs.push(took);
        }
        let ms = percentile(&mut runs, 50).as_millis();
        say::line(format_args!("| every theorem, {name} | {ms} ms | {about} |"))?;
    }
    Ok(())
}

fn held(report: &Report) -> Result<String, Failure> {
    if !report.holds() {
        return Err("a theorem is not proved".into());
    }
    Ok(format!("{} theorems, {} questions", report.proofs.len(), report.questions))
}

fn redlines(rules: &Rules) -> Result<(), Failure> {
    let choice = Choice::parse("both");
    let (mut runs, mut about) = (Vec::new(), String::new());
    for _ in 0..RUNS {
        let (took, redline) = timed(|| compare(rules, rules, choice));
        redline?.verdict.as_str().clone_into(&mut about);
        runs.push(took);
    }
    let ms = percentile(&mut runs, 50).as_millis();
    say::line(format_args!("| redline of a text with itself, both | {ms} ms | {about} |"))?;
    let (took, redline) = timed(|| compare(rules, rules, None));
    let (ms, about) = (took.as_millis(), redline?.verdict.as_str());
    say::line(format_args!("| redline of a text with itself, a search | {ms} ms | {about} |"))?;
    Ok(())
}
