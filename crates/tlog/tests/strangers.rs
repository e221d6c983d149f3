//! What a stranger checks: policies, offline proofs, accusations.
#![cfg(test)]

use note::digest::sha256;
use note::key::SigningKey;
use tlog::accusation::{Accusation, AccusationError, Against, Charge, Testimony};
use tlog::bundle::bundle;
use tlog::checkpoint::Checkpoint;
use tlog::offline::{OfflineError, OfflineProof};
use tlog::policy::{Policy, Untrusted};
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tree::{ProofError, Tree, leaf_hash};
use tlog::vkey::Vkey;
use tlog::witness::AddCheckpoint;
use words::moment::Moment;

const LOG: &str = "log.example/a";

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn log() -> Vkey {
    Vkey::log(LOG, &key(1).public())
}

fn entry(story: &str, index: u64) -> Vec<u8> {
    format!("{story} {index}").into_bytes()
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf_hash(&entry("a", index))));
    tree
}

fn forked(at: u64, size: u64) -> Tree {
    let mut fork = tree(at);
    (at..size).for_each(|index| fork.push(leaf_hash(&entry("b", index))));
    fork
}

fn second(seconds: i64) -> Moment {
    Moment::from_ms(1_700_000_000_000 + seconds * 1_000)
}

fn head(tree: &Tree, size: u64, at: i64) -> SignedCheckpoint {
    let root = tree.root_at(size).unwrap();
    let text = Checkpoint { origin: LOG.to_owned(), size, root, more: Vec::new() };
    let mut head = Signed::sign(text, LOG, &key(1));
    head.cosign(LOG, &key(1), second(at));
    head
}

fn witness(number: u8) -> Vkey {
    Vkey::witness(&format!("w{number}.example"), &key(number).public())
}

fn policy(rule: &str) -> String {
    let lines = (2..=5).map(|number| format!("witness w{number} {}\n", witness(number)));
    let witnesses = lines.collect::<Vec<_>>().concat();
    format!("# who is trusted\nlog {}\n{witnesses}{rule}\n", log())
}

#[test]
fn a_policy_counts_witnesses_by_group() {
    let rule = "group near 2 w2 w3 w4\ngroup all all near w5\nquorum all";
    let policy = Policy::parse(&policy(rule)).unwrap();
    let reached = |who: &[u8]| {
        let mut head = head(&tree(9), 9, 0);
        for it in who {
            head.cosign(&format!("w{it}.example"), &key(*it), second(1));
        }
        policy.trust(&head).is_ok()
    };
    for (who, enough) in [
        (&[][..], false),
        (&[2, 3], false),
        (&[2, 5], false),
        (&[2, 3, 5], true),
        (&[3, 4, 5], true),
        (&[2, 3, 4, 5], true),
        (&[2, 3, 4], false),
    ] {
        assert_eq!(reached(who), enough, "{who:?}");
    }
    let mut other = head(&tree(9), 9, 0);
    for number in [2, 3, 5] {
        // The right names over the wrong keys.
        other.cosign(&format!("w{number}.example"), &key(9), second(1));
    }
    let no = Untrusted::NoQuorum { quorum: "all".to_owned(), cosigned: Vec::new() };
    assert_eq!(policy.trust(&other), Err(no));
}

#[test]
fn a_policy_says_when_each_cosigned() {
    let policy = Policy::parse(&policy("quorum w2")).unwrap();
    let mut head = head(&tree(9), 9, 0);
    head.cosign("w2.example", &key(2), second(7));
    head.cosign("w4.example", &key(4), second(8));
    let trusted = policy.trust(&head).unwrap();
    assert_eq!(trusted.log, log());
    let told = [("w2".to_owned(), second(7)), ("w4".to_owned(), second(8))];
    assert_eq!(trusted.cosigned, told);
    let stranger = Signed::sign(head.head.clone(), LOG, &key(9));
    assert_eq!(policy.trust(&stranger), Err(Untrusted::NoLog(LOG.to_owned())));
}

#[test]
fn a_policy_without_witnesses_says_so() {
    let open = Policy::parse(&format!("log {}\n\tquorum  none \n", log())).unwrap();
    assert!(open.trust(&head(&tree(9), 9, 0)).is_ok());
}

