//! ML-DSA-44, by itself and together with Ed25519.
//!
//! The pair is the composite `id-MLDSA44-Ed25519-SHA512` of the IETF's LAMPS working group: both
//! halves sign the same framed digest, so that neither half of a signature is good for anything
//! by itself. What may not happen here: a signature that holds with one half alone.

use std::fmt;

use ed25519_dalek::VerifyingKey as Point;
use ml_dsa::{ExpandedSigningKey, MlDsa44, Signature, VerifyingKey};
use sha2::{Digest, Sha512};
use words::act::{Key, KeyKind};
use words::hash::KeyId;

use crate::digest::sha256_joined;
use crate::key::{KeyAway, SignatureError, SigningKey, Signs, key_id, verify_ed25519};

/// An ML-DSA-44 public key has as many bytes (FIPS 204, table 2).
pub const ML_DSA_PUBLIC_BYTES: usize = 1_312;

/// An ML-DSA-44 signature has as many bytes (FIPS 204, table 2).
pub const ML_DSA_SIGNATURE_BYTES: usize = 2_420;

const ED25519_PUBLIC_BYTES: usize = 32;

// The frame of a composite signature: the draft's prefix, the label of this pair, no context.
const PREFIX: &[u8] = b"CompositeAlgorithmSignatures2025";
const LABEL: &[u8] = b"COMPSIG-MLDSA44-Ed25519-SHA512";
const NO_CONTEXT: &[u8] = &[0];

/// An ML-DSA-44 key that can sign: what a node signs heads with, beside its Ed25519 key.
pub struct MlDsaKey {
    secret: Box<ExpandedSigningKey<MlDsa44>>,
    public: Vec<u8>,
}

impl MlDsaKey {
    /// The key of a secret seed, as FIPS 204 draws it; the same seed gives the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let secret = Box::new(ExpandedSigningKey::<MlDsa44>::from_seed(&(*seed).into()));
        let public = secret.verifying_key().encode().to_vec();
        Self { secret, public }
    }

    /// The public half.
    pub fn public(&self) -> Key {
        Key { kind: KeyKind::MlDsa44, public: self.public.clone(), relying_party: None }
    }

    /// Signs bytes, without a context; the same bytes give the same signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.sign_with(message, &[])
    }

    fn sign_with(&self, message: &[u8], context: &[u8]) -> Vec<u8> {
        let signature = self.secret.sign_deterministic(message, context);
        signature.expect("a context has at most 255 bytes").encode().to_vec()
    }
}

impl fmt::Debug for MlDsaKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MlDsaKey({})", key_id(&self.public()))
    }
}

/// An Ed25519 and an ML-DSA-44 key that sign together.
#[derive(Debug)]
pub struct HybridKey {
    plain: SigningKey,
    late: MlDsaKey,
}

impl HybridKey {
    /// Both keys of one secret seed, each under its own domain.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let derive = |domain: &[u8]| sha256_joined(&[domain, seed]).0;
        let plain = SigningKey::from_seed(&derive(b"safeconduct/hybrid-ed25519/1\n"));
        Self { plain, late: MlDsaKey::from_seed(&derive(b"safeconduct/hybrid-ml-dsa-44/1\n")) }
    }
}

impl Signs for HybridKey {
    fn public(&self) -> Key {
        let public = [self.late.public.as_slice(), &self.plain.public().public].concat();
        Key { kind: KeyKind::Ed25519MlDsa44, public, relying_party: None }
    }

    fn id(&self) -> KeyId {
        key_id(&self.public())
    }

    fn sign_now(&self, message: &[u8]) -> Result<Vec<u8>, KeyAway> {
        let framed = framed(message);
        let plain = self.plain.try_sign(&framed)?;
        Ok([self.late.sign_with(&framed, LABEL).as_slice(), &plain].concat())
    }
}

/// Does this ML-DSA-44 key sign these bytes?
pub(crate) fn verify_late(
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    holds(public, (message, &[]), signature)
}

/// Do both halves of this key sign these bytes?
pub(crate) fn verify_both(
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let halves = public.split_at_checked(ML_DSA_PUBLIC_BYTES);
    let (late, plain) = halves.ok_or(SignatureError::Key)?;
    let plain = <&[u8; ED25519_PUBLIC_BYTES]>::try_from(plain).ok();
    let plain = plain.and_then(|plain| Point::from_bytes(plain).ok()).ok_or(SignatureError::Key)?;
    let halves = signature.split_at_checked(ML_DSA_SIGNATURE_BYTES);
    let (by_late, by_plain) = halves.ok_or(SignatureError::Wrong)?;
    let framed = framed(message);
    verify_ed25519(&plain, &framed, by_plain)?;
    holds(late, (&framed, LABEL), by_late)
}

