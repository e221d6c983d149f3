//! SHA-256, the one digest of the house.

use sha2::{Digest, Sha256};
use words::hash::Hash;

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// SHA-256 of several byte strings as if they were one; the caller sees to it that the
/// borders between them are fixed.
pub fn sha256_joined(parts: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    Hash(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::{sha256, sha256_joined};

    #[test]
    fn the_digest_is_sha_256() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc").to_string(), abc);
        assert_eq!(sha256_joined(&[b"a", b"", b"bc"]).to_string(), abc);
    }
}
