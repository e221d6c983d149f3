//! The pass as bytes: `COSE_Sign` with two signatures, in one form only.

use minicbor::data::Tag;
use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use note::canon::{self, CanonError};
use note::key::{self, KeyAway, SignatureError, SigningKey, cose_algorithm, key_id};
use thiserror::Error;
use words::act::Key;
use words::hash::KeyId;

use crate::claims::{Claims, ClaimsError};

/// What a signature of a pass is over beside its claims: COSE's external data, which costs no byte
/// in the code and makes it a signature of nothing else.
pub const CONTEXT: &str = "safeconduct/pass/2";

/// What fits the largest QR code, as base 45, at its lowest error correction.
pub const CODE_BYTES_MAX: usize = 2_800;

// RFC 9052: the tag of COSE_Sign.
const SIGN: u64 = 98;

/// Why a code cannot be made, read or signed.
#[derive(Debug, Error)]
pub enum PassError {
    /// Longer than [`CODE_BYTES_MAX`].
    #[error("a pass has at most {CODE_BYTES_MAX} bytes")]
    TooLong,
    /// Not the one form of a pass.
    #[error("the bytes are not a pass")]
    NotAPass(#[source] CanonError),
    /// The claims break their rules.
    #[error("the claims are not those of a pass")]
    BadClaims(#[source] ClaimsError),
    /// A third signature is refused.
    #[error("the pass carries both signatures already")]
    Complete,
    /// The guest has not signed yet.
    #[error("the pass carries no guest signature to countersign")]
    NotIssued,
    /// The key has signed this pass already.
    #[error("the same key cannot sign twice")]
    SameKeyTwice,
    /// The signature is not one of this pass by this key.
    #[error("the signature does not hold")]
    BadSignature(#[source] SignatureError),
    /// This key has not signed the pass.
    #[error("the pass carries no signature of this key")]
    NotSigned,
    /// Not the text of a pass.
    #[error("the text is not that of a pass")]
    NotPaper,
    /// The signer's key lies elsewhere, and cannot be reached now.
    #[error("{0}")]
    KeyAway(KeyAway),
}

/// The bytes of a pass that nobody has signed.
pub fn unsigned(claims: &Claims) -> Result<Vec<u8>, PassError> {
    claims.check().map_err(PassError::BadClaims)?;
    written(&Code { payload: &canon::encode(claims), signatures: Vec::new() })
}

/// Guest issues a pass: claims and its signature, nothing before the host signs too.
pub fn issue(claims: &Claims, guest: &SigningKey) -> Result<Vec<u8>, PassError> {
    sign(&unsigned(claims)?, guest)
}

/// Host countersigns what the guest issued.
pub fn countersign(code: &[u8], host: &SigningKey) -> Result<Vec<u8>, PassError> {
    let (_, message) = to_countersign(code, &host.public())?;
    let signature = host.try_sign(&message).map_err(PassError::KeyAway)?;
    attach(code, &host.public(), &signature)
}

/// What the host's officer is shown, and the bytes that this key of his has to sign.
pub fn to_countersign(code: &[u8], host: &Key) -> Result<(Claims, Vec<u8>), PassError> {
    let claims = claims_of(code)?;
    if read(code)?.signatures.is_empty() {
        return Err(PassError::NotIssued);
    }
    Ok((claims, signing_bytes(code, host)?))
}

/// The bytes that this key has to sign: the `Sig_structure` of RFC 9052, section 4.4.
pub fn signing_bytes(code: &[u8], key: &Key) -> Result<Vec<u8>, PassError> {
    Ok(to_sign(&Protected::of(key), read(code)?.payload))
}

/// The code with one more signature: the guest's first, then the host's.
pub fn attach(code: &[u8], key: &Key, signature: &[u8]) -> Result<Vec<u8>, PassError> {
    let mut code = read(code)?;
    if code.signatures.len() >= 2 {
        return Err(PassError::Complete);
    }
    let protected = Protected::of(key);
    if code.signatures.iter().any(|other| other.protected.key == protected.key) {
        return Err(PassError::SameKeyTwice);
    }
    let message = to_sign(&protected, code.payload);
    key::verify(key, &message, signature).map_err(PassError::BadSignature)?;
    code.signatures.push(Signature { protected, bytes: signature });
    written(&code)
}

/// What the code says, **with no signature checked**: for showing to a signer, never to a guard.
pub fn claims_of(code: &[u8]) -> Result<Claims, PassError> {
    let claims: Claims = canon::decode(read(code)?.payload).map_err(PassError::NotAPass)?;
    claims.check().map_err(PassError::BadClaims)?;
    Ok(claims)
}

/// Has this key signed this code? Says nothing about the other signature, time or revocation.
pub fn signed_by(code: &[u8], key: &Key) -> Result<(), PassError> {
    let code = read(code)?;
    let protected = Protected::of(key);
    let own = code.signatures.iter().find(|other| other.protected == protected);
    let own = own.ok_or(PassError::NotSigned)?;
    let message = to_sign(&protected, code.payload);
    key::verify(key, &message, own.bytes).map_err(PassError::BadSignature)
}

fn sign(code: &[u8], key: &SigningKey) -> Result<Vec<u8>, PassError> {
    let public = key.public();
    let signature = key.try_sign(&signing_bytes(code, &public)?).map_err(PassError::KeyAway)?;
    attach(code, &public, &signature)
}

/// One signer's protected header: how it signs and who it is.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub(crate) struct Protected {
    #[n(1)]
    algorithm: i64,
    #[n(4)]
    pub(crate) key: KeyId,
}

impl Protected {
    pub(crate) fn of(key: &Key) -> Self {
        Self { algorithm: cose_algorithm(key.kind), key: key_id(key) }
    }
}

/// One signature of a code.
#[derive(Debug, Clone)]
pub(crate) struct Signature<'b> {
    pub(crate) protected: Protected,
    pub(crate) bytes: &'b [u8],
}

/// The parts of a code; the unprotected headers are always empty.
#[derive(Debug, Clone)]
pub(crate) struct Code<'b> {
    pub(crate) payload: &'b [u8],
    pub(crate) signatures: Vec<Signature<'b>>,
}

