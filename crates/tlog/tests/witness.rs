//! The witness's judgement: answers, and every small history.
#![cfg(test)]

use note::key::SigningKey;
use tlog::checkpoint::Checkpoint;
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tree::{ProofError, Tree, leaf_hash, verify_consistency};
use tlog::vkey::{SignatureKind, Vkey, VkeyError};
use tlog::witness::{AddCheckpoint, Cosigned, Declined, judge, log_of};
use words::hash::Hash;

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn tree(story: &str, size: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.push(leaf_hash(format!("{story} {index}").as_bytes()));
    }
    tree
}

fn signed(origin: &str, size: u64, root: Hash) -> SignedCheckpoint {
    let more = vec!["a line that is the log's own".to_owned()];
    let checkpoint = Checkpoint { origin: origin.to_owned(), size, root, more };
    Signed::sign(checkpoint, origin, &key())
}

fn asked(tree: &Tree, old: u64, size: u64) -> AddCheckpoint {
    AddCheckpoint {
        old,
        proof: tree.consistency(old, size).unwrap_or_default(),
        checkpoint: signed("log.example/a", size, tree.root_at(size).unwrap()),
    }
}

#[test]
fn a_request_reads_as_it_was_written() {
    let tree = tree("a", 20);
    for (old, size) in [(0, 0), (0, 20), (7, 20), (20, 20)] {
        let request = asked(&tree, old, size);
        assert_eq!(AddCheckpoint::parse(&request.to_string()), Ok(request));
    }
}

#[test]
fn a_request_that_is_none_is_malformed() {
    let good = asked(&tree("a", 20), 7, 20).to_string();
    let many = format!("old 0\n{}\n{good}", "AAAA\n".repeat(64));
    for bad in [
        String::new(),
        good.replace("old 7", "old 07"),
        good.replace("old 7", "old +7"),
        good.replace("old 7", "new 7"),
        good.replace("old 7\n", ""),
        good.replacen("\n\n", "\n", 1),
        good.trim_end().to_owned(),
        format!("{good}x"),
        many,
        "x".repeat(100_000),
    ] {
        assert!(AddCheckpoint::parse(&bad).is_err(), "{bad:.200}");
    }
}

#[test]
fn a_witness_cosigns_what_continues_and_nothing_else() {
    let (honest, other) = (tree("a", 20), tree("b", 20));
    let known = |size| Cosigned { size, root: honest.root_at(size).unwrap() };
    let first = Cosigned::default();
    let ok = |size| Ok(known(size));
    let size = |known| Err(Declined::OtherSize { known });
    let no = Err(Declined::NoProof(ProofError::Root));
    assert_eq!(judge(first, &asked(&honest, 0, 7)), ok(7));
    assert_eq!(judge(known(7), &asked(&honest, 7, 20)), ok(20));
    assert_eq!(judge(known(7), &asked(&honest, 7, 7)), ok(7), "a heartbeat");
    assert_eq!(judge(first, &asked(&honest, 0, 0)), Ok(first));
    assert_eq!(judge(known(7), &asked(&honest, 0, 20)), size(7));
    assert_eq!(judge(known(7), &asked(&honest, 6, 6)), size(7), "a rollback");
    assert_eq!(judge(known(7), &asked(&other, 7, 20)), no, "another past");
    let same = Err(Declined::OtherRoot { known: 7 });
    assert_eq!(judge(known(7), &asked(&other, 7, 7)), same, "two roots at one size");
    let mut request = asked(&honest, 7, 20);
    request.old = 21;
    assert_eq!(judge(known(7), &request), Err(Declined::OldAboveNew));
    let mut request = asked(&honest, 0, 20);
    request.proof = honest.consistency(7, 20).unwrap();
    let long = Err(Declined::NoProof(ProofError::Length));
    assert_eq!(judge(first, &request), long, "the proof from nothing is empty");
}

#[test]
fn a_log_is_known_by_its_origin_and_its_key() {
    let log = Vkey::log("log.example/a", &key().public());
    let other = Vkey::log("log.example/a", &SigningKey::from_seed(&[2; 32]).public());
    let checkpoint = signed("log.example/a", 1, leaf_hash(b"x"));
    assert_eq!(log_of(&[other.clone(), log.clone()], &checkpoint), Ok(&log));
    assert_eq!(log_of(&[other], &checkpoint), Err(Declined::NotSigned));
    let stranger = signed("log.example/b", 1, leaf_hash(b"x"));
    assert_eq!(log_of(&[log], &stranger), Err(Declined::UnknownLog));
}

#[test]
fn a_verifier_key_reads_as_it_was_written() {
    let log = Vkey::log("host", &key().public());
    let witness = Vkey::witness("ombudsman.example/w1", &key().public());
    for vkey in [&log, &witness] {
        assert_eq!(vkey.to_string().parse(), Ok(vkey.clone()));
    }
    assert_eq!((log.kind, witness.kind), (SignatureKind::Plain, SignatureKind::Cosignature));
    let renamed = log.to_string().replacen("host", "guest", 1);
    assert_eq!(renamed.parse::<Vkey>(), Err(VkeyError::OtherHash("guest".to_owned())));
    for bad in ["", "host", "host+12345678", "host+12345678+AQ==", "ho st+12345678+AQ=="] {
        assert!(matches!(bad.parse::<Vkey>(), Err(VkeyError::Malformed(_))), "{bad}");
    }
    let short = "x+12345678+BgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(matches!(short.parse::<Vkey>(), Err(VkeyError::Malformed(_))), "no ML-DSA-44 key");
    let other = "x+12345678+BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(other.parse::<Vkey>(), Err(VkeyError::OtherKind("x".to_owned())));
}

// Two histories that part after entry 1; the log signs heads of both, and whoever asks may ask
// with any old size and the proof of either. Everything that can be asked, in every order.
#[test]
fn no_history_of_requests_makes_a_witness_contradict_itself() {
    const SIZES: u64 = 4;
    const DEEP: usize = 5;
    let honest = tree("a", SIZES);
    let mut forked = tree("a", 1);
    (1..SIZES).for_each(|index| forked.push(leaf_hash(format!("b {index}").as_bytes())));
    let requests: Vec<AddCheckpoint> = [&honest, &forked]
        .iter()
        .flat_map(|tree| {
            (0..=SIZES).flat_map(move |size| (0..=size).map(move |old| asked(tree, old, size)))
        })
        .collect();
    let (mut stack, mut seen) = (vec![(Cosigned::default(), Vec::new())], 0_u32);
    while let Some((last, cosigned)) = stack.pop() {
        consistent(&cosigned, [&honest, &forked]);
        seen += 1;
        if cosigned.len() == DEEP {
            continue;
        }
        for request in &requests {
            if let Ok(next) = judge(last, request) {
                assert!(next.size >= last.size, "a witness never goes back");
                let mut more: Vec<Cosigned> = cosigned.clone();
                more.push(next);
                stack.push((next, more));
            }
        }
    }
    assert!(seen > 1_000, "{seen} histories");
}

// All that was cosigned are beginnings of one another, shown by proofs of one of the histories.
fn consistent(cosigned: &[Cosigned], trees: [&Tree; 2]) {
    for pair in cosigned.windows(2) {
        let [old, new] = pair else { continue };
        let continues = trees.iter().any(|tree| {
            let proof = tree.consistency(old.size, new.size).unwrap_or_default();
            verify_consistency(old.size, old.root, new.size, new.root, &proof).is_ok()
        });
        assert!(continues, "{cosigned:?}");
    }
}
