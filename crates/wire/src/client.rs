//! A small blocking client whose errors say what to do.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use ureq::http::Response;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use crate::problem::Problem;

/// A node on the same machine or network answers in milliseconds; a mobile link in seconds.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The slowest answer is the check of a large ledger page over a mobile link.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A page of a hundred statements, each with the largest body, written as JSON.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why there is no answer of the type that was asked for.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The node answered no, or could not answer.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// There was no answer at all.
    #[error("no answer from `{base}`: is the node running? `safeconduct serve` starts it")]
    Unreachable {
        /// Where the node was looked for.
        base: String,
        /// Why.
        #[source]
        cause: Box<ureq::Error>,
    },
    /// There was an answer that this version does not understand.
    #[error(
        "`{base}` gave an answer (status {status}) that this version does not understand: is it \
         the address of a safeconduct node, and of the same version?"
    )]
    NotJson {
        /// Where the node was looked for.
        base: String,
        /// The HTTP status.
        status: u16,
        /// Why.
        #[source]
        cause: serde_json::Error,
    },
    /// The trusted certificates cannot be read.
    #[error("the file of trusted certificates is not PEM with a certificate in it")]
    NoCertificate,
}

/// Speaks to one node in one person's name.
pub struct Client {
    agent: Agent,
    base: String,
    token: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token stays out of every log.
        out.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the node at `base`, such as `http://127.0.0.1:8443`; with `https` it trusts
    /// nobody yet, see [`Client::trusting`].
    pub fn new(base: &str, token: &str) -> Self {
        Self::with_roots(base, token, Vec::new())
    }

    /// A client that trusts the certificates of a PEM file, and no others: neither those of the
    /// machine nor those of the browsers' makers.
    pub fn trusting(base: &str, token: &str, pem: &[u8]) -> Result<Self, ClientError> {
        let mut roots = Vec::new();
        for item in parse_pem(pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => roots.push(certificate),
                Ok(_) => {}
                Err(_) => return Err(ClientError::NoCertificate),
            }
        }
        if roots.is_empty() {
            return Err(ClientError::NoCertificate);
        }
        Ok(Self::with_roots(base, token, roots))
    }

    fn with_roots(base: &str, token: &str, roots: Vec<Certificate<'static>>) -> Self {
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
            .root_certs(RootCerts::from(roots))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            // Straight to the node: a proxy, or another host that an answer points to, would
            // be given the token.
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(ANSWER_WITHIN))
            .build();
        let base = base.trim_end_matches('/').to_owned();
        Self { agent: config.new_agent(), base, token: format!("Bearer {token}") }
    }

    /// Asks; `path` starts with a slash and may carry a query.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let request = self.agent.get(format!("{}{path}", self.base));
        self.answer(request.header("authorization", &self.token).call())
    }

    /// Submits.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(body).expect("our own types have string keys only");
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request.header("authorization", &self.token);
        self.answer(request.header("content-type", "application/json").send(&body))
    }

    /// Asks for a file.
    pub fn file(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        let request = self.agent.get(format!("{}{path}", self.base));
        Ok(self.bytes(request.header("authorization", &self.token).call())?.1)
    }

    fn answer<T: DeserializeOwned>(
        &self,
        response: Result<Response<Body>, ureq::Error>,
    ) -> Result<T, ClientError> {
        let (status, bytes) = self.bytes(response)?;
        let base = || self.base.clone();
        serde_json::from_slice(&bytes).map_err(|cause| ClientError::NotJson {
            base: base(),
            status,
            cause,
        })
    }

    // What a good answer holds.
    fn bytes(
        &self,
        response: Result<Response<Body>, ureq::Error>,
    ) -> Result<(u16, Vec<u8>), ClientError> {
        let unreachable =
            |cause| ClientError::Unreachable { base: self.base.clone(), cause: Box::new(cause) };
        let mut response = response.map_err(unreachable)?;
        let (status, good) = (response.status().as_u16(), response.status().is_success());
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let bytes = body.read_to_vec().map_err(unreachable)?;
        let not_json = |cause| ClientError::NotJson { base: self.base.clone(), status, cause };
        if good {
            return Ok((status, bytes));
        }
        let problem = serde_json::from_slice(&bytes).map_err(not_json)?;
        Err(ClientError::Problem(Box::new(problem)))
    }
}
