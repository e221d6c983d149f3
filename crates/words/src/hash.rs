//! Fixed-size byte strings: digests, keys' short names, statement ids.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text is not the hexadecimal form of this byte string.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("expected {wanted} hexadecimal digits, got `{got}`")]
pub struct HexError {
    wanted: usize,
    got: String,
}

/// Lower-case hexadecimal of bytes.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Bytes of a hexadecimal text of an even length.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()).collect()
}

/// Bytes as hexadecimal text in JSON, for `#[serde(with = …)]`.
pub mod hexed {
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the hexadecimal text.
    pub fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&super::hex(bytes))
    }

    /// Reads the hexadecimal text.
    pub fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(source)?;
        super::unhex(&text).ok_or_else(|| serde::de::Error::custom("not hexadecimal"))
    }
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident: $len:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// From exactly the right number of bytes.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({self})", stringify!($name))
            }
        }

        impl TryFrom<String> for $name {
            type Error = HexError;
            fn try_from(text: String) -> Result<Self, HexError> {
                unhex(&text)
                    .and_then(|bytes| Self::from_slice(&bytes))
                    .ok_or(HexError { wanted: $len * 2, got: text })
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _ctx: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _ctx: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                Self::from_slice(d.bytes()?).ok_or_else(|| {
                    minicbor::decode::Error::message(concat!(
                        stringify!($name), " has another length"
                    )).at(at)
                })
            }
        }
    )+};
}

fixed! {
    /// A SHA-256 digest.
    Hash: 32,
    /// The short name of a key: the first 8 bytes of SHA-256 of its public bytes.
    KeyId: 8,
    /// The id of a statement, drawn by its author's node; a duplicate is void.
    StatementId: 16,
    /// A secret seed or salt that commits to something until it is shown.
    Seed: 32,
}
