//! The envelope of a statement: `COSE_Sign1` (RFC 9052), in one form only.

use minicbor::data::Tag;
use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use words::act::KeyKind;
use words::hash::KeyId;

use crate::canon;
use crate::key::cose_algorithm;

/// The media type of a statement.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.safeconduct.statement+cbor";

// RFC 9052: the tag of COSE_Sign1.
const SIGN1: u64 = 18;

/// The protected header: what is signed about the signature itself.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub(crate) struct Protected<'b> {
    #[n(1)]
    algorithm: i64,
    #[b(3)]
    pub(crate) content_type: &'b str,
    #[n(4)]
    pub(crate) key: KeyId,
}

impl Protected<'static> {
    pub(crate) const fn new(kind: KeyKind, key: KeyId) -> Self {
        let algorithm = cose_algorithm(kind);
        Self { algorithm, content_type: CONTENT_TYPE, key }
    }
}

impl Protected<'_> {
    /// How it is signed, or the number of an algorithm that is none of ours.
    pub(crate) fn kind(&self) -> Result<KeyKind, i64> {
        let mut kinds = KeyKind::ALL.into_iter();
        kinds.find(|kind| cose_algorithm(*kind) == self.algorithm).ok_or(self.algorithm)
    }
}

/// The three parts of an envelope; the fourth, its unprotected header, is always empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Envelope<'b> {
    pub(crate) protected: &'b [u8],
    pub(crate) payload: &'b [u8],
    pub(crate) signature: &'b [u8],
}

impl<C> Encode<C> for Envelope<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.tag(Tag::new(SIGN1))?.array(4)?.bytes(self.protected)?.map(0)?;
        e.bytes(self.payload)?.bytes(self.signature)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Envelope<'b> {
    fn decode(d: &mut Decoder<'b>, _ctx: &mut C) -> Result<Self, DecodeError> {
        let wrong = |text: &'static str| DecodeError::message(text);
        if d.tag()?.as_u64() != SIGN1 || d.array()? != Some(4) {
            return Err(wrong("not a COSE_Sign1"));
        }
        let protected = d.bytes()?;
        if d.map()? != Some(0) {
            return Err(wrong("the unprotected header holds something"));
        }
        Ok(Self { protected, payload: d.bytes()?, signature: d.bytes()? })
    }
}

/// The `Sig_structure` of RFC 9052, section 4.4, without external data: what is signed.
pub(crate) fn to_sign(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    struct ToSign<'b>(&'b [u8], &'b [u8]);
    impl<C> Encode<C> for ToSign<'_> {
        fn encode<W: Write>(
            &self,
            e: &mut Encoder<W>,
            _ctx: &mut C,
        ) -> Result<(), EncodeError<W::Error>> {
            e.array(4)?.str("Signature1")?.bytes(self.0)?.bytes(&[])?.bytes(self.1)?.ok()
        }
    }
    canon::encode(&ToSign(protected, payload))
}
