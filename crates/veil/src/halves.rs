//! Locking under a key that exists only where both parties' halves are.

use std::fmt;

use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use words::hash::Seed;
use zeroize::Zeroizing;

use crate::seal::SealError;

/// Tells these keys from every other key of the house.
const DOMAIN: &[u8] = b"safeconduct/halves/1\n";

/// Texts are padded to whole blocks of this many bytes, so that the length of a sealed stage
/// does not tell a short street name from a long one.
pub const BLOCK_BYTES: usize = 256;

/// The first padding byte; zeros follow it. The last such byte ends every text, whatever it is.
const PADDING: u8 = 0x80;

/// Bytes in front of the ciphertext that bind it to its one key.
const BINDING_BYTES: usize = 32;

/// Both halves of one content key. A pair locks one text and is never used again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Halves {
    /// The half that the host holds back.
    pub host: Seed,
    /// The half that the guest holds back.
    pub guest: Seed,
}

impl fmt::Debug for Halves {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Halves(hidden)")
    }
}

/// Locks a text under both halves, for one context. The answer is a 32-byte binding, then the
/// ciphertext of the padded text.
pub fn lock(halves: &Halves, context: &str, plaintext: &[u8]) -> Vec<u8> {
    let (cipher, binding) = derive(halves, context);
    // Each key locks one text, so a nonce has nothing to tell apart.
    let locked = cipher.encrypt(&Nonce::default(), pad(plaintext).as_slice());
    let locked = locked.expect("a text is far shorter than the cipher's 256 GiB");
    [&binding[..], &locked].concat()
}

/// Opens what [`lock`] made of the same halves and context.
pub fn unlock(halves: &Halves, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (cipher, binding) = derive(halves, context);
    let (bound, locked) = sealed.split_at_checked(BINDING_BYTES).ok_or(SealError::NotOpened)?;
    // The cipher alone does not commit to its key: without this, whoever made the text could
    // later show another half, under which the same bytes say something else.
    if bound != binding {
        return Err(SealError::NotOpened);
    }
    let padded = cipher.decrypt(&Nonce::default(), locked);
    padded.ok().and_then(unpad).ok_or(SealError::NotOpened)
}

// HKDF-SHA256 of host ‖ guest: 32 bytes of key, then 32 bytes that bind the ciphertext to it.
fn derive(halves: &Halves, context: &str) -> (ChaCha20Poly1305, [u8; BINDING_BYTES]) {
    let secret = {
        let both = Zeroizing::new([halves.host.0, halves.guest.0].concat());
        Hkdf::<Sha256>::new(None, &both)
    };
    let (mut key, mut binding) = (Key::default(), [0; BINDING_BYTES]);
    for (label, out) in [(&b"key\n"[..], &mut key[..]), (b"binding\n", &mut binding)] {
        secret
            .expand_multi_info(&[DOMAIN, label, context.as_bytes()], out)
            .expect("32 bytes are one block of HKDF");
    }
    (ChaCha20Poly1305::new(&key), binding)
}

fn pad(plaintext: &[u8]) -> Vec<u8> {
    let length = (plaintext.len() + 1).next_multiple_of(BLOCK_BYTES);
    let mut padded = [plaintext, &[PADDING]].concat();
    padded.resize(length, 0);
    padded
}

fn unpad(mut padded: Vec<u8>) -> Option<Vec<u8>> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    if padded.get(end) != Some(&PADDING) {
        return None;
    }
    padded.truncate(end);
    Some(padded)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BYTES, Halves, lock, unlock};
    use crate::seal::SealError;
    use words::hash::Seed;

    const BOTH: Halves = Halves { host: Seed([1; 32]), guest: Seed([2; 32]) };

    #[test]
    fn both_halves_open_what_both_locked() {
        for text in [&b""[..], b"gate 3", &[0x80, 0, 0], &[7; BLOCK_BYTES]] {
            assert_eq!(unlock(&BOTH, "a", &lock(&BOTH, "a", text)).as_deref(), Ok(text));
        }
    }

    #[test]
    fn neither_half_alone_opens_anything() {
        let sealed = lock(&BOTH, "a", b"gate 3");
        let (zero, other) = (Seed([0; 32]), Seed([3; 32]));
        for missing in [zero, other] {
            let only_host = Halves { guest: missing, ..BOTH };
            let only_guest = Halves { host: missing, ..BOTH };
            assert_eq!(unlock(&only_host, "a", &sealed), Err(SealError::NotOpened));
            assert_eq!(unlock(&only_guest, "a", &sealed), Err(SealError::NotOpened));
        }
        let swapped = Halves { host: BOTH.guest, guest: BOTH.host };
        assert_eq!(unlock(&swapped, "a", &sealed), Err(SealError::NotOpened));
    }

    #[test]
    fn what_was_locked_for_one_context_does_not_open_for_another() {
        let sealed = lock(&BOTH, "a", b"gate 3");
        assert_eq!(unlock(&BOTH, "b", &sealed), Err(SealError::NotOpened));
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_refused() {
        let sealed = lock(&BOTH, "a", b"gate 3");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(unlock(&BOTH, "a", &changed), Err(SealError::NotOpened), "byte {at}");
            assert_eq!(unlock(&BOTH, "a", &sealed[..at]), Err(SealError::NotOpened), "cut {at}");
        }
    }

    #[test]
    fn the_length_of_a_sealed_text_tells_only_its_blocks() {
        let length = |bytes: usize| lock(&BOTH, "a", &vec![7; bytes]).len();
        assert_eq!(length(0), length(BLOCK_BYTES - 1));
        assert!(length(BLOCK_BYTES) > length(0));
    }

    #[test]
    fn halves_do_not_print() {
        assert_eq!(format!("{BOTH:?}"), "Halves(hidden)");
    }
}
