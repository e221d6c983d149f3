//! Keys: who signs, under which short name, and whether a signature holds.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey as Secret, VerifyingKey};
use thiserror::Error;
use words::act::{Key, KeyKind};
use words::hash::KeyId;

use crate::assertion::{self, AssertionError};
use crate::digest::sha256;

/// Crockford's base 32: no I, L, O or U to be misheard or misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 20 bytes are 160 bits: nobody finds a second key with the same fingerprint, and eight groups
/// of four are still read out in half a minute.
const FINGERPRINT_BYTES: usize = 20;

/// An Ed25519 key that can sign. Its secret is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SigningKey(Secret);

impl SigningKey {
    /// The key of a secret seed; the same seed gives the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Secret::from_bytes(seed))
    }

    /// The public half.
    pub fn public(&self) -> Key {
        let public = self.0.verifying_key().to_bytes().to_vec();
        Key { kind: KeyKind::Ed25519, public, relying_party: None }
    }

    /// The short name of the public half.
    pub fn id(&self) -> KeyId {
        key_id(&self.public())
    }

    /// What this key and another's owner can both work out and nobody else can (X25519 over the
    /// two keys' Montgomery forms); always used under a name of its own. `None` if the other is
    /// no key, or a point of small order, with which everybody agrees on the same.
    pub fn agree(&self, other: &Key) -> Option<[u8; 32]> {
        let other = Some(other).filter(|other| other.kind == KeyKind::Ed25519).and_then(point)?;
        let shared = other.to_montgomery().mul_clamped(self.0.to_scalar_bytes());
        Some(shared.to_bytes()).filter(|bytes| *bytes != [0; 32])
    }

    /// Signs bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.id())
    }
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The public bytes are not a key of their kind.
    #[error("the key cannot be read")]
    Key,
    /// The signature was made by another key than this one.
    #[error("the signature names another key")]
    OtherKey,
    /// The signature was made in another way than this key signs.
    #[error("the signature is of another kind than the key")]
    OtherKind,
    /// It is not a signature of these bytes by this key.
    #[error("the signature does not verify")]
    Wrong,
    /// The passkey's assertion does not sign these bytes.
    #[error("the passkey's assertion does not hold")]
    Assertion(#[source] AssertionError),
}

/// The short name of a key: the first 8 bytes of SHA-256 of its public bytes.
pub fn key_id(key: &Key) -> KeyId {
    let digest = sha256(&key.public).0;
    KeyId(*digest.first_chunk().expect("a digest has more than 8 bytes"))
}

/// What two officers read to each other over a telephone: 160 bits of SHA-256 of the public
/// bytes as eight groups of four, such as `7QK2-M9XD-…`.
pub fn fingerprint(key: &Key) -> String {
    told(&key.public)
}

/// Any bytes as two people read them to each other: as a [`fingerprint`].
pub(crate) fn told(bytes: &[u8]) -> String {
    let digest = sha256(bytes);
    let mut text = String::with_capacity(39);
    for (index, symbol) in symbols(digest.0.iter().take(FINGERPRINT_BYTES)).enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push('-');
        }
        text.push(symbol);
    }
    text
}

// Five bits a symbol, the first bit first; five bytes make eight symbols and none is left over.
fn symbols<'b>(bytes: impl Iterator<Item = &'b u8>) -> impl Iterator<Item = char> {
    let mut bits = bytes.flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1));
    std::iter::from_fn(move || {
        let first = bits.next()?;
        let value = bits.by_ref().take(4).fold(first, |value, bit| value << 1 | bit);
        ALPHABET.get(usize::from(value)).copied().map(char::from)
    })
}

/// Does this key sign these bytes? Ed25519 is checked strictly, one signature at a time: batches
/// accept what single checks refuse, and two nodes must never disagree.
pub fn verify(key: &Key, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    match key.kind {
        KeyKind::Ed25519 => {
            let point = point(key).ok_or(SignatureError::Key)?;
            verify_ed25519(&point, message, signature)
        }
        KeyKind::PasskeyP256 => {
            let party = key.relying_party.as_deref().ok_or(SignatureError::Key)?;
            assertion::verify(&key.public, party, message, signature)
                .map_err(SignatureError::Assertion)
        }
    }
}

/// A public key made ready: finding its point on the curve takes a tenth of a verification, and
/// its name a hash; a ledger has many statements by few keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    key: Key,
    id: KeyId,
    point: Option<VerifyingKey>,
}

