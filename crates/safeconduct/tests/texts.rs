//! The tools of a text as scripts and people meet them.
#![cfg(test)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

// A folder of this test's own, removed when it ends.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("safeconduct-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.file(name)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn scenario(name: &str) -> String {
    format!("{}/../../scenarios/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn run(args: &[&str]) -> Output {
    let args = ["agreement"].iter().chain(args);
    Command::new(env!("CARGO_BIN_EXE_safeconduct")).args(args).output().unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, text: &str) {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    let all = String::from_utf8(all).unwrap();
    assert_eq!(output.status.code(), Some(code), "{all}");
    assert!(all.contains(text), "`{text}` is not in:\n{all}");
}

#[test]
fn a_text_that_cannot_be_read_is_shown_with_a_caret() {
    let place = Place::new("caret");
    let text = fs::read_to_string(scenario("karachi/agreement.toml")).unwrap();
    let broken = place.write("a.toml", &text.replace("urgent_hours", "urgent_hour"));
    let said = run(&["check", &broken]);
    check(&said, 2, "| advance_notice = { normal_hours = 48, urgent_hour = 24 }\n");
    check(&said, 2, "    |                                       ^\n");
    check(&said, 2, "hint: did you mean `urgent_hours`?");
    check(&said, 2, "article 7: unknown field `urgent_hour`");
}

#[test]
fn a_rough_text_is_laid_out_once() {
    let place = Place::new("layout");
    let text = fs::read_to_string(scenario("agreements/joint-patrol.toml")).unwrap();
    let rough = place.write("a.toml", &text.replace("host = \"host\"", "host='host'"));
    check(&run(&["fmt", &rough, "--check"]), 1, "is not laid out");
    check(&run(&["fmt", &rough]), 0, "root was ");
    check(&run(&["fmt", &rough, "--check"]), 0, "is laid out");
    assert_eq!(fs::read_to_string(&rough).unwrap(), text);
}

#[test]
fn a_draft_is_linted_alone_and_under_another() {
    let close = scenario("agreements/close-protection.toml");
    let annex = scenario("agreements/close-protection-annex-gwadar.toml");
    check(&run(&["lint", &close]), 0, "0 findings");
    check(&run(&["lint", &annex, "--under", &close]), 0, "0 findings");
    let place = Place::new("lint");
    let text = fs::read_to_string(&annex).unwrap();
    let wider = place.write("a.toml", &text.replace("\"sidearm\"", "\"long_arm\""));
    let said = run(&["lint", &wider, "--under", &close]);
    check(&said, 1, "article A3: error: This permits more than the text above it: police");
    check(&run(&["lint", &wider, "--under", &close, "--json"]), 1, "\"rule\": \"widened\"");
}

#[test]
fn a_copy_for_the_public_proves_its_root() {
    let place = Place::new("redact");
    let close = scenario("agreements/close-protection.toml");
    let copy = place.file("copy.toml");
    check(&run(&["redact", &close, "--out", &copy]), 0, "root ");
    assert!(!fs::read_to_string(&copy).unwrap().contains("UHF"));
    check(&run(&["check", &copy, "--against", &close]), 0, "same root as ");
    check(&run(&["check", &copy]), 0, "articles 29, 30 are withheld, and it cannot bind");
    let karachi = scenario("karachi/agreement.toml");
    check(&run(&["check", &copy, "--against", &karachi]), 4, "has another root");
    check(&run(&["redact", &karachi]), 1, "has nothing to hide");
}

#[test]
fn the_schema_is_printed_for_editors() {
    check(&run(&["schema"]), 0, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
    check(&run(&["schema", "--markdown"]), 0, "| P77 | `emergency_and_evacuation` | a table |");
}

#[test]
fn a_past_that_does_not_verify_proves_nothing() {
    let place = Place::new("whatif");
    let file = place.write("past", "nothing");
    let karachi = scenario("karachi/agreement.toml");
    let said = run(&["whatif", &karachi, "--audit", &file]);
    check(&said, 4, "the past does not verify, so it proves nothing");
}
