//! A running node, asked over the API that everybody has.

use serde_json::Value;
use wire::client::{Client, ClientError};
use wire::v1::{SessionRequest, SessionView};

use crate::trouble::Trouble;

/// Where a node's console is, if nobody says otherwise.
pub const NODE: &str = "http://127.0.0.1:7601";

/// Signs in at a node with a person's passphrase.
pub fn sign_in(node: &str, person: &str, passphrase: &str) -> Result<Client, Trouble> {
    let (person, passphrase) = (person.to_owned(), passphrase.to_owned());
    let with = SessionRequest { person, passphrase };
    let answer: SessionView =
        Client::new(node, "").post("/api/v1/session", &with).map_err(|cause| told(&cause))?;
    Ok(Client::new(node, &answer.token))
}

/// Asks for something.
pub fn get(client: &Client, path: &str) -> Result<Value, Trouble> {
    client.get(path).map_err(|cause| told(&cause))
}

/// What a client's error means for whoever typed the command.
pub fn told(error: &ClientError) -> Trouble {
    let text = error.to_string();
    let source = std::error::Error::source(error);
    match error {
        ClientError::Problem(problem) if problem.status >= 500 => Trouble::fault(text),
        ClientError::Problem(problem) if problem.status == 400 => Trouble::malformed(text),
        ClientError::Problem(_) => Trouble::refused(text),
        ClientError::Unreachable { .. } | ClientError::NotJson { .. } => {
            Trouble::fault(text).because_of(source)
        }
        ClientError::NoCertificate => Trouble::malformed(text),
    }
}
