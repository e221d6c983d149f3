//! Every theorem holds of the worked text, and fails on a broken one.
#![cfg(test)]

mod texts;

use accord::rules::{Deed, Rules};
use accord::window::Clause;
use proof::prove::{Counterexample, Report, Verdict, prove, prove_one};
use proof::theorem::THEOREMS;
use words::refusal::Reason;

use crate::texts::{both_solvers, broken, compiled, karachi, reciprocal};

fn verdict(report: &Report, theorem: &str) -> Verdict {
    let found = report.proofs.iter().find(|one| one.theorem == theorem);
    found.unwrap_or_else(|| panic!("no theorem `{theorem}`")).verdict.clone()
}

fn counterexample(rules: &Rules, above: Option<&Rules>, theorem: &str) -> Option<Counterexample> {
    let report = prove_one(rules, above, both_solvers(theorem)?, theorem).unwrap();
    match verdict(&report, theorem) {
        Verdict::Broken(found) => Some(*found),
        other @ (Verdict::Proved | Verdict::ProvedHere | Verdict::Unknown(_)) => {
            panic!("`{theorem}` on a broken text: {other:?}")
        }
    }
}

#[test]
fn every_theorem_holds_of_the_worked_agreement() {
    let Some(choice) = both_solvers("every theorem") else { return };
    let rules = compiled(&reciprocal(&karachi()));
    let report = prove(&rules, Some(&compiled(&karachi())), choice).unwrap();
    for proof in &report.proofs {
        let here = ["task", "reciprocity", "under"].contains(&proof.theorem);
        let holds = if here { Verdict::ProvedHere } else { Verdict::Proved };
        assert_eq!(proof.verdict, holds, "{}", proof.theorem);
    }
    assert_eq!(report.proofs.len(), THEOREMS.len() + 3);
    assert_eq!(report.idle, []);
    assert!(report.holds() && report.questions > 0);
}

type Edit = fn(&str) -> Option<String>;

fn gone(text: &str, mark: &str) -> Option<String> {
    (!text.contains(mark)).then(|| text.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "an edit that always gives a text")]
fn instead(text: &str, old: &str, new: &str) -> Option<String> {
    Some(text.replace(old, new))
}

/// One way to break each theorem, as a slip of the pen or a bad idea would.
const BROKEN: &[(&str, Edit)] = &[
    ("force", |text| gone(text, "context.in_force")),
    ("period", |text| instead(text, "unless { context.within_period }", "when { false }")),
    ("suspension", |text| {
        let mild = "when { context.suspended && !context.consent_live }";
        instead(text, "when { context.suspended }", mild)
    }),
    ("consent", |text| {
        let emergency = "unless { context.consent_live || \
                         (context has arms && context.arms == \"less_lethal\") }";
        instead(text, "unless { context.consent_live }", emergency)
    }),
    ("heard", |text| gone(text, "context.host_heard")),
    ("rung", |text| gone(text, "context.rung_open")),
    ("zone", |text| {
        let wider = "Zone::\"site-industrial\", Zone::\"cantonment-north\"";
        instead(text, "Zone::\"site-industrial\"]", &format!("{wider}]"))
    }),
    ("category", |text| {
        let text = text.replace("[\"police\", ", "[\"armed_forces\", \"police\", ");
        instead(&text, "\"police\"]", "\"police\", \"armed_forces\"]")
    }),
    ("purpose", |text| gone(text, "context has purpose")),
    ("ceiling", |text| instead(text, "headcount_after > 12 ", "headcount_after > 13 ")),
    ("arms", |text| {
        instead(text, "[\"unarmed\", \"less_lethal\"]", "[\"less_lethal\", \"sidearm\"]")
    }),
    ("armour", |text| instead(text, "[\"bullet_proof\", ", "[\"soft\", \"bullet_proof\", ")),
    ("notice", |text| instead(text, "context.notice_ms < 86400000", "context.notice_ms < 3600000")),
    ("task", |text| instead(text, "context.task == \"observe\"", "context.task != \"observe\"")),
];

