//! Whom the line trusts and what it shows, while orders change both.
//!
//! A counterpart's ledger may put another key in the place of the one that vouches for its node,
//! and so may ours. Nobody can read such an order before he trusts the line that brings it: so a
//! node shows its old certificate until the counterpart has cosigned the order, and a key that
//! was replaced opens the line until the new one has been shown once. What may not happen here: a
//! key that was in other hands opens anything from the moment at which that was read.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use engine::engine::Engine;
use pinned::check::{Believes, By, Sent, unknown};
use pinned::files;
use pinned::tls::{Identity, TlsError, certified, client_below, provider, server_below, trusting};
use rustls::client::danger::ServerCertVerified;
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::server::danger::ClientCertVerified;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, Error as RustlsError, RootCertStore, ServerConfig, SignatureScheme};
use rustls_pki_types::CertificateDer;
use words::act::Key;
use words::id::PartyId;

/// The identity that takes the place of ours once the counterpart knows of it.
#[derive(Debug, Clone)]
pub struct Next {
    /// What it shows.
    pub identity: Identity,
    /// The place in our ledger of the order that names its key.
    pub index: u64,
    /// The node's folder, in which its files wait.
    pub folder: Option<PathBuf>,
}

/// Both ends of the line of a paired node.
pub struct Ends {
    face: Arc<Face>,
    trust: Arc<Trust>,
    next: Mutex<Option<Next>>,
}

impl fmt::Debug for Ends {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Ends({})", self.trust.party)
    }
}

impl Ends {
    /// A line to the counterpart whose root was paired.
    pub fn new(
        identity: &Identity,
        next: Option<Next>,
        (party, root): (&PartyId, &Key),
    ) -> Result<Self, TlsError> {
        let face = Arc::new(Face { now: RwLock::new(certified(identity)?) });
        let trust = Arc::new(Trust::new(party, root)?);
        Ok(Self { face, trust, next: Mutex::new(next) })
    }

    /// The peer port's side: only a node below a trusted key gets past the handshake.
    pub fn server(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let verifier = Arc::new(By(Arc::clone(&self.trust)));
        let face: Arc<dyn ResolvesServerCert> = self.face.clone();
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(TlsError::Use)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(face);
        // Who was trusted yesterday is looked at again today.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }

    /// Our side towards the counterpart: we show our certificate and accept only its own.
    pub fn client(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let verifier = Arc::new(By(Arc::clone(&self.trust)));
        let face: Arc<dyn ResolvesClientCert> = self.face.clone();
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(TlsError::Use)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(face);
        config.resumption = Resumption::disabled();
        // Who talks to whom is nobody else's business.
        config.enable_sni = false;
        Ok(Arc::new(config))
    }

    /// Follows what both ledgers say by now. True if a key is trusted no more: connections that
    /// it opened are to end.
    pub fn follow(&self, engine: &Engine) -> bool {
        // It says so by its cosignature, or in what it has stated since.
        let seen = engine.peer().map_or(0, |peer| peer.reader().seen().size);
        self.turn(engine.own().cosigned().max(seen));
        let ring = engine.peer().map(|peer| peer.reader().ring());
        let lines: Vec<Key> = ring
            .map(|ring| ring.lines().iter().rev().map(|(_, key)| key.clone()).collect())
            .unwrap_or_default();
        self.trust.renew(lines)
    }

    // The counterpart has the order: it trusts the key that we show from here on. The files first,
    // so that a node that is broken off here starts with what it has begun to show.
    fn turn(&self, known: u64) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waits) = next.take_if(|next| known > next.index) else { return };
        let kept = waits.folder.as_deref().map_or(Ok(()), files::settle);
        match (kept, certified(&waits.identity)) {
            (Ok(()), Ok(face)) => {
                *self.face.now.write().unwrap_or_else(PoisonError::into_inner) = face;
                tracing::info!(
                    "the counterpart knows our new certificate: it is shown from now on"
                );
            }
            (Err(cause), _) => {
                tracing::error!(%cause, "our new certificate cannot be put in its place");
                *next = Some(waits);
            }
            (_, Err(cause)) => tracing::error!(%cause, "our new certificate cannot be used"),
        }
    }
}

// What we show: one certificate at a time.
struct Face {
    now: RwLock<Arc<CertifiedKey>>,
}

impl Face {
    fn shown(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Face")
    }
}

impl ResolvesServerCert for Face {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown())
    }
}

impl ResolvesClientCert for Face {
    fn resolve(
        &self,
        _issuers: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Some(self.shown())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

// The counterpart's keys, the newest first, each as the only root of its own store.
struct Trusted {
    keys: Vec<Key>,
    roots: Vec<Arc<RootCertStore>>,
    // A certificate below the newest one that was sent; whose it is, its signature says.
    sent: Vec<u8>,
    // Has the newest one been shown? Then those before it open nothing any more.
    shown: bool,
}

struct Trust {
    party: PartyId,
    provider: Arc<CryptoProvider>,
    now: RwLock<Trusted>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Trust({})", self.party)
    }
}

impl Trust {
    fn new(party: &PartyId, root: &Key) -> Result<Self, TlsError> {
        let roots = vec![trusting((party, root))?];
        let (keys, sent, shown) = (vec![root.clone()], Vec::new(), false);
        let now = RwLock::new(Trusted { keys, roots, sent, shown });
        Ok(Self { party: party.clone(), provider: provider(), now })
    }

    // Before anything is mirrored the paired root stays. True if a key went.
    fn renew(&self, keys: Vec<Key>) -> bool {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if keys.is_empty() || keys == now.keys {
            return false;
        }
        let gone = now.keys.iter().any(|key| !keys.contains(key));
        let store = |key: &Key| trusting((&self.party, key)).ok();
        // A key of another kind vouches for nothing on this line.
        let usable: Vec<_> = keys.iter().filter_map(store).collect();
        let same = now.keys.first() == keys.first();
        *now = Trusted { keys, roots: usable, sent: Vec::new(), shown: now.shown && same };
        gone
    }

    fn any<T>(
        &self,
        sent: &CertificateDer<'_>,
        check: impl Fn(Arc<RootCertStore>) -> Result<T, RustlsError>,
    ) -> Result<T, RustlsError> {
        let (roots, shown) = {
            let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
            (now.roots.clone(), now.shown)
        };
        let mut refused = unknown();
        for (place, roots) in roots.into_iter().enumerate().take(if shown { 1 } else { 2 }) {
            match check(roots) {
                Ok(held) => {
                    if place == 0 && !shown {
                        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
                        now.sent = sent.to_vec();
                    }
                    return Ok(held);
                }
                Err(cause) => refused = cause,
            }
        }
        Err(refused)
    }
}

impl Believes for Trust {
    fn provider(&self) -> &CryptoProvider {
        &self.provider
    }

    fn server(&self, sent: Sent<'_>) -> Result<ServerCertVerified, RustlsError> {
        self.any(sent.own, |roots| server_below(&self.provider, roots, (&self.party, sent)))
    }

    fn client(&self, sent: Sent<'_>) -> Result<ClientCertVerified, RustlsError> {
        self.any(sent.own, |roots| client_below(&self.provider, roots, sent))
    }

    fn shown(&self, certificate: &CertificateDer<'_>) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.sent.as_slice() == certificate.as_ref() {
            (now.sent, now.shown) = (Vec::new(), true);
        }
    }
}
