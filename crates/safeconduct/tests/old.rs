//! A folder used twice, an old copy, a store taken back: real processes.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use strongbox::keyfile::KeyFile;

/// A loaded machine gets a minute for what takes a second.
const WITHIN: Duration = Duration::from_mins(1);

struct Node {
    party: &'static str,
    folder: PathBuf,
    child: Option<Child>,
    peer: String,
}

impl Node {
    fn made(party: &'static str, bag: &Path) -> Self {
        let folder = bag.join(party);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("pass"), "correct horse battery\n").unwrap();
        let node = Self { party, folder, child: None, peer: "127.0.0.1:0".to_owned() };
        node.good(&["init", "--party", party, "--side", party, "--name", party]);
        node
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_safeconduct"));
        command.args(args).arg("--folder").arg(&self.folder);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = self.command(args);
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

    fn serving(&self) -> [&str; 6] {
        ["serve", "--json", "--console", "127.0.0.1:0", "--peer", &self.peer]
    }

    fn start(&mut self) {
        let mut command = self.command(&self.serving());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told: String = lines.map_while(Result::ok).take(4).collect();
        self.child = Some(child);
        let told: Value = serde_json::from_str(&told).expect("it serves");
        self.peer = told["peer"].as_str().unwrap().to_owned();
    }

    // What a node says that must not serve.
    fn refuses(&self) -> String {
        let done = self.run(&self.serving());
        assert_eq!(done.status.code(), Some(3), "{done:?}");
        String::from_utf8(done.stderr).unwrap()
    }

    // SIGKILL: no signal handler, no flush, no farewell.
    fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn fingerprint(&self) -> String {
        let key = self.folder.join("keys/root.json");
        let file: KeyFile = serde_json::from_slice(&fs::read(key).unwrap()).unwrap();
        note::key::fingerprint(&file.open("correct horse battery").unwrap().public())
    }

    fn entries(&self) -> u64 {
        let report: Value = serde_json::from_str(&self.good(&["fsck", "--json"])).unwrap();
        report["entries"].as_u64().unwrap()
    }

    // An officer's key more: something new for the other node to mirror.
    fn write(&self, person: &str) {
        let name = format!("{}/{person}", self.party);
        let pass = self.folder.join("two");
        fs::write(&pass, "correct horse battery\nanother horse\n").unwrap();
        let pass = pass.to_string_lossy().into_owned();
        let roles = ["--person", &name, "--roles", "inspector"];
        self.good(&[["key", "new"].as_slice(), &roles, &["--passphrase-file", &pass]].concat());
    }

    fn pair(&self, with: &Self) {
        self.good(&["pair", "--peer", &with.peer, "--fingerprint", &with.fingerprint()]);
    }

    fn restore(&self, from: &Path) {
        for ending in ["", "-wal", "-shm"] {
            fs::remove_file(self.folder.join(format!("ledger.db{ending}"))).ok();
        }
        fs::copy(from, self.folder.join("ledger.db")).unwrap();
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
        let path = std::env::temp_dir().join(format!("sc-old-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Bag {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

// Lets both run until both hold that many entries; both are stopped then.
fn until_both_hold(host: &mut Node, guest: &mut Node, entries: u64) {
    let started = Instant::now();
    loop {
        host.start();
        guest.start();
        std::thread::sleep(Duration::from_millis(700));
        host.kill();
        guest.kill();
        if (host.entries(), guest.entries()) == (entries, entries) {
            return;
        }
        assert!(started.elapsed() < WITHIN, "{} and {}", host.entries(), guest.entries());
    }
}

#[test]
fn a_second_process_on_a_folder_is_told_who_holds_it_and_a_dead_one_holds_nothing() {
    let bag = Bag::new("twice");
    let mut node = Node::made("host", &bag.0);
    node.start();
    let holder = format!("process {} (`safeconduct`)", node.child.as_ref().unwrap().id());
    for said in [node.refuses(), String::from_utf8(node.run(&["fsck"]).stderr).unwrap()] {
        assert!(said.contains(&holder), "{said}");
        assert!(said.contains("has `ledger.db` open: stop that one first"), "{said}");
    }
    node.kill();
    node.start();
    node.kill();
    assert_eq!(node.entries(), 1);
}

#[test]
fn a_store_is_taken_back_for_an_older_program_and_brought_up_again() {
    let bag = Bag::new("back");
    let node = Node::made("host", &bag.0);
    let aside = node.folder.join("ledger.db.schema-1");
    let said = node.good(&["downgrade", "--to", "1"]);
    assert!(said.contains("schema 1") && !aside.exists(), "{said}");
    assert_eq!(node.entries(), 1);
    assert!(aside.exists(), "what it was lies beside it");
    let done = node.run(&["downgrade", "--to", "7"]);
    assert!(!done.status.success(), "{done:?}");
}

#[test]
fn an_old_copy_learns_from_the_counterpart_that_it_is_old_and_gets_the_rest_from_it() {
    let bag = Bag::new("copy");
    let (mut host, mut guest) = (Node::made("host", &bag.0), Node::made("guest", &bag.0));
    let (first, old) = (bag.0.join("first.db"), bag.0.join("old.db"));
    host.good(&["backup", "--to", first.to_str().unwrap()]);
    host.start();
    guest.start();
    host.kill();
    host.pair(&guest);
    host.start();
    guest.kill();
    guest.pair(&host);
    host.kill();
    until_both_hold(&mut host, &mut guest, 4);
    host.good(&["backup", "--to", old.to_str().unwrap()]);
    host.write("late");
    until_both_hold(&mut host, &mut guest, 5);
    guest.start();
    // The one is a day old; the other knows no counterpart, and no head of its own.
    for (copy, has, lacks) in [(&old, 4, 1), (&first, 1, 2)] {
        host.restore(copy);
        let said = host.refuses();
        assert!(said.contains("this folder is an old copy"), "{said}");
        assert!(said.contains(&format!("get the {lacks} that are missing")), "{said}");
        assert!(said.contains("`safeconduct fsck --mend`"), "{said}");
        assert_eq!(host.entries(), has, "nothing was signed");
        let said = host.good(&["fsck", "--mend", "--from", "line"]);
        assert!(said.contains("of 5 entries"), "{said}");
        assert_eq!(host.entries(), 5);
    }
    guest.kill();
    // It goes on, and the counterpart has nothing to say against it.
    host.write("later");
    until_both_hold(&mut host, &mut guest, 6);
    let evidence = bag.0.join("evidence");
    let said = guest.good(&["ledger", "evidence", evidence.to_str().unwrap()]);
    assert!(said.starts_with("0 accusations"), "{said}");
}
