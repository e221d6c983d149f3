//! A witness over TLS: its own key vouches for what it shows.
//!
//! Whoever relies on a witness knows its key already, from his policy: the same key is the one
//! authority for its certificate. Behind a proxy the key of the proxy is pinned instead.

use std::fmt;
use std::sync::Arc;

use note::digest::sha256;
use rustls::client::danger::ServerCertVerified;
use rustls::crypto::CryptoProvider;
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, Error as RustlsError, ServerConfig};
use rustls_pki_types::ServerName;
use words::act::Key;
use words::hash::{Hash, hex};
use words::id::PartyId;
use words::moment::Moment;

use crate::check::{Believes, By, Sent, unknown};
use crate::connector::Pinned;
use crate::tls::{TlsError, certified, make_identity, node_name, provider, server_below, trusting};

/// What the certificate of a witness is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// The key by which it cosigns, an Ed25519 key.
    Own(Key),
    /// SHA-256 of the public key info of whatever certificate is shown.
    Shown(Hash),
}

// A witness's name may be anything: on the line its digest stands for it.
fn known_as(name: &str) -> PartyId {
    let digest = sha256(name.as_bytes()).0;
    let label = hex(digest.get(..8).unwrap_or_default());
    PartyId::new(&format!("witness-{label}")).expect("letters, digits and a hyphen are an id")
}

/// The port of a witness of that name and secret seed: a certificate of its own, made anew each
/// time, that its key vouches for. Anybody may ask.
pub fn server(name: &str, seed: &[u8; 32], now: Moment) -> Result<Arc<ServerConfig>, TlsError> {
    let shown = certified(&make_identity(seed, &known_as(name), now)?)?;
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TlsError::Use)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(shown)));
    Ok(Arc::new(config))
}

/// The way to a witness of that name, under a client of HTTP.
pub fn way(name: &str, pin: Pin) -> Result<Pinned, TlsError> {
    let party = known_as(name);
    let end: ServerName<'static> = node_name(&party);
    // A key that can vouch for nothing is said here, and not at the first question.
    if let Pin::Own(key) = &pin {
        trusting((&party, key))?;
    }
    let trust = By(Arc::new(Trust { party, pin, provider: provider() }));
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Use)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    config.enable_sni = false;
    Ok(Pinned::new(Arc::new(config), end))
}

struct Trust {
    party: PartyId,
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Trust({})", self.party)
    }
}

impl Believes for Trust {
    fn provider(&self) -> &CryptoProvider {
        &self.provider
    }

    fn server(&self, sent: Sent<'_>) -> Result<ServerCertVerified, RustlsError> {
        match &self.pin {
            Pin::Own(key) => {
                let roots = trusting((&self.party, key)).ok().ok_or_else(unknown)?;
                server_below(&self.provider, roots, (&self.party, sent))
            }
            Pin::Shown(hash) => {
                let shown = ParsedCertificate::try_from(sent.own)?.subject_public_key_info();
                let same = sha256(shown.as_ref()) == *hash;
                same.then(ServerCertVerified::assertion).ok_or_else(unknown)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use note::key::SigningKey;
    use words::act::{Key, KeyKind};

    use super::{Pin, known_as, way};

    #[test]
    fn any_name_stands_on_the_line_and_only_an_ed25519_key_vouches() {
        let names = ["w", "ombudsman.example/w1", "議会 +", ""];
        let known: std::collections::BTreeSet<_> = names.map(known_as).into_iter().collect();
        assert_eq!(known.len(), names.len());
        let key = SigningKey::from_seed(&[7; 32]).public();
        assert!(way("w", Pin::Own(key.clone())).is_ok());
        let late = Key { kind: KeyKind::MlDsa44, ..key };
        assert!(way("w", Pin::Own(late)).is_err());
    }
}
