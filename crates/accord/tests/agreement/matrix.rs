//! The permission matrix of every agreement, as texts people review.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord::rules::{Deed, Facts, Question, Rules};
use article::document::{Document, parse};
use article::provision::Provision;
use article::provision::powers::SensorRule;
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

use crate::exercise::fine;

const CAPTION: &str = "\
# What the agreement permits when every fact is good and everybody is unarmed: every deed x zone
# x category x task x rung. What is not listed is denied. To rewrite it, delete this file and run
# the test: it writes it anew, and fails until somebody has looked.
";

#[test]
fn every_matrix_is_as_it_was_reviewed() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let texts = texts(&scenarios);
    assert!(!texts.is_empty(), "no agreement under {}", scenarios.display());
    let written: Vec<&String> =
        texts.iter().filter(|(name, rules)| !as_reviewed(name, rules)).map(|(it, _)| it).collect();
    assert!(written.is_empty(), "written anew, look at them: {written:?}");
}

// Every text that is an agreement, by its scenario; a lower one is read under its upper one.
#[expect(clippy::disallowed_methods, reason = "the texts that people sign are files")]
fn texts(scenarios: &Path) -> BTreeMap<String, Arc<Rules>> {
    let mut documents: Vec<(String, Document)> = Vec::new();
    let listed = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.collect()
    };
    for folder in listed(scenarios).into_iter().filter(|path| path.is_dir()) {
        for file in listed(&folder) {
            let stem = file.file_stem().unwrap().to_str().unwrap();
            let toml = file.extension().is_some_and(|it| it == "toml");
            if toml && stem.starts_with("agreement") {
                let scenario = folder.file_name().unwrap().to_str().unwrap();
                let name = format!("{scenario}{}", stem.trim_start_matches("agreement"));
                let text = fs::read_to_string(&file).unwrap();
                let document = parse(&text).unwrap_or_else(|cause| panic!("{name}: {cause}"));
                documents.push((name, document));
            }
        }
    }
    documents.sort_by_key(|(name, document)| (document.under.is_some(), name.clone()));
    let mut found: BTreeMap<String, Arc<Rules>> = BTreeMap::new();
    for (name, document) in documents {
        let upper =
            found.values().find(|it| Some(&it.document().agreement) == document.under.as_ref());
        let rules = match upper {
            Some(upper) => Rules::compile_under(document, upper),
            None => Rules::compile(document),
        };
        let rules = rules.unwrap_or_else(|cause| panic!("{name}: {cause}"));
        found.insert(name, Arc::new(rules));
    }
    found
}

// False if there was nothing to compare with.
#[expect(clippy::disallowed_methods, reason = "a snapshot is a file")]
fn as_reviewed(name: &str, rules: &Rules) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/matrix/{name}.txt"));
    let matrix = matrix(rules);
    let Ok(committed) = fs::read_to_string(&path) else {
        fs::write(&path, &matrix).unwrap();
        return false;
    };
    let changed = matrix.lines().zip(committed.lines()).find(|(now, then)| now != then);
    assert_eq!(changed, None, "{name}: now and as reviewed");
    assert_eq!(matrix.len(), committed.len(), "{name}");
    true
}

/// Deeds with the same answers share a block.
fn matrix(rules: &Rules) -> String {
    let mut blocks: BTreeMap<Vec<String>, Vec<Deed>> = BTreeMap::new();
    for deed in Deed::ALL {
        blocks.entry(block(rules, *deed)).or_default().push(*deed);
    }
    let mut blocks: Vec<_> = blocks.into_iter().map(|(lines, deeds)| (deeds, lines)).collect();
    blocks.sort();
    let text = |(deeds, lines): (Vec<Deed>, Vec<String>)| {
        let deeds: Vec<_> = deeds.into_iter().map(Deed::as_str).collect();
        format!("\n[{}]\n{}\n", deeds.join(", "), lines.join("\n"))
    };
    blocks.into_iter().map(text).fold(CAPTION.to_owned(), |whole, block| whole + &block)
}

fn block(rules: &Rules, deed: Deed) -> Vec<String> {
    let mut lines = Vec::new();
    for zone in rules.zones() {
        let at = Question { zone: zone.zone.clone(), ..plain(rules, deed) };
        let zone = &zone.zone;
        if allowed(rules, &at) {
            lines.push(format!("{zone}: permitted"));
        }
        for category in Category::ALL {
            let by = Question { category: Some(*category), ..at.clone() };
            if allowed(rules, &by) {
                lines.push(format!("{zone} {category}: permitted, task open"));
            }
            for task in Task::ALL {
                let rungs = rungs(rules, &Question { task: Some(*task), ..by.clone() });
                if !rungs.is_empty() {
                    lines.push(format!("{zone} {category} {task}: {}", rungs.join(" ")));
                }
            }
        }
    }
    lines
}

fn rungs(rules: &Rules, question: &Question) -> Vec<&'static str> {
    let on = |rung: Rung| Question { rung: Some(rung), ..question.clone() };
    let allowed = Rung::ALL.iter().filter(|rung| allowed(rules, &on(**rung)));
    allowed.map(|rung| rung.as_str()).collect()
}

// With whichever of its sensors the text lists for the zone, and with none.
fn allowed(rules: &Rules, question: &Question) -> bool {
    let listed = rules.document().provisions().filter_map(|(_, provision)| {
        let Provision::SensorsAndDrones(listed) = provision else { return None };
        Some(listed)
    });
    let here = listed.flatten().filter(|rule: &&SensorRule| rule.zones.contains(&question.zone));
    let sensors = here.map(|rule| Some(rule.sensor)).chain([None]);
    let facts = Facts { notice_ms: i64::MAX, ..fine() };
    sensors
        .into_iter()
        .any(|sensor| rules.decide(&Question { sensor, ..question.clone() }, &facts).allow)
}

// A question that says everything as the text would have it.
fn plain(rules: &Rules, deed: Deed) -> Question {
    let purposes = rules.document().provisions().find_map(|(_, provision)| {
        let Provision::Purpose(purposes) = provision else { return None };
        purposes.first().copied()
    });
    Question {
        deed,
        purpose: purposes.or(Some(Purpose::ProtectPersons)),
        zone: rules.zones().next().unwrap().zone.clone(),
        category: None,
        task: None,
        rung: None,
        arms: Some(ArmsClass::Unarmed),
        armour: Some(ArmourClass::BlastProof),
        at: rules.period().map_or(Moment::default(), Window::start),
        ordered_by: rules.orders_by().first().copied().or(Some(Role::ProtectionLead)),
        sensor: None,
        altitude_m: 0,
    }
}
