//! A real node whose key lies on a token that goes and comes back.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tlog::signed::SignedCheckpoint;
use tlog::vkey::Vkey;

const BINARY: &str = env!("CARGO_BIN_EXE_safeconduct");
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/libsofthsm2.so",
];
const PATIENCE: Duration = Duration::from_secs(30);

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-node-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("tokens")).unwrap();
        let settings = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            path.join("tokens").display()
        );
        fs::write(path.join("softhsm2.conf"), settings).unwrap();
        let folder = Self(path);
        folder.secret("pin", "1234\n");
        folder.secret("pass", "correct horse\n");
        folder
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn secret(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
        let owner = fs::Permissions::from_mode(0o600);
        fs::set_permissions(self.0.join(name), owner).unwrap();
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SOFTHSM2_CONF", self.0.join("softhsm2.conf"));
        command
    }

    #[track_caller]
    fn told(&self, args: &[&str], code: i32) -> String {
        let output = self.command(BINARY).args(args).output().unwrap();
        let all = [output.stdout.as_slice(), &output.stderr].concat();
        let all = String::from_utf8(all).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {all}");
        all
    }

    fn token(&self, label: &str) {
        let made = self
            .command("softhsm2-util")
            .args(["--init-token", "--free", "--pin", "1234", "--so-pin", "12345678"])
            .args(["--label", label])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

// A node that serves; SIGKILL when it goes.
struct Serving {
    child: Child,
    console: String,
    ledger: String,
}

impl Serving {
    fn start(folder: &Folder, node: &str) -> Self {
        let mut child = folder
            .command(BINARY)
            .args(["serve", "--folder", node, "--console", "127.0.0.1:0"])
            .args(["--peer", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::from(fs::File::create(folder.0.join("log")).unwrap()))
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
        let told = told.expect("it serves");
        let at = |name: &str| format!("http://{}", told[name].as_str().unwrap());
        Self { child, console: at("console"), ledger: at("ledger") }
    }

    fn head(&self) -> Option<SignedCheckpoint> {
        let url = format!("{}/checkpoint", self.ledger);
        let text = ureq::get(&url).call().ok()?.body_mut().read_to_string().ok()?;
        SignedCheckpoint::parse(&text).ok()
    }

    // The first head for which something holds.
    #[track_caller]
    fn head_with(&self, holds: impl Fn(&SignedCheckpoint) -> bool) -> SignedCheckpoint {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(head) = self.head().filter(&holds) {
                return head;
            }
            sleep(Duration::from_millis(200));
        }
        panic!("no such head came");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn module() -> Option<&'static str> {
    let found = MODULES.into_iter().find(|module| Path::new(module).exists());
    if found.is_none() {
        eprintln!("SKIPPED: no SoftHSM here; `scripts/need softhsm2-util` installs it");
    }
    found
}

fn out_and_back(
    folder: &Folder,
    serving: &Serving,
    by: &[&str],
    (log, heart): (&Vkey, &Vkey),
) -> SignedCheckpoint {
    // Taken out: what was signed is still served, officers read on, nothing new is signed.
    let (tokens, away) = (folder.file("tokens"), folder.file("away"));
    fs::rename(&tokens, &away).unwrap();
    sleep(Duration::from_secs(3));
    let last = serving.head().expect("reads go on");
    let status = folder.json(&[["status"].as_slice(), by].concat());
    assert_eq!(status["signing"], false, "{status}");
    let why = status["hindrance"].as_str().unwrap();
    assert!(why.contains("cannot sign now"), "{why}");
    sleep(Duration::from_secs(3));
    let still = serving.head().unwrap();
    assert_eq!(last.cosigned_by(heart), still.cosigned_by(heart), "nothing is signed");
    let logged = fs::read_to_string(folder.0.join("log")).unwrap();
    assert!(logged.contains("cannot sign") && !logged.contains("1234"), "{logged}");

    // Put back: it goes on by itself.
    fs::rename(&away, &tokens).unwrap();
    let again = serving.head_with(|head| head.cosigned_by(heart) > still.cosigned_by(heart));
    assert!(again.verify_by(log).is_ok());
    let status = folder.json(&[["status"].as_slice(), by].concat());
    assert_eq!((&status["signing"], &status["hindrance"]), (&true.into(), &Value::Null));
    again
}

#[test]
fn a_node_signs_with_its_token_and_with_nothing_else() {
    let Some(module) = module() else { return };
    let folder = Folder::new("acts");
    folder.token("node");
    let (node, pass, pin) = (folder.file("node"), folder.file("pass"), folder.file("pin"));
    let on = ["--module", module, "--label", "node", "--pin-file", &pin];
    let new = folder.told(&[["token", "new", "--json"].as_slice(), &on].concat(), 0);
    let new: Value = serde_json::from_str(&new).unwrap();
    let officers = folder.file("officers.toml");
    let who = "[[officer]]\nperson = \"host/aziz\"\nroles = [\"signatory\", \"watch_officer\"]\n";
    fs::write(&officers, who).unwrap();
    let init = ["init", "--party", "host", "--side", "host", "--name", "Host"];
    let lie = ["--folder", &node, "--officers", &officers, "--passphrase-file", &pass];
    folder.told(&[init.as_slice(), &lie, &on].concat(), 0);
    let settings = folder.file("node/safeconduct.toml");
    let mut text = fs::read_to_string(&settings).unwrap();
    assert!(text.contains("[token]"), "{text}");
    text = text.replace("heartbeat_ms = 10000", "heartbeat_ms = 1000");
    fs::write(&settings, text + "\n[ledger]\nlisten = \"127.0.0.1:0\"\nhybrid_heads = true\n")
        .unwrap();
    let vkeys = folder.told(&["ledger", "vkey", "--folder", &node, "--json"], 0);
    let vkeys: Value = serde_json::from_str(&vkeys).unwrap();
    let log: Vkey = vkeys["log"].as_str().unwrap().parse().unwrap();
    assert_eq!(serde_json::to_value(&log.key).unwrap(), new[0]["public"], "the token's key");
    let heart = Vkey::witness("host", &log.key);
    let late: Vkey = vkeys["ml_dsa"].as_str().unwrap().parse().unwrap();

    let serving = Serving::start(&folder, &node);
    let first = serving.head_with(|head| head.verify_by(&log).is_ok());
    let beat = first.cosigned_by(&heart).unwrap();
    let key = folder.file("node/keys/aziz.json");
    let by = ["--node", &serving.console, "--person", "host/aziz", "--passphrase-file", &pass];
    let letter = |words: &str| {
        let letter = serde_json::json!({
            "act": "letter_sent", "readers": "own", "subject": "s", "words": words, "about": null,
        });
        letter.to_string()
    };
    folder.told(&[["act", &letter("one"), "--key", &key].as_slice(), &by].concat(), 0);
    let grown = serving.head_with(|head| head.head.size > first.head.size);
    assert!(grown.verify_by(&log).is_ok() && grown.cosigned_by(&heart).unwrap() >= beat);
    // And the second algorithm, with the key that the node has named in its ledger.
    let both = serving.head_with(|head| head.cosigned_by(&late).is_some());
    assert_eq!(both.cosigned_by(&late), both.cosigned_by(&heart));

    let again = out_and_back(&folder, &serving, &by, (&log, &heart));
    drop(serving);

    // A node that starts without its token reads, and signs when it comes.
    let (tokens, away) = (folder.file("tokens"), folder.file("away"));
    fs::rename(&tokens, &away).unwrap();
    let serving = Serving::start(&folder, &node);
    assert_eq!(serving.head().unwrap().head, again.head);
    fs::rename(&away, &tokens).unwrap();
    serving.head_with(|head| head.cosigned_by(&heart) > again.cosigned_by(&heart));
    drop(serving);
    folder.told(&["fsck", "--folder", &node], 0);
    seed_makes_another(&folder, &log);
}

// The secret half is nowhere in the folder: the seed there makes another key.
fn seed_makes_another(folder: &Folder, log: &Vkey) {
    let seed: [u8; 32] = fs::read(folder.0.join("node/node.key")).unwrap().try_into().unwrap();
    let of_seed = strongbox::node_keys::NodeKeys::from_seed(&words::hash::Seed(seed)).node;
    assert_ne!(of_seed.public(), log.key);
}

impl Folder {
    fn json(&self, args: &[&str]) -> Value {
        let output = self.command(BINARY).args(args).arg("--json").output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    // A guest that shares no network with the node; each knows the other's root.
    fn paired_by_stick(&self) {
        let (guest, pass) = (self.file("guest"), self.file("pass"));
        let init = ["init", "--party", "guest", "--side", "guest", "--name", "Guest"];
        let lie = ["--folder", &guest, "--passphrase-file", &pass];
        self.told(&[init.as_slice(), &lie].concat(), 0);
        for (folder, to) in [("node", "guest"), ("guest", "host")] {
            let (stick, folder) = (self.file("founding"), self.file(folder));
            fs::create_dir_all(&stick).unwrap();
            self.told(&["carry", "write", &stick, "--to", to, "--folder", &folder], 0);
        }
        let file_of = |party: &str| {
            let mut all = fs::read_dir(self.0.join("founding")).unwrap();
            let named =
                |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(party);
            let file = all.find_map(|it| Some(it.unwrap().path()).filter(named)).unwrap();
            file.to_str().unwrap().to_owned()
        };
        for (folder, of, theirs) in [("node", "guest", "guest"), ("guest", "node", "host")] {
            let root = fs::read(self.0.join(of).join("keys/root.json")).unwrap();
            let root: strongbox::keyfile::KeyFile = serde_json::from_slice(&root).unwrap();
            let print = note::key::fingerprint(&root.open("correct horse").unwrap().public());
            let (file, folder) = (file_of(theirs), self.file(folder));
            let known = ["--fingerprint", &print, "--passphrase-file", &pass];
            self.told(
                &[["pair", "--file", &file, "--folder", &folder].as_slice(), &known].concat(),
                0,
            );
            self.told(&["carry", "take", &file, "--folder", &folder], 0);
        }
    }

    fn carry(&self, from: &str, to: &str) {
        let stick = self.file(&format!("stick-{from}"));
        fs::create_dir_all(&stick).unwrap();
        self.told(&["carry", "write", &stick, "--folder", &self.file(from)], 0);
        self.told(&["carry", "take", &stick, "--folder", &self.file(to)], 0);
    }

    // The key by which strangers check the node's heads now.
    fn log(&self, node: &str) -> Vkey {
        let vkeys = self.json(&["ledger", "vkey", "--folder", node]);
        vkeys["log"].as_str().unwrap().parse().unwrap()
    }

    fn token_with_key(&self, module: &str, label: &str) -> Value {
        self.token(label);
        let pin = self.file("pin");
        let on = ["--module", module, "--label", label, "--pin-file", &pin];
        self.json(&[["token", "new"].as_slice(), &on].concat())[0]["public"].clone()
    }

    // The root orders another key for the node: one on a token, or one in the folder.
    fn ordered(&self, node: &str, order: &str, on: &[&str]) {
        let to = ["--out", order, "--folder", node];
        self.told(&[["root", "order", "replace_node"].as_slice(), &to, on].concat(), 0);
        let (root, pass) = (self.file("node/keys/root.json"), self.file("pass"));
        self.told(&["root", "sign", order, "--key", &root, "--passphrase-file", &pass], 0);
    }

    fn signs_with(&self, node: &str, public: &Value, before: &Vkey) -> Vkey {
        let log = self.log(node);
        assert_eq!(&serde_json::to_value(&log.key).unwrap(), public);
        let serving = Serving::start(self, node);
        let head = serving.head_with(|head| head.verify_by(&log).is_ok());
        assert!(head.verify_by(before).is_err(), "the key before it signs nothing more");
        let key = self.file("node/keys/aziz.json");
        let pass = self.file("pass");
        let letter = serde_json::json!({
            "act": "letter_sent", "readers": "own", "subject": "s", "words": "w", "about": null,
        });
        let letter = letter.to_string();
        let by = ["--node", &serving.console, "--person", "host/aziz", "--passphrase-file", &pass];
        self.told(&[["act", &letter, "--key", &key].as_slice(), &by].concat(), 0);
        serving
            .head_with(|grown| grown.head.size > head.head.size && grown.verify_by(&log).is_ok());
        drop(serving);
        let report = self.json(&["fsck", "--folder", node]);
        assert_eq!(report["hindrance"], Value::Null);
        log
    }
}

#[test]
fn a_node_moves_onto_a_token_onto_another_and_back_into_its_folder() {
    let Some(module) = module() else { return };
    let folder = Folder::new("moves");
    let (node, pass, pin) = (folder.file("node"), folder.file("pass"), folder.file("pin"));
    let [one, two] = ["one", "two"].map(|label| folder.token_with_key(module, label));
    let officers = folder.file("officers.toml");
    fs::write(&officers, "[[officer]]\nperson = \"host/aziz\"\nroles = [\"signatory\"]\n").unwrap();
    let init = ["init", "--party", "host", "--side", "host", "--name", "Host"];
    let lie = ["--folder", &node, "--officers", &officers, "--passphrase-file", &pass];
    folder.told(&[init.as_slice(), &lie].concat(), 0);
    folder.paired_by_stick();
    let settings = folder.0.join("node/safeconduct.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let text = text.replace("heartbeat_ms = 10000", "heartbeat_ms = 1000");
    fs::write(&settings, text.clone() + "\n[ledger]\nlisten = \"127.0.0.1:0\"\n# ours\n").unwrap();
    let first = folder.log(&node);
    let first = folder.signs_with(&node, &serde_json::to_value(&first.key).unwrap(), &odd());

    // From the folder onto a token; broken off after the statement, before the seed is in place.
    let on = |label| ["--module", module, "--label", label, "--pin-file", pin.as_str()];
    let order = folder.file("one.cbor");
    folder.ordered(&node, &order, &on("one"));
    let place = fs::read(folder.0.join("node/token.new")).unwrap();
    folder.told(&["root", "submit", &order, "--folder", &node], 0);
    let at = |name: &str| folder.0.join("node").join(name);
    fs::rename(at("node.key"), at("node.key.new")).unwrap();
    fs::rename(at("node.key.before"), at("node.key")).unwrap();
    fs::write(at("token.new"), place).unwrap();
    let report = folder.json(&["fsck", "--folder", &node]);
    let why = report["hindrance"].as_str().unwrap();
    assert!(why.contains("`safeconduct root submit` was broken off"), "{why}");
    folder.told(&["root", "submit", &order, "--folder", &node], 0);
    assert!(!at("node.key.new").exists() && !at("token.new").exists());
    let second = folder.signs_with(&node, &one, &first);

    // From token to token, then back: what else the settings say stays.
    let order = folder.file("two.cbor");
    folder.ordered(&node, &order, &on("two"));
    folder.told(&["root", "submit", &order, "--folder", &node], 0);
    let third = folder.signs_with(&node, &two, &second);
    let order = folder.file("back.cbor");
    folder.ordered(&node, &order, &[]);
    folder.told(&["root", "submit", &order, "--folder", &node], 0);
    let text = fs::read_to_string(&settings).unwrap();
    assert!(!text.contains("[token]") && text.contains("# ours"), "{text}");
    assert!(!at("node.pub").exists());
    let last = folder.log(&node);
    folder.signs_with(&node, &serde_json::to_value(&last.key).unwrap(), &third);

    read_by_everybody(&folder);
    let listed = folder.told(&["key", "list", "--folder", &node], 0);
    assert_eq!(listed.matches("VOIDED").count(), 3, "{listed}");
    // Its order was for its own place in the ledger, and is for no other.
    folder.told(&["root", "submit", &folder.file("two.cbor"), "--folder", &node], 3);
}

// Every old statement verifies against the keys of its time: for us, for the counterpart, who
// reads all of it only now, and for a stranger.
fn read_by_everybody(folder: &Folder) {
    folder.carry("node", "guest");
    folder.carry("guest", "node");
    folder.carry("node", "guest");
    for party in ["node", "guest"] {
        let (export, folder_of) = (folder.file(&format!("{party}.audit")), folder.file(party));
        folder.told(&["export", "--audit", &export, "--folder", &folder_of], 0);
        folder.told(&["audit", &export], 0);
        folder.told(&["drill", "--folder", &folder_of], 0);
    }
}

// A key that signs nothing here.
fn odd() -> Vkey {
    Vkey::log("host", &note::key::SigningKey::from_seed(&[7; 32]).public())
}

#[test]
fn custodians_of_tokens_files_and_both_kinds_sign_one_order() {
    let Some(module) = module() else { return };
    let folder = Folder::new("root");
    folder.token("one");
    let (node, pass, pin) = (folder.file("node"), folder.file("pass"), folder.file("pin"));
    let on = ["--module", module, "--label", "one", "--pin-file", &pin];
    let first = folder.file("one.pub");
    folder.told(&[["token", "new", "--out", &first].as_slice(), &on].concat(), 0);
    let (second, third) = (folder.file("two.key"), folder.file("three.key"));
    let with = ["--passphrase-file", pass.as_str()];
    let new = |file: &str, person: &str, more: &[&str]| {
        folder
            .told(&[["root", "new", file, "--person", person].as_slice(), &with, more].concat(), 0)
    };
    new(&second, "host/two", &["--hybrid"]);
    new(&third, "host/three", &[]);
    let set = folder.file("set");
    let all = format!("{first},{second}.pub,{third}.pub");
    folder.told(&["root", "set", &all, "--threshold", "2", "--out", &set], 0);
    let init = ["init", "--party", "host", "--side", "host", "--name", "Host"];
    folder.told(&[init.as_slice(), &["--folder", &node, "--custodians", &set]].concat(), 0);
    new(&folder.file("aziz.key"), "host/aziz", &[]);
    let order = folder.file("order");
    let public = folder.file("aziz.key.pub");
    let enrol = ["root", "order", "enrol", "--person", "host/aziz", "--roles", "watch_officer"];
    let to = ["--public", &public, "--out", &order, "--folder", &node];
    folder.told(&[enrol.as_slice(), &to].concat(), 0);
    folder.told(&[["root", "sign", &order].as_slice(), &on].concat(), 0);
    folder.told(&["root", "submit", &order, "--folder", &node], 1);
    folder.told(&[["root", "sign", &order, "--key", &second].as_slice(), &with].concat(), 0);
    folder.told(&["root", "submit", &order, "--folder", &node], 0);
    let listed = folder.told(&["key", "list", "--folder", &node], 0);
    assert!(listed.contains("host/aziz"), "{listed}");
    folder.told(&["fsck", "--folder", &node], 0);
    // A hybrid key signs orders and nothing else.
    folder.secret("two", "correct horse\n");
    let refused = folder.told(&["root", "submit", &order, "--folder", &node], 1);
    assert!(refused.contains("refused"), "{refused}");
}
