//! Independent programs: Go's sumdb and OpenSSL, beside ours.
//!
//! `make foreign` installs what they need and insists; without them these tests say loudly that
//! they were left out.
#![cfg(test)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use note::key::SigningKey;
use tlog::checkpoint::Checkpoint;
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tree::{Tree, leaf_hash, verify_consistency, verify_inclusion};
use tlog::vkey::Vkey;
use tlog::walk;
use witness::publish::publish;
use witness::read::{Place, ReadError, head, tiles, whole};
use words::hash::Hash;
use words::moment::Moment;

const ORIGIN: &str = "safeconduct.example/host";

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("sc-foreign-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn named(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn entry(index: u64) -> Vec<u8> {
    format!("statement {index} {}", "x".repeat(usize::try_from(index % 300).unwrap())).into_bytes()
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf_hash(&entry(index))));
    tree
}

fn publish_some(folder: &Path, size: u64) -> (Tree, SignedCheckpoint) {
    let (tree, key) = (tree(size), SigningKey::from_seed(&[1; 32]));
    let more = vec!["state/1 1 2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()];
    let text = Checkpoint { origin: ORIGIN.to_owned(), size, root: tree.root(), more };
    let mut signed = Signed::sign(text, ORIGIN, &key);
    let at = Moment::parse("2026-11-28T02:00:00Z").unwrap();
    signed.cosign(ORIGIN, &key, at);
    signed.cosign("ombudsman.example/w1", &SigningKey::from_seed(&[2; 32]), at);
    let mut entries = |from: u64, count: u64| Ok((from..from + count).map(entry).collect());
    publish(folder, &signed, &tree, &mut entries).unwrap();
    (tree, signed)
}

fn foreign(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../foreign").join(name)
}

// The output of a foreign program; `None` if it is not here and nobody insists.
fn ran(command: &mut Command, needs: &str) -> Option<Output> {
    let insists = env::var_os("SAFECONDUCT_FOREIGN").is_some();
    let probe = Command::new("sh").args(["-c", needs]).output().unwrap();
    if probe.status.success() {
        return Some(command.output().unwrap());
    }
    assert!(!insists, "`{needs}` fails: `make foreign` installs it");
    let told = format!("LEFT OUT: `{needs}` fails, so an independent program was not asked\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    None
}

fn go(args: &[&str]) -> Option<Output> {
    let mut command = Command::new("go");
    command.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode");
    command.arg("run").arg(foreign("sumdb.go")).args(args);
    ran(&mut command, "command -v go && test -d /usr/share/gocode/src/golang.org/x/mod/sumdb")
}

#[test]
fn the_reference_implementation_reads_what_we_publish() {
    let scratch = Scratch::new("ours");
    let folder = scratch.0.join("ledger");
    // In steps, as a ledger grows: what lies there at the end is what many runs left.
    publish_some(&folder, 1);
    publish_some(&folder, 255);
    publish_some(&folder, 300);
    let (tree, _) = publish_some(&folder, 70_000);
    let code = |hash: &Hash| STANDARD.encode(hash.0);
    let mut lines = String::new();
    let size = tree.size();
    let place = Place::Folder(folder.clone());
    let mut tiled = tiles(&place, size);
    for at in (0..size).step_by(997).chain([1, 255, 256, 65_535, 65_536, size - 1]) {
        for (word, first, proof) in [
            ("inclusion", tree.leaf(at).unwrap(), walk::inclusion(&mut tiled, at, size).unwrap()),
            (
                "consistency",
                tree.root_at(at.max(1)).unwrap(),
                walk::consistency(&mut tiled, at.max(1), size).unwrap(),
            ),
        ] {
            let at = if word == "inclusion" { at } else { at.max(1) };
            let hashes: Vec<String> = std::iter::once(&first).chain(&proof).map(code).collect();
            writeln!(lines, "{word} {at} {}", hashes.join(" ")).unwrap();
        }
    }
    let proofs = scratch.named("proofs");
    fs::write(&proofs, lines).unwrap();
    let vkey = Vkey::log(ORIGIN, &SigningKey::from_seed(&[1; 32]).public()).to_string();
    let dir = folder.to_str().unwrap();
    let Some(output) = go(&["verify", dir, &vkey, &proofs]) else { return };
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told, "70000 entries, 77 inclusions, 77 consistencies\n", "{output:?}");
    // One bit of one entry, and it must say no.
    let path = folder.join("tile/entries/x001/000");
    assert!(!path.exists());
    let path = folder.join("tile/entries/100");
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(!go(&["verify", dir, &vkey]).unwrap().status.success());
    let at = head(&place).unwrap();
    assert!(matches!(whole(&place, &at, |_, _| ()), Err(ReadError::Entry(25_855))));
}

#[test]
fn we_read_what_the_reference_implementation_makes() {
    let scratch = Scratch::new("theirs");
    for size in [1_u64, 255, 256, 257, 1_000] {
        let dir = scratch.named(&size.to_string());
        let Some(output) = go(&["make", &dir, &size.to_string()]) else { return };
        assert!(output.status.success(), "{output:?}");
        let vkey: Vkey = String::from_utf8(output.stdout).unwrap().trim_end().parse().unwrap();
        let place = Place::Folder(PathBuf::from(dir));
        let signed = head(&place).unwrap();
        assert_eq!(signed.verify_by(&vkey).unwrap().size, size);
        let mut count = 0;
        let tree = whole(&place, &signed, |index, entry| {
            assert_eq!(entry, format!("record {index}\n").as_bytes());
            count += 1;
        });
        let tree = tree.unwrap();
        assert_eq!(count, size);
        let mut tiled = tiles(&place, size);
        for at in (0..size).step_by(13) {
            let proof = walk::inclusion(&mut tiled, at, size).unwrap();
            let leaf = tree.leaf(at).unwrap();
            assert_eq!(verify_inclusion(leaf, at, size, &proof, signed.head.root), Ok(()));
            let proof = walk::consistency(&mut tiled, at, size).unwrap();
            let old = tree.root_at(at).unwrap();
            assert_eq!(verify_consistency(at, old, size, signed.head.root, &proof), Ok(()));
        }
    }
}

#[test]
fn openssl_checks_a_cosignature_of_ours() {
    let scratch = Scratch::new("cosigned");
    publish_some(&scratch.0.join("ledger"), 3);
    let checkpoint = scratch.named("ledger/checkpoint");
    for (name, seed, good) in
        [(ORIGIN, 1, true), ("ombudsman.example/w1", 2, true), ("ombudsman.example/w1", 3, false)]
    {
        let vkey = Vkey::witness(name, &SigningKey::from_seed(&[seed; 32]).public()).to_string();
        let mut command = Command::new("python3");
        command.arg(foreign("cosigned.py")).args([&checkpoint, &vkey]);
        let Some(output) = ran(&mut command, "python3 -c 'import cryptography'") else { return };
        let at = Moment::parse("2026-11-28T02:00:00Z").unwrap().unix_ms / 1_000;
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!((output.status.success(), told.trim() == at.to_string()), (good, good));
    }
}