#[test]
fn a_policy_that_cannot_be_is_refused_with_its_line() {
    let (w2, same) = (witness(2), Vkey::witness("other", &key(2).public()));
    for (rule, line, what) in [
        ("", 8, "a quorum is missing"),
        ("quorum w9", 7, "not named above"),
        ("quorum w2\nquorum w3", 8, "there is a quorum already"),
        ("group g 3 w2 w3\nquorum g", 7, "3 of 2 members"),
        ("group g 0 w2\nquorum g", 7, "0 of 1 members"),
        ("group g any\nquorum g", 7, "1 of 0 members"),
        ("group g any none\nquorum g", 7, "not named above"),
        ("group g any w2\ngroup h any w2\nquorum g", 8, "in a group already"),
        ("group w2 any w3\nquorum w2", 7, "means something already"),
        ("group none any w3\nquorum none", 7, "means something already"),
        ("policy\nquorum w2", 7, "not a line of a policy"),
        (&format!("witness x {same}\nquorum w2"), 7, "there already"),
        (&format!("log {w2}\nquorum w2"), 7, "cosigns and does not sign"),
        (&format!("witness x {}\nquorum w2", log()), 7, "does not cosign"),
        (&format!("log {}\nquorum w2", log()), 7, "there already"),
        ("quorum \u{b}w2", 7, "control characters"),
    ] {
        let error = Policy::parse(&policy(rule)).unwrap_err();
        assert_eq!(error.line, line, "{rule}: {error}");
        assert!(error.what.contains(what), "{rule}: {error}");
    }
}

fn proved(index: u64, size: u64) -> OfflineProof {
    let tree = tree(size);
    let mut checkpoint = head(&tree, size, 0);
    checkpoint.cosign("w2.example", &key(2), second(7));
    let proof = tree.inclusion(index, size).unwrap();
    OfflineProof { extra: Some(entry("a", index)), index, proof, checkpoint }
}

#[test]
fn an_offline_proof_stands_alone() {
    let policy = Policy::parse(&policy("quorum w2")).unwrap();
    for (index, size) in [(0, 1), (0, 2), (6, 7), (3, 300)] {
        let proof = OfflineProof::parse(&proved(index, size).to_string()).unwrap();
        assert_eq!(proof, proved(index, size));
        assert!(proof.verify(&entry("a", index), &policy).is_ok());
        let other = proof.verify(&entry("b", index), &policy);
        assert_eq!(other, Err(OfflineError::Inclusion(ProofError::Root)));
    }
    let far = Policy::parse(&self::policy("quorum w3")).unwrap();
    let told = proved(3, 9).verify(&entry("a", 3), &far);
    assert!(matches!(told, Err(OfflineError::Untrusted(_))), "{told:?}");
}

#[test]
fn an_offline_proof_has_one_form() {
    let good = proved(3, 9).to_string();
    for bad in [
        good.replace("index 3", "index 03"),
        good.replace("index 3", "index -3"),
        good.replace("proof@v1", "proof@v2"),
        good.replacen("\n\n", "\n", 1),
        good.replacen("extra ", "extra  ", 1),
        format!("{good}\n"),
        good.replacen("index", "extra AAAA\nindex", 1),
    ] {
        assert!(OfflineProof::parse(&bad).is_err(), "{bad}");
    }
    let bare = OfflineProof { extra: None, ..proved(3, 9) };
    assert_eq!(OfflineProof::parse(&bare.to_string()), Ok(bare));
}

fn testimony(charge: Charge, have: u64) -> Accusation {
    let head = head(&tree(9), 9, 0);
    let said = Testimony {
        charge,
        head: sha256(head.head.to_string().as_bytes()),
        have,
        since: second(0),
        until: second(90),
    };
    let vkey = Vkey::log("ombudsman", &key(4).public());
    let testimony = Signed::sign(said, "ombudsman", &key(4));
    Accusation { charge, log: log(), head, against: Against::Word { witness: vkey, testimony } }
}

fn charges() -> Vec<(Charge, Accusation)> {
    let (honest, fork) = (tree(20), forked(5, 20));
    let of = |one: &SignedCheckpoint, other: &SignedCheckpoint, tree: &Tree| {
        Accusation::of_heads(&log(), one, other, tree).unwrap()
    };
    let (small, large) = (head(&fork, 9, 1), head(&honest, 20, 2));
    vec![
        (Charge::Equivocation, of(&head(&honest, 9, 1), &head(&fork, 9, 1), &Tree::new())),
        (Charge::SplitView, of(&large, &small, &honest)),
        (Charge::Rollback, of(&head(&honest, 9, 3), &large, &honest)),
        (Charge::Withheld, testimony(Charge::Withheld, 7)),
        (Charge::Stale, testimony(Charge::Stale, 9)),
    ]
}

#[test]
fn an_accusation_convinces_whoever_has_nothing_else() {
    for (charge, made) in charges() {
        assert_eq!(made.charge, charge);
        let read = Accusation::parse(&made.to_string()).unwrap();
        assert_eq!((&read, read.verify()), (&made, Ok(())), "{}", charge.as_str());
    }
}

