//! The published vectors are what this code writes today.

use note::canon;
use note::custody::{order_fingerprint, set, set_hash, sign, to_sign};
use note::key::SigningKey;
use note::order_file::OrderFile;
use serde_json::{Value, json};
use words::act::{Act, KeyVoided};
use words::custody::{Custodians, Order, RootOrder};
use words::hash::{KeyId, hex};
use words::id::PartyId;

const PUBLISHED: &str = include_str!("../../../../docs/formats/custody.vectors.json");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/custody.vectors.json");

fn custodian(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn held() -> Custodians {
    set([1, 2, 3].map(|seed| custodian(seed).public()).to_vec(), 2).unwrap()
}

fn order() -> RootOrder {
    let key = KeyId([0, 1, 2, 3, 4, 5, 6, 7]);
    let voided = KeyVoided { key, reason: "the key file was copied".into(), since: Some(7) };
    let party = PartyId::new("alpha").unwrap();
    RootOrder { party, version: 1, serial: 4, order: Order::Void(voided) }
}

fn document() -> Value {
    let mut file = OrderFile::new(order(), held());
    file.sign(&custodian(3)).unwrap();
    file.sign(&custodian(1)).unwrap();
    let signed = file.ordered.signatures.iter();
    let signatures: Vec<Value> = signed
        .map(|it| json!({ "key": it.key.to_string(), "signature": hex(&it.signature) }))
        .collect();
    json!({
        "custodians": [hex(&[1; 32]), hex(&[2; 32]), hex(&[3; 32])],
        "set": hex(&canon::encode(&held())),
        "set_hash": set_hash(&held()).to_string(),
        "order": hex(&canon::encode(&order())),
        "to_sign": hex(&to_sign(&order())),
        "fingerprint": order_fingerprint(&order()),
        "signatures": signatures,
        "act": hex(&canon::encode(&Act::RootOrdered(file.ordered.clone()))),
        "file": hex(&file.bytes()),
    })
}

#[test]
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
fn a_file_of_another_form_is_refused() {
    let mut file = OrderFile::new(order(), held());
    file.sign(&custodian(1)).unwrap();
    let bytes = file.bytes();
    assert_eq!(OrderFile::read(&bytes).unwrap(), file);
    for end in 0..bytes.len() {
        assert!(OrderFile::read(&bytes[..end]).is_err(), "torn at {end}");
    }
    assert!(OrderFile::read(&[&bytes[..], &[0]].concat()).is_err(), "a byte left over");
    // A signature for another order.
    file.ordered.signatures = vec![sign(&RootOrder { serial: 5, ..order() }, &custodian(1))];
    assert!(OrderFile::read(&file.bytes()).is_err());
    // A set in another order of its keys.
    let mut other = OrderFile::new(order(), held());
    other.held.keys.reverse();
    assert!(OrderFile::read(&other.bytes()).is_err());
}
