//! `init`: a new node's folder, keys, certificates and ledger.

use std::path::Path;
use std::sync::Arc;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use custody::command::held;
use engine::engine::{Engine, Founding, World};
use note::key::{SigningKey, fingerprint};
use pinned::files::save;
use pinned::tls::make_identity;
use serde::Deserialize;
use serde_json::json;
use store::sqlite::Sqlite;
use strongbox::clock::{Clock, SystemClock};
use strongbox::dice::{Dice, SystemDice};
use strongbox::keyfile::KeyFile;
use strongbox::node_keys::NodeKeys;
use token::command::{place, signer};
use token::place::Place;
use words::act::{KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{PartyId, PersonId};
use words::role::{Role, Side};

use crate::folder::{Folder, config};
use crate::mark::is_mark;
use crate::settings::{Settings, template};
use office::file::{failed, passphrases, read};

/// An officer's key signs for a year, then its person is looked at again.
pub const KEY_DAYS: i64 = 365;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Officers {
    officer: Vec<Officer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Officer {
    person: PersonId,
    roles: Vec<Role>,
}

/// Makes a node.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let party: PartyId = given.need_read("party")?;
    let side = side(given.need("side")?)?;
    let names = names(given)?;
    let (officers, custody) = (officers(given, &party)?, held(given)?);
    if custody.is_some() && !officers.is_empty() {
        let what = "custodians order every enrolment: name no officers, and use `root order`";
        return Err(Trouble::malformed(what));
    }
    let folder = Folder::of(given);
    is_new(&folder)?;
    // The key that founds a party of custodians is used here, and forgotten.
    let asked = &["the root key and the officers' new keys"][..];
    let passphrase = passphrases(given, if custody.is_some() { &[] } else { asked })?;
    let passphrase = passphrase.first().map_or("", String::as_str);
    // Reached before anything is written: a wrong PIN leaves an empty folder.
    let token = on_token(given)?;
    folder.make()?;
    let (root_seed, node_seed) = (SystemDice.roll(), Seed(SystemDice.roll()));
    // Sealed before anything is written: a passphrase that is too short leaves an empty folder.
    let mut sealed = Vec::new();
    if custody.is_none() {
        sealed.push(seal("root", &root_id(&party)?, &root_seed, passphrase)?);
    }
    let mut enrolled = Vec::new();
    for officer in officers {
        let seed = SystemDice.roll();
        let name = file_name(&officer.person);
        sealed.push(seal(&name, &officer.person, &seed, passphrase)?);
        enrolled.push(KeyEnrolled {
            person: officer.person,
            key: SigningKey::from_seed(&seed).public(),
            roles: officer.roles,
            until: SystemClock.now().plus_ms(KEY_DAYS * 86_400_000),
        });
    }
    let root = SigningKey::from_seed(&root_seed);
    folder.write_secret("node.key", &node_seed.0)?;
    for (name, file) in &sealed {
        let text = serde_json::to_vec_pretty(file).expect("a key file has string keys only");
        folder.write_secret(&format!("keys/{name}.json"), &text)?;
    }
    let identity = make_identity(&root_seed, &party, SystemClock.now());
    let identity = identity.map_err(|cause| Trouble::of(&cause))?;
    save(&identity, &folder.path("tls")).map_err(|cause| Trouble::of(&cause))?;
    let place = token.as_ref().map(|(place, _)| place);
    folder.write("safeconduct.toml", template(&party, side, place).as_bytes())?;
    let keys = node_keys(&folder, &node_seed, token)?;
    let founding = Founding { names, side, officers: enrolled, custody };
    found(&folder, keys, &root, founding)?;
    told(given, &party, &fingerprint(&root.public()), sealed.len());
    Ok(())
}

// A node is made once, and never over another.
fn is_new(folder: &Folder) -> Result<(), Trouble> {
    for name in ["ledger.db", "safeconduct.toml", "node.key", "keys/root.json"] {
        if folder.path(name).exists() {
            let what = format!("`{}` exists already", folder.path(name).display());
            return Err(Trouble::refused(what)
                .because("a node is made once; nothing was changed")
                .hint("name an empty folder with `--folder`"));
        }
    }
    let mark = folder.usual_mark();
    if mark.exists() && !is_mark(&mark) {
        let what = format!("`{}` is no mark of a ledger, and is left alone", mark.display());
        return Err(Trouble::refused(what).hint("name another folder, or move that file"));
    }
    Ok(())
}

fn node_keys(
    folder: &Folder,
    seed: &Seed,
    token: Option<(Place, SigningKey)>,
) -> Result<NodeKeys, Trouble> {
    let mut keys = NodeKeys::from_seed(seed);
    if let Some((_, key)) = token {
        let public = serde_json::to_vec_pretty(&key.public()).expect("its keys are strings");
        folder.write("node.pub", &public)?;
        keys.node = key;
    }
    Ok(keys)
}

// The place of the node's key, and the key, if it lies on a token.
fn on_token(given: &Given) -> Result<Option<(Place, SigningKey)>, Trouble> {
    let Some(key) = signer(given)? else { return Ok(None) };
    let mut place = place(given)?;
    // The settings are read from anywhere: a relative path would be one in the folder.
    place.pin_file = std::path::absolute(&place.pin_file).map_err(|cause| Trouble::of(&cause))?;
    Ok(Some((place, key)))
}

fn found(
    folder: &Folder,
    keys: NodeKeys,
    root: &SigningKey,
    founding: Founding,
) -> Result<(), Trouble> {
    let settings: Settings = folder.settings()?;
    // A mark that lies here is of a folder that is no more: a founding begins another ledger.
    let mark = folder.mark(&settings)?;
    durable::remove(&mark).map_err(|cause| failed("remove", &mark, &cause))?;
    let store = Sqlite::create(&folder.path("ledger.db")).map_err(|cause| Trouble::of(&cause))?;
    let world = World {
        store: Box::new(store),
        clock: Arc::new(SystemClock),
        dice: Box::new(SystemDice),
        roads: None,
    };
    let founded = Engine::found(config(&settings, None), world, keys, root, founding);
    founded.map(|_| ()).map_err(|cause| Trouble::of(&cause))
}

fn told(given: &Given, party: &PartyId, fingerprint: &str, keys: usize) {
    let officers = keys.saturating_sub(1);
    if given.json {
        print::json(&json!({
            "party": party, "fingerprint": fingerprint, "officers": officers,
        }));
        return;
    }
    print::answer(&format!(
        "`{party}` is founded, with {officers} officers. The fingerprint of its root key, to be \
         read\nto the other party over the telephone:\n\n  {fingerprint}\n"
    ));
    if keys > 0 {
        print::aside("move keys/root.json to a safe: the node does not need it");
    }
}

/// The file name of a person's key: an id may hold a slash.
pub fn file_name(person: &PersonId) -> String {
    person.as_str().rsplit('/').next().unwrap_or_default().replace(':', "-")
}

/// A side by its word.
pub fn side(word: &str) -> Result<Side, Trouble> {
    match word {
        "host" => Ok(Side::Host),
        "guest" => Ok(Side::Guest),
        other => Err(Trouble::malformed(format!("a side is `host` or `guest`, not `{other}`"))),
    }
}

fn names(given: &Given) -> Result<Names, Trouble> {
    let en = given.need("name")?;
    let or_english = |name| given.get(name).unwrap_or(en).to_owned();
    Ok(Names { en: en.to_owned(), zh: or_english("name-zh"), ur: or_english("name-ur") })
}

fn officers(given: &Given, party: &PartyId) -> Result<Vec<Officer>, Trouble> {
    let Some(path) = given.get("officers") else { return Ok(Vec::new()) };
    let text = String::from_utf8_lossy(&read(Path::new(path))?).into_owned();
    let officers: Officers = toml::from_str(&text).map_err(|cause| {
        let trouble = Trouble::malformed(format!("the officers in `{path}` cannot be read"));
        trouble.because(cause.to_string().trim_end())
    })?;
    let prefix = format!("{party}/");
    match officers.officer.iter().find(|it| !it.person.as_str().starts_with(&prefix)) {
        None => Ok(officers.officer),
        Some(other) => Err(Trouble::malformed(format!(
            "`{}` is no person of `{party}`: its ids begin with `{prefix}`",
            other.person
        ))),
    }
}

fn root_id(party: &PartyId) -> Result<PersonId, Trouble> {
    PersonId::new(&format!("{party}/root")).map_err(|cause| Trouble::of(&cause))
}

fn seal(
    name: &str,
    person: &PersonId,
    seed: &[u8; 32],
    passphrase: &str,
) -> Result<(String, KeyFile), Trouble> {
    let file = KeyFile::seal(person.clone(), seed, passphrase, &mut SystemDice);
    let file =
        file.map_err(|cause| Trouble::malformed("the key cannot be sealed").because(cause))?;
    Ok((name.to_owned(), file))
}