fn holds(
    public: &[u8],
    (message, context): (&[u8], &[u8]),
    signature: &[u8],
) -> Result<(), SignatureError> {
    let public = public.try_into().ok().ok_or(SignatureError::Key)?;
    let signature = Signature::<MlDsa44>::try_from(signature).ok().ok_or(SignatureError::Wrong)?;
    let valid =
        VerifyingKey::<MlDsa44>::decode(&public).verify_with_context(message, context, &signature);
    if valid { Ok(()) } else { Err(SignatureError::Wrong) }
}

// What both halves sign: the draft's M'.
fn framed(message: &[u8]) -> Vec<u8> {
    [PREFIX, LABEL, NO_CONTEXT, Sha512::digest(message).as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use words::act::KeyKind;

    use super::{HybridKey, ML_DSA_SIGNATURE_BYTES, MlDsaKey, framed};
    use crate::key::{SignatureError, SigningKey, Signs, key_id, verify};

    #[test]
    fn one_half_alone_is_no_signature() {
        let (ours, theirs) = (HybridKey::from_seed(&[7; 32]), HybridKey::from_seed(&[8; 32]));
        let key = ours.public();
        let good = ours.sign_now(b"go").unwrap();
        assert_eq!((key.public.len(), good.len()), (1_344, 2_484));
        assert_eq!(verify(&key, b"go", &good), Ok(()));
        assert_eq!(verify(&key, b"no", &good), Err(SignatureError::Wrong));
        let other = theirs.sign_now(b"go").unwrap();
        let at = ML_DSA_SIGNATURE_BYTES;
        for forged in [
            [&good[..at], &other[at..]].concat(),
            [&other[..at], &good[at..]].concat(),
            good[..at].to_vec(),
            good[at..].to_vec(),
            [&good[..], &[0]].concat(),
        ] {
            assert_eq!(verify(&key, b"go", &forged), Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn a_half_that_was_cut_off_serves_no_other_key() {
        let ours = HybridKey::from_seed(&[7; 32]);
        let signature = ours.sign_now(b"go").unwrap();
        let (late, plain) = signature.split_at(ML_DSA_SIGNATURE_BYTES);
        for message in [b"go".to_vec(), framed(b"go")] {
            let by_late = verify(&ours.late.public(), &message, late);
            assert_eq!(by_late, Err(SignatureError::Wrong), "another context");
        }
        assert_eq!(verify(&ours.plain.public(), b"go", plain), Err(SignatureError::Wrong));
    }

    #[test]
    fn a_seed_gives_one_key_and_one_signature() {
        let [one, two] = [1, 1].map(|seed| HybridKey::from_seed(&[seed; 32]));
        assert_eq!(one.sign_now(b"go").unwrap(), two.sign_now(b"go").unwrap());
        assert_eq!(one.id(), key_id(&one.public()));
        let late = MlDsaKey::from_seed(&[1; 32]);
        assert_eq!(late.sign(b"go").len(), ML_DSA_SIGNATURE_BYTES);
        assert_eq!(verify(&late.public(), b"go", &late.sign(b"go")), Ok(()));
        assert_eq!(verify(&late.public(), b"no", &late.sign(b"go")), Err(SignatureError::Wrong));
    }

    #[test]
    fn a_key_of_another_length_is_none() {
        let key = HybridKey::from_seed(&[7; 32]);
        let good = key.sign_now(b"go").unwrap();
        for cut in [0, 31, 32, 1_312, 1_343] {
            let mut short = key.public();
            short.public.truncate(cut);
            assert_eq!(verify(&short, b"go", &good), Err(SignatureError::Key), "{cut}");
            short.kind = KeyKind::MlDsa44;
            let known = if cut == 1_312 { SignatureError::Wrong } else { SignatureError::Key };
            assert_eq!(verify(&short, b"go", &good), Err(known), "{cut}");
        }
        let plain = SigningKey::from_seed(&[7; 32]);
        assert_eq!(plain.sign_now(b"go").unwrap(), plain.sign(b"go"));
    }
}
