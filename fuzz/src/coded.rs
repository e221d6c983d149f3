//! Signs what the fuzzer made up, so that it gets past the signature.

use minicbor::data::Tag;
use minicbor::encode::{Encoder, Error};
use note::key::SigningKey;
use std::convert::Infallible;

/// Host of the vectors.
pub(crate) fn host() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

/// Guest of the vectors.
pub(crate) fn guest() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

/// `COSE_Sign1` of a kind, docs/formats/pass.md.
pub(crate) fn sign1(kind: &str, payload: &[u8], key: &SigningKey) -> Vec<u8> {
    written(|e| {
        let protected = written(|e| {
            e.map(3)?.u8(1)?.i8(-8)?.u8(4)?.bytes(&key.id().0)?.u8(16)?.str(kind)?.ok()
        });
        let to_sign = written(|e| {
            e.array(4)?.str("Signature1")?.bytes(&protected)?.bytes(&[])?.bytes(payload)?.ok()
        });
        e.tag(Tag::new(18))?.array(4)?.bytes(&protected)?.map(0)?;
        e.bytes(payload)?.bytes(&key.sign(&to_sign))?.ok()
    })
}

/// `COSE_Sign` over a pass's claims with nobody's signature.
pub(crate) fn unsigned(payload: &[u8]) -> Vec<u8> {
    written(|e| e.tag(Tag::new(98))?.array(4)?.bytes(&[])?.map(0)?.bytes(payload)?.array(0)?.ok())
}

fn written(write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<(), Error<Infallible>>) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder).expect("a vector takes every byte");
    encoder.into_writer()
}
