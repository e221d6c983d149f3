//! Who is on the line: certificates pinned by a party's root key.
//!
//! The root key is the certificate authority of its own party and of nobody else. What a
//! counterpart trusts is built here from the party's id and the root key that was paired, never
//! from a certificate that was sent.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use note::key::fingerprint;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ED25519,
    date_time_ymd,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::danger::ClientCertVerified;
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, Error as RustlsError, RootCertStore, ServerConfig};
use rustls_pki_types::{
    CertificateDer, Der, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, TrustAnchor,
};
use thiserror::Error;
use words::act::{Key, KeyKind};
use words::id::PartyId;
use words::moment::Moment;

use crate::check::{Believes, By, Sent, unknown};

/// Connecting to the counterpart: a mobile link takes a second.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A handshake that takes longer is not a person's patience.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// A node's certificate is good for two years; the root is fetched from its safe to renew it.
const YEARS_GOOD: i64 = 2;

/// A certificate begins a day early: the other side's clock may be behind.
const EARLY_MS: i64 = 86_400_000;

// PKCS #8 (RFC 8410) of an Ed25519 seed, and the subject public key info of a public key
// without its outer header: nothing in them varies but the last 32 bytes.
const PKCS8: [u8; 16] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const SPKI: [u8; 10] = [48, 5, 6, 3, 43, 101, 112, 3, 33, 0];

// The attribute `commonName` (2.5.4.3) in a set of one; an id is shorter than 128 bytes, so
// every length is one byte.
const COMMON_NAME: [u8; 5] = [6, 3, 85, 4, 3];
const UTF8_TEXT: u8 = 12;

/// Why there is no line.
#[derive(Debug, Error)]
pub enum TlsError {
    /// The certificates could not be made.
    #[error("cannot make the node's certificates")]
    Make(#[source] rcgen::Error),
    /// The certificates or keys cannot be used.
    #[error("cannot use the node's certificates")]
    Use(#[source] RustlsError),
    /// Nobody answered, or not in TLS.
    #[error("no node answers in TLS at `{address}`")]
    Connect {
        /// Where.
        address: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// What answered is not a node of this house.
    #[error("what answers at `{0}` is not a safeconduct node")]
    NotANode(String),
    /// The key is not Ed25519.
    #[error("a root key is an Ed25519 key")]
    RootKind,
}

/// What a node shows of itself on the line; all in DER.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The root key's own certificate.
    pub root_cert: Vec<u8>,
    /// The node's certificate, signed by the root key.
    pub node_cert: Vec<u8>,
    /// The node's private key, PKCS #8.
    pub node_key: Vec<u8>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Identity")
    }
}

/// The name that a party's node is known by on the line. Trust rests on the root key, not on
/// the name: an id that is no host name is told by its digest.
pub fn node_name(party: &PartyId) -> ServerName<'static> {
    let plain = ServerName::try_from(format!("node.{party}.safeconduct"));
    plain.ok().filter(is_dns).unwrap_or_else(|| {
        let digest = note::digest::sha256(party.as_str().as_bytes());
        let label: Vec<u8> = digest.0.into_iter().take(8).collect();
        ServerName::try_from(format!("node.{}.safeconduct", words::hash::hex(&label)))
            .expect("hexadecimal digits are a host name")
    })
}

fn is_dns(name: &ServerName<'_>) -> bool {
    matches!(name, ServerName::DnsName(_))
}

/// Makes a node's identity around a moment of the system's real clock.
pub fn make_identity(
    root_seed: &[u8; 32],
    party: &PartyId,
    now: Moment,
) -> Result<Identity, TlsError> {
    let root_key = PrivatePkcs8KeyDer::from([&PKCS8[..], root_seed].concat());
    let root_key = KeyPair::from_pkcs8_der_and_sign_algo(&root_key, &PKCS_ED25519);
    let root_key = root_key.map_err(TlsError::Make)?;
    let name = node_name(party).to_str().into_owned();
    let mut root = params(party, now);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    root.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName(name.clone())],
        excluded_subtrees: Vec::new(),
    });
    let root_cert = root.self_signed(&root_key).map_err(TlsError::Make)?;
    let mut node = params(party, now);
    node.subject_alt_names =
        CertificateParams::new(vec![name]).map_err(TlsError::Make)?.subject_alt_names;
    node.distinguished_name = DistinguishedName::new();
    node.distinguished_name.push(DnType::CommonName, "node");
    node.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    node.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let node_key = KeyPair::generate_for(&PKCS_ED25519).map_err(TlsError::Make)?;
    let issuer = Issuer::from_params(&root, &root_key);
    let node_cert = node.signed_by(&node_key, &issuer).map_err(TlsError::Make)?;
    Ok(Identity {
        root_cert: root_cert.der().to_vec(),
        node_cert: node_cert.der().to_vec(),
        node_key: node_key.serialize_der(),
    })
}

