//! Sealing to one node: HPKE with X-Wing, which outlives today's curves.

use std::convert::Infallible;
use std::fmt;

use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::{Kem, XWing};
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng,
};
use note::digest::sha256;
use sha2::Sha256;
use thiserror::Error;
use words::movement::Stage;

/// Tells this use of HPKE from every other.
const DOMAIN: &str = "safeconduct/seal/1\n";

/// A context is a movement, a hash and a word or two; HPKE panics beyond 65,530 bytes.
pub const CONTEXT_BYTES_MAX: usize = 1_024;

/// Bytes that X-Wing's encapsulation puts in front of the ciphertext.
pub const ENCAPSULATION_BYTES: usize = 1_120;

/// Why a text is not sealed or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// The public bytes are not an X-Wing key.
    #[error("the bytes are not a sealing key")]
    BadKey,
    /// Longer than [`CONTEXT_BYTES_MAX`].
    #[error("a context has at most {CONTEXT_BYTES_MAX} bytes")]
    ContextTooLong,
    /// Another key, another context, or changed bytes: which, nobody is told.
    #[error("the sealed bytes do not open")]
    NotOpened,
    /// The core breaks its own rules.
    #[error("the core cannot be drawn from")]
    BadCore,
    /// There are no halves for a stage with a text.
    #[error("there are no halves for stage {0:?}")]
    NoHalves(Stage),
    /// A pair of halves locks one text, so a stage stands once.
    #[error("stage {0:?} stands twice")]
    StageTwice(Stage),
    /// The draw makes this stage: it has no text before.
    #[error("stage {0:?} does not exist before the draw and has no text")]
    NotYetDrawn(Stage),
    /// A text or a list is longer than its limit.
    #[error("the plan is longer than its limits")]
    TooLong,
}

/// The key that opens what is sealed to a node. Its secret is wiped from memory when dropped.
#[derive(Clone)]
pub struct SealingKey(<XWing as Kem>::PrivateKey);

impl SealingKey {
    /// The key of a secret seed; the same seed gives the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = <XWing as Kem>::PrivateKey::from_bytes(seed);
        Self(key.expect("any 32 bytes are an X-Wing secret"))
    }

    /// The public key that others seal to: 1,216 bytes.
    pub fn public(&self) -> Vec<u8> {
        XWing::sk_to_pk(&self.0).to_bytes().to_vec()
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SealingKey(hidden)")
    }
}

/// Seals a text to the node of a public key, for one context. `chance` is 32 fresh random
/// bytes; even if they were used twice, another text or context draws another key.
pub fn seal_to(
    public: &[u8],
    context: &str,
    plaintext: &[u8],
    chance: &[u8; 32],
) -> Result<Vec<u8>, SealError> {
    let info = info(context)?;
    let key = <XWing as Kem>::PublicKey::from_bytes(public).or(Err(SealError::BadKey))?;
    let mut dice = Dice::new(chance, &[public, info.as_bytes(), plaintext]);
    let (encapsulated, locked) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &key,
        info.as_bytes(),
        plaintext,
        &[],
        &mut dice,
    )
    .or(Err(SealError::BadKey))?;
    Ok([&encapsulated.to_bytes()[..], &locked].concat())
}

/// Opens what [`seal_to`] made for this key and context.
pub fn open_with(key: &SealingKey, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let info = info(context)?;
    let split = sealed.split_at_checked(ENCAPSULATION_BYTES);
    let (encapsulated, locked) = split.ok_or(SealError::NotOpened)?;
    let encapsulated = <XWing as Kem>::EncappedKey::from_bytes(encapsulated);
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &key.0,
        &encapsulated.or(Err(SealError::NotOpened))?,
        info.as_bytes(),
        locked,
        &[],
    )
    .or(Err(SealError::NotOpened))
}

fn info(context: &str) -> Result<String, SealError> {
    let short = context.len() <= CONTEXT_BYTES_MAX;
    if short { Ok(format!("{DOMAIN}{context}")) } else { Err(SealError::ContextTooLong) }
}

// The chance that came in as an argument, in the shape that HPKE asks for. It is stretched
// together with all that is sealed, so that chance used twice by mistake betrays nothing.
struct Dice {
    secret: Hkdf<Sha256>,
    drawn: u64,
}

impl Dice {
    fn new(chance: &[u8; 32], sealed: &[&[u8]]) -> Self {
        let digests = sealed.iter().flat_map(|part| sha256(part).0);
        let digests: Vec<u8> = digests.collect();
        Self { secret: Hkdf::new(Some(&digests), chance), drawn: 0 }
    }

    fn draw(&mut self, out: &mut [u8]) {
        // HKDF gives at most 8,160 bytes an expansion; nobody here asks for so many at once.
        for part in out.chunks_mut(32) {
            self.drawn += 1;
            let label = self.drawn.to_be_bytes();
            self.secret.expand(&label, part).expect("32 bytes are one block of HKDF");
        }
    }
}

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.draw(&mut bytes);
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.draw(&mut bytes);
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.draw(out);
        Ok(())
    }
}

impl TryCryptoRng for Dice {}

#[cfg(test)]
mod tests {
    use super::{CONTEXT_BYTES_MAX, SealError, SealingKey, open_with, seal_to};

    #[test]
    fn only_the_key_it_was_sealed_to_opens_it() {
        let (host, other) = (SealingKey::from_seed(&[1; 32]), SealingKey::from_seed(&[2; 32]));
        let sealed = seal_to(&host.public(), "m-1", b"halves", &[9; 32]).unwrap();
        assert_eq!(host.public().len(), 1_216);
        assert_eq!(open_with(&host, "m-1", &sealed).as_deref(), Ok(&b"halves"[..]));
        assert_eq!(open_with(&other, "m-1", &sealed), Err(SealError::NotOpened));
        assert_eq!(open_with(&host, "m-2", &sealed), Err(SealError::NotOpened));
    }

    #[test]
    fn changed_and_cut_bytes_are_refused() {
        let host = SealingKey::from_seed(&[1; 32]);
        let sealed = seal_to(&host.public(), "m-1", b"halves", &[9; 32]).unwrap();
        // Every 37th byte walks through both ciphertexts and the tag.
        for at in (0..sealed.len()).step_by(37).chain([sealed.len() - 1]) {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open_with(&host, "m-1", &changed), Err(SealError::NotOpened), "byte {at}");
            assert_eq!(open_with(&host, "m-1", &sealed[..at]), Err(SealError::NotOpened));
        }
    }

    #[test]
    fn the_same_chance_seals_another_text_under_another_key() {
        let host = SealingKey::from_seed(&[1; 32]).public();
        let seal = |text: &[u8]| seal_to(&host, "m-1", text, &[9; 32]).unwrap();
        assert_eq!(seal(b"a"), seal(b"a"));
        assert_ne!(seal(b"a")[..1_120], seal(b"b")[..1_120]);
    }

    #[test]
    fn what_is_no_key_or_too_long_is_refused() {
        assert_eq!(seal_to(&[0; 5], "m-1", b"", &[9; 32]), Err(SealError::BadKey));
        let long = "x".repeat(CONTEXT_BYTES_MAX + 1);
        let host = SealingKey::from_seed(&[1; 32]).public();
        assert_eq!(seal_to(&host, &long, b"", &[9; 32]), Err(SealError::ContextTooLong));
    }

    #[test]
    fn a_sealing_key_does_not_print() {
        assert_eq!(format!("{:?}", SealingKey::from_seed(&[1; 32])), "SealingKey(hidden)");
    }
}
