//! WebAuthn assertions as signatures: a passkey over what was shown.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minicbor::{Decode, Encode};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use thiserror::Error;

use crate::canon;
use crate::digest::sha256;

mod client;

// Offsets of authenticator data (WebAuthn, section 6.1): 32 bytes of relying party hash, one
// byte of flags, a counter and perhaps extensions, which we do not read.
const PARTY_HASH_BYTES: usize = 32;
const COUNTER_BYTES: usize = 4;
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;

/// A compressed point: its uncompressed twin would be a second name of the same key.
const PUBLIC_BYTES: usize = 33;

/// What an authenticator and its browser return, as a signature of ours.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Assertion {
    /// Which relying party, and whether the person was present and verified.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub authenticator_data: Vec<u8>,
    /// What the browser says it asked: JSON with our challenge.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub client_data_json: Vec<u8>,
    /// ECDSA P-256 in DER over authenticator data ‖ SHA-256(client data).
    #[cbor(n(2), with = "minicbor::bytes")]
    pub signature: Vec<u8>,
}

impl Assertion {
    /// The canonical bytes: a CBOR array of three byte strings.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::encode(self)
    }
}

/// Why an assertion does not sign a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AssertionError {
    /// Not a canonical array of three byte strings.
    #[error("the bytes are not an assertion")]
    Malformed,
    /// The client data are not the JSON object of a browser.
    #[error("the client data cannot be read")]
    ClientData,
    /// Not `webauthn.get`.
    #[error("the client data are of another type than `webauthn.get`")]
    OtherType,
    /// The challenge is of another message.
    #[error("the assertion answers another challenge")]
    OtherChallenge,
    /// Asked from inside a frame of a foreign page.
    #[error("the assertion was asked from a foreign page")]
    CrossOrigin,
    /// The authenticator was bound to another relying party.
    #[error("the assertion is bound to another relying party")]
    OtherParty,
    /// Nobody touched the authenticator, or it did not verify the person.
    #[error("the authenticator did not verify the person")]
    PersonNotVerified,
    /// The public key is not a compressed point of P-256.
    #[error("the public key is not a compressed point of P-256")]
    Key,
    /// The ECDSA signature is not DER or does not verify.
    #[error("the assertion's signature does not verify")]
    Signature,
}

/// What an authenticator is asked to sign for a message: its SHA-256.
pub fn challenge(message: &[u8]) -> [u8; 32] {
    sha256(message).0
}

/// Does this assertion, by this compressed P-256 key, bound to this relying party, sign the
/// message?
pub fn verify(
    public: &[u8],
    relying_party: &str,
    message: &[u8],
    assertion: &[u8],
) -> Result<(), AssertionError> {
    let assertion: Assertion = match canon::decode(assertion) {
        Ok(assertion) => assertion,
        Err(_) => return Err(AssertionError::Malformed),
    };
    asks_for(&assertion.client_data_json, message)?;
    vouches_for(&assertion.authenticator_data, relying_party)?;
    let signed =
        [&assertion.authenticator_data[..], &sha256(&assertion.client_data_json).0].concat();
    let key = point(public).ok_or(AssertionError::Key)?;
    let signature = Signature::from_der(&assertion.signature).ok();
    let valid = signature.is_some_and(|signature| key.verify(&signed, &signature).is_ok());
    if valid { Ok(()) } else { Err(AssertionError::Signature) }
}

fn point(public: &[u8]) -> Option<VerifyingKey> {
    if public.len() == PUBLIC_BYTES { VerifyingKey::from_sec1_bytes(public).ok() } else { None }
}

fn asks_for(client_data_json: &[u8], message: &[u8]) -> Result<(), AssertionError> {
    let data = client::read(client_data_json).ok_or(AssertionError::ClientData)?;
    if data.kind != "webauthn.get" {
        return Err(AssertionError::OtherType);
    }
    if data.challenge != URL_SAFE_NO_PAD.encode(challenge(message)) {
        return Err(AssertionError::OtherChallenge);
    }
    if data.cross_origin { Err(AssertionError::CrossOrigin) } else { Ok(()) }
}

fn vouches_for(authenticator_data: &[u8], relying_party: &str) -> Result<(), AssertionError> {
    let split = authenticator_data.split_at_checked(PARTY_HASH_BYTES);
    let (party, rest) = split.ok_or(AssertionError::Malformed)?;
    let (flags, rest) = rest.split_first().ok_or(AssertionError::Malformed)?;
    if rest.len() < COUNTER_BYTES {
        return Err(AssertionError::Malformed);
    }
    if party != sha256(relying_party.as_bytes()).0 {
        return Err(AssertionError::OtherParty);
    }
    let both = USER_PRESENT | USER_VERIFIED;
    if flags & both == both { Ok(()) } else { Err(AssertionError::PersonNotVerified) }
}
