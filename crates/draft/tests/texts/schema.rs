//! The JSON schema and the documented table say what the code says.

use article::provision::KINDS;
use draft::schema;
use serde_json::Value;
use words::lint::LintRule;

use crate::worked::{TEXTS, text};

const COMMITTED: &str = include_str!("../../../../docs/formats/agreement.schema.json");
const DOCUMENTED: &str = include_str!("../../../../docs/formats/agreement.md");

#[test]
fn the_committed_schema_is_what_the_code_says() {
    let said = schema::json() + "\n";
    assert!(
        said == COMMITTED,
        "run `safeconduct agreement schema > docs/formats/agreement.schema.json`"
    );
}

#[test]
fn the_documented_table_is_what_the_code_says() {
    assert!(
        DOCUMENTED.contains(&schema::markdown()),
        "run `safeconduct agreement schema --markdown` and put it into docs/formats/agreement.md"
    );
}

#[test]
fn every_rule_of_the_lint_is_documented_with_its_severity() {
    for rule in LintRule::ALL {
        let row = format!("| `{rule}` | {} | ", rule.severity());
        assert!(DOCUMENTED.contains(&row), "{row}");
    }
}

fn check(text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(COMMITTED).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let instance = serde_json::to_value(table).unwrap();
    validator.iter_errors(&instance).map(|error| error.to_string()).collect()
}

#[test]
fn every_worked_agreement_fits_the_schema() {
    for (name, text) in TEXTS {
        assert_eq!(check(text), Vec::<String>::new(), "{name}");
        let schema = text.starts_with("#:schema ../../docs/formats/agreement.schema.json\n");
        assert!(schema || name == "karachi", "{name} tells editors its schema");
    }
    let copy = article::root::redacted(text("close-protection")).unwrap();
    assert_eq!(check(&copy), Vec::<String>::new());
}

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    let karachi = text("karachi");
    for (from, to) in [
        ("urgent_hours = 24", "urgent_hour = 24"),
        ("class_max = \"less_lethal\"", "class_max = \"lethal\""),
        ("lease_minutes_max = 720", "lease_minutes_max = -1"),
        ("allowed = false", "allowed = 0"),
        ("purpose = [\"protect_persons\", \"build_capacity\", \"evacuate\"]", "purpose = []"),
        ("skew_seconds = 120\n", ""),
    ] {
        assert!(karachi.contains(from), "{from}");
        let broken = karachi.replacen(from, to, 1);
        assert!(article::document::parse(&broken).is_err(), "{to}");
        assert!(!check(&broken).is_empty(), "{to}");
    }
}

#[test]
fn every_kind_is_described_for_editors() {
    let schema: Value = serde_json::from_str(COMMITTED).unwrap();
    let keys = &schema["properties"]["article"]["items"]["properties"];
    for kind in KINDS {
        let about = keys[kind.word]["description"].as_str().unwrap();
        assert!(about.starts_with(kind.number), "{about}");
    }
}
