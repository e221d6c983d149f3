//! Our side of the line to the counterpart.

use std::fmt;
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::time::Duration;

use pinned::connector::Pinned;
use pinned::tls::CONNECT_WITHIN;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use thiserror::Error;
use ureq::config::Config;
use ureq::http::{Response, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Connector, NextTimeout, TcpConnector};
use ureq::{Agent, Body};

use crate::peer_port::NEXT_HEADER;
use door::limits::{PEER_ANSWER_BYTES_MAX, PEER_ANSWER_WITHIN};

/// Why a step with the counterpart failed on the line.
#[derive(Debug, Error)]
pub enum LinkError {
    /// There was no answer.
    #[error("the counterpart's node does not answer at `{address}`")]
    Silent {
        /// Where it was looked for.
        address: String,
        /// Why.
        #[source]
        cause: Box<ureq::Error>,
    },
    /// It answered something else.
    #[error("the counterpart's node answers `{path}` with status {status}")]
    Status {
        /// What was asked for.
        path: String,
        /// The HTTP status.
        status: u16,
    },
}

/// An answer of the counterpart.
#[derive(Debug)]
pub struct Answered {
    /// Its body; `None` if there was nothing to say.
    pub bytes: Option<Vec<u8>>,
    /// Where to go on, if it said so.
    pub next: Option<u64>,
}

/// A line to one node. A clone is the same line.
#[derive(Clone)]
pub struct Link {
    agent: Agent,
    address: String,
}

impl fmt::Debug for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Link({})", self.address)
    }
}

impl Link {
    /// A line to the node of that name at an address such as `guest.example:8444`; it is dialled
    /// when it is first needed, and anew after it broke.
    pub fn new(tls: Arc<ClientConfig>, name: ServerName<'static>, address: &str) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(PEER_ANSWER_WITHIN))
            .build();
        let connector = ().chain(TcpConnector::default()).chain(Pinned::new(tls, name));
        let agent = Agent::with_parts(config, connector, At(address.to_owned()));
        Self { agent, address: address.to_owned() }
    }

    /// Asks.
    pub fn get(&self, path: &str) -> Result<Answered, LinkError> {
        let answer = self.agent.get(format!("https://node.safeconduct{path}")).call();
        self.answered(path, answer)
    }

    /// Asks, and waits no longer than that.
    pub fn get_within(&self, path: &str, most: Duration) -> Result<Answered, LinkError> {
        let request = self.agent.get(format!("https://node.safeconduct{path}"));
        let answer = request.config().timeout_global(Some(most)).build().call();
        self.answered(path, answer)
    }

    /// Gives.
    pub fn post(&self, path: &str, text: &str) -> Result<(), LinkError> {
        let request = self.agent.post(format!("https://node.safeconduct{path}"));
        let answer = request.header("content-type", "text/plain; charset=utf-8").send(text);
        self.answered(path, answer).map(|_| ())
    }

    /// Ends the line, whoever waits on it.
    pub fn close(self) {
        self.agent.shutdown();
    }

    fn answered(
        &self,
        path: &str,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<Answered, LinkError> {
        let silent =
            |cause| LinkError::Silent { address: self.address.clone(), cause: Box::new(cause) };
        let mut answer = answer.map_err(silent)?;
        let status = answer.status();
        if !status.is_success() {
            let path = path.split('?').next().unwrap_or_default().to_owned();
            return Err(LinkError::Status { path, status: status.as_u16() });
        }
        let next = answer.headers().get(NEXT_HEADER.as_str());
        let next = next.and_then(|value| value.to_str().ok()?.parse().ok());
        let body = answer.body_mut().with_config().limit(PEER_ANSWER_BYTES_MAX);
        let bytes = body.read_to_vec().map_err(silent)?;
        Ok(Answered { bytes: (!bytes.is_empty()).then_some(bytes), next })
    }
}

// The address is looked up anew for each connection: a counterpart may move.
#[derive(Debug)]
struct At(String);

impl Resolver for At {
    fn resolve(
        &self,
        _uri: &Uri,
        _config: &Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut places = self.empty();
        for place in self.0.to_socket_addrs()?.take(4) {
            places.push(place);
        }
        if places.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(places) }
    }
}