impl Verifier {
    /// The key made ready; one that cannot be read verifies nothing.
    pub fn new(key: Key) -> Self {
        let point = if key.kind == KeyKind::Ed25519 { point(&key) } else { None };
        Self { id: key_id(&key), key, point }
    }

    /// The key.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The key's short name.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Does this key sign these bytes? The same answer as [`verify`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match &self.point {
            Some(point) => verify_ed25519(point, message, signature),
            None => verify(&self.key, message, signature),
        }
    }
}

fn point(key: &Key) -> Option<VerifyingKey> {
    let public = key.public.as_slice().try_into().ok()?;
    VerifyingKey::from_bytes(public).ok()
}

fn verify_ed25519(
    public: &VerifyingKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let signature = Signature::from_slice(signature).ok();
    let valid =
        signature.is_some_and(|signature| public.verify_strict(message, &signature).is_ok());
    if valid { Ok(()) } else { Err(SignatureError::Wrong) }
}

#[cfg(test)]
mod tests {
    use words::act::{Key, KeyKind};

    use super::{SignatureError, SigningKey, Verifier, fingerprint, key_id, verify};

    #[test]
    fn a_key_signs_what_it_signs_and_nothing_else() {
        let key = SigningKey::from_seed(&[7; 32]);
        let signature = key.sign(b"go");
        assert_eq!(verify(&key.public(), b"go", &signature), Ok(()));
        assert_eq!(verify(&key.public(), b"no", &signature), Err(SignatureError::Wrong));
        assert_eq!(verify(&key.public(), b"go", &signature[..63]), Err(SignatureError::Wrong));
        let other = SigningKey::from_seed(&[8; 32]).public();
        assert_eq!(verify(&other, b"go", &signature), Err(SignatureError::Wrong));
    }

    #[test]
    fn two_keys_agree_and_a_third_does_not() {
        let [one, two, third] = [7, 8, 9].map(|seed| SigningKey::from_seed(&[seed; 32]));
        let shared = one.agree(&two.public()).unwrap();
        assert_eq!(two.agree(&one.public()), Some(shared));
        assert_ne!(third.agree(&one.public()), Some(shared));
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let everybody = Key { public: neutral.to_vec(), ..one.public() };
        assert_eq!(one.agree(&everybody), None);
        let passkey = Key { kind: KeyKind::PasskeyP256, ..two.public() };
        assert_eq!(one.agree(&passkey), None);
    }

    #[test]
    fn a_key_made_ready_answers_as_the_key_does() {
        let key = SigningKey::from_seed(&[7; 32]);
        let signature = key.sign(b"go");
        let no_point = Key { public: vec![2; 32], ..key.public() };
        let too_short = Key { public: vec![7; 31], ..key.public() };
        let passkey = Key { kind: KeyKind::PasskeyP256, ..key.public() };
        for key in [key.public(), no_point, too_short, passkey] {
            let ready = Verifier::new(key.clone());
            assert_eq!(ready.id(), key_id(&key));
            for message in [b"go", b"no"] {
                assert_eq!(
                    ready.verify(message, &signature),
                    verify(&key, message, &signature),
                    "{key:?}"
                );
            }
        }
    }

    #[test]
    fn a_key_of_small_order_signs_nothing() {
        // The neutral point as key and as R verifies any message under the lenient equation.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let key = Key { public: neutral.to_vec(), ..SigningKey::from_seed(&[7; 32]).public() };
        let signature = [&neutral[..], &[0; 32]].concat();
        assert_eq!(verify(&key, b"anything", &signature), Err(SignatureError::Wrong));
        let ready = Verifier::new(key);
        assert_eq!(ready.verify(b"anything", &signature), Err(SignatureError::Wrong));
    }

    #[test]
    fn a_fingerprint_is_eight_groups_of_four_clear_letters() {
        let text = fingerprint(&SigningKey::from_seed(&[7; 32]).public());
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
        assert!(!text.contains(['I', 'L', 'O', 'U']), "{text}");
        let public = vec![0; 32];
        let zeros = Key { public, ..SigningKey::from_seed(&[7; 32]).public() };
        // SHA-256 of 32 zero bytes starts 66687aad f862bd77.
        assert_eq!(fingerprint(&zeros), "CSM7-NBFR-CAYQ-EV4F-R65R-X7WE-4049-E545".to_owned());
    }

    #[test]
    fn a_signing_key_does_not_print_its_secret() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id()));
    }
}
