//! Verifier keys: who signs, how, under which name, in one line.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use note::hybrid::ML_DSA_PUBLIC_BYTES;
use thiserror::Error;
use words::act::{Key, KeyKind};
use words::hash::hex;

use crate::signed::{is_name, key_hash};

/// An Ed25519 public key has as many bytes.
const PUBLIC_BYTES: usize = 32;

/// How a key signs a note: the types of C2SP `signed-note` that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureKind {
    /// Ed25519 over the text: how a log signs its own head.
    Plain,
    /// Ed25519 over the text and a time: how a witness cosigns a head.
    Cosignature,
    /// ML-DSA-44 over name, time, origin, size and root: a cosignature for the time after.
    MlDsa,
}

impl SignatureKind {
    /// The type's byte.
    pub const fn code(self) -> u8 {
        match self {
            Self::Plain => 0x01,
            Self::Cosignature => 0x04,
            Self::MlDsa => 0x06,
        }
    }

    const fn of_code(code: u8) -> Option<Self> {
        match code {
            0x01 => Some(Self::Plain),
            0x04 => Some(Self::Cosignature),
            0x06 => Some(Self::MlDsa),
            _ => None,
        }
    }

    /// How keys are that sign so, and how many public bytes they have.
    const fn keys(self) -> (KeyKind, usize) {
        match self {
            Self::Plain | Self::Cosignature => (KeyKind::Ed25519, PUBLIC_BYTES),
            Self::MlDsa => (KeyKind::MlDsa44, ML_DSA_PUBLIC_BYTES),
        }
    }
}

/// A verifier key: `NAME+KEYHASH+BASE64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkey {
    /// Under which name it signs.
    pub name: String,
    /// How it signs.
    pub kind: SignatureKind,
    /// The public key.
    pub key: Key,
}

/// Why a text is not a verifier key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VkeyError {
    /// It is not `NAME+KEYHASH+BASE64`.
    #[error("a verifier key is written NAME+KEYHASH+BASE64, not `{0}`")]
    Malformed(String),
    /// Its type is none of ours.
    #[error("the key of `{0}` signs in a way that is not known here")]
    OtherKind(String),
    /// The key hash is not that of name, type and key: one of them was altered.
    #[error("the key hash of `{0}` is not that of its name and key")]
    OtherHash(String),
}

impl Vkey {
    /// How a log of this name signs its heads.
    pub fn log(name: &str, key: &Key) -> Self {
        Self { name: name.to_owned(), kind: SignatureKind::Plain, key: key.clone() }
    }

    /// How a witness of this name cosigns heads.
    pub fn witness(name: &str, key: &Key) -> Self {
        Self { name: name.to_owned(), kind: SignatureKind::Cosignature, key: key.clone() }
    }

    /// How somebody of this name cosigns heads with ML-DSA-44.
    pub fn ml_dsa(name: &str, key: &Key) -> Self {
        Self { name: name.to_owned(), kind: SignatureKind::MlDsa, key: key.clone() }
    }

    /// The first 4 bytes of SHA-256 of name, type and key: what stands before its signatures.
    pub fn key_hash(&self) -> [u8; 4] {
        key_hash(&self.name, self.kind.code(), &self.key)
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.kind.code()], self.key.public.as_slice()].concat();
        write!(out, "{}+{}+{}", self.name, hex(&self.key_hash()), STANDARD.encode(bytes))
    }
}

impl FromStr for Vkey {
    type Err = VkeyError;

    fn from_str(text: &str) -> Result<Self, VkeyError> {
        let malformed = || VkeyError::Malformed(text.to_owned());
        let (name, rest) = text.split_once('+').ok_or_else(malformed)?;
        let (hash, code) = rest.split_once('+').ok_or_else(malformed)?;
        let bytes = STANDARD.decode(code).ok();
        let (kind, public) =
            bytes.as_deref().and_then(<[u8]>::split_first).ok_or_else(malformed)?;
        let kind = SignatureKind::of_code(*kind);
        let kind = kind.ok_or_else(|| VkeyError::OtherKind(name.to_owned()))?;
        let (of, bytes) = kind.keys();
        if !is_name(name) || public.len() != bytes {
            return Err(malformed());
        }
        let key = Key { kind: of, public: public.to_vec(), relying_party: None };
        let vkey = Self { name: name.to_owned(), kind, key };
        // In lower case only: a second way to write a key would be a second key in a policy.
        let same = hash == hex(&vkey.key_hash());
        if same { Ok(vkey) } else { Err(VkeyError::OtherHash(vkey.name)) }
    }
}

#[cfg(test)]
mod tests {
    use note::hybrid::MlDsaKey;
    use note::key::SigningKey;

    use super::{Vkey, VkeyError};

    #[test]
    fn a_key_for_the_time_after_has_its_own_length() {
        let key = MlDsaKey::from_seed(&[1; 32]).public();
        let vkey = Vkey::ml_dsa("log.example", &key);
        assert_eq!(vkey.to_string().parse(), Ok(vkey));
        let short = Vkey::ml_dsa("log.example", &SigningKey::from_seed(&[1; 32]).public());
        let told = short.to_string().parse::<Vkey>();
        assert!(matches!(told, Err(VkeyError::Malformed(_))), "{told:?}");
    }

    #[test]
    fn a_key_is_written_in_one_way() {
        let vkey = Vkey::log("log.example", &SigningKey::from_seed(&[1; 32]).public());
        let text = vkey.to_string();
        assert_eq!(text.parse(), Ok(vkey));
        // Found by fuzzing: the digits of the key hash were read in upper case as well.
        let (name, rest) = text.split_once('+').unwrap();
        let (hash, code) = rest.split_once('+').unwrap();
        let loud = format!("{name}+{}+{code}", hash.to_uppercase());
        assert_ne!(loud, text, "the hash has letters");
        assert_eq!(loud.parse::<Vkey>(), Err(VkeyError::OtherHash(name.to_owned())));
    }
}
