//! Two algorithms in one signature: properties, and the published vector.
#![cfg(test)]

use note::hybrid::{HybridKey, ML_DSA_PUBLIC_BYTES, ML_DSA_SIGNATURE_BYTES};
use note::key::{SignatureError, Signs, key_id, verify};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use serde_json::{Value, json};
use words::act::{Key, KeyKind};
use words::hash::{hex, unhex};

const PUBLISHED: &str = include_str!("../../../docs/formats/hybrid.vectors.json");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/hybrid.vectors.json");
const MESSAGE: &str = "an order of a root";

fn document() -> Value {
    let key = HybridKey::from_seed(&[7; 32]);
    let signature = key.sign_now(MESSAGE.as_bytes()).unwrap();
    json!({
        "algorithm": "id-MLDSA44-Ed25519-SHA512",
        "seed": hex(&[7; 32]),
        "public": hex(&key.public().public),
        "key": key.id().to_string(),
        "message": MESSAGE,
        "signature": hex(&signature),
    })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever blesses the vectors writes them")]
fn the_published_vector_is_what_this_code_writes() {
    let made = document();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(PATH, format!("{}\n", serde_json::to_string_pretty(&made).unwrap()))
            .unwrap();
        return;
    }
    let published: Value = serde_json::from_str(PUBLISHED).unwrap();
    assert_eq!(published, made, "run with BLESS=1 if this is meant");
    let read = |name: &str| unhex(published[name].as_str().unwrap()).unwrap();
    let key = Key { kind: KeyKind::Ed25519MlDsa44, public: read("public"), relying_party: None };
    assert_eq!(verify(&key, MESSAGE.as_bytes(), &read("signature")), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_key_signs_and_no_altered_byte_holds(
        seed in any::<[u8; 32]>(),
        message in any::<Vec<u8>>(),
        at in any::<Index>(),
        flip in 1_u8..,
    ) {
        let key = HybridKey::from_seed(&seed);
        let good = key.sign_now(&message).unwrap();
        let public = key.public();
        prop_assert_eq!(key.id(), key_id(&public));
        prop_assert_eq!(verify(&public, &message, &good), Ok(()));
        let mut forged = good.clone();
        forged[at.index(good.len())] ^= flip;
        prop_assert_eq!(verify(&public, &message, &forged), Err(SignatureError::Wrong));
        let mut other = public.clone();
        other.public[at.index(public.public.len())] ^= flip;
        prop_assert!(verify(&other, &message, &good).is_err());
        let mut said = message.clone();
        said.push(flip);
        prop_assert_eq!(verify(&public, &said, &good), Err(SignatureError::Wrong));
    }

    #[test]
    fn halves_of_two_signatures_make_none(
        seed in any::<[u8; 32]>(),
        one in any::<Vec<u8>>(),
        two in any::<Vec<u8>>(),
    ) {
        let key = HybridKey::from_seed(&seed);
        let (first, second) = (key.sign_now(&one).unwrap(), key.sign_now(&two).unwrap());
        let at = ML_DSA_SIGNATURE_BYTES;
        let joined = [&first[..at], &second[at..]].concat();
        for message in [&one, &two] {
            let holds = verify(&key.public(), message, &joined).is_ok();
            prop_assert_eq!(holds, one == two);
        }
    }

    #[test]
    fn foreign_bytes_are_refused_calmly(
        public in any::<Vec<u8>>(),
        long in proptest::collection::vec(any::<u8>(), ML_DSA_PUBLIC_BYTES + 32),
        signature in any::<Vec<u8>>(),
    ) {
        for public in [public, long] {
            for kind in [KeyKind::Ed25519MlDsa44, KeyKind::MlDsa44] {
                let key = Key { kind, public: public.clone(), relying_party: None };
                prop_assert!(verify(&key, b"go", &signature).is_err());
            }
        }
    }
}