#[test]
fn an_honest_log_cannot_be_accused() {
    let honest = tree(20);
    for (one, other) in [((9, 1), (20, 2)), ((9, 1), (9, 2)), ((0, 1), (9, 2)), ((9, 2), (9, 1))] {
        let (one, other) = (head(&honest, one.0, one.1), head(&honest, other.0, other.1));
        assert_eq!(Accusation::of_heads(&log(), &one, &other, &honest), None);
        assert_eq!(Accusation::of_heads(&log(), &one, &other, &forked(5, 20)), None);
    }
    let mine = Vkey::log(LOG, &key(9).public());
    let (one, other) = (head(&honest, 9, 1), head(&forked(5, 9), 9, 1));
    assert_eq!(Accusation::of_heads(&mine, &one, &other, &honest), None, "another's key");
    assert_eq!(testimony(Charge::Withheld, 9).verify(), Err(AccusationError::Innocent));
    let mut word = testimony(Charge::Withheld, 7);
    word.head = head(&forked(5, 9), 9, 0);
    assert_eq!(word.verify(), Err(AccusationError::NotTheWitness), "it spoke of another head");
    let mut word = testimony(Charge::Withheld, 7);
    word.charge = Charge::Stale;
    assert_eq!(word.verify(), Err(AccusationError::NotTheWitness), "it said something else");
}

#[test]
fn no_altered_accusation_holds() {
    for (charge, made) in charges() {
        let text = made.to_string();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(altered) = String::from_utf8(bytes) else { continue };
            let holds = Accusation::parse(&altered).is_ok_and(|it| it.verify().is_ok());
            // A line of a cosignature that does not verify counts for nothing, and is not needed
            // where no time is.
            let time_only = charge != Charge::Rollback && line_of(&text, at).starts_with("— ");
            assert!(!holds || time_only, "{}: byte {at}:\n{altered}", charge.as_str());
        }
    }
}

fn line_of(text: &str, at: usize) -> String {
    let mut end = 0;
    let mut lines = text.split('\n');
    let line = lines.find(|line| {
        end += line.len() + 1;
        at < end
    });
    line.unwrap_or_default().to_owned()
}

#[test]
fn foreign_texts_are_no_accusations() {
    let good = charges().remove(1).1.to_string();
    for bad in [
        String::new(),
        good.replace("accusation@v1", "accusation@v2"),
        good.replace("charge split-view", "charge fork"),
        good.replace("charge split-view", "charge equivocation"),
        good.replacen("root ", "ROOT ", 1),
        format!("{good}\n"),
        format!("{good}\n\n"),
    ] {
        let holds = Accusation::parse(&bad).is_ok_and(|it| it.verify().is_ok());
        assert!(!holds, "{bad}");
    }
}

// What the vectors file must say; a change of these bytes is a new format, not an edit.
fn vectors() -> String {
    let tree = tree(3);
    let hex = |bytes: &[u8]| words::hash::hex(bytes);
    let entries: Vec<Vec<u8>> = (0..3).map(|index| entry("a", index)).collect();
    let tile: Vec<u8> = (0..3).flat_map(|index| tree.leaf(index).unwrap().0).collect();
    let request = AddCheckpoint {
        old: 2,
        proof: tree.consistency(2, 3).unwrap(),
        checkpoint: head(&tree, 3, 0),
    };
    let line = head(&tree, 3, 0).cosignature("w2.example", &key(2), second(7));
    let mut lines = vec![
        ("log seed".to_owned(), hex(&[1; 32])),
        ("log vkey".to_owned(), log().to_string()),
        ("witness seed".to_owned(), hex(&[2; 32])),
        ("witness vkey".to_owned(), witness(2).to_string()),
        ("tile/entries/000.p/3".to_owned(), hex(&bundle(&entries))),
        ("tile/0/000.p/3".to_owned(), hex(&tile)),
        ("checkpoint".to_owned(), head(&tree, 3, 0).to_string()),
        ("add-checkpoint request".to_owned(), request.to_string()),
        ("add-checkpoint answer".to_owned(), format!("{line}\n")),
        ("policy".to_owned(), policy("group two 2 w2 w3 w4\nquorum two")),
        ("tlog-proof".to_owned(), proved(1, 3).to_string()),
    ];
    for (charge, made) in charges() {
        lines.push((format!("accusation {}", charge.as_str()), made.to_string()));
    }
    let quoted = |text: &str| format!("\"{}\"", text.replace('\n', "\\n"));
    let lines: Vec<String> =
        lines.iter().map(|(name, text)| format!("  {}: {}", quoted(name), quoted(text))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

#[test]
fn the_texts_are_those_of_the_test_vectors() {
    let kept = include_str!("../../../docs/formats/public.vectors.json");
    assert_eq!(vectors(), kept, "{}", vectors());
}
