//! A witness as a process: killed, lied to, and asked by a real node.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use note::key::SigningKey;
use serde_json::Value;
use tlog::checkpoint::Checkpoint;
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tree::{Tree, leaf_hash, verify_consistency};
use tlog::vkey::Vkey;
use tlog::witness::AddCheckpoint;

const BINARY: &str = env!("CARGO_BIN_EXE_safeconduct");
const LOG: &str = "log.example/a";

/// How often the witness is killed, each time at another moment of its work.
const KILLS: u64 = 24;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-witness-{name}-{}", std::process::id()));
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

fn run(args: &[&str]) -> Output {
    Command::new(BINARY).args(args).output().unwrap()
}

#[track_caller]
fn told(args: &[&str], code: i32) -> String {
    let output = run(args);
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    let all = String::from_utf8(all).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {all}");
    all
}

// A process that serves; SIGKILL when it goes.
struct Serving {
    child: Child,
    told: Value,
}

impl Serving {
    fn start(args: &[&str], lines: usize) -> Self {
        let mut child = Command::new(BINARY)
            .args(args)
            .arg("--json")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let told: String = out.map_while(Result::ok).take(lines).collect();
        let told = serde_json::from_str(&told).expect("it serves");
        Self { child, told }
    }

    fn witness(folder: &str) -> Self {
        Self::witness_by(folder, "127.0.0.1:0", &[])
    }

    fn witness_by(folder: &str, listen: &str, how: &[&str]) -> Self {
        let serve = ["witness", "serve", "--folder", folder, "--listen", listen];
        Self::start(&[serve.as_slice(), how].concat(), 5)
    }

    fn word(&self, name: &str) -> String {
        self.told[name].as_str().unwrap().to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn tree(story: &str, common: u64, size: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        let story = if index < common { "both" } else { story };
        tree.push(leaf_hash(format!("{story} {index}").as_bytes()));
    }
    tree
}

fn signed(tree: &Tree, size: u64) -> SignedCheckpoint {
    let root = tree.root_at(size).unwrap();
    Signed::sign(Checkpoint { origin: LOG.to_owned(), size, root, more: Vec::new() }, LOG, &key())
}

// Status and text of an answer; `None` if the witness was killed over it.
fn ask(at: &str, tree: &Tree, old: u64, size: u64) -> Option<(u16, String)> {
    let proof = tree.consistency(old, size).unwrap_or_default();
    let request = AddCheckpoint { old, proof, checkpoint: signed(tree, size) };
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::new_with_config(config);
    let url = format!("http://{at}/add-checkpoint");
    let mut answer = agent.post(&url).send(request.to_string()).ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    Some((answer.status().as_u16(), text))
}

#[test]
fn a_witness_that_is_killed_again_and_again_never_contradicts_itself() {
    let folder = Folder::new("killed");
    let (place, log) = (folder.file("w"), Vkey::log(LOG, &key().public()).to_string());
    told(&["witness", "init", "--name", "w.example", "--log", &log, "--folder", &place], 0);
    // A log with two pasts, which part after entry 40, and a witness that may see either first.
    let trees = [tree("one", 40, 2_000), tree("other", 40, 2_000)];
    let (mut cosigned, mut size, mut refused) = (Vec::<SignedCheckpoint>::new(), 0, 0);
    for round in 0..KILLS {
        let witness = Serving::witness(&place);
        let (at, vkey) = (witness.word("listen"), witness.word("vkey").parse::<Vkey>().unwrap());
        let killer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(60 + round * 17 % 140));
            drop(witness);
        });
        for step in 0..400 {
            let tree = &trees[usize::try_from((round + step) % 3 % 2).unwrap()];
            let next = if step % 7 == 6 { size / 2 } else { size + 1 + step % 3 };
            let Some((status, text)) = ask(&at, tree, size, next.max(size)) else { break };
            match status {
                200 => {
                    let mut head = signed(tree, next.max(size));
                    head.add(text.trim_end().parse().unwrap());
                    assert!(head.cosigned_by(&vkey).is_some(), "it signs what it was shown");
                    size = head.head.size;
                    cosigned.push(head);
                }
                409 => {
                    let known: u64 = text.trim_end().parse().unwrap();
                    // It may have kept what we were never told, and nothing less than we were.
                    assert!(known >= size, "it forgot: {known} after {size}");
                    size = known;
                    refused += 1;
                }
                422 => refused += 1,
                other => panic!("{other}: {text}"),
            }
        }
        killer.join().unwrap();
    }
    assert!(cosigned.len() > 24 && refused > 10, "{} and {refused}", cosigned.len());
    for pair in cosigned.windows(2) {
        let (old, new) = (&pair[0].head, &pair[1].head);
        let continues = trees.iter().any(|tree| {
            let proof = tree.consistency(old.size, new.size).unwrap_or_default();
            verify_consistency(old.size, old.root, new.size, new.root, &proof).is_ok()
        });
        assert!(continues, "it cosigned {} of one past and {} of another", old.size, new.size);
    }
    let shown = told(&["witness", "show", "--folder", &place], 0);
    assert!(shown.contains("log.example/a: "), "{shown}");
}

