//! `root order`: what the operator wants becomes a file for the custodians.

use std::path::Path;

use cli::given::Given;
use cli::trouble::Trouble;
use engine::carried::introduced;
use engine::engine::Engine;
use note::key::{SigningKey, fingerprint, key_id};
use pinned::files::save;
use pinned::tls::{Presented, fetch_presented, make_identity};
use serde_json::json;
use strongbox::clock::{Clock, SystemClock};
use strongbox::dice::{Dice, SystemDice};
use words::act::{KeyEnrolled, KeyVoided, PeerPaired};
use words::custody::{NextNamed, NodeReplaced, Order};
use words::hash::KeyId;
use words::role::Role;

use crate::command::{Home, custody, failed, public, reserve, standing, told, waiting, write_new};
use crate::making::next;
use crate::successor;

/// An officer's key signs for a year, then its person is looked at again.
const KEY_DAYS: i64 = 365;

/// Writes an order.
pub(crate) fn order(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    let out = Path::new(given.need("out")?);
    let engine = (home.open)(None)?;
    let order = match given.beside()? {
        "enrol" => enrol(given, &engine)?,
        "void" => void(given)?,
        "replace_node" => replace_node(given, (home, &engine))?,
        "rotate" => Order::Rotate(custody(given, given.need("set")?)?),
        "recover" => Order::Recover(custody(given, given.need("set")?)?),
        "name_next" => {
            given.need("next")?;
            let next = reserve(given)?;
            Order::NameNext(NextNamed { next: next.ok_or_else(|| unknown("name_next"))? })
        }
        "pair" => pair(given)?,
        other => return Err(unknown(other)),
    };
    let file = next(&engine, order)
        .map_err(|cause| Trouble::refused("no order was written").because(cause))?;
    write_new(out, &file.bytes(), 0o644)?;
    told(&file);
    standing(given, &file);
    Ok(())
}

fn unknown(kind: &str) -> Trouble {
    Trouble::malformed(format!("`{kind}` is no order"))
        .hint("enrol, void, replace_node, rotate, name_next, recover or pair")
}

fn enrol(given: &Given, engine: &Engine) -> Result<Order, Trouble> {
    if let Some(text) = given.get("waiting") {
        let mut all = waiting(engine)?.into_iter();
        let wish = all.find(|wish| key_id(&wish.key).to_string() == text);
        let none = || {
            let hint = "`root show .` lists those that wait";
            Trouble::malformed(format!("no key `{text}` waits to be enrolled")).hint(hint)
        };
        return wish.map(Order::Enrol).ok_or_else(none);
    }
    let days = given.read::<u16>("days")?.map_or(KEY_DAYS, i64::from);
    Ok(Order::Enrol(KeyEnrolled {
        person: given.need_read("person")?,
        key: public(Path::new(given.need("public")?))?,
        roles: roles(given.need("roles")?)?,
        until: engine.now().plus_ms(days * 86_400_000),
    }))
}

fn roles(list: &str) -> Result<Vec<Role>, Trouble> {
    let read = |word: &str| {
        serde_json::from_value(json!(word.trim()))
            .map_err(|cause| Trouble::malformed(format!("`{word}` is not a role")).because(cause))
    };
    list.split(',').map(read).collect()
}

fn void(given: &Given) -> Result<Order, Trouble> {
    let text = given.need("key")?;
    let key = KeyId::try_from(text.to_owned())
        .map_err(|cause| Trouble::malformed(format!("`{text}` names no key")).because(cause))?;
    let reason = given.need("reason")?.to_owned();
    Ok(Order::Void(KeyVoided { key, reason, since: given.read("since")? }))
}

fn replace_node(given: &Given, (home, engine): (&Home<'_>, &Engine)) -> Result<Order, Trouble> {
    let keys = successor::prepare(given, home)?;
    let line = if given.has("line") { Some(line_key(home, engine)?) } else { None };
    let (node, sealing) = (keys.node.public(), keys.sealing.public());
    Ok(Order::ReplaceNode(NodeReplaced { node, sealing, line, since: given.read("since")? }))
}

// The key that vouches for the node on the line is made, used once and forgotten.
fn line_key(home: &Home<'_>, engine: &Engine) -> Result<words::act::Key, Trouble> {
    let seed = SystemDice.roll();
    let identity = make_identity(&seed, &engine.config().party, SystemClock.now());
    let identity = identity.map_err(|cause| Trouble::of(&cause))?;
    save(&identity, &home.path("tls.new")).map_err(|cause| Trouble::of(&cause))?;
    Ok(SigningKey::from_seed(&seed).public())
}

fn pair(given: &Given) -> Result<Order, Trouble> {
    let shown = if let Some(file) = given.get("file") {
        let path = Path::new(file);
        let bytes = std::fs::read(path).map_err(|cause| failed("read", path, &cause))?;
        let (party, root) = introduced(&bytes).map_err(|cause| {
            Trouble::unverified(format!("`{file}` introduces nobody")).because(cause)
        })?;
        let fingerprint = fingerprint(&root);
        Presented { party, root, fingerprint }
    } else {
        fetch_presented(given.need("peer")?).map_err(|cause| Trouble::of(&cause))?
    };
    let plain = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_uppercase()
    };
    if plain(&shown.fingerprint) != plain(given.need("fingerprint")?) {
        let what = "this is another root key than the one that was named";
        return Err(
            Trouble::unverified(what).because(format!("its fingerprint is {}", shown.fingerprint))
        );
    }
    Ok(Order::Pair(PeerPaired { party: shown.party, root: shown.root }))
}
