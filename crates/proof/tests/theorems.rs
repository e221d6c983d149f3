//! Every theorem holds of the worked text, and fails on a broken one.
#![cfg(test)]

mod texts;

use accord::rules::{Deed, Rules};
use accord::window::Clause;
use proof::prove::{Counterexample, Report, Verdict, prove, prove_one, prove_one_by_one};
use proof::theorem::THEOREMS;
use words::refusal::Reason;
use words::role::Role;

use crate::texts::{
    annex, beneath, both_solvers, broken, close_protection, compiled, karachi, reciprocal,
};

fn verdict(report: &Report, theorem: &str) -> Verdict {
    let found = report.proofs.iter().find(|one| one.theorem == theorem);
    found.unwrap_or_else(|| panic!("no theorem `{theorem}`")).verdict.clone()
}

fn counterexample(rules: &Rules, above: Option<&Rules>, theorem: &str) -> Option<Counterexample> {
    let report = prove_one(rules, above, both_solvers(theorem)?, theorem).unwrap();
    match verdict(&report, theorem) {
        Verdict::Broken(found) => Some(*found),
        other @ (Verdict::Proved
        | Verdict::ProvedHere
        | Verdict::ByConstruction
        | Verdict::Unknown(_)) => {
            panic!("`{theorem}` on a broken text: {other:?}")
        }
    }
}

// The largest text leaves no cordon to the host; this one does.
fn every_kind() -> String {
    reciprocal(&close_protection().replace("inner = \"guest\"", "inner = \"host\""))
}

#[test]
fn every_theorem_holds_of_the_largest_agreement() {
    let Some(choice) = both_solvers("every theorem") else { return };
    let rules = compiled(&every_kind());
    let report = prove(&rules, Some(&compiled(&every_kind())), choice).unwrap();
    for proof in &report.proofs {
        let here = ["task", "reciprocity", "under"].contains(&proof.theorem);
        let holds = if here { Verdict::ProvedHere } else { Verdict::Proved };
        assert_eq!(proof.verdict, holds, "{}", proof.theorem);
    }
    assert_eq!(report.proofs.len(), THEOREMS.len() + 3);
    assert_eq!(report.idle, []);
    assert!(report.holds() && report.questions > 0);
}

#[test]
fn every_theorem_that_the_exercise_has_holds_asked_at_once_or_one_by_one() {
    let Some(choice) = both_solvers("one by one") else { return };
    let rules = compiled(&karachi());
    let at_once = prove(&rules, None, choice).unwrap();
    let one_by_one = prove_one_by_one(&rules, choice).unwrap();
    assert!(at_once.holds());
    assert_eq!(at_once.proofs, one_by_one.proofs);
    assert_eq!(at_once.idle, one_by_one.idle);
    assert!(at_once.questions < one_by_one.questions);
}

#[test]
fn that_a_lower_text_widens_nothing_is_said_to_be_by_construction() {
    let Some(choice) = both_solvers("a lower text") else { return };
    let report = prove(&beneath(&annex(), &close_protection()), None, choice).unwrap();
    assert_eq!(verdict(&report, "under"), Verdict::ByConstruction);
    assert!(report.holds());
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
    ("accreditation", |text| gone(text, "context.accredited")),
    ("licence", |text| {
        instead(text, "unless { context.licensed }", "unless { context.accredited }")
    }),
    ("officers", |text| instead(text, "guests_per_officer > 4", "guests_per_officer > 5")),
    ("command", |text| instead(text, "[\"protection_lead\"]", "[\"protection_lead\", \"driver\"]")),
    ("rotation", |text| instead(text, "stay_ms > 5184000000", "stay_ms > 5270400000")),
    ("cordon", |text| gone(text, "context.task == \"inner_cordon\" }")),
    ("sensors", |text| instead(text, "altitude_m <= 100", "altitude_m <= 120")),
];

// The exercise's text has no article on these.
const OF_THE_LARGEST: [&str; 7] =
    ["accreditation", "licence", "officers", "command", "rotation", "cordon", "sensors"];

#[test]
fn each_theorem_fails_on_a_text_broken_for_it_and_the_engine_agrees() {
    for theorem in THEOREMS {
        let (_, edit) = BROKEN
            .iter()
            .find(|(key, _)| *key == theorem.key)
            .unwrap_or_else(|| panic!("nothing breaks `{}`", theorem.key));
        let largest = OF_THE_LARGEST.contains(&theorem.key);
        let text = if largest { every_kind() } else { karachi() };
        let rules = broken(&text, |clause: Clause<'_>| edit(clause.text));
        let Some(found) = counterexample(&rules, None, theorem.key) else { return };
        assert!(found.replays && found.decision.allow, "{}: {found:?}", theorem.key);
    }
}

#[test]
fn a_counterexample_is_at_the_edge_that_was_moved() {
    let found = |theorem: &str| {
        let (_, edit) = BROKEN.iter().find(|(key, _)| *key == theorem).unwrap();
        let rules = broken(&every_kind(), |clause: Clause<'_>| edit(clause.text));
        counterexample(&rules, None, theorem)
    };
    let Some(officers) = found("officers") else { return };
    assert_eq!(officers.case.facts.guests_per_officer, 5);
    assert_eq!(found("rotation").unwrap().case.facts.stay_ms, 5_184_000_001);
    assert_eq!(found("sensors").unwrap().case.question.altitude_m, 101);
    assert_eq!(found("command").unwrap().case.question.ordered_by, Some(Role::Driver));
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
