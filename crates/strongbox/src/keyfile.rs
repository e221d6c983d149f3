//! Key files: a seed sealed by a passphrase.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use note::hybrid::HybridKey;
use note::key::{SigningKey, Signs};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use words::act::KeyKind;
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
    /// How it signs, if it is no plain Ed25519 key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KeyKind>,
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
    /// A key of two algorithms, where one signs statements.
    #[error("a hybrid key signs the orders of a root, with `root sign`, and nothing else")]
    Hybrid,
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
        let key = SigningKey::from_seed(seed).id();
        Self::sealed((person, key, None), seed, passphrase, dice)
    }

    /// Seals the seed of a hybrid key under a passphrase.
    pub fn seal_hybrid(
        person: PersonId,
        seed: &[u8; 32],
        passphrase: &str,
        dice: &mut dyn Dice,
    ) -> Result<Self, KeyFileError> {
        let key = HybridKey::from_seed(seed).id();
        Self::sealed((person, key, Some(KeyKind::Ed25519MlDsa44)), seed, passphrase, dice)
    }

    fn sealed(
        (person, key, kind): (PersonId, KeyId, Option<KeyKind>),
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
        Ok(Self { version: 1, person, key, kind, salt: hex(&salt), sealed: hex(&sealed) })
    }

    /// Opens the signing key of a person who signs statements.
    pub fn open(&self, passphrase: &str) -> Result<SigningKey, KeyFileError> {
        if self.kind.is_some() {
            return Err(KeyFileError::Hybrid);
        }
        let key = SigningKey::from_seed(&self.opened(passphrase)?);
        if key.id() == self.key { Ok(key) } else { Err(self.closed()) }
    }

    /// Opens a custodian's key, of either kind.
    pub fn open_any(&self, passphrase: &str) -> Result<Box<dyn Signs>, KeyFileError> {
        match self.kind {
            None | Some(KeyKind::Ed25519) => Ok(Box::new(self.open(passphrase)?)),
            Some(KeyKind::Ed25519MlDsa44) => {
                let key = HybridKey::from_seed(&self.opened(passphrase)?);
                if key.id() == self.key { Ok(Box::new(key)) } else { Err(self.closed()) }
            }
            Some(KeyKind::PasskeyP256 | KeyKind::MlDsa44) => Err(KeyFileError::Unreadable),
        }
    }

    fn closed(&self) -> KeyFileError {
        KeyFileError::Closed(self.person.clone())
    }

    fn opened(&self, passphrase: &str) -> Result<[u8; 32], KeyFileError> {
        let salt = unhex(&self.salt).ok_or(KeyFileError::Unreadable)?;
        let sealed = unhex(&self.sealed).ok_or(KeyFileError::Unreadable)?;
        if self.version != 1 || salt.len() != 16 {
            return Err(KeyFileError::Unreadable);
        }
        cipher(passphrase, &salt)
            .decrypt(&Nonce::default(), sealed.as_slice())
            .ok()
            .and_then(|seed| <[u8; 32]>::try_from(seed).ok())
            .ok_or_else(|| self.closed())
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

    #[test]
    fn a_hybrid_key_opens_for_orders_and_for_nothing_else() {
        let person = PersonId::new("host/custodian").unwrap();
        let mut dice = SeededDice::of(1, "keyfile");
        let file = KeyFile::seal_hybrid(person, &[7; 32], "correct horse", &mut dice).unwrap();
        assert_eq!(file.open_any("correct horse").unwrap().id(), file.key);
        assert!(matches!(file.open_any("wrong horse"), Err(KeyFileError::Closed(_))));
        assert!(matches!(file.open("correct horse"), Err(KeyFileError::Hybrid)));
        let text = serde_json::to_string(&file).unwrap();
        assert!(text.contains("\"kind\":\"ed25519_ml_dsa44\""), "{text}");
    }
}
