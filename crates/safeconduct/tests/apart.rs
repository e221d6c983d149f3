//! An officer's letter, shown to a court, erased; what the files then hold.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_safeconduct");
const SECRET: &str = "the second doctor disagrees";

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("sc-apart-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[track_caller]
fn told(args: &[&str], code: i32) -> String {
    let output = Command::new(BINARY).args(args).output().unwrap();
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    let all = String::from_utf8(all).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {all}");
    all
}

// A node that serves; SIGKILL when it goes.
struct Serving(Child, String);

impl Serving {
    fn start(folder: &str) -> Self {
        let mut child = Command::new(BINARY)
            .args(["serve", "--folder", folder, "--console", "127.0.0.1:0"])
            .args(["--peer", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut text = String::new();
        let mut told = None;
        for line in out.map_while(Result::ok) {
            text.push_str(&line);
            told = serde_json::from_str::<Value>(&text).ok();
            if told.is_some() {
                break;
            }
        }
        let at = told.expect("it serves")["console"].as_str().unwrap().to_owned();
        Self(child, format!("http://{}", at.trim_start_matches("http://")))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn holds(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes())
}

// Do the raw bytes of any file below the folder hold the words?
fn in_files(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().any(|file| {
        let path = file.unwrap().path();
        if path.is_dir() { in_files(&path) } else { holds(&fs::read(path).unwrap()) }
    })
}

#[test]
fn a_letter_is_shown_to_a_court_and_erased_on_its_order() {
    let folder = Folder::new();
    let (node, pass) = (folder.file("node"), folder.file("pass"));
    fs::write(&pass, "correct horse\n").unwrap();
    let officers = folder.file("officers.toml");
    let who = "[[officer]]\nperson = \"host/aziz\"\nroles = [\"signatory\", \"watch_officer\"]\n";
    fs::write(&officers, who).unwrap();
    let party = ["init", "--party", "host", "--side", "host", "--name", "Host"];
    let where_ = ["--folder", &node, "--officers", &officers, "--passphrase-file", &pass];
    told(&[party.as_slice(), &where_].concat(), 0);
    let key = fs::read_dir(folder.0.join("node/keys")).unwrap().map(|it| it.unwrap().path());
    let key = key.filter(|it| it.to_str().unwrap().contains("aziz")).last().unwrap();
    let key = key.to_str().unwrap().to_owned();
    let serving = Serving::start(&node);
    let url = serving.1.clone();
    let by = ["--node", &url, "--person", "host/aziz", "--passphrase-file", &pass, "--key", &key];
    let letter = format!(
        concat!(
            r#"{{"act":"letter_sent","readers":"own","subject":"a person","#,
            r#""words":"{}","about":null}}"#
        ),
        SECRET
    );
    let stands = told(&[["act", &letter].as_slice(), &by].concat(), 0);
    let index = stands.split("stands as host ").last().unwrap();
    let index = index.split_whitespace().next().unwrap().to_owned();
    assert!(in_files(&folder.0.join("node")));
    // The head over it is signed within a tick.
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let shown = folder.file("shown.cbor");
    let reveal = ["ledger", "reveal", &index, "--to", "the inquiry", "--out", &shown];
    told(&[reveal.as_slice(), &by].concat(), 0);
    let checked = told(&["ledger", "check", &shown], 0);
    assert!(checked.contains(SECRET) && checked.contains("host/aziz"), "{checked}");
    let mut forged = fs::read(&shown).unwrap();
    let at = forged.windows(SECRET.len()).position(|part| part == SECRET.as_bytes()).unwrap();
    forged[at] ^= 1;
    let lie = folder.file("lie.cbor");
    fs::write(&lie, &forged).unwrap();
    told(&["ledger", "check", &lie], 4);
    let erase = ["erase", &index, "--rule", "court", "--reason", "order 12"];
    told(&[["erase", &index, "--rule", "whim", "--reason", "x"].as_slice(), &by].concat(), 2);
    told(&[erase.as_slice(), &by].concat(), 0);
    assert!(!in_files(&folder.0.join("node")), "while it runs");
    told(&[erase.as_slice(), &by].concat(), 1);
    drop(serving);
    assert!(!in_files(&folder.0.join("node")), "killed");
    told(&["fsck", "--folder", &node], 0);
    let backup = folder.file("backup.db");
    told(&["backup", "--folder", &node, "--to", &backup], 0);
    assert!(!holds(&fs::read(&backup).unwrap()));
    // What was shown before is out of our hands, and proves itself for ever.
    told(&["ledger", "check", &shown], 0);
}
