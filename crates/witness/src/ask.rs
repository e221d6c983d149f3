//! Asks a witness for its cosignature.

use std::net::IpAddr;
use std::time::Duration;

use note::digest::sha256;
use pinned::tls::TlsError;
use pinned::witness::{Pin, way};
use thiserror::Error;
use tlog::signed::{SignatureLine, SignedCheckpoint};
use tlog::vkey::Vkey;
use tlog::witness::AddCheckpoint;
use ureq::Agent;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, TcpConnector};
use words::hash::Hash;

/// A witness writes once to its disk; one that needs longer is asked again at the next head.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A few lines of text.
const ANSWER_BYTES_MAX: u64 = 65_536;

/// Why a witness cannot be asked at its URL.
#[derive(Debug, Error)]
pub enum UrlError {
    /// Neither of the two schemes.
    #[error("`{0}` begins with neither `https://` nor `http://`")]
    Scheme(String),
    /// What is said there can be read and changed on the way.
    #[error(
        "`{0}` is plain HTTP to another machine: use `https://`, or say `plain_witnesses = true` \
         under [ledger]"
    )]
    Plain(String),
    /// The pin after the URL.
    #[error("`{0}` ends in a pin that is not `#sha256=` and 64 hexadecimal digits")]
    Pin(String),
    /// The witness's key cannot vouch for a certificate.
    #[error("the key of a witness at `{url}` vouches for no certificate: add a pin, `#sha256=…`")]
    Tls {
        /// Where.
        url: String,
        /// Why.
        #[source]
        cause: TlsError,
    },
}

/// Why a witness did not cosign.
#[derive(Debug, Error)]
pub enum AskError {
    /// There was no answer.
    #[error("the witness does not answer at `{url}`")]
    Silent {
        /// Where.
        url: String,
        /// Why.
        #[source]
        cause: Box<ureq::Error>,
    },
    /// It says that it cosigned a larger ledger than we have.
    #[error("the witness has cosigned {known} entries of ours, and we have {have}")]
    Ahead {
        /// What it cosigned.
        known: u64,
        /// What we have.
        have: u64,
    },
    /// It declined.
    #[error("the witness answers with status {status}: {text}")]
    Declined {
        /// The HTTP status.
        status: u16,
        /// In its words.
        text: String,
    },
    /// Its answer holds no cosignature by its key.
    #[error("the witness's answer holds no cosignature by its key")]
    NoCosignature,
}

/// A witness, and how much it has cosigned as far as is known.
#[derive(Debug)]
pub struct Asking {
    agent: Agent,
    url: String,
    vkey: Vkey,
    known: u64,
}

