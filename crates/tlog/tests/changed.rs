//! Every word of heads, proofs and accusations, changed one at a time.
#![cfg(test)]

use note::key::SigningKey;
use spoilt::table::{hold, name};
use spoilt::text::changes;
use tlog::accusation::Accusation;
use tlog::checkpoint::Checkpoint;
use tlog::head::{Head, StateMark};
use tlog::offline::OfflineProof;
use tlog::policy::Policy;
use tlog::signed::{Signed, SignedCheckpoint, SignedHead};
use tlog::tree::{Tree, leaf_hash};
use tlog::vkey::{Vkey, VkeyError};
use tlog::witness::{AddCheckpoint, Cosigned, judge, log_of};
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;

const LOG: &str = "log.example/a";

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn log() -> Vkey {
    Vkey::log(LOG, &key(1).public())
}

fn witness() -> Vkey {
    Vkey::witness("w.example", &key(2).public())
}

fn entry(story: &str, index: u64) -> Vec<u8> {
    format!("{story} {index}").into_bytes()
}

fn tree(parts: u64, size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| {
        let story = if index < parts { "a" } else { "b" };
        tree.push(leaf_hash(&entry(story, index)));
    });
    tree
}

fn at(seconds: i64) -> Moment {
    Moment::from_ms(1_700_000_000_000 + seconds * 1_000)
}

fn head(tree: &Tree, size: u64, seconds: i64) -> SignedCheckpoint {
    let root = tree.root_at(size).unwrap();
    let text = Checkpoint { origin: LOG.to_owned(), size, root, more: Vec::new() };
    let mut head = Signed::sign(text, LOG, &key(1));
    head.cosign(LOG, &key(1), at(seconds));
    head
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| name(&error))
}

#[test]
fn no_word_of_a_head_can_be_changed() {
    let state = StateMark { host: 9, guest: 4, hash: Hash([3; 32]) };
    let party = PartyId::new("host").unwrap();
    let whole = Head { origin: party, size: 9, root: tree(9, 9).root(), state: Some(state) };
    let mut signed = SignedHead::sign(whole.clone(), "host", &key(1));
    signed.cosign("host", &key(1), at(0));
    signed.cosign("w.example", &key(2), at(1));
    // A line of nobody's, or one more of the same, says nothing and takes nothing away.
    let doubled = ["line 6 doubled", "line 7 doubled", "line 8 doubled"];
    hold("head", changes(&signed.to_string()), &doubled, |bytes| {
        let head = SignedHead::parse(utf8(bytes)?).map_err(|error| name(&error))?;
        let read = head.verify("host", &key(1).public()).map_err(|error| name(&error))?;
        assert_eq!(*read, whole, "what verifies is what was signed");
        let times = [("host", 1, 0), ("w.example", 2, 1)];
        let timed = |(name, seed, second): (&str, u8, i64)| {
            head.cosigned_at(name, &key(seed).public()) == Some(at(second))
        };
        times.into_iter().all(timed).then_some(()).ok_or_else(|| "Cosignature".to_owned())
    });
}

#[test]
fn no_word_of_a_request_to_a_witness_can_be_changed() {
    let tree = tree(20, 20);
    let proof = tree.consistency(7, 20).unwrap();
    let asked = AddCheckpoint { old: 7, proof, checkpoint: head(&tree, 20, 0) };
    let known = Cosigned { size: 7, root: tree.root_at(7).unwrap() };
    let logs = [log()];
    // The time of the log's own cosignature is asked for by whoever accuses it, and by no witness.
    let text = asked.to_string();
    let timed = text.lines().count();
    let timed = format!("line {timed}");
    let plain = format!("line {} doubled", text.lines().count() - 1);
    hold("add-checkpoint", changes(&text), &[&timed, &plain], |bytes| {
        let asked = AddCheckpoint::parse(utf8(bytes)?).map_err(|error| name(&error))?;
        log_of(&logs, &asked.checkpoint).map_err(|error| name(&error))?;
        judge(known, &asked).map(|_| ()).map_err(|error| name(&error))
    });
}

#[test]
fn no_word_of_an_offline_proof_can_be_changed() {
    let tree = tree(20, 20);
    let mut checkpoint = head(&tree, 20, 0);
    checkpoint.lines.truncate(1);
    checkpoint.cosign("w.example", &key(2), at(1));
    let proof = tree.inclusion(11, 20).unwrap();
    let whole = OfflineProof { extra: Some(entry("a", 11)), index: 11, proof, checkpoint };
    let policy = format!("log {}\nwitness w {}\nquorum w\n", log(), witness());
    let policy = Policy::parse(&policy).unwrap();
    let text = whole.to_string();
    let lines = text.lines().count();
    let doubled = [lines - 1, lines].map(|line| format!("line {line} doubled"));
    let doubled = doubled.each_ref().map(String::as_str);
    hold("offline-proof", changes(&text), &doubled, |bytes| {
        let proof = OfflineProof::parse(utf8(bytes)?).map_err(|error| name(&error))?;
        let entry = proof.extra.clone().ok_or_else(|| "no entry".to_owned())?;
        proof.verify(&entry, &policy).map(|_| ()).map_err(|error| name(&error))
    });
}

#[test]
fn no_word_of_an_accusation_can_be_changed() {
    let (one, other) = (tree(9, 20), tree(9, 30));
    let fork = tree(7, 30);
    let rollback = Accusation::of_heads(&log(), &head(&one, 12, 0), &head(&one, 20, 0), &one);
    assert!(rollback.is_none(), "an honest log is not accused");
    let back = Accusation::of_heads(&log(), &head(&other, 30, 0), &head(&other, 20, 9), &other);
    let split = Accusation::of_heads(&log(), &head(&one, 12, 0), &head(&fork, 30, 0), &fork);
    for (format, accusation) in [("accusation-rollback", back), ("accusation-split", split)] {
        let whole = accusation.expect("two heads that contradict each other");
        whole.verify().unwrap();
        let text = whole.to_string();
        // What no charge rests on may be said twice: a signature line, or a time of a split.
        let lines: Vec<String> = (1..=text.lines().count())
            .filter(|line| text.lines().nth(line - 1).is_some_and(|text| text.starts_with('—')))
            .flat_map(|line| {
                let split = format == "accusation-split";
                let all = if split { format!("line {line}") } else { String::new() };
                [format!("line {line} doubled"), all]
            })
            .filter(|path| !path.is_empty())
            .collect();
        let spared: Vec<&str> = lines.iter().map(String::as_str).collect();
        hold(format, changes(&text), &spared, |bytes| {
            let read = Accusation::parse(utf8(bytes)?).map_err(|error| name(&error))?;
            read.verify().map_err(|error| name(&error))
        });
    }
}

#[test]
fn no_letter_of_a_verifier_key_can_be_changed() {
    for (format, vkey) in [("vkey-log", log()), ("vkey-witness", witness())] {
        let text = vkey.to_string();
        let every = text.char_indices().map(|(at, letter)| {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if letter == 'a' { b'b' } else { b'a' };
            spoilt::Change { path: format!("letter {}", at + 1), bytes }
        });
        // One of another name and its own hash would be another key, and not a changed one.
        hold(format, every.collect(), &[], |bytes| {
            let read: Result<Vkey, VkeyError> = utf8(bytes)?.parse();
            let told = read.map(|_| ()).map_err(|error| name(&error));
            told.map_err(|told| told.split(' ').next().unwrap_or_default().to_owned())
        });
    }
}
