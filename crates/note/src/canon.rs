//! Canonical bytes: deterministic CBOR, read only as it is written.

use minicbor::decode::{Decode, Error as DecodeError};
use minicbor::encode::{Encode, Write};
use thiserror::Error;

/// Why bytes are not the canonical form of a value.
#[derive(Debug, Error)]
pub enum CanonError {
    /// They do not say such a value at all.
    #[error("the bytes do not hold what is expected")]
    Malformed(#[source] DecodeError),
    /// They say it in another way than we would, or say more.
    #[error("the bytes are not in canonical form")]
    NotCanonical,
}

/// The canonical bytes of a value.
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a vector takes every byte, and our types encode themselves")
}

/// The value whose canonical bytes are exactly these, to the last.
pub fn decode<'b, T: Decode<'b, ()> + Encode<()>>(bytes: &'b [u8]) -> Result<T, CanonError> {
    let value: T = minicbor::decode(bytes).map_err(CanonError::Malformed)?;
    let mut rest = Expected(bytes);
    let same = minicbor::encode(&value, &mut rest).is_ok() && rest.0.is_empty();
    if same { Ok(value) } else { Err(CanonError::NotCanonical) }
}

// Compares what is written with what was read, so that the check needs no memory of its own.
struct Expected<'b>(&'b [u8]);

impl Write for Expected<'_> {
    type Error = Differs;

    fn write_all(&mut self, written: &[u8]) -> Result<(), Differs> {
        self.0 = self.0.strip_prefix(written).ok_or(Differs)?;
        Ok(())
    }
}

#[derive(Debug)]
struct Differs;

#[cfg(test)]
mod tests {
    use super::{CanonError, decode, encode};

    #[test]
    fn a_value_has_one_form() {
        assert_eq!(encode(&(1_u8, "a")), [0x82, 1, 0x61, b'a']);
        assert_eq!(decode::<(u8, &str)>(&[0x82, 1, 0x61, b'a']).unwrap(), (1, "a"));
    }

    #[test]
    fn every_other_form_is_refused() {
        let longer_head = [0x98, 2, 1, 0x61, b'a'];
        let longer_number = [0x82, 0x18, 1, 0x61, b'a'];
        let trailing = [0x82, 1, 0x61, b'a', 0];
        for bytes in [&longer_head[..], &longer_number, &trailing] {
            let answer = decode::<(u8, &str)>(bytes);
            assert!(matches!(answer, Err(CanonError::NotCanonical)), "{bytes:?}: {answer:?}");
        }
    }

    #[test]
    fn cut_bytes_are_malformed() {
        assert!(matches!(decode::<(u8, &str)>(&[0x82, 1]), Err(CanonError::Malformed(_))));
    }
}
