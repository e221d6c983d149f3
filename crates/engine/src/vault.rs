//! Secrets at rest, sealed under a key that only this node has.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use note::digest::sha256_joined;
use store::port::Store;
use words::hash::Seed;

use crate::fault::Fault;
use strongbox::dice::Dice;

/// Bytes of a nonce before each sealed secret.
const NONCE_BYTES: usize = 12;

/// The node's vault over the store's small values.
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

    /// Keeps a secret under a name, durably.
    pub fn put(
        &self,
        store: &mut dyn Store,
        dice: &mut dyn Dice,
        name: &str,
        secret: &[u8],
    ) -> Result<(), Fault> {
        let roll = dice.roll();
        let nonce: [u8; NONCE_BYTES] =
            roll.first_chunk::<NONCE_BYTES>().copied().unwrap_or_default();
        let payload = Payload { msg: secret, aad: name.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .expect("secrets are far below the cipher's limit");
        let bytes: Vec<u8> = nonce.into_iter().chain(sealed).collect();
        store.put(&key(name), &bytes).map_err(|cause| Fault::Keep { what: "a secret", cause })
    }

    /// The secret of a name, if it was kept and opens.
    pub fn get(&self, store: &dyn Store, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let kept =
            store.get(&key(name)).map_err(|cause| Fault::Read { what: "a secret", cause })?;
        let Some((nonce, sealed)) =
            kept.as_deref().and_then(|bytes| bytes.split_first_chunk::<NONCE_BYTES>())
        else {
            return Ok(None);
        };
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        self.cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .ok()
            .map(Some)
            .ok_or_else(|| Fault::Vault { name: name.to_owned() })
    }
}

fn key(name: &str) -> String {
    format!("vault/{name}")
}
