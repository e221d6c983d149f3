//! Order files of custodians: one form, and no signature that fails.

use note::order_file::OrderFile;
use note::custody::{all_hold, set};
use note::key::SigningKey;
use words::act::KeyVoided;
use words::custody::{Custodians, Custody, Order, RootOrder};
use words::hash::KeyId;
use words::id::PartyId;

/// A file that is read has one form, and every signature in it holds; a stranger signs nothing.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let Ok(mut file) = OrderFile::read(bytes) else { return false };
    assert_eq!(file.bytes(), bytes, "an order file has one form");
    let (order, signatures) = (&file.ordered.order, &file.ordered.signatures);
    assert!(all_hold(order, signatures, &file.sets()), "what is read holds");
    let again = file.clone();
    file.join(again).expect("two copies of one order are one");
    assert_eq!(file.bytes(), bytes, "and nothing is added by joining them");
    true
}

fn custodian(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn held(seeds: [u8; 3]) -> Custodians {
    set(seeds.map(|seed| custodian(seed).public()).to_vec(), 2).expect("three keys are a set")
}

/// A voided key with one signature, and a root that goes to others with none.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let voided = KeyVoided { key: KeyId([1; 8]), reason: "lost".to_owned(), since: Some(7) };
    let rotated = Custody { custodians: held([4, 5, 6]), next: None };
    let party = PartyId::new("alpha").expect("a word is an id");
    let file = |order| {
        let order = RootOrder { party: party.clone(), version: 1, serial: 2, order };
        OrderFile::new(order, held([1, 2, 3]))
    };
    let mut signed = file(Order::Void(voided));
    signed.sign(&custodian(2)).expect("he is one of them");
    vec![signed.bytes(), file(Order::Rotate(rotated)).bytes()]
}
