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
        Self::made_with(party, bag, &[])
    }

    fn made_with(party: &'static str, bag: &Path, more: &[&str]) -> Self {
        let folder = bag.join(party);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("pass"), "correct horse battery\n").unwrap();
        let node = Self { party, folder, child: None, peer: "127.0.0.1:0".to_owned() };
        let init = ["init", "--party", party, "--side", party, "--name", party];
        node.good(&[init.as_slice(), more].concat());
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

    // What it says of itself when it serves.
    fn start(&mut self) -> Value {
        let mut command = self.command(&self.serving());
        let log = fs::File::create(self.folder.join("log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::from(log)).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut text, mut told) = (String::new(), Value::Null);
        for line in lines.map_while(Result::ok) {
            text.push_str(&line);
            told = serde_json::from_str(&text).unwrap_or_default();
            if told.is_object() {
                break;
            }
        }
        self.child = Some(child);
        self.peer = told["peer"].as_str().expect("it serves").to_owned();
        told
    }

    // Why it signs nothing, as it says when it starts and in its log; it is stopped then.
    fn hindered(&mut self) -> String {
        let before = self.entries();
        let told = self.start();
        // A node that signed would have signed a head by now.
        std::thread::sleep(Duration::from_millis(700));
        self.kill();
        let log = fs::read_to_string(self.folder.join("log")).unwrap();
        let why = told["hindrance"].as_str().expect("it signs nothing").to_owned();
        assert!(log.contains("this node signs nothing"), "{log}");
        assert_eq!(self.entries(), before, "nothing was signed");
        why
    }

    // Whoever restores a whole disk restores what lies beside the folder, too.
    fn forget_mark(&self) {
        let mut mark = self.folder.clone().into_os_string();
        mark.push(".mark");
        fs::remove_file(mark).expect("there is one");
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
        host.forget_mark();
        let said = host.hindered();
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
    assert_eq!(host.start()["hindrance"], Value::Null);
    host.kill();
    host.write("later");
    until_both_hold(&mut host, &mut guest, 6);
    let evidence = bag.0.join("evidence");
    let said = guest.good(&["ledger", "evidence", evidence.to_str().unwrap()]);
    assert!(said.starts_with("0 accusations"), "{said}");
}

// An officer signs in at the console, and opens a page in a language.
fn page(console: &str, lang: &str) -> String {
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build(),
    );
    let with = [("person", "host/aziz"), ("passphrase", "correct horse battery")];
    let signed = agent.post(format!("http://{console}/signin")).send_form(with).unwrap();
    let cookie = signed.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let page = agent.get(format!("http://{console}/keys?lang={lang}")).header("cookie", cookie);
    page.call().unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn an_old_copy_whose_counterpart_is_away_learns_from_its_mark_that_it_is_old() {
    let bag = Bag::new("mark");
    let officers = bag.0.join("officers.toml");
    fs::write(&officers, "[[officer]]\nperson = \"host/aziz\"\nroles = [\"signatory\"]\n").unwrap();
    let mut host = Node::made_with("host", &bag.0, &["--officers", officers.to_str().unwrap()]);
    let mut guest = Node::made("guest", &bag.0);
    host.start();
    guest.start();
    host.kill();
    host.pair(&guest);
    host.start();
    guest.kill();
    guest.pair(&host);
    host.kill();
    let old = bag.0.join("old.db");
    host.good(&["backup", "--to", old.to_str().unwrap()]);
    until_both_hold(&mut host, &mut guest, 5);
    host.write("late");
    until_both_hold(&mut host, &mut guest, 6);

    // Restored while nobody else is there to say that it is old.
    host.restore(&old);
    let said = host.hindered();
    assert!(said.contains("this folder is an old copy: it has 3 entries"), "{said}");
    assert!(said.contains("host.mark` has seen 4") && said.contains("`--from line`"), "{said}");
    let told = host.start();
    let console = told["console"].as_str().unwrap();
    for (lang, words) in
        [("en", "its folder is an old copy"), ("zh", "旧副本"), ("ur", "پرانی نقل")]
    {
        let page = page(console, lang);
        assert!(page.contains(words) && page.contains("host.mark"), "{page}");
    }
    let stranger = ureq::get(format!("http://{console}/signin")).call().unwrap();
    let stranger = stranger.into_body().read_to_string().unwrap();
    assert!(!stranger.contains("old copy"), "a stranger is told nothing");
    host.kill();
    // Nor does a command of the operator write into it.
    let pass = host.folder.join("two");
    fs::write(&pass, "correct horse battery\nanother horse\n").unwrap();
    let new = ["key", "new", "--person", "host/x", "--roles", "inspector", "--passphrase-file"];
    let refused = host.run(&[new.as_slice(), &[pass.to_str().unwrap()]].concat());
    let refused = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.contains("this folder is an old copy"), "{refused}");

    // The line is back: the rest comes from the counterpart, and the node goes on.
    guest.start();
    let said = host.good(&["fsck", "--mend", "--from", "line"]);
    assert!(said.contains("of 6 entries"), "{said}");
    guest.kill();
    assert_eq!(host.start()["hindrance"], Value::Null);
    host.kill();
    host.write("later");
    until_both_hold(&mut host, &mut guest, 7);
    let evidence = bag.0.join("evidence");
    let said = guest.good(&["ledger", "evidence", evidence.to_str().unwrap()]);
    assert!(said.starts_with("0 accusations"), "{said}");
}