// A node of one party alone, with a ledger to show and a witness to ask.
fn shown(folder: &Folder, witnesses: &str) -> Serving {
    let settings = folder.0.join("node/safeconduct.toml");
    let mut text = fs::read_to_string(&settings).unwrap();
    text.push_str(
        "\n[ledger]\npublish = \"public\"\nlisten = \"127.0.0.1:0\"\nwitnesses = \"policy\"\n",
    );
    fs::write(settings, text).unwrap();
    fs::write(folder.0.join("node/policy"), witnesses).unwrap();
    served(folder, 5)
}

fn served(folder: &Folder, lines: usize) -> Serving {
    let node = folder.file("node");
    let ports = ["--console", "127.0.0.1:0", "--peer", "127.0.0.1:0"];
    Serving::start(&["serve", "--folder", &node, ports[0], ports[1], ports[2], ports[3]], lines)
}

// A node, and a witness of its ledger; gives the log's key.
fn node_and_witness(folder: &Folder) -> String {
    fs::write(folder.0.join("pass"), "correct horse battery\n").unwrap();
    let (node, pass) = (folder.file("node"), folder.file("pass"));
    let init = ["init", "--party", "host", "--side", "host", "--name", "Host", "--folder", &node];
    told(&[init.as_slice(), &["--passphrase-file", &pass]].concat(), 0);
    let keys = told(&["ledger", "vkey", "--folder", &node], 0);
    let log = keys.lines().next().unwrap().strip_prefix("log ").unwrap().to_owned();
    let init = ["witness", "init", "--name", "w.example", "--log", &log, "--folder"];
    told(&[init.as_slice(), &[&folder.file("w")]].concat(), 0);
    log
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_statement_is_proved_offline_by_strangers_who_were_never_asked() {
    let folder = Folder::new("proved");
    let log = node_and_witness(&folder);
    let (node, place) = (folder.file("node"), folder.file("w"));
    let witness = Serving::witness(&place);
    let (vkey, url) = (witness.word("vkey"), witness.word("url"));
    assert!(url.starts_with("http://127.0.0.1:"), "this machine alone can reach it: {url}");
    let policy = format!("log {log}\nwitness w {vkey} {url}\nquorum w\n");
    let serving = shown(&folder, &policy);
    let published = folder.file("node/public");
    until("published", || folder.0.join("node/public/checkpoint").exists());
    let policy = folder.file("node/policy");
    let at = format!("http://{}", serving.word("ledger"));
    for place in [&at, &published] {
        let text = told(&["ledger", "verify", place, "--policy", &policy], 0);
        assert!(text.contains("cosigned by w at"), "{text}");
    }
    let proof = told(&["ledger", "prove", "0", &at], 0);
    fs::write(folder.0.join("proof"), &proof).unwrap();
    drop((serving, witness));
    let checked = told(&["ledger", "check", &folder.file("proof"), "--policy", &policy], 0);
    assert!(checked.contains("party_founded"), "{checked}");
    let id = checked.split("statement ").nth(1).unwrap().split(':').next().unwrap();
    assert_eq!(told(&["ledger", "prove", id, &published], 0), proof);
    let other = proof.replace("index 0", "index 1");
    fs::write(folder.0.join("proof"), other).unwrap();
    told(&["ledger", "check", &folder.file("proof"), "--policy", &policy], 4);
    told(&["ledger", "prove", "7", &published], 1);
    // Stopped, it writes what it published anew, and nothing else.
    let again = told(&["ledger", "publish", &folder.file("copy"), "--folder", &node], 0);
    assert!(again.contains("published entries 0 to 1"), "{again}");
    told(&["ledger", "verify", &folder.file("copy"), "--key", &log], 0);
}

#[test]
fn a_stranger_who_saw_another_past_has_a_file_to_show_for_it() {
    let folder = Folder::new("accused");
    let (seen, now) = (tree("one", 40, 60), tree("other", 40, 90));
    fs::write(folder.0.join("seen"), signed(&seen, 60).to_string()).unwrap();
    let mut entries = |from: u64, count: u64| {
        let story = |index| if index < 40 { "both" } else { "other" };
        Ok((from..from + count)
            .map(|index| format!("{} {index}", story(index)).into_bytes())
            .collect())
    };
    let public = folder.0.join("public");
    witness::publish::publish(&public, &signed(&now, 90), &now, &mut entries).unwrap();
    let (log, public) = (Vkey::log(LOG, &key().public()).to_string(), folder.file("public"));
    let (seen, file) = (folder.file("seen"), folder.file("accusation"));
    let verify = ["ledger", "verify", &public, "--key", &log, "--since", &seen, "--accuse", &file];
    let text = told(&verify, 4);
    assert!(text.contains("charge: split-view"), "{text}");
    let text = told(&["ledger", "accuse", &file, "--key", &log], 0);
    assert!(text.contains("no beginning of the one of 90 entries"), "{text}");
    let other = Vkey::log(LOG, &SigningKey::from_seed(&[9; 32]).public()).to_string();
    told(&["ledger", "accuse", &file, "--key", &other], 4);
    let altered = fs::read_to_string(&file).unwrap().replace("\n90\n", "\n91\n");
    fs::write(&file, altered).unwrap();
    told(&["ledger", "accuse", &file], 4);
}

#[test]
fn a_witness_over_tls_is_known_by_its_own_key_and_tells_an_old_copy_that_it_is_old() {
    let folder = Folder::new("tls");
    let log = node_and_witness(&folder);
    let (node, place) = (folder.file("node"), folder.file("w"));
    let first = folder.file("first.db");
    told(&["backup", "--to", &first, "--folder", &node], 0);
    // Other machines can reach it: TLS, unless plain HTTP was chosen.
    let plain = Serving::witness_by(&place, "0.0.0.0:0", &["--plain"]);
    assert!(plain.word("url").starts_with("http://"));
    drop(plain);
    let open = Serving::witness_by(&place, "0.0.0.0:0", &[]);
    assert!(open.word("url").starts_with("https://"));
    drop(open);
    let witness = Serving::witness_by(&place, "127.0.0.1:0", &["--tls"]);
    let (vkey, url) = (witness.word("vkey"), witness.word("url"));
    let cosigned = |size: u64| {
        let shown: Value =
            serde_json::from_str(&told(&["witness", "show", "--folder", &place, "--json"], 0))
                .unwrap();
        shown["logs"][0]["size"].as_u64().unwrap() >= size
    };
    // Whoever answers with another key is asked nothing.
    let pinned = format!("{url}#sha256={}", "ab".repeat(32));
    let stranger = Vkey::witness("w.example", &key().public());
    let policy = |vkey: &str, url: &str| format!("log {log}\nwitness w {vkey} {url}\nquorum w\n");
    drop(shown(&folder, &policy(&vkey, &pinned)));
    for policy in [policy(&vkey, &pinned), policy(&stranger.to_string(), &url)] {
        fs::write(folder.0.join("node/policy"), policy).unwrap();
        let serving = served(&folder, 5);
        thread::sleep(Duration::from_secs(3));
        drop(serving);
        assert!(!cosigned(1));
    }
    // Nor is one asked in plain text on the way to another machine.
    fs::write(folder.0.join("node/policy"), policy(&vkey, "http://192.0.2.1:7604")).unwrap();
    let refused = told(&["serve", "--folder", &node, "--console", "127.0.0.1:0"], 2);
    assert!(refused.contains("plain_witnesses = true"), "{refused}");

    fs::write(folder.0.join("node/policy"), policy(&vkey, &url)).unwrap();
    let serving = served(&folder, 5);
    until("cosigned over TLS", || cosigned(1));
    drop(serving);
    let pass = folder.file("two");
    fs::write(&pass, "correct horse battery\nanother horse\n").unwrap();
    let new = ["key", "new", "--person", "host/late", "--roles", "inspector"];
    let by = ["--passphrase-file", &pass, "--folder", &node];
    told(&[new.as_slice(), &by].concat(), 0);
    let serving = served(&folder, 5);
    until("cosigned again", || cosigned(2));
    drop(serving);
    old_copy(&folder, &first);
}

// A whole disk was restored, with the mark beside the folder; no counterpart knows it.
fn old_copy(folder: &Folder, first: &str) {
    let node = folder.file("node");
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(folder.0.join(format!("node/ledger.db{ending}"))).ok();
    }
    fs::copy(first, folder.0.join("node/ledger.db")).unwrap();
    fs::remove_file(folder.0.join("node.mark")).unwrap();
    let serving = served(folder, 6);
    let why = serving.word("hindrance");
    assert!(why.contains("it has 1 entries, and w has seen 2"), "{why}");
    thread::sleep(Duration::from_secs(3));
    drop(serving);
    let report = told(&["fsck", "--folder", &node, "--json"], 0);
    assert!(report.contains("\"entries\": 1"), "{report}");
}
