//! Row sums: a torn page may look like a row, but not like one of ours.

use sha2::{Digest, Sha256};

/// Half a SHA-256: against accidents, not against people (ledgers are hashed and signed above).
pub(crate) type Sum = [u8; 16];

/// The sum of a row's parts; each part is preceded by its length, so that none can slide.
pub(crate) fn sum(table: &str, parts: &[&[u8]]) -> Sum {
    let mut hash = Sha256::new();
    for part in [table.as_bytes()].iter().chain(parts) {
        let length = u64::try_from(part.len()).expect("no machine counts beyond 64 bits");
        hash.update(length.to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    *digest.first_chunk().expect("16 bytes are in 32")
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn parts_cannot_slide_into_each_other() {
        assert_ne!(sum("t", &[b"ab", b"c"]), sum("t", &[b"a", b"bc"]));
        assert_ne!(sum("t", &[b"", b"a"]), sum("t", &[b"a", b""]));
        assert_ne!(sum("t", &[b"a"]), sum("ta", &[]));
    }
}