fn params(party: &PartyId, now: Moment) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, party.as_str());
    let day = |moment: Moment, years: i64| {
        let (year, month, day, ..) = moment.civil();
        let year = i32::try_from(year + years).unwrap_or(i32::MAX);
        // A leap day has no anniversary.
        let day = u8::try_from(day.min(28)).unwrap_or(1);
        date_time_ymd(year, u8::try_from(month).unwrap_or(1), day)
    };
    params.not_before = day(now.plus_ms(-EARLY_MS), 0);
    params.not_after = day(now, YEARS_GOOD);
    params
}

/// Trust in one party's root key, and in nothing else.
pub fn anchor(party: &PartyId, root: &Key) -> Result<TrustAnchor<'static>, TlsError> {
    if root.kind != KeyKind::Ed25519 || root.public.len() != 32 {
        return Err(TlsError::RootKind);
    }
    Ok(TrustAnchor {
        subject: Der::from(subject(party)),
        subject_public_key_info: Der::from([&SPKI[..], &root.public].concat()),
        name_constraints: None,
    })
}

fn subject(party: &PartyId) -> Vec<u8> {
    let text = party.as_str().as_bytes();
    let length = u8::try_from(text.len()).expect("an id has at most 64 bytes");
    let mut der = vec![49, length + 9, 48, length + 7];
    der.extend_from_slice(&COMMON_NAME);
    der.extend_from_slice(&[UTF8_TEXT, length]);
    der.extend_from_slice(text);
    der
}

/// Trust in one party's root key as rustls asks for it.
pub fn trusting(peer: (&PartyId, &Key)) -> Result<Arc<RootCertStore>, TlsError> {
    Ok(Arc::new(RootCertStore { roots: vec![anchor(peer.0, peer.1)?] }))
}

/// The one implementation of cryptography for TLS.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// What a node shows and signs with.
pub fn certified(identity: &Identity) -> Result<Arc<CertifiedKey>, TlsError> {
    let (chain, key) = own_chain(identity);
    let key = provider().key_provider.load_private_key(key).map_err(TlsError::Use)?;
    Ok(Arc::new(CertifiedKey::new(chain, key)))
}

pub(crate) fn own_chain(
    identity: &Identity,
) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let chain = vec![
        CertificateDer::from(identity.node_cert.clone()),
        CertificateDer::from(identity.root_cert.clone()),
    ];
    (chain, PrivatePkcs8KeyDer::from(identity.node_key.clone()).into())
}

/// The peer port's side: only a node below this root key gets past the handshake.
pub fn peer_server(
    identity: &Identity,
    peer: (&PartyId, &Key),
) -> Result<Arc<ServerConfig>, TlsError> {
    let clients = WebPkiClientVerifier::builder_with_provider(trusting(peer)?, provider());
    let clients = clients.build().expect("one trust anchor and no revocation list");
    let (chain, key) = own_chain(identity);
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TlsError::Use)?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .map_err(TlsError::Use)?;
    Ok(Arc::new(config))
}

/// The peer port's side before anybody is paired: it shows who we are, and only our own
/// node would get past the handshake.
pub fn peer_server_alone(
    identity: &Identity,
    party: &PartyId,
) -> Result<Arc<ServerConfig>, TlsError> {
    let root = presented(&own_chain(identity).0).ok_or(TlsError::RootKind)?;
    peer_server(identity, (party, &root.root))
}

/// Our side towards the counterpart: we show our certificate and accept only its own.
pub fn peer_client(
    identity: &Identity,
    peer: (&PartyId, &Key),
) -> Result<Arc<ClientConfig>, TlsError> {
    let (chain, key) = own_chain(identity);
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TlsError::Use)?
        .with_root_certificates(trusting(peer)?)
        .with_client_auth_cert(chain, key)
        .map_err(TlsError::Use)?;
    // Who talks to whom is nobody else's business.
    config.enable_sni = false;
    Ok(Arc::new(config))
}

/// The console's side, with a certificate of the operator's choice.
pub fn console_server(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Use)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Use)?;
    Ok(Arc::new(config))
}

/// Who answers at an address, to be compared by voice before it is paired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The party that it says it is.
    pub party: PartyId,
    /// Its root key, which vouches for the node that answered.
    pub root: Key,
    /// The fingerprint of that key.
    pub fingerprint: String,
}

/// Asks who answers at an address. Nothing of ours is sent, and nothing is trusted yet.
pub fn fetch_presented(address: &str) -> Result<Presented, TlsError> {
    let connect = |cause| TlsError::Connect { address: address.to_owned(), cause };
    let verifier = Arc::new(By(Arc::new(AnyRoot(provider()))));
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TlsError::Use)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.enable_sni = false;
    let name = ServerName::try_from("node.safeconduct").expect("a host name");
    let mut line = ClientConnection::new(Arc::new(config), name).map_err(TlsError::Use)?;
    let mut socket = dial(address).map_err(connect)?;
    while line.is_handshaking() {
        line.complete_io(&mut socket).map_err(connect)?;
    }
    line.peer_certificates()
        .and_then(presented)
        .ok_or_else(|| TlsError::NotANode(address.to_owned()))
}

