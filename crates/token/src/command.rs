//! `token …`: what an operator or a custodian types.

use std::path::{Path, PathBuf};

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use note::key::{SigningKey, fingerprint, key_id};
use serde_json::json;
use words::act::Key;

use crate::key::{keys, make, reach, tokens};
use crate::place::{KEY_NAME, Place, TokenError};

/// Does what was asked for.
pub fn run(given: &Given) -> Result<(), Trouble> {
    match given.spec.words {
        "token list" => list(given),
        "token new" => new(given),
        "token show" => show(given),
        other => Err(Trouble::malformed(format!("`{other}` is no command of a token"))),
    }
}

/// The place that the options name.
pub fn place(given: &Given) -> Result<Place, Trouble> {
    Ok(Place {
        module: PathBuf::from(given.need("module")?),
        label: given.need("label")?.to_owned(),
        pin_file: PathBuf::from(given.need("pin-file")?),
        key: given.get("key-name").unwrap_or(KEY_NAME).to_owned(),
    })
}

/// The key on a token that the options name, if they name one.
pub fn signer(given: &Given) -> Result<Option<SigningKey>, Trouble> {
    if !given.has("label") {
        return Ok(None);
    }
    reach(&place(given)?).map(Some).map_err(|error| trouble(&error))
}

/// A token's answer other than yes.
pub fn trouble(error: &TokenError) -> Trouble {
    match error {
        TokenError::Pin(_) | TokenError::Locked(_) | TokenError::Exists { .. } => {
            Trouble::refused(error.to_string())
        }
        TokenError::Exportable(_) | TokenError::OtherKey(_) => {
            Trouble::unverified(error.to_string())
        }
        TokenError::PinFile { .. } => Trouble::malformed(error.to_string()),
        TokenError::Module { .. }
        | TokenError::NoToken(_)
        | TokenError::NoKey { .. }
        | TokenError::Step { .. } => Trouble::fault(error.to_string()),
    }
}

fn list(given: &Given) -> Result<(), Trouble> {
    let module = PathBuf::from(given.need("module")?);
    let place =
        Place { module, label: String::new(), pin_file: PathBuf::new(), key: KEY_NAME.to_owned() };
    let seen = tokens(&place).map_err(|error| trouble(&error))?;
    if given.json {
        let rows = seen.iter().map(
            |[label, maker, serial]| json!({ "label": label, "maker": maker, "serial": serial }),
        );
        print::json(&rows.collect::<Vec<_>>());
    } else {
        for [label, maker, serial] in &seen {
            print::answer(&format!("{label}  {maker}  {serial}"));
        }
    }
    Ok(())
}

fn new(given: &Given) -> Result<(), Trouble> {
    let place = place(given)?;
    let key = make(&place).map_err(|error| trouble(&error))?;
    told(given, &[(place.key, key)])
}

fn show(given: &Given) -> Result<(), Trouble> {
    let place = place(given)?;
    let all = keys(&place).map_err(|error| trouble(&error))?;
    let named = given.get("key-name");
    let all: Vec<_> =
        all.into_iter().filter(|(name, _)| named.is_none_or(|it| it == name)).collect();
    told(given, &all)
}

fn told(given: &Given, keys: &[(String, Key)]) -> Result<(), Trouble> {
    if let (Some(file), [(_, key)]) = (given.get("out"), keys) {
        let text = serde_json::to_vec_pretty(key).expect("its keys are strings");
        let written = durable::write_new(Path::new(file), &text, 0o644);
        written.map_err(|cause| Trouble::fault(format!("cannot write `{file}`")).because(cause))?;
    }
    if given.json {
        let rows = keys.iter().map(|(name, key)| {
            json!({
                "name": name, "key": key_id(key), "fingerprint": fingerprint(key), "public": key,
            })
        });
        print::json(&rows.collect::<Vec<_>>());
        return Ok(());
    }
    for (name, key) in keys {
        print::answer(&format!("{name}  {}  {}", key_id(key), fingerprint(key)));
    }
    Ok(())
}
