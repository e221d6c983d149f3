//! All keys of a node, drawn from one seed.
//!
//! What may not happen here: two uses of one key under one name.

use curve25519_dalek::montgomery::MontgomeryPoint;
use note::digest::sha256_joined;
use note::hybrid::MlDsaKey;
use note::key::SigningKey;
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use veil::seal::SealingKey;
use words::hash::Seed;
use zeroize::Zeroizing;

use crate::vault::Vault;

/// Bytes of ML-KEM-768's half in front of X25519's in a public sealing key (X-Wing).
const FIRST_HALF: usize = 1_184;

/// Bytes of a secret sealing key that are ML-KEM's, in front of X25519's, once it is expanded.
const FIRST_SECRETS: usize = 64;

/// The keys of the node, drawn from one seed in its key file; `node` may lie on a token instead.
#[derive(Debug)]
pub struct NodeKeys {
    /// Signs heads and passes.
    pub node: SigningKey,
    /// Signs heads too, once it is named in the ledger.
    pub heads: MlDsaKey,
    /// Opens what is sealed to the node.
    pub sealing: SealingKey,
    /// Keeps secrets at rest.
    pub vault: Vault,
    agreeing: Agreeing,
}

// The sealing key's X25519 half.
struct Agreeing(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Agreeing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Agreeing(hidden)")
    }
}

impl From<&Seed> for NodeKeys {
    fn from(seed: &Seed) -> Self {
        Self::from_seed(seed)
    }
}

impl NodeKeys {
    /// All keys of a node's seed, each under its own domain.
    pub fn from_seed(seed: &Seed) -> Self {
        let derive = |domain: &[u8]| Zeroizing::new(sha256_joined(&[domain, &seed.0]).0);
        let sealing = derive(b"safeconduct/sealing-key/1\n");
        Self {
            node: SigningKey::from_seed(&derive(b"safeconduct/node-key/1\n")),
            heads: MlDsaKey::from_seed(&derive(b"safeconduct/head-key/1\n")),
            sealing: SealingKey::from_seed(&sealing),
            vault: Vault::new(&Seed(*derive(b"safeconduct/vault-key/1\n"))),
            agreeing: Agreeing(second_half(&sealing)),
        }
    }

    /// The same keys with a signing key that lies elsewhere.
    #[must_use]
    pub fn signing_with(self, node: SigningKey) -> Self {
        Self { node, ..self }
    }

    /// What this node and the node of another sealing key can both work out and nobody else can:
    /// X25519 over the halves of the two keys. It is always used under a name of its own. A node
    /// whose signing key lies on a token has it too. `None` if the other is no sealing key, or
    /// one with which everybody agrees on the same.
    pub fn agree(&self, other: &[u8]) -> Option<[u8; 32]> {
        let (_, other) = other.split_at_checked(FIRST_HALF)?;
        let other = MontgomeryPoint(other.try_into().ok()?);
        let shared = other.mul_clamped(*self.agreeing.0).to_bytes();
        Some(shared).filter(|bytes| *bytes != [0; 32])
    }
}

// X-Wing expands 32 bytes by SHAKE256 into the secrets of its two halves.
fn second_half(seed: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    let mut hash = Shake256::default();
    hash.update(seed);
    let (mut out, mut first) = (hash.finalize_xof(), Zeroizing::new([0; FIRST_SECRETS]));
    out.read(first.as_mut_slice());
    let mut second = Zeroizing::new([0; 32]);
    out.read(second.as_mut_slice());
    second
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::X25519_BASEPOINT;
    use words::hash::Seed;

    use super::{FIRST_HALF, NodeKeys};

    #[test]
    fn two_nodes_agree_by_what_they_publish_and_a_third_does_not() {
        let [one, two, third] = [1, 2, 3].map(|seed| NodeKeys::from_seed(&Seed([seed; 32])));
        let [ones, twos] = [&one, &two].map(|keys| keys.sealing.public());
        let shared = one.agree(&twos).unwrap();
        assert_eq!(two.agree(&ones), Some(shared));
        assert_ne!(third.agree(&ones), Some(shared));
        assert_ne!(third.agree(&twos), Some(shared));
        let expected = X25519_BASEPOINT.mul_clamped(*one.agreeing.0).to_bytes();
        assert_eq!(ones[FIRST_HALF..], expected, "the half that is published");
    }

    #[test]
    fn nobody_agrees_with_what_is_no_key() {
        let keys = NodeKeys::from_seed(&Seed([1; 32]));
        let public = keys.sealing.public();
        assert_eq!(keys.agree(&public[..public.len() - 1]), None);
        assert_eq!(keys.agree(&[]), None);
        let everybody = [&public[..FIRST_HALF], &[0; 32]].concat();
        assert_eq!(keys.agree(&everybody), None);
    }

    #[test]
    fn keys_do_not_print_their_secrets() {
        let told = format!("{:?}", NodeKeys::from_seed(&Seed([1; 32])));
        assert!(told.contains("Agreeing(hidden)") && told.contains("SealingKey(hidden)"), "{told}");
    }
}
