//! Keys: who signs, under which short name, and whether a signature holds.

use std::fmt;
use std::sync::Arc;

use ed25519_dalek::{Signature, Signer, SigningKey as Secret, VerifyingKey};
use thiserror::Error;
use words::act::{Key, KeyKind};
use words::hash::KeyId;

use crate::assertion::{self, AssertionError};
use crate::digest::sha256;
use crate::hybrid;

/// Crockford's base 32: no I, L, O or U to be misheard or misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 20 bytes are 160 bits: nobody finds a second key with the same fingerprint, and eight groups
/// of four are still read out in half a minute.
const FINGERPRINT_BYTES: usize = 20;

/// A secret Ed25519 key that this program never holds, such as one on a token.
pub trait Elsewhere: Send + Sync {
    /// Its public half.
    fn public(&self) -> [u8; 32];

    /// Its signature, if whatever holds the secret can be reached now.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway>;
}

/// The secret cannot be reached: nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the key {key} cannot sign now: {why}")]
pub struct KeyAway {
    /// Which key.
    pub key: KeyId,
    /// What whoever holds it has said, and what to do.
    pub why: String,
}

/// Whoever can sign, in whichever way.
pub trait Signs: fmt::Debug {
    /// The public half.
    fn public(&self) -> Key;

    /// Its short name.
    fn id(&self) -> KeyId;

    /// Signs, if the secret can be reached now.
    fn sign_now(&self, message: &[u8]) -> Result<Vec<u8>, KeyAway>;
}

/// An Ed25519 key that can sign. Its secret is wiped from memory when it is dropped, if it was
/// ever there.
#[derive(Clone)]
pub struct SigningKey(Place);

#[derive(Clone)]
enum Place {
    Here(Box<Secret>),
    Elsewhere(Arc<dyn Elsewhere>),
}

impl SigningKey {
    /// The key of a secret seed; the same seed gives the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Place::Here(Box::new(Secret::from_bytes(seed))))
    }

    /// The key whose secret lies elsewhere.
    pub fn held(by: Arc<dyn Elsewhere>) -> Self {
        Self(Place::Elsewhere(by))
    }

    /// The public half.
    pub fn public(&self) -> Key {
        let public = match &self.0 {
            Place::Here(secret) => secret.verifying_key().to_bytes(),
            Place::Elsewhere(holder) => holder.public(),
        };
        Key { kind: KeyKind::Ed25519, public: public.to_vec(), relying_party: None }
    }

    /// The short name of the public half.
    pub fn id(&self) -> KeyId {
        key_id(&self.public())
    }

    /// What this key and another's owner can both work out and nobody else can (X25519 over the
    /// two keys' Montgomery forms); always used under a name of its own. `None` if the other is
    /// no key, or a point of small order, with which everybody agrees on the same; and if our
    /// secret lies elsewhere, where it signs and does nothing else.
    pub fn agree(&self, other: &Key) -> Option<[u8; 32]> {
        let other = Some(other).filter(|other| other.kind == KeyKind::Ed25519).and_then(point)?;
        let Place::Here(secret) = &self.0 else { return None };
        let shared = other.to_montgomery().mul_clamped(secret.to_scalar_bytes());
        Some(shared.to_bytes()).filter(|bytes| *bytes != [0; 32])
    }

    /// Signs bytes with a secret that is here. A node's key, which may be elsewhere, is asked
    /// with [`Self::try_sign`].
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.try_sign(message).expect("a key that may be away is asked with `try_sign`")
    }

    /// Signs bytes, if the secret can be reached now. What comes from elsewhere is checked: a
    /// token that signs wrongly is as good as none.
    pub fn try_sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway> {
        let holder = match &self.0 {
            Place::Here(secret) => return Ok(secret.sign(message).to_bytes()),
            Place::Elsewhere(holder) => holder,
        };
        let signature = holder.sign(message)?;
        let valid = verify(&self.public(), message, &signature).is_ok();
        let why = "what it signed does not verify: is this another key, or a broken token?";
        let away = || KeyAway { key: self.id(), why: why.to_owned() };
        valid.then_some(signature).ok_or_else(away)
    }
}

impl Signs for SigningKey {
    fn public(&self) -> Key {
        self.public()
    }

    fn id(&self) -> KeyId {
        self.id()
    }

    fn sign_now(&self, message: &[u8]) -> Result<Vec<u8>, KeyAway> {
        self.try_sign(message).map(|signature| signature.to_vec())
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
        KeyKind::Ed25519MlDsa44 => hybrid::verify_both(&key.public, message, signature),
        KeyKind::MlDsa44 => hybrid::verify_late(&key.public, message, signature),
    }
}

/// How a kind of key is named in COSE (RFC 9052): as registered there, and the pair of two, which
/// has no number yet, in the range for private use.
pub const fn cose_algorithm(kind: KeyKind) -> i64 {
    match kind {
        KeyKind::Ed25519 => -8,
        KeyKind::PasskeyP256 => -7,
        KeyKind::MlDsa44 => -48,
        KeyKind::Ed25519MlDsa44 => -65_537,
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

pub(crate) fn verify_ed25519(
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
    use std::sync::Arc;

    use words::act::{Key, KeyKind};

    use super::{
        Elsewhere, KeyAway, SignatureError, SigningKey, Verifier, fingerprint, key_id, verify,
    };

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

    struct Token {
        key: SigningKey,
        says: Result<Vec<u8>, &'static str>,
    }

    impl Elsewhere for Token {
        fn public(&self) -> [u8; 32] {
            self.key.public().public.try_into().unwrap()
        }

        fn sign(&self, _message: &[u8]) -> Result<[u8; 64], KeyAway> {
            let says = self.says.clone().map(|it| it.try_into().unwrap());
            says.map_err(|why| KeyAway { key: self.key.id(), why: why.to_owned() })
        }
    }

    #[test]
    fn a_key_elsewhere_signs_rightly_or_not_at_all() {
        let key = SigningKey::from_seed(&[7; 32]);
        let held = |says| SigningKey::held(Arc::new(Token { key: key.clone(), says }));
        let good = held(Ok(key.sign(b"go").to_vec()));
        assert_eq!(good.public(), key.public());
        assert_eq!(good.try_sign(b"go"), Ok(key.sign(b"go")));
        let told = good.try_sign(b"no").unwrap_err().to_string();
        assert!(told.contains("does not verify"), "{told}");
        let told = held(Err("no token")).try_sign(b"go").unwrap_err().to_string();
        assert_eq!(told, format!("the key {} cannot sign now: no token", key.id()));
        assert_eq!(good.agree(&SigningKey::from_seed(&[8; 32]).public()), None);
    }

    #[test]
    fn a_signing_key_does_not_print_its_secret() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id()));
    }
}
