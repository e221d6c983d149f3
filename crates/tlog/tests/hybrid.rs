//! Cosignatures by ML-DSA-44 below a head (C2SP, type 0x06).
#![cfg(test)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use note::hybrid::{ML_DSA_SIGNATURE_BYTES, MlDsaKey};
use note::key::{SigningKey, verify};
use tlog::accusation::{Charge, Testimony};
use tlog::head::{HEAD_BYTES_MAX, Head, SIGNATURE_LINES_MAX, StateMark};
use tlog::policy::Policy;
use tlog::signed::{Signed, SignedHead};
use tlog::tree::{Tree, leaf_hash};
use tlog::vkey::Vkey;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;

const HOST: &str = "host.example";
const AT: Moment = Moment::from_ms(1_728_239_400_250);
const SECONDS: u64 = 1_728_239_400;

fn plain() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn late() -> MlDsaKey {
    MlDsaKey::from_seed(&[1; 32])
}

fn head() -> Head {
    let mut tree = Tree::new();
    for entry in ["one", "two", "three"] {
        tree.push(leaf_hash(entry.as_bytes()));
    }
    let state = Some(StateMark { host: 3, guest: 5, hash: Hash([6; 32]) });
    Head { origin: PartyId::new(HOST).unwrap(), size: tree.size(), root: tree.root(), state }
}

fn hybrid() -> SignedHead {
    let mut signed = SignedHead::sign(head(), HOST, &plain());
    signed.cosign(HOST, &plain(), AT);
    assert!(signed.cosign_ml_dsa(HOST, &late(), AT));
    signed
}

#[test]
fn a_head_is_cosigned_by_both_keys_at_one_time() {
    let signed = SignedHead::parse(&hybrid().text()).unwrap();
    let whole_second = Some(Moment::from_ms(1_728_239_400_000));
    assert_eq!(signed.cosigned_at(HOST, &plain().public()), whole_second);
    assert_eq!(signed.cosigned_at(HOST, &late().public()), whole_second);
    assert_eq!(
        signed.checkpoint().cosigned_by(&Vkey::ml_dsa(HOST, &late().public())),
        whole_second
    );
    assert_eq!(signed.cosigned_at("other.example", &late().public()), None);
    let other = MlDsaKey::from_seed(&[2; 32]);
    assert_eq!(signed.cosigned_at(HOST, &other.public()), None);
    assert!(signed.verify(HOST, &late().public()).is_err(), "it signs no heads as a log");
}

// The bytes of C2SP's `cosigned_message`, written out here once more.
#[test]
fn what_is_signed_is_the_subtree_message_of_the_standard() {
    let mut message = b"subtree/v1\n\0".to_vec();
    message.push(12);
    message.extend(HOST.as_bytes());
    message.extend(SECONDS.to_be_bytes());
    message.push(12);
    message.extend(HOST.as_bytes());
    message.extend([0; 8]);
    message.extend([0, 0, 0, 0, 0, 0, 0, 3]);
    message.extend(head().root.0);
    let line = hybrid().lines.pop().unwrap();
    let (time, signature) = line.signature.split_first_chunk::<8>().unwrap();
    assert_eq!(u64::from_be_bytes(*time), SECONDS);
    assert_eq!(signature.len(), ML_DSA_SIGNATURE_BYTES);
    assert_eq!(verify(&late().public(), &message, signature), Ok(()));
}

#[test]
fn a_forged_half_counts_for_nothing_and_the_other_still_holds() {
    let good = hybrid();
    for (line, at) in [(2, 0), (2, 7), (2, 8), (2, 2_427)] {
        let mut forged = good.clone();
        forged.lines[line].signature[at] ^= 1;
        assert_eq!(forged.cosigned_at(HOST, &late().public()), None, "byte {at}");
        assert!(forged.cosigned_at(HOST, &plain().public()).is_some());
    }
    let mut forged = good.clone();
    forged.lines[1].signature[20] ^= 1;
    assert_eq!(forged.cosigned_at(HOST, &plain().public()), None);
    assert!(forged.cosigned_at(HOST, &late().public()).is_some());
    // Another size or root under the same lines.
    for head in [Head { size: 4, ..head() }, Head { root: Hash([9; 32]), ..head() }] {
        let other = Signed { head, lines: good.lines.clone() };
        assert_eq!(other.cosigned_at(HOST, &late().public()), None);
    }
    // C2SP leaves further lines of a checkpoint out of the message: Ed25519 covers them here.
    let bare = Signed { head: Head { state: None, ..head() }, lines: good.lines };
    assert!(bare.cosigned_at(HOST, &late().public()).is_some());
    assert_eq!(bare.cosigned_at(HOST, &plain().public()), None);
}

#[test]
fn only_trees_are_cosigned() {
    let testimony = Testimony {
        charge: Charge::Stale,
        head: Hash([3; 32]),
        have: 3,
        since: Moment::from_ms(0),
        until: Moment::from_ms(1_000),
    };
    let mut signed = Signed::sign(testimony, HOST, &plain());
    assert!(!signed.cosign_ml_dsa(HOST, &late(), AT));
    assert_eq!(signed.lines.len(), 1);
}

#[test]
fn a_witness_of_a_policy_may_cosign_so() {
    let log = Vkey::log(HOST, &plain().public());
    let witness = MlDsaKey::from_seed(&[3; 32]);
    let vkey = Vkey::ml_dsa("parliament.example/w", &witness.public());
    let text = format!("log {log}\nwitness p {vkey}\nquorum p\n");
    let policy = Policy::parse(&text).unwrap();
    let mut head = hybrid().checkpoint();
    assert!(policy.quorum(&head).is_err());
    assert!(head.cosign_ml_dsa("parliament.example/w", &witness, AT));
    assert!(policy.quorum(&head).is_ok());
    assert!(Policy::parse(&format!("log {vkey}\nquorum none\n")).is_err(), "it cosigns only");
}

#[test]
fn a_head_with_all_lines_of_both_kinds_fits() {
    let mut signed = hybrid();
    for seed in 2..=14_u8 {
        let key = MlDsaKey::from_seed(&[seed; 32]);
        assert!(signed.cosign_ml_dsa(&format!("witness-{seed}.example"), &key, AT));
    }
    assert_eq!(signed.lines.len(), SIGNATURE_LINES_MAX);
    let text = signed.text();
    assert!(text.len() < HEAD_BYTES_MAX, "{}", text.len());
    assert_eq!(SignedHead::parse(&text), Ok(signed));
}

#[test]
fn the_published_head_is_what_this_code_writes() {
    let published: serde_json::Value =
        serde_json::from_str(include_str!("../../../docs/formats/cosignature.vectors.json"))
            .unwrap();
    let public = published["host_ml_dsa_public"].as_str().unwrap();
    assert_eq!(public, STANDARD.encode(late().public().public));
    let line = published["host_ml_dsa_line"].as_str().unwrap();
    assert_eq!(line, hybrid().lines.pop().unwrap().to_string());
}
