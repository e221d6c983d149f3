//! Three worked agreements, an annex, the exercise: what they say.

use std::collections::{BTreeMap, BTreeSet};

use accord::rules::Rules;
use article::document::{Document, parse};
use article::provision::{KINDS, Provision};
use article::root::{redacted, root};
use toml::{Table, Value};
use words::clause::Instrument;

/// Every text of the house, by its file.
pub(crate) const TEXTS: [(&str, &str); 5] = [
    ("karachi", include_str!("../../../../scenarios/karachi/agreement.toml")),
    ("joint-patrol", include_str!("../../../../scenarios/agreements/joint-patrol.toml")),
    ("support-only", include_str!("../../../../scenarios/agreements/support-only.toml")),
    ("close-protection", include_str!("../../../../scenarios/agreements/close-protection.toml")),
    (
        "close-protection-annex-gwadar",
        include_str!("../../../../scenarios/agreements/close-protection-annex-gwadar.toml"),
    ),
];

pub(crate) fn text(name: &str) -> &'static str {
    TEXTS.iter().find(|(known, _)| *known == name).expect("a text of the house").1
}

pub(crate) fn document(name: &str) -> Document {
    parse(text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_text_can_be_read_in_three_languages() {
    for (name, _) in TEXTS {
        assert_eq!(document(name).untranslated(), [], "{name}");
    }
}

#[test]
fn the_worked_agreements_use_every_kind_of_provision() {
    let mut found = BTreeSet::new();
    for (name, _) in TEXTS.iter().filter(|(name, _)| *name != "karachi") {
        let document = document(name);
        found.extend(document.provisions().map(|(_, one)| one.kind()).collect::<Vec<_>>());
    }
    let missing: Vec<_> =
        KINDS.iter().map(|kind| kind.word).filter(|word| !found.contains(word)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    let largest = document("close-protection");
    let kinds: BTreeSet<_> = largest.provisions().map(|(_, one)| one.kind()).collect();
    assert_eq!(kinds.len(), 51, "all but capacity_building and reciprocity");
}

#[test]
fn close_protection_and_support_become_rules() {
    for name in ["karachi", "close-protection", "support-only"] {
        let compiled = Rules::compile(document(name));
        assert!(compiled.is_ok(), "{name}: {}", compiled.unwrap_err());
    }
}

#[test]
fn the_patrol_is_unarmed_and_goes_no_further_than_advice() {
    let patrol = document("joint-patrol");
    assert!(patrol.ceilings().all(|ceiling| ceiling.armed_max == 0));
    assert_eq!(patrol.ceilings().map(|ceiling| ceiling.headcount_max).sum::<u32>(), 10);
    let rungs: BTreeSet<_> = patrol.permits().map(|(_, permit)| permit.rung_max).collect();
    assert_eq!(rungs.iter().map(|rung| rung.as_str()).collect::<Vec<_>>(), ["advise"]);
    assert_eq!(patrol.zones().count(), 4);
}

#[test]
fn support_sends_nobody_onto_the_road() {
    let support = document("support-only");
    let present: BTreeSet<_> =
        support.permits().flat_map(|(_, permit)| permit.zones.clone()).collect();
    let names: Vec<_> = present.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["islamabad-training", "karachi-operations"]);
    let sensors = support.provisions().filter_map(|(_, one)| {
        let Provision::SensorsAndDrones(rules) = one else { return None };
        Some(rules)
    });
    assert!(
        sensors.flatten().all(|rule| rule.feed_to_host),
        "the host sees what every sensor sees"
    );
}

#[test]
fn the_annex_stands_under_its_agreement() {
    let annex = document("close-protection-annex-gwadar");
    assert_eq!(annex.instrument, Instrument::Annex);
    assert_eq!(annex.under, Some(document("close-protection").agreement));
}

#[test]
fn a_copy_for_the_public_hides_two_articles_and_has_the_same_root() {
    let whole = text("close-protection");
    let copy = redacted(whole).unwrap();
    assert_eq!(root(&copy), root(whole));
    assert!(whole.contains("UHF 430-440 MHz") && !copy.contains("UHF 430-440 MHz"));
    let hidden: Vec<_> = parse(&copy)
        .unwrap()
        .articles
        .into_iter()
        .filter(|article| article.withheld.is_some())
        .map(|article| article.number)
        .collect();
    assert_eq!(hidden, ["29", "30"]);
}

// What an officer must know is in the words, not only in the parameters.
#[test]
fn every_number_of_a_provision_stands_in_the_words_of_its_article() {
    let mut missing = Vec::new();
    for (name, text) in TEXTS {
        for article in articles(text) {
            let words = article["text"].as_table().unwrap();
            for (language, said) in words {
                let said = numbers(said.as_str().unwrap());
                for (key, number) in parameters(&article) {
                    if !spellings(&key, number).iter().any(|one| said.contains_key(one)) {
                        missing.push(format!(
                            "{name} {} {language}: {key} = {number}",
                            article["number"]
                        ));
                    }
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_three_languages_say_the_same_numbers() {
    for (name, text) in TEXTS {
        for article in articles(text).iter().filter(|one| !one.contains_key("period")) {
            let words = article["text"].as_table().unwrap();
            let en = numbers(words["en"].as_str().unwrap());
            for language in ["zh", "ur"] {
                let other = numbers(words[language].as_str().unwrap());
                let keys = |found: &BTreeMap<i64, usize>| found.keys().copied().collect::<Vec<_>>();
                assert_eq!(keys(&en), keys(&other), "{name} {} {language}", article["number"]);
            }
        }
    }
}

fn articles(text: &str) -> Vec<Table> {
    let table: Table = text.parse().unwrap();
    let articles = table["article"].as_array().unwrap();
    articles.iter().map(|article| article.as_table().unwrap().clone()).collect()
}

// Every whole number of a provision with its key; 0 says that there is none.
fn parameters(article: &Table) -> Vec<(String, i64)> {
    fn walk(key: &str, value: &Value, found: &mut Vec<(String, i64)>) {
        match value {
            Value::Integer(number) if *number != 0 => found.push((key.to_owned(), *number)),
            Value::Array(items) => items.iter().for_each(|item| walk(key, item, found)),
            Value::Table(table) => table.iter().for_each(|(key, value)| walk(key, value, found)),
            Value::Integer(_)
            | Value::String(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_) => {}
        }
    }
    let mut found = Vec::new();
    let provisions = article.iter().filter(|(key, _)| KINDS.iter().any(|one| one.word == *key));
    provisions.for_each(|(key, value)| walk(key, value, &mut found));
    found
}

// A text may say 12 hours for 720 minutes, and 14 days for 336 hours.
fn spellings(key: &str, number: i64) -> Vec<i64> {
    let larger: &[i64] = if key.contains("seconds") {
        &[60]
    } else if key.contains("minutes") {
        &[60, 1_440]
    } else if key.contains("hours") {
        &[24]
    } else {
        &[]
    };
    let whole = larger.iter().filter(|unit| number % **unit == 0).map(|unit| number / unit);
    [number].into_iter().chain(whole).collect()
}

fn numbers(text: &str) -> BTreeMap<i64, usize> {
    let mut found = BTreeMap::new();
    let text: Vec<char> = text.chars().collect();
    let mut digits = String::new();
    for (at, c) in text.iter().enumerate() {
        let joins = *c == ','
            && !digits.is_empty()
            && text.get(at + 1..at + 4).is_some_and(|next| next.iter().all(char::is_ascii_digit));
        if c.is_ascii_digit() {
            digits.push(*c);
        } else if !joins && !digits.is_empty() {
            *found.entry(digits.parse().unwrap()).or_default() += 1;
            digits.clear();
        }
    }
    found
}
