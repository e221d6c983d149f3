//! What two texts differ in: found, proved to be nothing, or searched.
#![cfg(test)]

mod texts;

use accord::rules::{Deed, Rules};
use proof::gain::Witness;
use proof::redline::{Redline, Verdict, compare};
use words::presence::{ArmsClass, Category};

use crate::texts::{both_solvers, compiled, karachi};

fn redline(old: &Rules, new: &Rules, what: &str) -> Option<Redline> {
    both_solvers(what).map(|choice| compare(old, new, Some(choice)).unwrap())
}

fn replayed(redline: &Redline) {
    let gained = redline.gained.iter();
    assert!(
        gained.clone().all(|one| one.new.allow && !one.old.allow && !one.new.citations.is_empty())
    );
    assert!(redline.lost.iter().all(|one| one.old.allow && !one.new.allow));
    let cells: std::collections::BTreeSet<String> = gained.map(cell).collect();
    assert_eq!(cells.len(), redline.gained.len(), "each witness is of another kind");
}

fn cell(witness: &Witness) -> String {
    let question = &witness.case.question;
    format!("{:?}", (question.deed, &question.zone, question.category, question.task))
}

const WIDER: (&str, &str) = (
    "category = \"technical\", zone = \"karachi-airport\", headcount_max = 6",
    "category = \"technical\", zone = \"karachi-airport\", headcount_max = 9",
);

#[test]
fn a_text_and_itself_differ_in_nothing_and_that_is_proved() {
    let text = compiled(&karachi());
    let Some(redline) = redline(&text, &text, "no difference") else { return };
    assert_eq!((redline.verdict, redline.gained.len()), (Verdict::Proved, 0));
    assert!(redline.no_gain_proved && redline.no_loss_proved);
    assert_eq!(redline.changed, [""; 0]);
}

#[test]
fn a_wider_ceiling_is_found_at_its_edge() {
    let (old, new) = (compiled(&karachi()), compiled(&karachi().replace(WIDER.0, WIDER.1)));
    let Some(redline) = redline(&old, &new, "a wider ceiling") else { return };
    assert_eq!(redline.verdict, Verdict::Found);
    assert!(redline.no_loss_proved && redline.lost.is_empty());
    assert!(!redline.gained.is_empty());
    replayed(&redline);
    for witness in &redline.gained {
        assert_eq!(witness.case.question.category, Some(Category::Technical));
        assert_eq!(witness.case.facts.headcount_after, 7);
        assert!(witness.old.citations.iter().any(|one| one.article == "8"));
    }
    assert_eq!(redline.changed, ["ceilings"]);
}

#[test]
fn a_new_text_can_give_and_take() {
    let new = karachi().replace("class_max = \"less_lethal\"", "class_max = \"sidearm\"").replace(
        "purpose = [\"protect_persons\", \"build_capacity\", \"evacuate\"]",
        "purpose = [\"protect_persons\", \"build_capacity\"]",
    );
    let (old, new) = (compiled(&karachi()), compiled(&new));
    let Some(redline) = redline(&old, &new, "give and take") else { return };
    replayed(&redline);
    let armed = |one: &Witness| one.case.question.arms == Some(ArmsClass::Sidearm);
    assert!(!redline.gained.is_empty() && redline.gained.iter().all(armed));
    assert!(redline.gained.len() > 1 && !redline.lost.is_empty());
    assert_eq!(redline.changed, ["arms", "purpose"]);
}

#[test]
fn a_longer_period_is_found_at_the_moment_it_begins() {
    let new = karachi().replace("until = \"2025-10-01", "until = \"2025-12-01");
    let (old, new) = (compiled(&karachi()), compiled(&new));
    let Some(redline) = redline(&old, &new, "a longer period") else { return };
    replayed(&redline);
    let at = |one: &Witness| one.case.question.at.to_string() == "2025-10-01T00:00:00Z";
    assert!(!redline.gained.is_empty() && redline.gained.iter().all(at));
    assert!(redline.no_loss_proved);
}

#[test]
fn a_change_that_decides_nothing_is_named_all_the_same() {
    let new = karachi().replace("freshness_seconds = 1200", "freshness_seconds = 3600");
    let (old, new) = (compiled(&karachi()), compiled(&new));
    let Some(redline) = redline(&old, &new, "a fresher host") else { return };
    assert_eq!((redline.verdict, redline.changed), (Verdict::Proved, vec!["host_consent"]));
}

#[test]
fn without_a_solver_the_edges_are_searched_and_that_is_said() {
    let (old, new) = (compiled(&karachi()), compiled(&karachi().replace(WIDER.0, WIDER.1)));
    let redline = compare(&old, &new, None).unwrap();
    assert_eq!(redline.verdict, Verdict::Searched);
    assert!(!redline.no_gain_proved && !redline.no_loss_proved && redline.tried > 10_000);
    replayed(&redline);
    let deeds: Vec<Deed> = redline.gained.iter().map(|one| one.case.question.deed).collect();
    assert!(deeds.contains(&Deed::Deploy) && deeds.contains(&Deed::Enter), "{deeds:?}");
    assert!(redline.gained.iter().all(|one| one.case.facts.headcount_after == 7));
    assert!(redline.lost.is_empty());
}
