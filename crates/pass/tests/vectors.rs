//! The published vectors are what this code writes and answers today.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it cannot go on"
)]

mod example;

use std::collections::BTreeMap;

use example::{
    at, basis, claims, claims_with_phone, code, guest, host, kit, list, opened, phone, signed,
    trust,
};
use note::canon::encode;
use note::key::SigningKey;
use pass::challenge::{Asked, SPOKEN_MAX, answer, spoken};
use pass::claims::Claims;
use pass::code::{countersign, issue, signing_bytes, unsigned};
use pass::kit::{Expected, Kit, Now, open, renew};
use pass::paper::{Correction, Sheet, from_text, sheet, svg, text};
use pass::refusal::{BasisRefusal, KitRefusal, ListRefusal, PassRefusal};
use pass::verify::{Shown, verify};
use serde_json::{Value, json};
use spoilt::Change;
use spoilt::cbor::changes;
use words::hash::{hex, unhex};
use words::id::{PassId, ZoneId};
use words::moment::Moment;

const PUBLISHED: &str = include_str!("../../../docs/formats/pass.vectors.json");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/pass.vectors.json");

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever blesses the vectors writes them")]
fn the_published_vectors_are_what_this_code_writes() {
    let made = document();
    let text = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(PATH, &text).unwrap();
        return;
    }
    let published: Value = serde_json::from_str(PUBLISHED).unwrap();
    assert_eq!(published, made, "run with BLESS=1 if this is meant");
}

