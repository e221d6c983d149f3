//! Asks a witness for its cosignature.

use std::time::Duration;

use thiserror::Error;
use tlog::signed::{SignatureLine, SignedCheckpoint};
use tlog::vkey::Vkey;
use tlog::witness::AddCheckpoint;
use ureq::Agent;
use words::hash::Hash;

/// A witness writes once to its disk; one that needs longer is asked again at the next head.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A few lines of text.
const ANSWER_BYTES_MAX: u64 = 65_536;

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
    pub fn new(vkey: Vkey, url: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(ANSWER_WITHIN))
            .build();
        let url = url.trim_end_matches('/').to_owned();
        Self { agent: Agent::new_with_config(config), url, vkey, known: 0 }
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
