//! A checkpoint without a network: a pass, a list, a clock.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use note::key::SigningKey;
use pass::claims::Claims;
use pass::code::{countersign, issue};
use pass::paper::text;
use pass::trustfile::to_bytes;
use pass::verify::Trust;
use words::id::{ConsentId, MovementId, PartyId, PassId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn claims() -> Claims {
    Claims {
        pass: PassId::new("p-1").unwrap(),
        host: PartyId::new("host").unwrap(),
        guest: PartyId::new("guest").unwrap(),
        movement: MovementId::new("m-1").unwrap(),
        holder: UnitId::new("v-01").unwrap(),
        appearance: "white van".into(),
        vehicle: "EX-1001".into(),
        headcount: 3,
        task: Task::CloseProtection,
        arms: ArmsClass::Unarmed,
        zone: ZoneId::new("karachi-port-road").unwrap(),
        window: Window::new(at("2024-10-08T12:00:00Z"), at("2024-10-08T22:00:00Z")).unwrap(),
        articles: vec!["6".into()],
        consent: ConsentId::new("c-1").unwrap(),
    }
}

fn trust(revoked: &[&str]) -> Vec<u8> {
    let revoked: BTreeSet<PassId> = revoked.iter().map(|id| PassId::new(id).unwrap()).collect();
    to_bytes(&Trust {
        host: vec![key(1).public()],
        guest: vec![key(2).public()],
        revoked,
        revoked_as_of: at("2024-10-08T12:00:00Z"),
        stale_after_ms: 86_400_000,
    })
}

#[track_caller]
fn check(code: &[u8], list: &[u8], args: &[&str], exit: i32, word: &str) {
    let name = format!("safeconduct-trust-{}-{word}", std::process::id());
    let path: PathBuf = std::env::temp_dir().join(name.replace(' ', "-"));
    fs::write(&path, list).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_safeconduct"))
        .args(["pass", "verify", &text(code), "--trust", path.to_str().unwrap()])
        .args(args)
        .output()
        .unwrap();
    fs::remove_file(&path).unwrap();
    let all = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{all}");
    assert!(all.contains(word), "{all}");
}

#[test]
fn a_guard_with_a_list_and_a_clock_can_decide() {
    let issued = issue(&claims(), &key(2)).unwrap();
    let code = countersign(&issued, &key(1)).unwrap();
    let (noon, night) = (["--at", "2024-10-08T14:00:00Z"], ["--at", "2024-10-08T23:00:00Z"]);
    check(&code, &trust(&[]), &noon, 0, "good at 2024-10-08T14:00:00Z");
    check(&code, &trust(&[]), &noon, 0, "say which zone this is");
    check(&code, &trust(&["p-1"]), &noon, 1, "revoked");
    check(&code, &trust(&[]), &night, 1, "expired");
    let elsewhere = ["--at", "2024-10-08T14:00:00Z", "--zone", "site-industrial"];
    check(&code, &trust(&[]), &elsewhere, 1, "wrong-zone");
    check(&issued, &trust(&[]), &noon, 4, "host-signature-missing");
    let stranger = countersign(&issued, &key(3)).unwrap();
    check(&stranger, &trust(&[]), &noon, 4, "unknown-key");
}
