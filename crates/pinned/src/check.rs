//! Whom a handshake is believed, and whether its signatures hold.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error as RustlsError,
    SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

/// The certificates that the other end sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'s> {
    /// Its own.
    pub own: &'s CertificateDer<'s>,
    /// Those above it.
    pub above: &'s [CertificateDer<'s>],
    /// When that is.
    pub now: UnixTime,
}

/// Believes some certificates and no others.
pub trait Believes: fmt::Debug + Send + Sync {
    /// What signatures are checked with.
    fn provider(&self) -> &CryptoProvider;

    /// Is this whom we have dialled?
    fn server(&self, sent: Sent<'_>) -> Result<ServerCertVerified, RustlsError>;

    /// Is this somebody who may dial us? Nobody is, unless it is said.
    fn client(&self, _sent: Sent<'_>) -> Result<ClientCertVerified, RustlsError> {
        Err(unknown())
    }

    /// Whoever sent this certificate has just signed with its key: anybody can send one.
    fn shown(&self, _certificate: &CertificateDer<'_>) {}
}

/// A verifier of either end, as rustls asks for one.
#[derive(Debug)]
pub struct By<B>(pub Arc<B>);

/// Nobody whom we know vouches for a certificate.
pub const fn unknown() -> RustlsError {
    RustlsError::InvalidCertificate(CertificateError::UnknownIssuer)
}

impl<B: Believes> By<B> {
    fn signed_12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        let known = &self.0.provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn signed_13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        let known = &self.0.provider().signature_verification_algorithms;
        let held = verify_tls13_signature(message, certificate, signature, known)?;
        self.0.shown(certificate);
        Ok(held)
    }

    fn schemes(&self) -> Vec<SignatureScheme> {
        self.0.provider().signature_verification_algorithms.supported_schemes()
    }
}

// The two traits of rustls ask the same three questions about signatures.
macro_rules! signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, RustlsError> {
            self.signed_12(message, certificate, signature)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, RustlsError> {
            self.signed_13(message, certificate, signature)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.schemes()
        }
    };
}

impl<B: Believes> ServerCertVerifier for By<B> {
    // The name is not asked for: an end is known by its key.
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        self.0.server(Sent { own, above, now })
    }

    signatures!();
}

impl<B: Believes> ClientCertVerifier for By<B> {
    // Whom we trust is nobody else's business: a node has one certificate to show.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        own: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, RustlsError> {
        self.0.client(Sent { own, above, now })
    }

    signatures!();
}