/// The parts of these bytes, if they are the one form of a code.
pub(crate) fn read(code: &[u8]) -> Result<Code<'_>, PassError> {
    if code.len() > CODE_BYTES_MAX {
        return Err(PassError::TooLong);
    }
    canon::decode(code).map_err(PassError::NotAPass)
}

/// What a signer with this header signs.
pub(crate) fn to_sign(protected: &Protected, payload: &[u8]) -> Vec<u8> {
    canon::encode(&ToSign { signer: &canon::encode(protected), payload })
}

fn written(code: &Code<'_>) -> Result<Vec<u8>, PassError> {
    let bytes = canon::encode(code);
    if bytes.len() <= CODE_BYTES_MAX { Ok(bytes) } else { Err(PassError::TooLong) }
}

struct ToSign<'b> {
    signer: &'b [u8],
    payload: &'b [u8],
}

impl<C> Encode<C> for ToSign<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.array(5)?.str("Signature")?.bytes(&[])?.bytes(self.signer)?;
        e.bytes(CONTEXT.as_bytes())?.bytes(self.payload)?.ok()
    }
}

impl<C> Encode<C> for Code<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.tag(Tag::new(SIGN))?.array(4)?.bytes(&[])?.map(0)?.bytes(self.payload)?;
        e.array(u64::try_from(self.signatures.len()).unwrap_or(u64::MAX))?;
        for signature in &self.signatures {
            let protected = canon::encode(&signature.protected);
            e.array(3)?.bytes(&protected)?.map(0)?.bytes(signature.bytes)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Code<'b> {
    fn decode(d: &mut Decoder<'b>, _ctx: &mut C) -> Result<Self, DecodeError> {
        if d.tag()?.as_u64() != SIGN || d.array()? != Some(4) {
            return Err(DecodeError::message("not a COSE_Sign"));
        }
        if !d.bytes()?.is_empty() {
            return Err(DecodeError::message("not the header of a pass"));
        }
        empty(d)?;
        let payload = d.bytes()?;
        let count = d.array()?.filter(|count| *count <= 2);
        let count = count.ok_or_else(|| DecodeError::message("not up to two signatures"))?;
        let signatures = (0..count).map(|_| signature(d)).collect::<Result<_, _>>()?;
        Ok(Self { payload, signatures })
    }
}

fn signature<'b>(d: &mut Decoder<'b>) -> Result<Signature<'b>, DecodeError> {
    if d.array()? != Some(3) {
        return Err(DecodeError::message("not a COSE_Signature"));
    }
    let protected = minicbor::decode(d.bytes()?)?;
    empty(d)?;
    Ok(Signature { protected, bytes: d.bytes()? })
}

fn empty(d: &mut Decoder<'_>) -> Result<(), DecodeError> {
    let nothing = d.map()? == Some(0);
    if nothing { Ok(()) } else { Err(DecodeError::message("an unprotected header")) }
}
