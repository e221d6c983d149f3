//! The binary as scripts and people meet it: text, exit codes, files.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use audit::file::Export;
use note::canon;

const OFFICERS: &str = "[[officer]]\nperson = \"host/kamran\"\nroles = [\"consent_officer\"]\n";

// A folder of this test's own, removed when it ends.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("safeconduct-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("pass"), "correct horse battery\nanother horse\n").unwrap();
        fs::write(path.join("officers.toml"), OFFICERS).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn init(&self) -> Output {
        run(&[
            "init",
            "--party",
            "host",
            "--side",
            "host",
            "--name",
            "Host",
            "--folder",
            &self.file("node"),
            "--passphrase-file",
            &self.file("pass"),
            "--officers",
            &self.file("officers.toml"),
        ])
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_safeconduct")).args(args).output().unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, text: &str) {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    let all = String::from_utf8(all).unwrap();
    assert_eq!(output.status.code(), Some(code), "{all}");
    assert!(all.contains(text), "`{text}` is not in:\n{all}");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn help_is_an_answer_and_a_wrong_word_is_not_understood() {
    check(&run(&["--help"]), 0, "never without its consent");
    check(&run(&["pass", "verify", "--help"]), 0, "usage: safeconduct pass verify CODE|FILE|-");
    check(&run(&["--version"]), 0, "safeconduct 0.1.0");
    check(&run(&["fly"]), 2, "error: there is no command `fly`\nhint: `safeconduct --help`");
    check(&run(&["demo", "--once", "--speed", "0"]), 2, "`--speed` is a number from 1 to 3600");
    check(&run(&["export", "--folder", "/nowhere"]), 2, "needs `--audit FILE`");
    let absent = "error: cannot read `/nowhere/safeconduct.toml`\n  because: No such file";
    check(&run(&["fsck", "--folder", "/nowhere"]), 3, absent);
}

#[test]
fn a_node_is_made_once_and_keeps_its_secrets_to_itself() {
    let place = Place::new("once");
    check(&place.init(), 0, "`host` is founded, with 1 officers");
    check(&place.init(), 1, "a node is made once; nothing was changed");
    let folder = place.0.join("node");
    for secret in ["node.key", "keys/root.json", "keys/kamran.json", "tls/node.key", "ledger.db"] {
        assert_eq!(mode(&folder.join(secret)), 0o600, "{secret}");
    }
    let node = place.file("node");
    check(&run(&["fsck", "--folder", &node]), 0, "2 entries, 2 bodies");
    check(&run(&["key", "list", "--folder", &node]), 0, "consent_officer");
    check(&run(&["config", "--folder", &node]), 0, "safeconduct.toml");
    let new = [
        "key",
        "new",
        "--person",
        "host/bilal",
        "--roles",
        "watch_officer",
        "--folder",
        &node,
        "--passphrase-file",
        &place.file("pass"),
    ];
    check(&run(&new), 0, "`host/bilal` signs with key");
    check(&run(&["fsck", "--json", "--folder", &node]), 0, "\"entries\": 3");
    let copy = place.file("copy.db");
    check(&run(&["backup", "--folder", &node, "--to", &copy]), 0, "written to");
    check(&run(&["backup", "--folder", &node, "--to", &copy]), 3, "is not overwritten");
}

#[test]
fn a_text_answers_before_anybody_signs_it() {
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/karachi/agreement.toml");
    check(&run(&["agreement", "check", text]), 0, "host_consent");
    let mut deed = vec![
        "agreement",
        "try",
        text,
        "--deed",
        "deploy",
        "--zone",
        "karachi-port-road",
        "--purpose",
        "protect_persons",
        "--category",
        "police",
        "--task",
        "close_protection",
        "--rung",
        "escort_inside_cordon",
        "--arms",
        "unarmed",
        "--headcount",
        "4",
    ];
    check(&run(&deed), 0, "allowed by article");
    *deed.last_mut().unwrap() = "40";
    check(&run(&deed), 1, "denied: ceiling-reached");
}

#[test]
fn an_exercise_ends_in_the_one_number_and_its_file_convinces_a_stranger() {
    let place = Place::new("exercise");
    let file = place.file("x.audit");
    let output = run(&["demo", "--once", "--seed", "3", "--audit", &file]);
    check(&output, 0, "names guest in its ledger: fork");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().last(), Some("unconsented guest minutes: 0"));
    assert_eq!(text.lines().filter(|line| line.starts_with('✓')).count(), 9, "{text}");
    check(&run(&["audit", &file]), 0, "caught: guest, fork");
    let mut export: Export = canon::decode(&fs::read(&file).unwrap()).unwrap();
    let lost = export.ledgers[0].entries.len() / 2;
    export.ledgers[0].entries.remove(lost);
    fs::write(place.0.join("less.audit"), canon::encode(&export)).unwrap();
    check(&run(&["audit", &place.file("less.audit")]), 4, "error:");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.0.join("bent.audit"), bytes).unwrap();
    check(&run(&["audit", &place.file("bent.audit")]), 4, "error:");
}
