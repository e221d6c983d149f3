//! A node's disk fails: the drill before, the mending after.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use strongbox::keyfile::KeyFile;

/// SQLite's pages, as our files have them.
const PAGE_BYTES: usize = 4_096;

struct Node {
    party: &'static str,
    folder: PathBuf,
}

impl Node {
    fn made(party: &'static str, bag: &Path) -> Self {
        let folder = bag.join(party);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("pass"), "correct horse battery\n").unwrap();
        let node = Self { party, folder };
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

    #[track_caller]
    fn good(&self, args: &[&str]) -> String {
        let done = self.run(args);
        assert!(done.status.success(), "{} {args:?}: {done:?}", self.party);
        String::from_utf8(done.stdout).unwrap()
    }

    // The exit code, and all that was said.
    fn bad(&self, args: &[&str]) -> (i32, String) {
        let done = self.run(args);
        let said = [done.stdout.as_slice(), &done.stderr].concat();
        (done.status.code().unwrap(), String::from_utf8(said).unwrap())
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

    fn claims(&self) -> Vec<(String, String)> {
        let shown: Value = serde_json::from_str(&self.good(&["drill", "--json"])).unwrap();
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        let all = shown.as_array().unwrap().iter();
        all.map(|one| (text(one, "how"), text(one, "claim"))).collect()
    }

    fn store(&self) -> PathBuf {
        self.folder.join("ledger.db")
    }

    // An officer's key more: something new for the other node to mirror.
    fn write(&self) {
        let name = format!("{}/late", self.party);
        let pass = self.folder.join("two");
        fs::write(&pass, "correct horse battery\nanother horse\n").unwrap();
        let pass = pass.to_string_lossy().into_owned();
        let roles = ["--person", &name, "--roles", "inspector"];
        self.good(&[["key", "new"].as_slice(), &roles, &["--passphrase-file", &pass]].concat());
    }

    // Zeroes the page that holds these bytes, as a disk does that lost a sector.
    fn lose_page_with(&self, needle: &[u8]) {
        let mut bytes = fs::read(self.store()).unwrap();
        let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
        let page = at / PAGE_BYTES * PAGE_BYTES;
        assert!(page > 0, "the first page would be another test");
        bytes[page..page + PAGE_BYTES].fill(0);
        fs::write(self.store(), bytes).unwrap();
    }
}

struct Bag(PathBuf);

impl Bag {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-drill-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("stick")).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Bag {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

// Two nodes that have met by sticks, each with the other's ledger and cosignature.
fn paired(bag: &Bag) -> (Node, Node) {
    let (host, guest) = (Node::made("host", &bag.0), Node::made("guest", &bag.0));
    let stick = &bag.path("stick");
    host.good(&["carry", "write", stick, "--to", "guest"]);
    guest.good(&["carry", "write", stick, "--to", "host"]);
    let file = |party: &str| {
        let mut files = fs::read_dir(stick).unwrap().map(|entry| entry.unwrap().path());
        let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(party);
        files.find(named).unwrap().to_string_lossy().into_owned()
    };
    let (from_host, from_guest) = (file("host"), file("guest"));
    host.good(&["pair", "--file", &from_guest, "--fingerprint", &guest.fingerprint()]);
    guest.good(&["pair", "--file", &from_host, "--fingerprint", &host.fingerprint()]);
    for (to, from) in [(&host, &from_guest), (&guest, &from_host)] {
        to.good(&["carry", "take", from]);
    }
    for _ in 0..2 {
        a_second_later();
        for (from, to) in [(&host, &guest), (&guest, &host)] {
            let bag = bag.path(&format!("from-{}", from.party));
            fs::create_dir_all(&bag).unwrap();
            from.good(&["carry", "write", &bag]);
            to.good(&["carry", "take", &bag]);
        }
    }
    assert_eq!((host.entries(), guest.entries()), (4, 4));
    (host, guest)
}

// A head's time has whole seconds, and a carried head counts once it is later.
fn a_second_later() {
    std::thread::sleep(Duration::from_millis(1_100));
}

#[test]
fn a_drill_proves_a_backup_and_leaves_the_node_as_it_was() {
    let bag = Bag::new("drill");
    let (host, _guest) = paired(&bag);
    let before = fs::read(host.store()).unwrap();
    let claims = host.claims();
    assert_eq!(claims.len(), 6, "{claims:?}");
    assert!(claims.iter().all(|(how, _)| how == "held"), "{claims:?}");
    assert_eq!(fs::read(host.store()).unwrap(), before, "only copies were touched");
    assert!(!host.folder.join("drill.scratch").exists(), "and they are gone");
}

#[test]
fn a_drill_of_a_broken_node_does_not_pass() {
    let bag = Bag::new("broken");
    let node = Node::made("host", &bag.0);
    node.good(&["drill"]);
    node.lose_page_with(b"vnd.safeconduct");
    let (code, said) = node.bad(&["drill"]);
    assert_ne!(code, 0, "{said}");
    assert!(!node.folder.join("drill.scratch").exists(), "{said}");
}

#[test]
fn a_lost_page_is_mended_from_what_the_counterpart_exports() {
    let bag = Bag::new("page");
    let (host, guest) = paired(&bag);
    let (theirs, other) = (bag.path("guest.audit"), bag.path("other.audit"));
    guest.good(&["export", "--audit", &theirs]);
    Node::made("guest", &bag.0.join("far")).good(&["export", "--audit", &other]);
    host.lose_page_with(b"vnd.safeconduct");
    let (code, said) = host.bad(&["fsck"]);
    assert_ne!(code, 0, "{said}");
    // A stranger's file has nothing of ours: the store stays as it is.
    let damaged = fs::read(host.store()).unwrap();
    let (code, said) = host.bad(&["fsck", "--mend", "--from", &other]);
    assert_eq!(code, 4, "{said}");
    assert_eq!(fs::read(host.store()).unwrap(), damaged);
    let said = host.good(&["fsck", "--mend", "--from", &theirs]);
    assert!(said.contains("came from elsewhere"), "{said}");
    assert_eq!(host.entries(), 4);
    assert_eq!(fs::read(host.folder.join("ledger.db.damaged-1")).unwrap(), damaged);
    // It goes on: what it signs now the counterpart takes.
    let out = bag.path("again");
    fs::create_dir_all(&out).unwrap();
    host.good(&["carry", "write", &out, "--from", "0"]);
    guest.good(&["carry", "take", &out]);
}

#[test]
fn an_old_copy_is_brought_up_to_date_before_it_signs() {
    let bag = Bag::new("old");
    let (host, guest) = paired(&bag);
    let (old, theirs) = (bag.path("old.db"), bag.path("guest.audit"));
    host.good(&["backup", "--to", &old]);
    // One entry more, which the counterpart takes.
    let out = bag.path("later");
    fs::create_dir_all(&out).unwrap();
    a_second_later();
    host.write();
    host.good(&["carry", "write", &out]);
    guest.good(&["carry", "take", &out]);
    guest.good(&["export", "--audit", &theirs]);
    assert_eq!(guest.entries(), 5);
    fs::copy(&old, host.store()).unwrap();
    assert_eq!(host.entries(), 4, "nothing in the old copy says that it is old");
    let said = host.good(&["fsck", "--mend", "--from", &theirs]);
    assert!(said.contains("1 of 5 entries"), "{said}");
    assert_eq!(host.entries(), 5);
}
