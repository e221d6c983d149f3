//! The published vectors are what this code writes and answers today.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it cannot go on"
)]

mod example;

use example::{at, claims, code, guest, host, trust};
use note::canon::encode;
use note::key::SigningKey;
use pass::claims::Claims;
use pass::code::{countersign, issue, signing_bytes, unsigned};
use pass::paper::{from_text, text};
use pass::trustfile::{from_bytes, to_bytes};
use pass::verify::{Trust, verify};
use serde_json::{Value, json};
use words::hash::{hex, unhex};
use words::id::{PassId, ZoneId};
use words::moment::Moment;

const PUBLISHED: &str = include_str!("../../../docs/formats/pass.vectors.json");

#[test]
fn the_published_vectors_are_what_this_code_writes() {
    let published: Value = serde_json::from_str(PUBLISHED).unwrap();
    let made = document();
    assert_eq!(published, made, "made: {}", serde_json::to_string_pretty(&made).unwrap());
}

#[test]
fn every_published_check_gets_its_answer() {
    let published: Value = serde_json::from_str(PUBLISHED).unwrap();
    let trust = from_bytes(&unhex(published["trust"].as_str().unwrap()).unwrap()).unwrap();
    let checks = published["checks"].as_array().unwrap();
    assert!(checks.len() >= 12);
    for check in checks {
        let code = unhex(check["code"].as_str().unwrap()).unwrap();
        let zone = check["zone"].as_str().map(|zone| ZoneId::new(zone).unwrap());
        let at = Moment::parse(check["at"].as_str().unwrap()).unwrap();
        let answer = match verify(&code, &trust, at, zone.as_ref()) {
            Ok(pass) => {
                let cautions = pass.cautions().iter().map(|one| one.code());
                let cautions: Vec<_> = cautions.collect();
                json!({ "claims": claims_json(pass.get()), "cautions": cautions })
            }
            Err(refusal) => json!(refusal.code()),
        };
        assert_eq!(answer, check["answer"], "{}", check["name"]);
    }
    let paper = published["text"].as_str().unwrap();
    assert_eq!(hex(&from_text(paper).unwrap()), published["code"]);
}

fn document() -> Value {
    let blank = unsigned(&claims()).unwrap();
    let message = |key: &SigningKey| hex(&signing_bytes(&blank, &key.public()).unwrap());
    let signer = |seed: u8, key: &SigningKey| {
        json!({
            "seed": hex(&[seed; 32]),
            "public": hex(&key.public().public),
            "key": key.id().to_string(),
            "to_sign": message(key),
        })
    };
    json!({
        "claims": claims_json(&claims()),
        "payload": hex(&encode(&claims())),
        "guest": signer(1, &guest()),
        "host": signer(2, &host()),
        "issued": hex(&issue(&claims(), &guest()).unwrap()),
        "code": hex(&code()),
        "text": text(&code()),
        "trust": hex(&to_bytes(&list())),
        "checks": checks(),
    })
}

// The ordinary list an hour before, with a second officer of the guest and one revoked pass.
fn list() -> Trust {
    let mut list = Trust { revoked_as_of: at(-60), ..trust() };
    list.guest.push(SigningKey::from_seed(&[3; 32]).public());
    list.revoked.insert(revoked().pass);
    list
}

fn revoked() -> Claims {
    Claims { pass: PassId::new("p-0001").unwrap(), ..claims() }
}

fn checks() -> Vec<Value> {
    let both = code();
    let issued = |key: &SigningKey| issue(&claims(), key).unwrap();
    let signed =
        |first: &SigningKey, second: &SigningKey| countersign(&issued(first), second).unwrap();
    let (second, stranger) = (SigningKey::from_seed(&[3; 32]), SigningKey::from_seed(&[9; 32]));
    let revoked = countersign(&issue(&revoked(), &guest()).unwrap(), &host()).unwrap();
    let mut forged = both.clone();
    *forged.last_mut().unwrap() ^= 1;
    let with = |head: &[u8], from: usize, tail: &[u8]| [head, &both[from..], tail].concat();
    let here = |name: &str, code: &[u8], answer: Value| check(name, code, 1, "port-east", answer);
    vec![
        here("good", &both, good(&[])),
        check("good, zone not said", &both, 1, "", good(&["zone-not-checked"])),
        check("not yet", &both, -1, "port-east", json!("not-yet-valid")),
        check("expired", &both, 240, "port-east", json!("expired")),
        check("another zone", &both, 1, "port-west", json!("wrong-zone")),
        here("revoked", &revoked, json!("revoked")),
        here("guest alone", &issued(&guest()), json!("host-signature-missing")),
        here("host alone", &issued(&host()), json!("guest-signature-missing")),
        here("guest twice", &signed(&guest(), &second), json!("same-party-twice")),
        here("a stranger for the host", &signed(&guest(), &stranger), json!("unknown-key")),
        here("last bit turned", &forged, json!("bad-signature")),
        here("host first", &signed(&host(), &guest()), json!("not-canonical")),
        here("longer tag", &with(&[0xd9, 0, 0x62], 2, &[]), json!("not-canonical")),
        here("longer array head", &with(&[0xd8, 0x62, 0x98, 4], 3, &[]), json!("not-canonical")),
        here("indefinite array", &with(&[0xd8, 0x62, 0x9f], 3, &[0xff]), json!("not-a-pass")),
        here("a byte too many", &with(&[], 0, &[0]), json!("not-canonical")),
        here("a byte too few", &both[..both.len() - 1], json!("not-a-pass")),
    ]
}

fn good(cautions: &[&str]) -> Value {
    json!({ "claims": claims_json(&claims()), "cautions": cautions })
}

fn check(name: &str, code: &[u8], minutes: i64, zone: &str, answer: Value) -> Value {
    let zone = if zone.is_empty() { Value::Null } else { json!(zone) };
    let mut check = json!({
        "name": name, "at": at(minutes).to_string(), "zone": zone, "code": hex(code),
    });
    check["answer"] = answer;
    check
}

fn claims_json(claims: &Claims) -> Value {
    json!({
        "pass": claims.pass,
        "host": claims.host,
        "guest": claims.guest,
        "movement": claims.movement,
        "holder": claims.holder,
        "appearance": claims.appearance,
        "vehicle": claims.vehicle,
        "headcount": claims.headcount,
        "task": claims.task,
        "arms": claims.arms,
        "zone": claims.zone,
        "from": claims.window.start().to_string(),
        "until": claims.window.end().to_string(),
        "articles": claims.articles,
        "consent": claims.consent,
    })
}
