//! Commands to a running node, over its API.

use std::io::{Read, stdin};
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::remote::{NODE, get, sign_in, told};
use cli::trouble::Trouble;
use serde_json::Value;
use wire::client::Client;
use wire::v1::{ActAccepted, DraftRequest, DraftView, SignRequest, SignatureView};
use words::hash::{hex, unhex};

use crate::file::{passphrases, read_key};

/// An act in JSON is at most an agreement with its quotes escaped.
const ACT_BYTES_MAX: u64 = 1_048_576;

/// Signs in with the person and the passphrase that the options name.
pub(crate) fn signed_in(given: &Given) -> Result<(Client, String), Trouble> {
    let person = given.need("person")?;
    let secrets = passphrases(given, &[person])?;
    let passphrase = secrets.into_iter().next().unwrap_or_default();
    let client = sign_in(given.get("node").unwrap_or(NODE), person, &passphrase)?;
    Ok((client, passphrase))
}

/// Shows something.
pub fn show(given: &Given) -> Result<(), Trouble> {
    let path = match given.spec.words {
        "accreditation list" => "/api/v1/accreditations".to_owned(),
        "licence list" => "/api/v1/licences".to_owned(),
        "agreement list" => "/api/v1/agreements".to_owned(),
        "ledger list" => "/api/v1/ledgers".to_owned(),
        "ledger show" => format!("/api/v1/ledgers/{}/statements", given.beside()?),
        "watch" => "/api/v1/alarms".to_owned(),
        "movement list" => "/api/v1/movements".to_owned(),
        "movement show" => format!("/api/v1/movements/{}", given.beside()?),
        "consent list" => "/api/v1/consents".to_owned(),
        "obligation list" => "/api/v1/obligations".to_owned(),
        "record list" => "/api/v1/records".to_owned(),
        "record show" => format!("/api/v1/records/{}", given.beside()?),
        "rungs" => "/api/v1/rungs".to_owned(),
        _ => "/api/v1/status".to_owned(),
    };
    let (client, _) = signed_in(given)?;
    let value = get(&client, &path)?;
    if given.json {
        print::json(&value);
    } else {
        print::answer(&lines(&value, 0));
    }
    Ok(())
}

/// Does an act: draft, look, sign, submit.
pub fn act(given: &Given) -> Result<(), Trouble> {
    let act = typed(given.beside()?)?;
    let (client, passphrase) = signed_in(given)?;
    let done = sign(given, (&client, &passphrase), act)?;
    if given.json {
        print::json(&done);
    } else {
        print::answer(&format!("stands as {} {}", done.ledger, done.index));
    }
    Ok(())
}

/// Drafts an act, shows it, signs it with the key file that the options name, submits it.
pub(crate) fn sign(
    given: &Given,
    (client, passphrase): (&Client, &str),
    act: Value,
) -> Result<ActAccepted, Trouble> {
    let request = DraftRequest { act, audience: None };
    let draft: DraftView = client.post("/api/v1/drafts", &request).map_err(|cause| told(&cause))?;
    for line in &draft.summary {
        print::aside(line);
    }
    let file = read_key(Path::new(given.need("key")?))?;
    let key = file.open(passphrase);
    let key = key.map_err(|cause| Trouble::refused("the key stays shut").because(cause))?;
    let bytes = unhex(&draft.to_sign);
    let bytes = bytes.ok_or_else(|| Trouble::fault("the draft is not hexadecimal"))?;
    // What is signed is what was shown: the draft's name is the hash of its bytes.
    if note::digest::sha256(&bytes).to_string() != draft.hash {
        return Err(Trouble::unverified("the draft's bytes are not those of its hash"));
    }
    let signature =
        SignatureView::Ed25519 { key: key.id().to_string(), signature: hex(&key.sign(&bytes)) };
    let signed = SignRequest { draft: draft.draft, signature };
    client.post("/api/v1/statements", &signed).map_err(|cause| told(&cause))
}

fn typed(given: &str) -> Result<Value, Trouble> {
    let text = if given == "-" {
        let mut text = String::new();
        let taken = stdin().lock().take(ACT_BYTES_MAX).read_to_string(&mut text);
        taken.map_err(|cause| Trouble::fault("cannot read standard input").because(cause))?;
        text
    } else {
        given.to_owned()
    };
    serde_json::from_str(&text)
        .map_err(|cause| Trouble::malformed("the act is not JSON").because(cause))
}

// JSON as people read it: one fact a line, indented by what it belongs to.
fn lines(value: &Value, depth: usize) -> String {
    let pad = "  ".repeat(depth);
    match value {
        Value::Object(pairs) => {
            let each = pairs.iter().map(|(key, value)| match value {
                Value::Object(_) | Value::Array(_) => {
                    format!("{pad}{key}:\n{}", lines(value, depth + 1))
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                    format!("{pad}{key}: {}", lines(value, 0))
                }
            });
            each.collect::<Vec<_>>().join("\n")
        }
        Value::Array(items) => {
            let each = items.iter().map(|item| lines(item, depth));
            each.collect::<Vec<_>>().join(&format!("\n{pad}-\n"))
        }
        Value::String(text) => format!("{pad}{text}"),
        Value::Null => format!("{pad}–"),
        Value::Bool(_) | Value::Number(_) => format!("{pad}{value}"),
    }
}
