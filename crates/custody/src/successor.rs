//! The keys of a node that takes another's place: a file's or a token's.
//!
//! What may not happen here: an order for a key that nobody has, a statement before its key can
//! sign, and a crash after which the order cannot be submitted again.

use std::fs;
use std::path::{Path, PathBuf};

use cli::given::Given;
use cli::trouble::Trouble;
use note::key::SigningKey;
use strongbox::dice::{Dice, SystemDice};
use strongbox::node_keys::NodeKeys;
use token::command::{place, signer, trouble};
use token::key::reach;
use token::place::Place;
use words::custody::{NodeReplaced, RootOrdered};
use words::hash::Seed;

use crate::command::{Home, failed, pretty, read, read_json, state, write_new};

/// The new seed, until the order is carried out.
const SEED: &str = "node.key.new";

/// Where the new signing key lies, if it is on a token, until the order is carried out.
const PLACE: &str = "token.new";

/// What a node is opened with that shall take another's place.
#[derive(Debug, Clone)]
pub struct Successor {
    /// Its seed: what is sealed to it, and its secrets at rest.
    pub seed: Seed,
    /// Its signing key, if that lies on a token.
    pub token: Option<SigningKey>,
}

impl Successor {
    /// Its keys.
    pub fn keys(&self) -> NodeKeys {
        let keys = NodeKeys::from_seed(&self.seed);
        match &self.token {
            Some(key) => keys.signing_with(key.clone()),
            None => keys,
        }
    }
}

/// Makes what an order names. The seed and the place of the signing key lie in the folder before
/// the order is written: an order for a key that nobody has would stop the node for good.
pub(crate) fn prepare(given: &Given, home: &Home<'_>) -> Result<NodeKeys, Trouble> {
    let token = signer(given)?;
    let place = token.as_ref().map(|_| lasting(given)).transpose()?;
    // Asked before custodians sign: settings that nobody can rewrite would be found too late.
    (home.settings)(place.as_ref())?;
    let path = home.path(SEED);
    let seed = if path.exists() {
        seed_in(&path)?
    } else {
        let seed = Seed(SystemDice.roll());
        write_new(&path, &seed.0, 0o600)?;
        seed
    };
    let beside = home.path(PLACE);
    let kept = match &place {
        Some(place) => durable::replace(&beside, &pretty(place)),
        None => durable::remove(&beside),
    };
    kept.map_err(|cause| failed("write", &beside, &cause))?;
    Ok(Successor { seed, token }.keys())
}

// The settings are read from anywhere: a relative path would be one in the folder.
fn lasting(given: &Given) -> Result<Place, Trouble> {
    let mut place = place(given)?;
    place.pin_file = std::path::absolute(&place.pin_file).map_err(|cause| Trouble::of(&cause))?;
    Ok(place)
}

fn seed_in(path: &Path) -> Result<Seed, Trouble> {
    Seed::from_slice(&read(path)?)
        .ok_or_else(|| Trouble::malformed(format!("`{}` is not 32 bytes", path.display())))
}

/// The statement first, then the secrets, then the files: broken off anywhere, it is run again.
pub(crate) fn submit(
    home: &Home<'_>,
    ordered: &RootOrdered,
    to: &NodeReplaced,
) -> Result<u64, Trouble> {
    let beside = home.path(PLACE);
    let place: Option<Place> =
        if beside.exists() { Some(read_json(&beside, "the place of a key")?) } else { None };
    let token = place.as_ref().map(reach).transpose().map_err(|error| trouble(&error))?;
    let successor = Successor { seed: seed_in(&home.path(SEED))?, token };
    let keys = successor.keys();
    if (keys.node.public(), keys.sealing.public()) != (to.node.clone(), to.sealing.clone()) {
        let what = "what this folder holds are not the keys that the order names";
        return Err(Trouble::refused(what).hint("write the order anew in this folder"));
    }
    let settings = (home.settings)(place.as_ref())?;
    let mut engine = (home.open)(Some(&successor))?;
    let index = if engine.is_our_node() {
        engine.own().reader().ring().nodes().last().map_or(0, |(index, _)| *index)
    } else {
        state(&mut engine, ordered.clone())?
    };
    let old = home.path("node.key");
    if let Some(before) = fs::read(&old).ok().and_then(|bytes| Seed::from_slice(&bytes)) {
        let taken = engine.take_over_secrets(&NodeKeys::from_seed(&before));
        taken.map_err(|fault| Trouble::of(&fault))?;
    }
    drop(engine);
    put_in_place(home, (&keys, place.as_ref()), &settings)?;
    Ok(index)
}

// The seed last: while it waits under its own name, all of this is done again.
fn put_in_place(
    home: &Home<'_>,
    (keys, place): (&NodeKeys, Option<&Place>),
    settings: &str,
) -> Result<(), Trouble> {
    let done = |path: PathBuf, done: std::io::Result<()>| {
        done.map_err(|cause| failed("put in place", &path, &cause))
    };
    let [toml, public, fresh, old, place_of] =
        ["safeconduct.toml", "node.pub", SEED, "node.key", PLACE].map(|name| home.path(name));
    if place.is_some() {
        let text = pretty(&keys.node.public());
        done(public.clone(), durable::replace(&public, &text))?;
    }
    done(toml.clone(), durable::replace(&toml, settings.as_bytes()))?;
    if place.is_none() {
        done(public.clone(), durable::remove(&public))?;
    }
    if old.exists() {
        done(old.clone(), durable::rename(&old, &home.path("node.key.before")))?;
    }
    done(fresh.clone(), durable::rename(&fresh, &old))?;
    done(place_of.clone(), durable::remove(&place_of))
}
