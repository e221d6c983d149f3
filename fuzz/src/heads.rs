//! Signed heads, verifier keys, policies, requests to witnesses.

use std::str;

use note::key::SigningKey;
use tlog::policy::Policy;
use tlog::signed::{SignedCheckpoint, SignedHead};
use tlog::vkey::Vkey;
use tlog::witness::{AddCheckpoint, Cosigned, judge, log_of};
use words::hash::Hash;
use words::moment::Moment;

/// A head has one form, a stranger reads it as well, and its node's cosignature is found.
pub(crate) fn head(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let stranger = SignedCheckpoint::parse(text);
    if let Ok(stranger) = &stranger {
        assert_eq!(stranger.text(), text, "a checkpoint has one form");
    }
    let Ok(mut head) = SignedHead::parse(text) else { return stranger.is_ok() };
    assert_eq!(head.text(), text, "a head has one form");
    assert_eq!(stranger.as_ref(), Ok(&head.checkpoint()), "a stranger reads the same");
    let (key, at) = (SigningKey::from_seed(&[3; 32]), Moment::from_ms(7_000));
    let name = head.head.origin.as_str().to_owned();
    assert_eq!(head.cosigned_at(&name, &key.public()), None, "nobody has this key yet");
    head.cosign(&name, &key, at);
    assert_eq!(head.cosigned_at(&name, &key.public()), Some(at), "our cosignature holds");
    true
}

/// A key has one form.
pub(crate) fn vkey(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(vkey) = text.parse::<Vkey>() else { return false };
    assert_eq!(vkey.to_string(), text, "a key has one form");
    true
}

/// A policy says the same without its comments and with other spaces, and trusts no checkpoint
/// that nobody signed.
pub(crate) fn policy(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(policy) = Policy::parse(text) else { return false };
    let lines = text.lines().filter(|line| !line.trim_start_matches([' ', '\t']).starts_with('#'));
    let bare: Vec<String> = lines
        .map(|line| line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>())
        .map(|words| words.join("\t"))
        .collect();
    assert_eq!(Policy::parse(&bare.join("\n")).as_ref(), Ok(&policy), "comments say nothing");
    for log in policy.logs() {
        let origin = &log.vkey.name;
        let nobody = format!("{origin}\n1\n{}=\n\n— a AAAAAAA=\n", "A".repeat(43));
        if let Ok(checkpoint) = SignedCheckpoint::parse(&nobody) {
            assert!(policy.trust(&checkpoint).is_err(), "nobody has signed that");
        }
    }
    true
}

/// Groups and quorums, which the vectors have few of.
pub(crate) fn policies() -> Vec<Vec<u8>> {
    let witness =
        |seed: u8| Vkey::witness("w.example", &SigningKey::from_seed(&[seed; 32]).public());
    let log = Vkey::log("log.example", &SigningKey::from_seed(&[9; 32]).public());
    let (one, two) = (witness(4), witness(5));
    let text = format!(
        "# ours\nlog {log} https://log.example\nwitness one {one}\nwitness two {two}\n\
         group both all one two\ngroup some any both\nquorum some\n"
    );
    vec![text.into_bytes(), format!("log {log}\nquorum none\n").into_bytes()]
}

/// A request has one form, and a witness that saw nothing declines what no log has signed.
pub(crate) fn request(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(asked) = AddCheckpoint::parse(text) else { return false };
    assert_eq!(asked.to_string(), text, "a request has one form");
    let key = SigningKey::from_seed(&[3; 32]).public();
    let logs = [Vkey::log(&asked.checkpoint.head.origin, &key)];
    assert!(log_of(&logs, &asked.checkpoint).is_err(), "no log has signed this with that key");
    let last = Cosigned { size: asked.old, root: Hash([0; 32]) };
    if let Ok(next) = judge(last, &asked) {
        assert!(next.size >= last.size, "a log only grows");
        assert_eq!(next.root, asked.checkpoint.head.root);
    }
    true
}