fn dial(address: &str) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for place in std::net::ToSocketAddrs::to_socket_addrs(address)? {
        match TcpStream::connect_timeout(&place, CONNECT_WITHIN) {
            Ok(socket) => {
                socket.set_read_timeout(Some(HANDSHAKE_WITHIN))?;
                socket.set_write_timeout(Some(HANDSHAKE_WITHIN))?;
                return Ok(socket);
            }
            Err(cause) => last = cause,
        }
    }
    Err(last)
}

// The root certificate's party and key. What it says is checked by what it vouches for.
fn presented(chain: &[CertificateDer<'_>]) -> Option<Presented> {
    let mut roots = RootCertStore::empty();
    roots.add(chain.get(1)?.clone()).ok()?;
    let root = roots.roots.first()?;
    let public = root.subject_public_key_info.strip_prefix(&SPKI)?.to_vec();
    let key = Key { kind: KeyKind::Ed25519, public, relying_party: None };
    let text = root.subject.get(11..)?;
    let party = PartyId::new(std::str::from_utf8(text).ok()?).ok()?;
    let whole = subject(&party) == root.subject.as_ref() && key.public.len() == 32;
    let fingerprint = fingerprint(&key);
    whole.then_some(Presented { party, root: key, fingerprint })
}

// Accepts a node below any root whatever, but only if that root's key really vouches for it.
#[derive(Debug)]
struct AnyRoot(Arc<CryptoProvider>);

impl Believes for AnyRoot {
    fn provider(&self) -> &CryptoProvider {
        &self.0
    }

    fn server(&self, sent: Sent<'_>) -> Result<ServerCertVerified, RustlsError> {
        ParsedCertificate::try_from(sent.own)?;
        let root = sent.above.first().ok_or_else(unknown)?;
        let shown = presented(&[sent.own.clone(), root.clone()]).ok_or_else(unknown)?;
        let roots = trusting((&shown.party, &shown.root)).ok().ok_or_else(unknown)?;
        server_below(&self.0, roots, (&shown.party, sent))
    }
}

/// Is this the node of a party, below one of these roots?
pub fn server_below(
    provider: &Arc<CryptoProvider>,
    roots: Arc<RootCertStore>,
    (party, sent): (&PartyId, Sent<'_>),
) -> Result<ServerCertVerified, RustlsError> {
    let strict = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider));
    let strict = strict.build().ok().ok_or_else(unknown)?;
    strict.verify_server_cert(sent.own, &[], &node_name(party), &[], sent.now)
}

/// Is this a node below one of these roots that dials us?
pub fn client_below(
    provider: &Arc<CryptoProvider>,
    roots: Arc<RootCertStore>,
    sent: Sent<'_>,
) -> Result<ClientCertVerified, RustlsError> {
    let strict = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(provider));
    let strict = strict.build().ok().ok_or_else(unknown)?;
    strict.verify_client_cert(sent.own, &[], sent.now)
}

#[cfg(test)]
mod tests {
    use note::key::{SigningKey, fingerprint};
    use words::id::PartyId;
    use words::moment::Moment;

    use super::{anchor, make_identity, node_name, own_chain, presented};

    #[test]
    fn every_party_is_read_back_from_the_certificate_that_its_root_makes() {
        let (seed, now) = ([7; 32], Moment::parse("2028-02-29T00:00:00Z").unwrap());
        let root = SigningKey::from_seed(&seed).public();
        for id in ["host", "cn.gov/embassy_3:watch", "-", &"x".repeat(64)] {
            let party = PartyId::new(id).unwrap();
            let identity = make_identity(&seed, &party, now).unwrap();
            let shown = presented(&own_chain(&identity).0).unwrap();
            assert_eq!((&shown.party, &shown.root), (&party, &root), "{id}");
            assert_eq!(shown.fingerprint, fingerprint(&root));
        }
    }

    #[test]
    fn a_name_on_the_line_is_the_partys_where_it_can_be() {
        let name = |id| node_name(&PartyId::new(id).unwrap()).to_str().into_owned();
        assert_eq!(name("host"), "node.host.safeconduct");
        assert_eq!(name("a/b").len(), "node.0123456789abcdef.safeconduct".len());
        assert_ne!(name("a/b"), name("a:b"));
    }

    #[test]
    fn only_an_ed25519_key_is_a_root() {
        let party = PartyId::new("host").unwrap();
        let mut key = SigningKey::from_seed(&[7; 32]).public();
        assert!(anchor(&party, &key).is_ok());
        key.public.pop();
        assert!(anchor(&party, &key).is_err());
    }
}