#[test]
fn every_published_check_gets_its_answer() {
    let published: Value = serde_json::from_str(PUBLISHED).unwrap();
    let trust = open(&bytes(&published["kit"]), Now::Theirs(at(0)), None).unwrap();
    let checks = published["checks"].as_array().unwrap();
    assert!(checks.len() >= 12);
    for check in checks {
        let zone = check["zone"].as_str().map(|zone| ZoneId::new(zone).unwrap());
        let at = Moment::parse(check["at"].as_str().unwrap()).unwrap();
        let shown = Shown { at, zone: zone.as_ref(), photo: None };
        let answer = match verify(&bytes(&check["code"]), &trust, shown) {
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

// What the tables below say is what was measured: none of these is accepted.
#[test]
fn no_changed_field_of_any_format_is_accepted() {
    let published: Value = serde_json::from_str(PUBLISHED).unwrap();
    let least = [("pass", 40), ("basis", 15), ("kit", 60), ("list", 20)];
    for (format, least) in least {
        let table = published["changed"][format].as_object().unwrap();
        assert!(table.len() >= least, "{format} has {}", table.len());
        assert!(table.values().all(|code| code != "accepted"), "{format}");
    }
}

fn bytes(text: &Value) -> Vec<u8> {
    unhex(text.as_str().unwrap()).unwrap()
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
    let kit = kit(&list(-60, &[666])).sign(&host());
    let later = list(30, &[412, 666]).sign(&host());
    json!({
        "claims": claims_json(&claims()),
        "payload": hex(&encode(&claims())),
        "guest": signer(1, &guest()),
        "host": signer(2, &host()),
        "issued": hex(&issue(&claims(), &guest()).unwrap()),
        "code": hex(&code()),
        "text": text(&code()),
        "paper_svg": svg(&text(&code()), Correction::Quartile).unwrap(),
        "screen_svg": svg(&text(&code()), Correction::Medium).unwrap(),
        "basis": hex(&basis().to_bytes()),
        "basis_text": sheet(Sheet::Basis, &basis().to_bytes()),
        "kit": hex(&kit),
        "kit_text": sheet(Sheet::Kit, &kit),
        "later_list": hex(&later),
        "kit_svg": svg(&sheet(Sheet::Kit, &kit), Correction::Low).unwrap(),
        "beside_kit": hex(&beside()),
        "other_pass": hex(&signed(&Claims { index: 5, ..revoked() })),
        "challenge": challenge(),
        "checks": checks(),
        "changed": {
            "pass": pass_changed(),
            "basis": basis_changed(),
            "kit": kit_changed(),
            "list": list_changed(),
        },
    })
}

fn challenge() -> Value {
    let pass = signed(&claims_with_phone());
    let verified = verify(&pass, &trust(), shown()).unwrap();
    let asked = Asked::new(&verified, &[6; 32], at(1)).unwrap();
    let question = asked.question().clone();
    let said = answer(&phone(), &question).unwrap();
    let strip = |number| spoken(&agreed(), &claims().pass, number);
    json!({
        "code": hex(&pass),
        "phone_seed": hex(&[4; 32]),
        "question_seed": hex(&[6; 32]),
        "question": sheet(Sheet::Question, &encode(&question)),
        "answer": format!("{said:06}"),
        "agreed": hex(&agreed()),
        "strip": (0..SPOKEN_MAX).map(strip).collect::<Vec<_>>(),
    })
}

// What two nodes agree on: any 32 bytes that nobody else has.
const fn agreed() -> [u8; 32] {
    [9; 32]
}

// A protected person expects the holder of the ordinary pass, who has a strip.
fn beside() -> Vec<u8> {
    let answer = |number| spoken(&agreed(), &claims().pass, number);
    let answers = (0..SPOKEN_MAX).map(answer).collect();
    let expected = Some(vec![Expected { pass: claims().pass, answers }]);
    Kit { expected, ..kit(&list(0, &[])) }.sign(&host())
}

fn shown() -> Shown<'static> {
    Shown { at: at(1), zone: None, photo: None }
}

fn table(changes: Vec<Change>, ask: impl Fn(&[u8]) -> Option<&'static str>) -> Value {
    let answers = changes.into_iter().map(|change| {
        let answer = ask(&change.bytes).unwrap_or("accepted");
        (change.path, answer)
    });
    json!(answers.collect::<BTreeMap<_, _>>())
}

fn pass_changed() -> Value {
    let code = signed(&claims_with_phone());
    let trust = trust();
    let inside = ["[2]", "[3][0][0]", "[3][1][0]"];
    table(changes(&code, &inside), |code| {
        verify(code, &trust, shown()).err().map(PassRefusal::code)
    })
}

fn basis_changed() -> Value {
    let pass = verify(&code(), &trust(), shown()).unwrap();
    table(changes(&basis().to_bytes(), &[]), |bytes| {
        pass::basis::open(&pass, bytes).err().map(BasisRefusal::code)
    })
}

fn kit_changed() -> Value {
    let bytes = kit(&list(0, &[666])).sign(&host());
    table(changes(&bytes, &["[0]", "[2]"]), |bytes| {
        open(bytes, Now::Theirs(at(1)), None).err().map(KitRefusal::code)
    })
}

fn list_changed() -> Value {
    let (trust, bytes) = (opened(&kit(&list(0, &[]))), list(1, &[666]).sign(&host()));
    table(changes(&bytes, &["[0]", "[2]"]), |bytes| {
        renew(&trust, bytes).err().map(ListRefusal::code)
    })
}

fn revoked() -> Claims {
    Claims { pass: PassId::new("p-0001").unwrap(), index: 666, ..claims() }
}

fn checks() -> Vec<Value> {
    let both = code();
    let issued = |key: &SigningKey| issue(&claims(), key).unwrap();
    let signed_by =
        |first: &SigningKey, second: &SigningKey| countersign(&issued(first), second).unwrap();
    let stranger = SigningKey::from_seed(&[9; 32]);
    let mut forged = both.clone();
    *forged.last_mut().unwrap() ^= 1;
    let with = |head: &[u8], from: usize, tail: &[u8]| [head, &both[from..], tail].concat();
    let here = |name: &str, code: &[u8], answer: Value| check(name, code, (1, "port-east"), answer);
    vec![
        here("good", &both, good(&[])),
        check("good, zone not said", &both, (1, ""), good(&["zone-not-checked"])),
        check("not yet", &both, (-1, "port-east"), json!("not-yet-valid")),
        check("expired", &both, (240, "port-east"), json!("expired")),
        check("another zone", &both, (1, "port-west"), json!("wrong-zone")),
        here("revoked", &signed(&revoked()), json!("revoked")),
        here("guest alone", &issued(&guest()), json!("host-signature-missing")),
        here("host alone", &issued(&host()), json!("guest-signature-missing")),
        here("nobody", &unsigned(&claims()).unwrap(), json!("guest-signature-missing")),
        here("a stranger for the host", &signed_by(&guest(), &stranger), json!("unknown-key")),
        here("last bit turned", &forged, json!("bad-signature")),
        here("host first", &signed_by(&host(), &guest()), json!("not-canonical")),
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

fn check(name: &str, code: &[u8], (minutes, zone): (i64, &str), answer: Value) -> Value {
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
        "index": claims.index,
        "appearance": claims.appearance,
        "photo": claims.photo.map(|photo| hex(&photo.0)),
        "vehicle": claims.vehicle,
        "headcount": claims.headcount,
        "task": claims.task,
        "arms": claims.arms,
        "serials": claims.serials,
        "zone": claims.zone,
        "from": claims.window.start().to_string(),
        "until": claims.window.end().to_string(),
        "basis": hex(&claims.basis.0),
        "phone": claims.phone.map(|phone| hex(&phone.0)),
    })
}
