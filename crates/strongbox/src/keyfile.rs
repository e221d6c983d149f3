//! Key files: a seed sealed by a passphrase.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use note::key::SigningKey;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use words::hash::{KeyId, hex, unhex};
use words::id::PersonId;

use crate::dice::Dice;

/// Argon2id memory in KiB: 19 MiB, the smaller of OWASP's recommended settings, so that a node
/// on an old laptop can open a key.
const MEMORY_KIB: u32 = 19_456;
/// Argon2id passes (OWASP with that memory).
const PASSES: u32 = 2;
/// The shortest passphrase that is accepted when a key is made.
pub const PASSPHRASE_CHARS_MIN: usize = 8;

/// A sealed seed as it lies in `keys/NAME.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Format: 1.
    pub version: u16,
    /// Whose key.
    pub person: PersonId,
    /// The key's short name, so that a file can be told without opening it.
    pub key: KeyId,
    /// Argon2id salt, hexadecimal.
    pub salt: String,
    /// ChaCha20-Poly1305 of the seed, hexadecimal.
    pub sealed: String,
}

/// Why a key file did not open or could not be made.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// The passphrase is wrong, or the file was changed.
    #[error("the passphrase does not open the key of `{0}`")]
    Closed(PersonId),
    /// The file is not a key file.
    #[error("not a key file of version 1")]
    Unreadable,
    /// Too short a passphrase.
    #[error("a passphrase has at least {PASSPHRASE_CHARS_MIN} characters")]
    TooShort,
}

impl KeyFile {
    /// Seals a seed under a passphrase.
    pub fn seal(
        person: PersonId,
        seed: &[u8; 32],
        passphrase: &str,
        dice: &mut dyn Dice,
    ) -> Result<Self, KeyFileError> {
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(KeyFileError::TooShort);
        }
        let salt = dice.short();
        let cipher = cipher(passphrase, &salt);
        // Each salt makes a new key, and the key seals one seed: the nonce may be zero.
        let sealed = cipher
            .encrypt(&Nonce::default(), seed.as_slice())
            .expect("32 bytes are within the cipher's limit");
        let key = SigningKey::from_seed(seed).id();
        Ok(Self { version: 1, person, key, salt: hex(&salt), sealed: hex(&sealed) })
    }

    /// Opens the signing key.
    pub fn open(&self, passphrase: &str) -> Result<SigningKey, KeyFileError> {
        let salt = unhex(&self.salt).ok_or(KeyFileError::Unreadable)?;
        let sealed = unhex(&self.sealed).ok_or(KeyFileError::Unreadable)?;
        if self.version != 1 || salt.len() != 16 {
            return Err(KeyFileError::Unreadable);
        }
        let closed = || KeyFileError::Closed(self.person.clone());
        let seed = cipher(passphrase, &salt)
            .decrypt(&Nonce::default(), sealed.as_slice())
            .ok()
            .and_then(|seed| <[u8; 32]>::try_from(seed).ok())
            .ok_or_else(closed)?;
        let key = SigningKey::from_seed(&seed);
        if key.id() == self.key { Ok(key) } else { Err(closed()) }
    }
}

fn cipher(passphrase: &str, salt: &[u8]) -> ChaCha20Poly1305 {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("constants within range");
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Key::default();
    argon
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .expect("a 16-byte salt and a 32-byte key are within range");
    ChaCha20Poly1305::new(&key)
}

#[cfg(test)]
mod tests {
    use words::id::PersonId;

    use super::{KeyFile, KeyFileError};
    use crate::dice::SeededDice;

    #[test]
    fn only_its_passphrase_opens_a_key_file() {
        let person = PersonId::new("host/officer").unwrap();
        let mut dice = SeededDice::of(1, "keyfile");
        let file = KeyFile::seal(person, &[7; 32], "correct horse", &mut dice).unwrap();
        assert_eq!(file.open("correct horse").unwrap().id(), file.key);
        assert!(matches!(file.open("wrong horse"), Err(KeyFileError::Closed(_))));
    }
}