impl Asking {
    /// Asks the witness of that key at that URL, the prefix before `/add-checkpoint`.
    ///
    /// Over `https` the witness's own key vouches for what it shows, or the key that a pin after
    /// the URL names, `#sha256=HEX` of its public key info. Plain `http` is for this machine, and
    /// for others where that was chosen.
    pub fn new(vkey: Vkey, url: &str, plain: bool) -> Result<Self, UrlError> {
        let (url, pin) = url.split_once('#').map_or((url, None), |(url, pin)| (url, Some(pin)));
        let url = url.trim_end_matches('/').to_owned();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(ANSWER_WITHIN))
            .build();
        let agent = if url.starts_with("https://") {
            let pin = pin_of(&vkey, (&url, pin))?;
            let way =
                way(&vkey.name, pin).map_err(|cause| UrlError::Tls { url: url.clone(), cause })?;
            let connector = ().chain(TcpConnector::default()).chain(way);
            Agent::with_parts(config, connector, DefaultResolver::default())
        } else if let Some(rest) = url.strip_prefix("http://") {
            if !plain && !is_here(rest) {
                return Err(UrlError::Plain(url));
            }
            Agent::new_with_config(config)
        } else {
            return Err(UrlError::Scheme(url));
        };
        Ok(Self { agent, url, vkey, known: 0 })
    }

    /// Its key.
    pub const fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// Asks for a cosignature of a head. `proof` gives the consistency proof from a size to it;
    /// nothing, if there is none.
    pub fn cosign(
        &mut self,
        head: &SignedCheckpoint,
        proof: impl Fn(u64) -> Option<Vec<Hash>>,
    ) -> Result<SignatureLine, AskError> {
        // Once with what we believe that it knows; once more with what it says.
        match self.once(head, &proof) {
            Err(AskError::Declined { status: 409, text }) => {
                let known = text.trim_end().parse().ok().filter(|known| *known != self.known);
                let Some(known) = known else {
                    return Err(AskError::Declined { status: 409, text });
                };
                self.known = known;
                if known > head.head.size {
                    return Err(AskError::Ahead { known, have: head.head.size });
                }
                self.once(head, &proof)
            }
            other => other,
        }
    }

    /// The newest head of a log that it cosigned, as it shows it; nothing if it never did, or is a
    /// witness that shows none.
    pub fn newest(&self, log: &Vkey) -> Result<Option<SignedCheckpoint>, AskError> {
        let digest = sha256(log.name.as_bytes());
        let url = format!("{}/log/{digest}/checkpoint", self.url);
        let silent = |cause| AskError::Silent { url: url.clone(), cause: Box::new(cause) };
        let mut answer = self.agent.get(&url).call().map_err(silent)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let text = body.read_to_string().map_err(silent)?;
        match status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(AskError::Declined { status, text }),
        }
        let head = SignedCheckpoint::parse(&text).ok();
        let head = head.filter(|head| head.cosigned_by(&self.vkey).is_some());
        head.map(Some).ok_or(AskError::NoCosignature)
    }

    fn once(
        &mut self,
        head: &SignedCheckpoint,
        proof: &impl Fn(u64) -> Option<Vec<Hash>>,
    ) -> Result<SignatureLine, AskError> {
        let old = self.known.min(head.head.size);
        let proof = proof(old).unwrap_or_default();
        let request = AddCheckpoint { old, proof, checkpoint: head.clone() };
        let url = format!("{}/add-checkpoint", self.url);
        let silent = |cause| AskError::Silent { url: url.clone(), cause: Box::new(cause) };
        let mut answer = self.agent.post(&url).send(request.to_string()).map_err(silent)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let text = body.read_to_string().map_err(silent)?;
        if status != 200 {
            return Err(AskError::Declined { status, text });
        }
        let mut with = head.clone();
        with.lines = text.lines().filter_map(|line| line.parse().ok()).collect();
        with.cosigned_by(&self.vkey).ok_or(AskError::NoCosignature)?;
        self.known = head.head.size;
        let hash = self.vkey.key_hash();
        let line = with.lines.into_iter().find(|line| line.key_hash == hash);
        line.ok_or(AskError::NoCosignature)
    }
}

fn pin_of(vkey: &Vkey, (url, pin): (&str, Option<&str>)) -> Result<Pin, UrlError> {
    let Some(pin) = pin else { return Ok(Pin::Own(vkey.key.clone())) };
    let hash = pin.strip_prefix("sha256=").and_then(|hex| Hash::try_from(hex.to_owned()).ok());
    hash.map(Pin::Shown).ok_or_else(|| UrlError::Pin(format!("{url}#{pin}")))
}

// Is the host in front of a port and a path this machine?
fn is_here(rest: &str) -> bool {
    let host = rest.split('/').next().unwrap_or_default();
    let bare = host.rsplit_once(':').map_or(host, |(bare, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { bare } else { host }
    });
    let ip = bare.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use note::key::SigningKey;
    use tlog::vkey::Vkey;

    use super::Asking;

    #[test]
    fn plain_http_is_for_this_machine_or_chosen_and_a_pin_is_whole() {
        let vkey = Vkey::witness("w", &SigningKey::from_seed(&[1; 32]).public());
        let asked = |url: &str, plain| Asking::new(vkey.clone(), url, plain).map(|_| ());
        for here in ["http://127.0.0.1:7604", "http://localhost/w", "http://[::1]:7604/w/"] {
            asked(here, false).unwrap();
        }
        for there in [
            "http://10.0.0.7:7604",
            "http://w.example",
            "http://127.0.0.1.example:80",
            "http://[::2]",
        ] {
            let told = asked(there, false).unwrap_err().to_string();
            assert!(told.contains("plain_witnesses = true"), "{told}");
            asked(there, true).unwrap();
        }
        asked("https://w.example/w", false).unwrap();
        let pin = format!("https://w.example#sha256={}", "ab".repeat(32));
        asked(&pin, false).unwrap();
        for bad in [pin.trim_end_matches('b'), "https://w.example#", "https://w.example#sha1=ab"] {
            let told = asked(bad, false).unwrap_err().to_string();
            assert!(told.contains("64 hexadecimal digits"), "{told}");
        }
        assert!(asked("ftp://w.example", true).is_err());
    }
}
