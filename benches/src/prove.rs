//! Proves every theorem of the largest agreement, with each solver.

use std::fs;
use std::path::Path;

use accord::rules::Rules;
use article::document::parse;
use proof::prove::prove;
use proof::redline::compare;
use proof::solver::Choice;

use crate::parties::Failure;
use crate::say;
use crate::timing::{RUNS, percentile, timed};

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let text = largest()?;
    let rules = Rules::compile(parse(&text)?)?;
    let made_from = format!("{} rules of {}", rules.clauses().count(), rules.document().agreement);
    say::heading("Proof", &made_from)?;
    for name in ["cvc5", "z3", "both"] {
        let choice = Choice::parse(name).ok_or("there is no such solver")?;
        let (mut runs, mut about) = (Vec::new(), String::new());
        for _ in 0..RUNS {
            let (took, report) = timed(|| prove(&rules, None, choice));
            let report = report?;
            if !report.holds() {
                return Err("a theorem is not proved".into());
            }
            about = format!("{} theorems, {} questions", report.proofs.len(), report.questions);
            runs.push(took);
        }
        let ms = percentile(&mut runs, 50).as_millis();
        say::line(format_args!("| every theorem, {name} | {ms} ms | {about} |"))?;
    }
    for (what, choice) in [("both", Choice::parse("both")), ("a search", None)] {
        let (mut runs, mut about) = (Vec::new(), String::new());
        for _ in 0..RUNS {
            let (took, redline) = timed(|| compare(&rules, &rules, choice));
            redline?.verdict.as_str().clone_into(&mut about);
            runs.push(took);
        }
        let ms = percentile(&mut runs, 50).as_millis();
        say::line(format_args!("| redline of a text with itself, {what} | {ms} ms | {about} |"))?;
    }
    Ok(())
}

// Of the worked agreements, the one that becomes the most rules.
fn largest() -> Result<String, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut largest = (0, String::new());
    for scenario in fs::read_dir(folder)? {
        let Ok(text) = fs::read_to_string(scenario?.path().join("agreement.toml")) else {
            continue;
        };
        let rules = Rules::compile(parse(&text)?)?.clauses().count();
        if rules > largest.0 {
            largest = (rules, text);
        }
    }
    Ok(largest.1)
}
