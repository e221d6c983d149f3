//! `ledger reveal`, `ledger check` of what it wrote, and `erase`.

use std::error::Error;
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::remote::{get, told};
use cli::trouble::Trouble;
use note::key::fingerprint;
use reveal::check::Shown;
use reveal::file::{FORMAT, Revealed};
use serde_json::{Value, json};
use tlog::policy::Policy;
use words::letter::ErasureRule;

use crate::asking::{sign, signed_in};
use crate::file::{read, write_new};

/// States to whom a body is shown, and writes the file that shows it.
pub fn reveal(given: &Given) -> Result<(), Trouble> {
    let (to, shown_to) = (given.need("out")?, given.need("to")?);
    let (client, passphrase) = signed_in(given)?;
    let (ledger, index, statement) = statement(given, &client)?;
    let readers = hears(&statement);
    let act = json!({
        "act": "body_revealed", "ledger": ledger, "statement": statement.get("id"),
        "shown_to": shown_to, "readers": readers,
    });
    let done = sign(given, (&client, &passphrase), act)?;
    let path = format!("/api/v1/ledgers/{ledger}/revealed/{index}");
    let bytes = client.file(&path).map_err(|cause| told(&cause))?;
    write_new(Path::new(to), &bytes, 0o600)?;
    if given.json {
        print::json(&json!({ "file": to, "bytes": bytes.len(), "statement": done.index }));
    } else {
        let stands = format!("stands as {} {}", done.ledger, done.index);
        print::answer(&format!("`{to}` shows {ledger} {index}; that it was shown {stands}"));
    }
    Ok(())
}

// Whoever may read the body, its author with them.
fn hears(statement: &Value) -> Value {
    let of = |name: &str| statement.get(name).cloned().unwrap_or_default();
    let audience = of("audience");
    let named = audience.get("named").and_then(Value::as_array);
    let Some(named) = named else { return audience };
    let (mut all, by) = (named.clone(), of("by"));
    if !all.contains(&by) {
        all.push(by);
    }
    json!({ "named": all })
}

// The statement that is meant: of our own ledger, if no other is named.
fn statement(
    given: &Given,
    client: &wire::client::Client,
) -> Result<(String, String, Value), Trouble> {
    let index = given.beside()?;
    let ledger = if let Some(party) = given.get("ledger") {
        party.to_owned()
    } else {
        let status = get(client, "/api/v1/status")?;
        let own = status.get("party").and_then(Value::as_str).map(str::to_owned);
        own.ok_or_else(|| Trouble::fault("the node does not say whose it is"))?
    };
    let found = get(client, &format!("/api/v1/ledgers/{ledger}/statements/{index}"))?;
    Ok((ledger, index.to_owned(), found))
}

/// Erases a body with its salt, under a rule.
pub fn erase(given: &Given) -> Result<(), Trouble> {
    let rule = given.need("rule")?;
    if ErasureRule::parse(rule).is_none() {
        let known: Vec<&str> = ErasureRule::ALL.iter().map(|rule| rule.as_str()).collect();
        return Err(Trouble::malformed(format!("`{rule}` is no rule: {}", known.join(", "))));
    }
    let reason = given.need("reason")?;
    let (client, passphrase) = signed_in(given)?;
    let (ledger, index, statement) = statement(given, &client)?;
    let act = json!({
        "act": "body_erased", "ledger": ledger, "statement": statement.get("id"),
        "rule": rule, "reason": reason,
    });
    let done = sign(given, (&client, &passphrase), act)?;
    if given.json {
        print::json(&done);
    } else {
        let stands = format!("{} {}", done.ledger, done.index);
        print::answer(&format!("the body of {ledger} {index} is erased, as {stands} says"));
    }
    Ok(())
}

/// Is that a file that shows a body? Then it is checked; nothing if it is another file.
pub fn check(given: &Given) -> Result<bool, Trouble> {
    let path = given.beside()?;
    let bytes = read(Path::new(path))?;
    if !bytes.windows(FORMAT.len()).take(16).any(|part| part == FORMAT.as_bytes()) {
        return Ok(false);
    }
    let no = |cause: &dyn Error| {
        Trouble::unverified(format!("`{path}` shows nothing that holds")).because(cause)
    };
    let shown = Revealed::parse(&bytes).map_err(|cause| no(&cause))?;
    let shown = shown.check().map_err(|cause| no(&cause))?;
    let cosigned = cosigned(given, &shown)?;
    if given.json {
        print::json(&json!({
            "party": shown.party, "root": fingerprint(&shown.root), "index": shown.index,
            "id": shown.id, "by": shown.by, "at": shown.at.to_string(), "act": shown.act,
            "size": shown.size, "head_at": shown.head_at.map(|at| at.to_string()),
            "cosigned": cosigned,
        }));
        return Ok(true);
    }
    let act = serde_json::to_string_pretty(&shown.act)
        .map_err(|cause| Trouble::fault("cannot print the act").because(cause))?;
    let signed = shown.head_at.map_or("at no time that it says".to_owned(), |at| at.to_string());
    let lines: Vec<String> = cosigned.iter().map(|line| format!("\ncosigned  {line}")).collect();
    print::answer(&format!(
        "statement {} of `{}`, by {} at {}\nunder     a head of {} entries that its node signed \
         {signed}{}\nroot key  {}\n          compare this with what you were told: no file can \
         vouch for itself\n{act}",
        shown.index,
        shown.party,
        shown.by,
        shown.at,
        shown.size,
        lines.concat(),
        fingerprint(&shown.root),
    ));
    Ok(true)
}

// Who of the witnesses that one trusts has cosigned the head, and when: the text is older.
fn cosigned(given: &Given, shown: &Shown) -> Result<Vec<String>, Trouble> {
    let Some(path) = given.get("policy") else { return Ok(Vec::new()) };
    let text = String::from_utf8_lossy(&read(Path::new(path))?).into_owned();
    let policy = Policy::parse(&text)
        .map_err(|cause| Trouble::malformed(format!("`{path}` is not a policy")).because(cause))?;
    let trusted = policy.trust(&shown.head.checkpoint()).map_err(|cause| {
        Trouble::unverified("the head is not one that the policy takes").because(cause)
    })?;
    Ok(trusted.cosigned.iter().map(|(name, at)| format!("by {name} at {at}")).collect())
}
