//! Two processes that share no network: sticks, then folders.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use strongbox::keyfile::KeyFile;

/// A round of the carried folders takes a second here; a loaded machine gets a minute.
const WITHIN: Duration = Duration::from_mins(1);

struct Node {
    party: &'static str,
    folder: PathBuf,
    child: Option<Child>,
}

impl Node {
    fn made(party: &'static str, bag: &Path) -> Self {
        let folder = bag.join(party);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("pass"), "correct horse battery\n").unwrap();
        let node = Self { party, folder, child: None };
        node.good(&["init", "--party", party, "--side", party, "--name", party]);
        node
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_safeconduct"));
        command.args(args).arg("--folder").arg(&self.folder);
        if ["init", "pair"].contains(&args[0]) {
            command.arg("--passphrase-file").arg(self.folder.join("pass"));
        }
        command.output().unwrap()
    }

    fn good(&self, args: &[&str]) -> String {
        let done = self.run(args);
        assert!(done.status.success(), "{} {args:?}: {done:?}", self.party);
        String::from_utf8(done.stdout).unwrap()
    }

    fn fingerprint(&self) -> String {
        let file = fs::read(self.folder.join("keys/root.json")).unwrap();
        let file: KeyFile = serde_json::from_slice(&file).unwrap();
        note::key::fingerprint(&file.open("correct horse battery").unwrap().public())
    }

    fn entries(&self) -> u64 {
        let report: Value = serde_json::from_str(&self.good(&["fsck", "--json"])).unwrap();
        report["entries"].as_u64().unwrap()
    }

    fn start(&mut self) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_safeconduct"))
            .args(["serve", "--json", "--console", "127.0.0.1:0", "--peer", "127.0.0.1:0"])
            .arg("--folder")
            .arg(&self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.child = Some(child);
    }

    fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}

struct Bag(PathBuf);

impl Bag {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-carried-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("stick")).unwrap();
        Self(path)
    }

    fn stick(&self) -> String {
        self.0.join("stick").to_string_lossy().into_owned()
    }
}

impl Drop for Bag {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

// Both foundings on one stick, and both fingerprints over the telephone.
fn paired(bag: &Bag) -> (Node, Node) {
    let (host, guest) = (Node::made("host", &bag.0), Node::made("guest", &bag.0));
    let stick = &bag.stick();
    host.good(&["carry", "write", stick, "--to", "guest"]);
    guest.good(&["carry", "write", stick, "--to", "host"]);
    let file = |party: &str| {
        let mut files = fs::read_dir(stick).unwrap().map(|entry| entry.unwrap().path());
        let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(party);
        files.find(named).unwrap().to_string_lossy().into_owned()
    };
    let (from_host, from_guest) = (file("host"), file("guest"));
    let wrong = host.run(&["pair", "--file", &from_guest, "--fingerprint", &host.fingerprint()]);
    assert_eq!(wrong.status.code(), Some(4), "another key than the one read out: {wrong:?}");
    host.good(&["pair", "--file", &from_guest, "--fingerprint", &guest.fingerprint()]);
    guest.good(&["pair", "--file", &from_host, "--fingerprint", &host.fingerprint()]);
    (host, guest)
}

#[test]
fn two_parties_meet_and_agree_by_sticks_alone() {
    let bag = Bag::new("sticks");
    let (host, guest) = paired(&bag);
    let stick = &bag.stick();
    host.good(&["carry", "take", &only(stick, "guest")]);
    guest.good(&["carry", "take", &only(stick, "host")]);
    for _ in 0..2 {
        host.good(&["carry", "write", stick]);
        guest.good(&["carry", "take", &only(stick, "host")]);
        guest.good(&["carry", "write", stick]);
        host.good(&["carry", "take", &only(stick, "guest")]);
    }
    assert_eq!(host.entries(), guest.entries(), "each holds both ledgers");
    assert_eq!(host.entries(), 4, "two foundings and two pairings");
    // Somebody else's stick, or a broken one.
    fs::write(Path::new(stick).join("host-broken.part"), b"not ours").unwrap();
    let refused = guest.run(&["carry", "take", stick]);
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert_eq!(guest.entries(), 4, "and nothing else happened");
}

// A folder with one party's files of the stick.
fn only(stick: &str, party: &str) -> String {
    let to = Path::new(stick).join(format!("from-{party}"));
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(stick).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with(party) {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
    to.to_string_lossy().into_owned()
}

#[test]
fn two_running_nodes_follow_each_other_through_folders_alone() {
    let bag = Bag::new("folders");
    let (mut host, mut guest) = paired(&bag);
    for (node, other) in [(&host, "guest"), (&guest, "host")] {
        let (into, out) =
            (bag.0.join(format!("by-{other}")), bag.0.join(format!("by-{}", node.party)));
        fs::create_dir_all(&out).unwrap();
        let config = node.folder.join("safeconduct.toml");
        let mut file = fs::OpenOptions::new().append(true).open(config).unwrap();
        writeln!(file, "[carry]\nin = {into:?}\nout = {out:?}\nevery_s = 1").unwrap();
        fs::create_dir_all(&into).unwrap();
    }
    host.start();
    guest.start();
    let started = Instant::now();
    loop {
        std::thread::sleep(Duration::from_secs(3));
        host.kill();
        guest.kill();
        if (host.entries(), guest.entries()) == (4, 4) {
            break;
        }
        assert!(started.elapsed() < WITHIN, "{} and {}", host.entries(), guest.entries());
        host.start();
        guest.start();
    }
    let taken = bag.0.join("by-host/taken");
    assert!(fs::read_dir(taken).unwrap().count() > 0, "what was taken lies apart");
    assert!(!bag.0.join("by-host/refused").exists(), "and nothing was refused");
}
