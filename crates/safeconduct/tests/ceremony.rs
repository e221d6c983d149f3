//! Custodians and operators at their commands: orders, a new node.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;

struct Bag(PathBuf);

impl Drop for Bag {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn safeconduct(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_safeconduct")).args(args).output().unwrap()
}

#[track_caller]
fn good(args: &[&str]) -> String {
    let done = safeconduct(args);
    assert!(done.status.success(), "{args:?}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

#[track_caller]
fn bad(args: &[&str]) -> String {
    let done = safeconduct(args);
    assert!(!done.status.success(), "{args:?}: {done:?}");
    String::from_utf8([done.stdout, done.stderr].concat()).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

// A head's time has whole seconds, and a carried head counts once it is later.
fn a_second_later() {
    std::thread::sleep(Duration::from_millis(1_100));
}

impl Bag {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-root-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("pass"), "correct horse battery\n").unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    // A custodian makes his key on a machine of his own; the public half travels.
    fn custodian(&self, name: &str) -> String {
        let file = self.path(&format!("{name}.key"));
        let person = format!("host/{name}");
        let pass = self.path("pass");
        good(&["root", "new", &file, "--person", &person, "--passphrase-file", &pass]);
        format!("{file}.pub")
    }

    // A set of two of them; gives its file and its hash.
    fn set(&self, name: &str, of: [&str; 3]) -> (String, String) {
        let public = of.map(|name| self.custodian(name)).join(",");
        let out = self.path(name);
        let made = ["root", "set", &public, "--threshold", "2", "--out", &out, "--json"];
        let hash = json(&good(&made))["hash"].as_str().unwrap().to_owned();
        (out, hash)
    }

    // The operator writes an order, these custodians sign it on their own copies, it is stated.
    #[track_caller]
    fn order(&self, kind: &[&str], by: &[&str]) -> Result<Value, String> {
        let (file, folder) = (self.path("order.cbor"), self.path("host"));
        for old in fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path()) {
            if old.extension().is_some_and(|end| end == "cbor") {
                fs::remove_file(old).unwrap();
            }
        }
        let written = [&["root", "order"], kind, &["--out", &file, "--folder", &folder]].concat();
        good(&written);
        let mut copies = Vec::new();
        for name in by {
            let copy = self.path(&format!("{name}.cbor"));
            fs::copy(&file, &copy).unwrap();
            let (key, pass) = (self.path(&format!("{name}.key")), self.path("pass"));
            good(&["root", "sign", &copy, "--key", &key, "--passphrase-file", &pass]);
            copies.push(copy);
        }
        let with = copies.join(",");
        let args = ["root", "submit", &file, "--with", &with, "--folder", &folder, "--json"];
        let done = safeconduct(&args);
        let [out, told] = [done.stdout, done.stderr].map(|text| String::from_utf8(text).unwrap());
        if done.status.success() { Ok(json(&out)) } else { Err(out + &told) }
    }

    fn shown(&self, party: &str) -> Value {
        let all = json(&good(&["root", "show", ".", "--json", "--folder", &self.path("host")]));
        let parties = all["parties"].as_array().unwrap();
        parties.iter().find(|it| it["party"] == party).unwrap().clone()
    }

    fn carry(&self, from: &str, to: &str) {
        let stick = self.path(&format!("stick-{from}"));
        fs::create_dir_all(&stick).unwrap();
        good(&["carry", "write", &stick, "--folder", &self.path(from)]);
        good(&["carry", "take", &stick, "--folder", &self.path(to)]);
        // What was sealed to a node that is no more opens nowhere: a stick is used once.
        fs::remove_dir_all(&stick).unwrap();
    }

    fn whole(&self, party: &str) {
        let folder = self.path(party);
        good(&["fsck", "--folder", &folder]);
        let claims = json(&good(&["drill", "--json", "--folder", &folder]));
        let failed = |claim: &&Value| claim["how"] == "failed";
        assert_eq!(claims.as_array().unwrap().iter().find(failed), None);
    }
}

fn file_of(folder: &Path, party: &str) -> String {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(party);
    files.find(named).unwrap().to_string_lossy().into_owned()
}

// A host of two of three custodians with a reserve, and a guest with a root key, paired by stick.
fn paired(bag: &Bag) {
    let (set, _) = bag.set("set.json", ["amina", "bashir", "chen"]);
    let (_, reserve) = bag.set("reserve.json", ["dawood", "esra", "farid"]);
    let (host, guest, pass) = (bag.path("host"), bag.path("guest"), bag.path("pass"));
    let who = [
        "init", "--party", "host", "--side", "host", "--name", "Host", "--json", "--folder", &host,
    ];
    let host_is = good(&[who.as_slice(), &["--custodians", &set, "--next", &reserve]].concat());
    let who = [
        "init", "--party", "guest", "--side", "guest", "--name", "Guest", "--json", "--folder",
        &guest,
    ];
    let guest_is = good(&[who.as_slice(), &["--passphrase-file", &pass]].concat());
    let print = |said: &str| json(said)["fingerprint"].as_str().unwrap().to_owned();
    assert!(!bag.0.join("host/keys/root.json").exists(), "nobody keeps the founding key");
    let stick = bag.path("stick");
    fs::create_dir_all(&stick).unwrap();
    good(&["carry", "write", &stick, "--to", "guest", "--folder", &host]);
    good(&["carry", "write", &stick, "--to", "host", "--folder", &guest]);
    let [from_host, from_guest] = ["host", "guest"].map(|party| file_of(Path::new(&stick), party));
    let kind = ["pair", "--file", &from_guest, "--fingerprint", &print(&guest_is)];
    bag.order(&kind, &["amina", "chen"]).unwrap();
    let known = ["--fingerprint", &print(&host_is), "--passphrase-file", &pass];
    let pair = ["pair", "--file", &from_host, "--folder", &guest];
    good(&[pair.as_slice(), &known].concat());
    good(&["carry", "take", &from_guest, "--folder", &host]);
    good(&["carry", "take", &from_host, "--folder", &guest]);
    for _ in 0..2 {
        a_second_later();
        bag.carry("host", "guest");
        bag.carry("guest", "host");
    }
}

#[test]
fn custodians_found_a_party_order_its_keys_and_give_it_another_node() {
    let bag = Bag::new("ceremony");
    paired(&bag);
    // An officer makes his key like a custodian; two of three enrol him, one does not.
    let public = bag.custodian("noor");
    let roles = ["--person", "host/noor", "--roles", "watch_officer", "--public", &public];
    let kind = [&["enrol"], roles.as_slice()].concat();
    let refused = bag.order(&kind, &["bashir"]).unwrap_err();
    assert!(refused.contains("too-few-custodians"), "{refused}");
    let stranger = bag.order(&kind, &["amina", "bashir"]).unwrap();
    assert_eq!(stranger["order"], "enrol");
    // Whoever is no custodian signs nothing.
    let (key, pass) = (bag.path("noor.key"), bag.path("pass"));
    let order = bag.path("order.cbor");
    let said = bad(&["root", "sign", &order, "--key", &key, "--passphrase-file", &pass]);
    let until = said.split("\"until\": \"").nth(1).expect("he reads the day, not milliseconds");
    assert!(until.starts_with("20") && until.get(10..11) == Some("T"), "{said}");
    assert!(said.contains("none of the custodians"), "{said}");
    let host = bag.shown("host");
    assert_eq!((&host["threshold"], host["custodians"].as_array().unwrap().len()), (&2.into(), 3));
    let noor = |it: &&Value| it["person"] == "host/noor";
    assert_eq!(host["keys"].as_array().unwrap().iter().find(noor).unwrap()["stand"], "lives");

    // The node gets another key, and another certificate once the guest knows of it.
    bag.order(&["replace_node", "--line"], &["amina", "chen"]).unwrap();
    let host = bag.0.join("host");
    assert!(host.join("node.key.before").exists() && host.join("tls.next").exists());
    assert!(!host.join("node.key.new").exists() && !host.join("tls.new").exists());
    bag.whole("host");
    for _ in 0..2 {
        a_second_later();
        bag.carry("host", "guest");
        bag.carry("guest", "host");
    }
    for party in ["host", "guest"] {
        bag.whole(party);
    }
    // What the counterpart exports mends the new node's store.
    let theirs = bag.path("guest.audit");
    good(&["export", "--audit", &theirs, "--folder", &bag.path("guest")]);
    good(&["audit", &theirs]);
    let store = host.join("ledger.db");
    let mut bytes = fs::read(&store).unwrap();
    let at = bytes.windows(15).position(|window| window == b"vnd.safeconduct").unwrap();
    let page = at / 4_096 * 4_096;
    bytes[page..page + 4_096].fill(0);
    fs::write(&store, bytes).unwrap();
    bad(&["fsck", "--folder", &bag.path("host")]);
    good(&["fsck", "--mend", "--from", &theirs, "--folder", &bag.path("host")]);
    bag.whole("host");
}

#[test]
fn the_reserve_takes_over_and_the_custodians_before_it_order_nothing() {
    let bag = Bag::new("reserve");
    paired(&bag);
    let kind = ["recover", "--set", &bag.path("reserve.json")];
    let refused = bag.order(&kind, &["dawood"]).unwrap_err();
    assert!(refused.contains("too-few-custodians"), "{refused}");
    bag.order(&kind, &["dawood", "farid"]).unwrap();
    let host = bag.shown("host");
    assert_eq!((&host["recovered"], &host["version"]), (&true.into(), &2.into()));
    let public = bag.custodian("noor");
    let roles = ["--person", "host/noor", "--roles", "watch_officer", "--public", &public];
    let kind = [&["enrol"], roles.as_slice()].concat();
    bag.order(&kind, &["esra", "farid"]).unwrap();
    a_second_later();
    bag.carry("host", "guest");
    let shown = json(&good(&["root", "show", ".", "--json", "--folder", &bag.path("guest")]));
    let host = shown["parties"].as_array().unwrap().iter().find(|it| it["party"] == "host");
    assert_eq!(host.unwrap()["recovered"], true, "the guest sees it too");
    // A custodian from before is a stranger now.
    let kind = ["name_next", "--next", &"ab".repeat(32)];
    let (file, folder) = (bag.path("late.cbor"), bag.path("host"));
    let order = [&["root", "order"], kind.as_slice(), &["--out", &file, "--folder", &folder]];
    good(&order.concat());
    let (key, pass) = (bag.path("amina.key"), bag.path("pass"));
    let said = bad(&["root", "sign", &file, "--key", &key, "--passphrase-file", &pass]);
    assert!(said.contains("none of the custodians"), "{said}");
}
