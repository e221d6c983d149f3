//! Secrets at rest, sealed under a key that only one node has.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use note::digest::sha256_joined;
use words::hash::Seed;

use crate::dice::Dice;

/// Bytes of a nonce before each sealed secret.
const NONCE_BYTES: usize = 12;

/// A node's vault: what it seals is kept elsewhere, as a small value under the same name.
pub struct Vault {
    cipher: ChaCha20Poly1305,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Vault")
    }
}

impl Vault {
    /// A vault under a seed that never leaves the node.
    pub fn new(seed: &Seed) -> Self {
        let key = sha256_joined(&[b"safeconduct/vault/1\n", &seed.0]).0;
        Self { cipher: ChaCha20Poly1305::new(&Key::from(key)) }
    }

    /// The bytes to keep for a secret; they open under its name only.
    pub fn seal(&self, dice: &mut dyn Dice, name: &str, secret: &[u8]) -> Vec<u8> {
        let roll = dice.roll();
        let nonce: [u8; NONCE_BYTES] =
            roll.first_chunk::<NONCE_BYTES>().copied().unwrap_or_default();
        let payload = Payload { msg: secret, aad: name.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .expect("secrets are far below the cipher's limit");
        nonce.into_iter().chain(sealed).collect()
    }

    /// The secret in kept bytes; `None` if they were sealed under another key or name.
    pub fn open(&self, name: &str, kept: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = kept.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        self.cipher.decrypt(&Nonce::from(*nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use words::hash::Seed;

    use super::Vault;
    use crate::dice::SeededDice;

    #[test]
    fn a_secret_opens_under_its_own_name_and_key_only() {
        let (mut dice, vault) = (SeededDice::new([1; 32]), Vault::new(&Seed([2; 32])));
        let kept = vault.seal(&mut dice, "seed/m1", b"minute");
        assert_eq!(vault.open("seed/m1", &kept).as_deref(), Some(&b"minute"[..]));
        assert_eq!(vault.open("seed/m2", &kept), None);
        assert_eq!(vault.open("seed/m1", &kept[..5]), None);
        assert_eq!(Vault::new(&Seed([3; 32])).open("seed/m1", &kept), None);
    }
}
