//! `pair`: name the counterpart by its fingerprint.

use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use custody::command::refused;
use engine::carried::introduced;
use note::key::fingerprint;
use pinned::tls::{Presented, fetch_presented};
use serde_json::json;
use words::act::PeerPaired;

use crate::folder::{Folder, Peer};
use office::file::{passphrases, read};

/// Pairs, if who answers is who was named.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let named = given.need("fingerprint")?;
    let settings = folder.settings()?;
    if let Some(peer) = folder.peer()? {
        let what = format!("this node is paired with `{}` already", peer.party);
        return Err(Trouble::refused(what));
    }
    let (shown, address) = shown(given)?;
    if plain(&shown.fingerprint) != plain(named) {
        let what = "this is another root key than the one that was named";
        return Err(Trouble::unverified(what)
            .because(format!("its fingerprint is {}", shown.fingerprint))
            .hint("ring the other party up again: somebody may stand between you"));
    }
    let passphrases = passphrases(given, &["the root key"])?;
    let root = folder.root(passphrases.first().map_or("", String::as_str))?;
    let mut engine = folder.engine(&settings)?;
    let paired = PeerPaired { party: shown.party.clone(), root: shown.root.clone() };
    engine.act(&root, paired).map_err(|answer| refused(&answer))?;
    let peer = Peer { party: shown.party.clone(), root: shown.root, address };
    let text = serde_json::to_vec_pretty(&peer).expect("a pairing has string keys only");
    folder.write("peer.json", &text)?;
    if given.json {
        print::json(&json!({ "paired": shown.party, "fingerprint": shown.fingerprint }));
    } else {
        print::answer(&format!("paired with `{}`; start the node with `serve`", shown.party));
    }
    Ok(())
}

// Who is to be paired: the node that answers at an address, or the founding that was carried.
fn shown(given: &Given) -> Result<(Presented, Option<String>), Trouble> {
    let Some(file) = given.get("file") else {
        let address = given.need("peer")?;
        let shown = fetch_presented(address).map_err(|cause| Trouble::of(&cause))?;
        return Ok((shown, Some(address.to_owned())));
    };
    let (party, root) = introduced(&read(Path::new(file))?).map_err(|cause| {
        Trouble::unverified(format!("`{file}` introduces nobody")).because(cause)
    })?;
    let fingerprint = fingerprint(&root);
    Ok((Presented { party, root, fingerprint }, given.get("peer").map(str::to_owned)))
}

// As people say it: without hyphens, in any case, with or without blanks.
fn plain(fingerprint: &str) -> String {
    let letters = fingerprint.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_uppercase()
}
