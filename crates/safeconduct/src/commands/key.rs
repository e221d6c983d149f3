//! `key new`: officers' key files.

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use custody::command::refused;
use note::key::SigningKey;
use serde_json::json;
use strongbox::dice::{Dice, SystemDice};
use strongbox::keyfile::KeyFile;
use words::act::KeyEnrolled;
use words::id::PersonId;
use words::role::Role;

use crate::commands::init::{KEY_DAYS, file_name};
use crate::folder::Folder;
use office::file::passphrases;

/// Makes a key file and enrols it.
pub fn new(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let person: PersonId = given.need_read("person")?;
    let roles = roles(given.need("roles")?)?;
    let days = given.read::<u16>("days")?.map_or(KEY_DAYS, i64::from);
    let secrets = passphrases(given, &["the root key", person.as_str()])?;
    let [of_root, of_officer] = secrets.as_slice() else {
        return Err(Trouble::malformed("two passphrases are needed"));
    };
    let root = folder.root(of_root)?;
    let seed = SystemDice.roll();
    let file = KeyFile::seal(person.clone(), &seed, of_officer, &mut SystemDice);
    let file =
        file.map_err(|cause| Trouble::malformed("the key cannot be sealed").because(cause))?;
    let mut engine = folder.engine(&folder.settings()?)?;
    let until = engine.now().plus_ms(days * 86_400_000);
    let key = SigningKey::from_seed(&seed).public();
    let text = serde_json::to_vec_pretty(&file).expect("a key file has string keys only");
    // The file first: an enrolled key that nobody has would be worse than one not yet enrolled.
    folder.write_secret(&format!("keys/{}.json", file_name(&person)), &text)?;
    let enrolled = KeyEnrolled { person: person.clone(), key, roles, until };
    engine.act(&root, enrolled).map_err(|answer| refused(&answer))?;
    if given.json {
        print::json(&json!({ "person": person, "key": file.key, "until": until.to_string() }));
    } else {
        print::answer(&format!("`{person}` signs with key {} until {until}", file.key));
    }
    Ok(())
}

fn roles(list: &str) -> Result<Vec<Role>, Trouble> {
    let read = |word: &str| {
        serde_json::from_value(json!(word.trim()))
            .map_err(|cause| Trouble::malformed(format!("`{word}` is not a role")).because(cause))
    };
    list.split(',').map(read).collect()
}
