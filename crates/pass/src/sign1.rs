//! One signer's `COSE_Sign1` with a type, in one form only.

use minicbor::data::Tag;
use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use note::canon::{self, CanonError};
use note::key::{self, KeyAway, SigningKey, key_id};
use words::act::{Key, KeyKind};
use words::hash::KeyId;

// RFC 9052: the tag of COSE_Sign1; RFC 9053: EdDSA.
const SIGN1: u64 = 18;
const EDDSA: i64 = -8;

/// Who signed what kind of thing: algorithm, key, type (RFC 9596).
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Protected<'b> {
    #[n(1)]
    algorithm: i64,
    #[n(4)]
    key: KeyId,
    #[b(16)]
    kind: &'b str,
}

/// Signed bytes whose signature nobody has checked yet.
#[derive(Debug, Clone)]
pub(crate) struct Unchecked<'b> {
    protected: Protected<'b>,
    payload: &'b [u8],
    signature: &'b [u8],
}

/// Signs a payload as what it is, if the key can sign now.
pub(crate) fn sign(kind: &str, payload: &[u8], key: &SigningKey) -> Result<Vec<u8>, KeyAway> {
    let protected = Protected { algorithm: EDDSA, key: key.id(), kind };
    let signature = key.try_sign(&to_sign(&protected, payload))?;
    Ok(canon::encode(&Unchecked { protected, payload, signature: &signature }))
}

/// The parts, if these are the one form of something of this kind.
pub(crate) fn read<'b>(kind: &str, bytes: &'b [u8]) -> Result<Unchecked<'b>, CanonError> {
    let signed: Unchecked<'b> = canon::decode(bytes)?;
    if signed.protected.kind == kind && signed.protected.algorithm == EDDSA {
        return Ok(signed);
    }
    Err(CanonError::Malformed(DecodeError::message("another kind of thing is signed")))
}

impl<'b> Unchecked<'b> {
    /// What is said to be signed.
    pub(crate) const fn payload(&self) -> &'b [u8] {
        self.payload
    }

    /// Who is said to have signed.
    pub(crate) const fn key(&self) -> KeyId {
        self.protected.key
    }

    /// Has this key signed it?
    pub(crate) fn is_by(&self, key: &Key) -> bool {
        key.kind == KeyKind::Ed25519
            && key_id(key) == self.protected.key
            && key::verify(key, &to_sign(&self.protected, self.payload), self.signature).is_ok()
    }
}

fn to_sign(protected: &Protected<'_>, payload: &[u8]) -> Vec<u8> {
    canon::encode(&ToSign { protected: &canon::encode(protected), payload })
}

struct ToSign<'b> {
    protected: &'b [u8],
    payload: &'b [u8],
}

impl<C> Encode<C> for ToSign<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.array(4)?.str("Signature1")?.bytes(self.protected)?;
        e.bytes(&[])?.bytes(self.payload)?.ok()
    }
}

impl<C> Encode<C> for Unchecked<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.tag(Tag::new(SIGN1))?.array(4)?.bytes(&canon::encode(&self.protected))?;
        e.map(0)?.bytes(self.payload)?.bytes(self.signature)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Unchecked<'b> {
    fn decode(d: &mut Decoder<'b>, _ctx: &mut C) -> Result<Self, DecodeError> {
        if d.tag()?.as_u64() != SIGN1 || d.array()? != Some(4) {
            return Err(DecodeError::message("not a COSE_Sign1"));
        }
        let protected = minicbor::decode(d.bytes()?)?;
        if d.map()? != Some(0) {
            return Err(DecodeError::message("an unprotected header"));
        }
        Ok(Self { protected, payload: d.bytes()?, signature: d.bytes()? })
    }
}