#[test]
fn each_theorem_fails_on_a_text_broken_for_it_and_the_engine_agrees() {
    for theorem in THEOREMS {
        let (_, edit) = BROKEN
            .iter()
            .find(|(key, _)| *key == theorem.key)
            .unwrap_or_else(|| panic!("nothing breaks `{}`", theorem.key));
        let rules = broken(&karachi(), |clause: Clause<'_>| edit(clause.text));
        let Some(found) = counterexample(&rules, None, theorem.key) else { return };
        assert!(found.replays && found.decision.allow, "{}: {found:?}", theorem.key);
    }
}

#[test]
fn a_counterexample_has_nothing_in_it_that_could_be_left_out() {
    let edit = |clause: Clause<'_>| gone(clause.text, "context.consent_live");
    let rules = broken(&karachi(), edit);
    let Some(found) = counterexample(&rules, None, "consent") else { return };
    let told = found.case.told();
    let names: Vec<&str> = told.iter().map(|(name, _)| *name).collect();
    assert_eq!(found.case.question.deed, Deed::OrderTask);
    assert_eq!(names, ["category", "task", "rung", "arms", "consent_live"]);
    let ceiling = broken(&karachi(), |clause| {
        instead(clause.text, "headcount_after > 12 ", "headcount_after > 20 ")
    });
    let found = counterexample(&ceiling, None, "ceiling").unwrap();
    assert_eq!(found.case.facts.headcount_after, 13);
}

#[test]
fn a_rule_that_computes_can_err_and_the_engine_gives_no_answer() {
    let edit =
        |clause: Clause<'_>| instead(clause.text, "context.notice_ms <", "context.notice_ms + 1 <");
    let rules = broken(&karachi(), edit);
    let Some(found) = counterexample(&rules, None, "never-errs") else { return };
    assert_eq!(found.case.facts.notice_ms, i64::MAX);
    assert!(found.replays && !found.decision.allow);
    assert_eq!(found.decision.reasons, [Reason::BadAgreement]);
}

#[test]
fn a_text_that_gives_the_guest_more_than_the_host_is_not_reciprocal() {
    let edit = |clause: Clause<'_>| gone(clause.text, "unless { context.consent_live }");
    let rules = broken(&reciprocal(&karachi()), edit);
    let Some(found) = counterexample(&rules, None, "reciprocity") else { return };
    assert!(found.replays && found.decision.allow);
    assert!(!found.other.unwrap().allow && !found.case.facts.consent_live);
}

#[test]
fn a_lower_text_that_permits_more_is_caught() {
    let above = compiled(&karachi());
    let wider = karachi().replace("armour_min = \"bullet_proof\"", "armour_min = \"soft\"");
    let Some(found) = counterexample(&compiled(&wider), Some(&above), "under") else { return };
    assert!(found.replays && found.decision.allow && !found.other.unwrap().allow);
    let longer = karachi().replace("until = \"2025-10-01", "until = \"2026-10-01");
    let found = counterexample(&compiled(&longer), Some(&above), "under").unwrap();
    assert_eq!(found.case.question.at.to_string(), "2025-10-01T00:00:00Z");
    let shorter = karachi().replace("until = \"2025-10-01", "until = \"2025-04-01");
    let choice = both_solvers("under").unwrap();
    let report = prove_one(&compiled(&shorter), Some(&above), choice, "under").unwrap();
    assert_eq!(verdict(&report, "under"), Verdict::ProvedHere);
}

#[test]
fn what_only_the_permits_hold_is_not_said_of_every_annex() {
    // No permit names the excluded zone: the missing guard shows only in what an annex could do.
    let edit = |clause: Clause<'_>| {
        let guard = clause.forbids && clause.id.contains("territory");
        (!guard).then(|| clause.text.to_owned())
    };
    let Some(choice) = both_solvers("every annex") else { return };
    let report = prove_one(&broken(&karachi(), edit), None, choice, "zone").unwrap();
    assert_eq!(verdict(&report, "zone"), Verdict::ProvedHere);
}

#[test]
fn a_deed_that_nobody_may_do_is_named() {
    let Some(choice) = both_solvers("idle deeds") else { return };
    let none = broken(&karachi(), |clause| {
        let task = !clause.forbids && clause.text.contains("context has task &&");
        (!task).then(|| clause.text.to_owned())
    });
    let report = prove(&none, None, choice).unwrap();
    assert_eq!(report.idle, [Deed::OrderTask, Deed::Enter]);
}
