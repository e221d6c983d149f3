//! A checkpoint without a network: a pass, a list, a clock.
#![cfg(test)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use note::key::SigningKey;
use pass::basis::Basis;
use pass::claims::{Claims, Digest, Ed25519};
use pass::code::{countersign, issue};
use pass::kit::{Kit, Signer};
use pass::paper::text;
use pass::status::Status;
use words::act::Names;
use words::clause::WhenStale;
use words::hash::Hash;
use words::id::{ConsentId, MovementId, PartyId, PassId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn basis() -> Basis {
    Basis {
        salt: Hash([5; 32]),
        movement: MovementId::new("m-1").unwrap(),
        holder: UnitId::new("v-01").unwrap(),
        consent: ConsentId::new("c-1").unwrap(),
        articles: vec!["6".into()],
    }
}

fn claims() -> Claims {
    Claims {
        pass: PassId::new("p-1").unwrap(),
        index: 5,
        appearance: "white van".into(),
        photo: Some(Digest::of(b"a photograph")),
        vehicle: "EX-1001".into(),
        headcount: 3,
        task: Task::CloseProtection,
        arms: ArmsClass::Unarmed,
        serials: Vec::new(),
        zone: ZoneId::new("karachi-port-road").unwrap(),
        window: Window::new(at("2024-10-08T12:00:00Z"), at("2024-10-08T22:00:00Z")).unwrap(),
        basis: basis().digest(),
        phone: None,
    }
}

fn list(as_of: &str, dead: &[u32]) -> Vec<u8> {
    let head = (9, Hash([9; 32]));
    let mut status = Status::new("safeconduct:host/passes", at(as_of), 300, head);
    for index in dead {
        status.kill(*index);
    }
    status.sign(&key(1))
}

fn kit(when_stale: WhenStale, dead: &[u32]) -> Vec<u8> {
    let signer = |party: &str, seed: u8| Signer {
        party: PartyId::new(party).unwrap(),
        names: Names { en: party.into(), zh: party.into(), ur: party.into() },
        keys: vec![Ed25519(key(seed).public().public.try_into().unwrap())],
    };
    let kit = Kit {
        host: signer("host", 1),
        guest: signer("guest", 2),
        made: at("2024-10-08T12:00:00Z"),
        stale_after_ms: 3 * 3_600_000,
        when_stale,
        zones: Vec::new(),
        list: list("2024-10-08T12:00:00Z", dead),
        expected: None,
        exercise: None,
    };
    kit.sign(&key(1))
}

// A file of this test's own, gone when the answer is there.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let name = format!("safeconduct-{}-{name}", std::process::id());
    let path = std::env::temp_dir().join(name.replace(' ', "-"));
    fs::write(&path, bytes).unwrap();
    path
}

#[track_caller]
fn check(code: &[u8], kit: &[u8], args: &[&str], exit: i32, word: &str) {
    let path = file(&format!("kit-{word}"), kit);
    let output = Command::new(env!("CARGO_BIN_EXE_safeconduct"))
        .args(["pass", "verify", &text(code), "--kit", path.to_str().unwrap()])
        .args(args)
        .output()
        .unwrap();
    fs::remove_file(&path).unwrap();
    let all = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{all}");
    assert!(all.contains(word), "{all}");
}

#[test]
fn a_guard_with_a_kit_and_a_clock_can_decide() {
    let issued = issue(&claims(), &key(2)).unwrap();
    let code = countersign(&issued, &key(1)).unwrap();
    let (noon, night) = (["--at", "2024-10-08T14:00:00Z"], ["--at", "2024-10-08T23:00:00Z"]);
    let good = kit(WhenStale::Caution, &[]);
    check(&code, &good, &noon, 0, "good at 2024-10-08T14:00:00Z");
    check(&code, &good, &noon, 0, "say which zone this is");
    check(&code, &kit(WhenStale::Caution, &[5]), &noon, 1, "revoked");
    check(&code, &good, &night, 1, "expired");
    let elsewhere = ["--at", "2024-10-08T14:00:00Z", "--zone", "site-industrial"];
    check(&code, &good, &elsewhere, 1, "wrong-zone");
    check(&issued, &good, &noon, 4, "host-signature-missing");
    let stranger = countersign(&issued, &key(3)).unwrap();
    check(&stranger, &good, &noon, 4, "unknown-key");
}

#[test]
fn an_old_list_is_amber_or_red_as_the_agreement_says_and_a_newer_one_is_taken() {
    let code = countersign(&issue(&claims(), &key(2)).unwrap(), &key(1)).unwrap();
    let evening = ["--at", "2024-10-08T16:00:00Z"];
    check(&code, &kit(WhenStale::Caution, &[]), &evening, 0, "the list of dead passes is old");
    let strict = kit(WhenStale::Refuse, &[]);
    check(&code, &strict, &evening, 1, "list-too-old");
    let with = |list: &[u8], name: &str, exit: i32, word: &str| {
        let path = file(name, list);
        let args = [&evening[..], &["--list", path.to_str().unwrap()]].concat();
        check(&code, &strict, &args, exit, word);
        fs::remove_file(path).unwrap();
    };
    with(&list("2024-10-08T15:59:00Z", &[]), "newer", 0, "good at");
    with(&list("2024-10-08T15:59:00Z", &[5]), "newer-dead", 1, "revoked");
    with(&list("2024-10-08T11:00:00Z", &[]), "older", 4, "older-list");
}

#[test]
fn a_kit_of_another_issuer_a_wrong_face_and_another_basis_are_told() {
    let code = countersign(&issue(&claims(), &key(2)).unwrap(), &key(1)).unwrap();
    let (good, noon) = (kit(WhenStale::Caution, &[]), ["--at", "2024-10-08T14:00:00Z"]);
    let own = key(1).id().to_string();
    check(&code, &good, &[&noon[..], &["--issuer", &own]].concat(), 0, "good at");
    let other = key(2).id().to_string();
    check(&code, &good, &[&noon[..], &["--issuer", &other]].concat(), 4, "other-issuer");
    let with = |option: &str, bytes: &[u8], exit: i32, word: &str| {
        let path = file(&format!("{option}-{exit}"), bytes);
        let args = [&noon[..], &[option, path.to_str().unwrap()]].concat();
        check(&code, &good, &args, exit, word);
        fs::remove_file(path).unwrap();
    };
    with("--photo", b"a photograph", 0, "good at");
    with("--photo", b"another face", 1, "wrong-photo");
    with("--basis", &basis().to_bytes(), 0, "v-01 on m-1 under consent c-1");
    with("--basis", b"something", 4, "other-basis");
}
