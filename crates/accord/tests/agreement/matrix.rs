//! The permission matrix, whole, as a text that people review.

use std::collections::BTreeMap;

use accord::rules::{Deed, Question};
use words::presence::{ArmourClass, ArmsClass, Category, Rung, Task};

use crate::exercise::{fine, RULES, good};

const COMMITTED: &str = include_str!("../matrix.txt");

const CAPTION: &str = "\
# What the exercise agreement permits when every fact is good and everybody is unarmed: every
# deed x zone x category x task x rung. What is not listed is denied. Rewrite: BLESS=1.
";

#[test]
fn the_matrix_is_as_it_was_reviewed() {
    let matrix = matrix();
    #[expect(clippy::disallowed_methods, reason = "a test may be told to rewrite its snapshot")]
    if std::env::var("BLESS").is_ok() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix.txt");
        std::fs::write(path, &matrix).unwrap();
        return;
    }
    let changed = matrix.lines().zip(COMMITTED.lines()).find(|(now, then)| now != then);
    assert_eq!(changed, None, "now and as reviewed");
    assert_eq!(matrix.len(), COMMITTED.len());
}

/// Deeds with the same answers share a block.
fn matrix() -> String {
    let mut blocks: BTreeMap<Vec<String>, Vec<Deed>> = BTreeMap::new();
    for deed in Deed::ALL {
        blocks.entry(block(*deed)).or_default().push(*deed);
    }
    let mut blocks: Vec<_> = blocks.into_iter().map(|(lines, deeds)| (deeds, lines)).collect();
    blocks.sort();
    let text = |(deeds, lines): (Vec<Deed>, Vec<String>)| {
        let deeds: Vec<_> = deeds.into_iter().map(Deed::as_str).collect();
        format!("\n[{}]\n{}\n", deeds.join(", "), lines.join("\n"))
    };
    blocks.into_iter().map(text).fold(CAPTION.to_owned(), |whole, block| whole + &block)
}

fn block(deed: Deed) -> Vec<String> {
    let mut lines = Vec::new();
    for zone in RULES.zones() {
        let at = Question {
            zone: zone.zone.clone(),
            category: None,
            task: None,
            rung: None,
            arms: Some(ArmsClass::Unarmed),
            armour: Some(ArmourClass::BulletProof),
            ..good(deed)
        };
        let zone = &zone.zone;
        if RULES.decide(&at, &fine()).allow {
            lines.push(format!("{zone}: permitted"));
        }
        for category in Category::ALL {
            let by = Question { category: Some(*category), ..at.clone() };
            if RULES.decide(&by, &fine()).allow {
                lines.push(format!("{zone} {category}: permitted, task open"));
            }
            for task in Task::ALL {
                let rungs = rungs(&Question { task: Some(*task), ..by.clone() });
                if !rungs.is_empty() {
                    lines.push(format!("{zone} {category} {task}: {}", rungs.join(" ")));
                }
            }
        }
    }
    lines
}

fn rungs(question: &Question) -> Vec<&'static str> {
    let allowed = Rung::ALL.iter().filter(|rung| {
        let on = Question { rung: Some(**rung), ..question.clone() };
        RULES.decide(&on, &fine()).allow
    });
    allowed.map(|rung| rung.as_str()).collect()
}
