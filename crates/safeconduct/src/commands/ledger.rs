//! `ledger …`: publish, verify, prove, check, accuse.

use std::error::Error;
use std::fs;
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use engine::engine::Engine;
use note::key::fingerprint;
use note::statement::parse;
use office::body;
use serde_json::json;
use tlog::accusation::{Accusation, Against, Charge};
use tlog::offline::OfflineProof;
use tlog::policy::Policy;
use tlog::signed::SignedCheckpoint;
use tlog::tree::{Tree, leaf_hash, verify_inclusion};
use tlog::vkey::Vkey;
use tlog::walk;
use witness::publish::{Published, publish};
use witness::read::{Place, ReadError, head, tiles, whole};
use words::act::Act;
use words::moment::Moment;

use crate::folder::Folder;
use office::file::read;

/// The verifier keys of a node, as lines of a policy.
pub fn vkey(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let settings = folder.settings()?;
    let (keys, name) = (folder.keys(&settings)?, settings.party);
    let public = keys.node.public();
    let log = Vkey::log(name.as_str(), &public);
    let witness = Vkey::witness(name.as_str(), &public);
    let late = settings.ledger.hybrid_heads;
    let late = late.then(|| Vkey::ml_dsa(name.as_str(), &keys.heads.public()).to_string());
    if given.json {
        let (log, witness) = (log.to_string(), witness.to_string());
        print::json(&json!({ "log": log, "witness": witness, "ml_dsa": late }));
    } else {
        print::answer(&format!("log {log}\nwitness {name} {witness}"));
        if let Some(late) = &late {
            print::answer(&format!("witness {name}/ml-dsa-44 {late}"));
        }
    }
    Ok(())
}

/// Writes a stopped node's ledger as static files.
pub fn publish_to(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let settings = folder.settings()?;
    let engine = folder.engine(&settings)?;
    let policy = folder.policy(&settings)?;
    let done = publish_engine(&engine, policy.as_ref(), Path::new(given.beside()?))?;
    let Published { from, to, tiles } = done;
    if given.json {
        print::json(&json!({ "from": from, "to": to, "tiles": tiles }));
    } else {
        print::answer(&format!("published entries {from} to {to} in {tiles} files and a head"));
    }
    Ok(())
}

/// Writes what a folder lacks of an engine's ledger.
pub fn publish_engine(
    engine: &Engine,
    policy: Option<&Policy>,
    to: &Path,
) -> Result<Published, Trouble> {
    let shown = engine.head_to_show(policy).map_err(|cause| Trouble::of(&cause))?;
    let shown = shown.ok_or_else(|| {
        let what = "there is no head to publish";
        Trouble::refused(what).hint("run `serve` first: too few witnesses have cosigned any head")
    })?;
    let mut entries = |from: u64, count: u64| {
        let mut read = engine.entries_from(from)?;
        read.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        Ok(read)
    };
    publish(to, &shown, engine.own().tree(), &mut entries).map_err(|cause| Trouble::of(&cause))
}

/// Reads and checks what somebody publishes.
pub fn verify(given: &Given) -> Result<(), Trouble> {
    let place = Place::named(given.beside()?);
    let head = head(&place).map_err(|cause| told(&cause))?;
    let signed = signed(given, &head)?;
    let mut statements = 0_u64;
    let tree = whole(&place, &head, |_, entry| statements += u64::from(parse(entry).is_ok()));
    let tree = tree.map_err(|cause| told(&cause))?;
    let since = since(given, &head, &tree)?;
    let head = &head.head;
    if given.json {
        print::json(&json!({
            "origin": head.origin, "size": head.size, "root": head.root, "signed": signed,
            "statements": statements, "continues": since,
        }));
        return Ok(());
    }
    let since = since.map_or(String::new(), |size| format!("\ncontinues {size} entries"));
    print::answer(&format!(
        "origin    {}\nentries   {}, of which {statements} are statements of safeconduct\n\
         root      {}\nsigned    {}{since}",
        head.origin,
        head.size,
        head.root,
        signed.join("\n          ")
    ));
    Ok(())
}

// Whose signatures hold, in words; a stranger who names nobody is told that nobody was checked.
fn signed(given: &Given, head: &SignedCheckpoint) -> Result<Vec<String>, Trouble> {
    let no =
        |cause: &dyn Error| Trouble::unverified("the head is not to be trusted").because(cause);
    let mut told = Vec::new();
    if let Some(vkey) = given.read::<Vkey>("key")? {
        head.verify_by(&vkey).map_err(|cause| no(&cause))?;
        told.push(format!("by {}", vkey.name));
    }
    if let Some(path) = given.get("policy") {
        let trusted = policy(path)?.trust(head).map_err(|cause| no(&cause))?;
        told.push(format!("by {}", trusted.log.name));
        told.extend(trusted.cosigned.iter().map(cosigned));
    }
    if told.is_empty() {
        told.push("not checked: name a key with `--key`, or a policy with `--policy`".to_owned());
    }
    Ok(told)
}

fn cosigned((name, at): &(String, Moment)) -> String {
    format!("cosigned by {name} at {at}")
}

// Does it continue the head that was seen before? If not, that is what an accusation is made of.
fn since(given: &Given, head: &SignedCheckpoint, tree: &Tree) -> Result<Option<u64>, Trouble> {
    let Some(path) = given.get("since") else { return Ok(None) };
    let before = signed_head(path)?;
    if tree.root_at(before.head.size) == Some(before.head.root) {
        return Ok(Some(before.head.size));
    }
    let no = Trouble::unverified("the ledger does not continue the head that was seen before");
    let Some(vkey) = given.read::<Vkey>("key")? else {
        return Err(no.hint("with `--key` and `--accuse FILE` the evidence is kept"));
    };
    let Some(accusation) = Accusation::of_heads(&vkey, &before, head, tree) else {
        return Err(no.because("and the two heads alone do not prove why"));
    };
    if let Some(to) = given.get("accuse") {
        office::file::write_new(Path::new(to), accusation.to_string().as_bytes(), 0o644)?;
    }
    Err(no.because(format!("charge: {}", accusation.charge.as_str())))
}

/// Writes the offline proof of one entry.
pub fn prove(given: &Given) -> Result<(), Trouble> {
    let (which, place) = (given.beside()?, Place::named(given.beside_it()?));
    let checkpoint = head(&place).map_err(|cause| told(&cause))?;
    let size = checkpoint.head.size;
    let (index, entry) = find(&place, size, which)?;
    let mut tiled = tiles(&place, size);
    let proof = walk::inclusion(&mut tiled, index, size).map_err(|cause| told(&cause.into()))?;
    verify_inclusion(leaf_hash(&entry), index, size, &proof, checkpoint.head.root)
        .map_err(|cause| Trouble::unverified("what is published is false").because(cause))?;
    let proof = OfflineProof { extra: Some(entry), index, proof, checkpoint };
    print::answer(proof.to_string().trim_end_matches('\n'));
    Ok(())
}

// An entry by its place, or by the id of its statement.
fn find(place: &Place, size: u64, which: &str) -> Result<(u64, Vec<u8>), Trouble> {
    let mut tiled = tiles(place, size);
    let wanted = which.parse::<u64>().ok();
    let bundles = match wanted {
        Some(index) => index / 256..(index / 256).saturating_add(1),
        None => 0..size.div_ceil(256),
    };
    for number in bundles {
        let entries = tiled.entries(number).map_err(|cause| told(&cause.into()))?;
        for (index, entry) in (number * 256..).zip(entries) {
            let by_id = || parse(&entry).is_ok_and(|it| it.header.id.to_string() == which);
            if wanted.map_or_else(by_id, |wanted| wanted == index) {
                return Ok((index, entry));
            }
        }
    }
    Err(Trouble::refused(format!("no entry `{which}` is published there")))
}

/// Checks an offline proof.
pub fn check(given: &Given) -> Result<(), Trouble> {
    if body::check(given)? {
        return Ok(());
    }
    let proof = OfflineProof::parse(&text(given.beside()?)?)
        .map_err(|cause| Trouble::malformed("that is not an offline proof").because(cause))?;
    let policy = policy(given.need("policy")?)?;
    let entry = match given.get("entry") {
        Some(path) => read(Path::new(path))?,
        None => proof.extra.clone().ok_or_else(|| {
            Trouble::malformed("the proof carries no entry").hint("give it with `--entry FILE`")
        })?,
    };
    let trusted = proof
        .verify(&entry, &policy)
        .map_err(|cause| Trouble::unverified("the proof does not hold").because_of(Some(&cause)))?;
    let head = &proof.checkpoint.head;
    let said = parse(&entry).ok();
    let said = said.map(|it| (it.header.id, it.header.at, Act::word_of(it.header.act), it.key));
    if given.json {
        let said = said.map(|(id, at, act, key)| {
            json!({ "id": id, "at": at.to_string(), "act": act, "key": key.to_string() })
        });
        print::json(&json!({
            "origin": head.origin, "index": proof.index, "size": head.size, "statement": said,
            "cosigned": trusted.cosigned.iter().map(cosigned).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    let said = said.map_or("bytes that are no statement of safeconduct".to_owned(), |said| {
        let (id, at, act, key) = said;
        format!("statement {id}: {} of {at}, under key {key}", act.unwrap_or("an act"))
    });
    let lines = trusted.cosigned.iter().map(|it| format!("\n{}", cosigned(it)));
    let cosigned = lines.collect::<Vec<_>>().concat();
    print::answer(&format!(
        "entry {} of `{}` is {said}\nunder a head of {} entries signed by {}{cosigned}",
        proof.index, head.origin, head.size, trusted.log.name
    ));
    Ok(())
}

/// Checks an accusation and says what it proves, and what it does not.
pub fn accuse(given: &Given) -> Result<(), Trouble> {
    let accusation = Accusation::parse(&text(given.beside()?)?)
        .map_err(|cause| Trouble::malformed("that is not an accusation").because(cause))?;
    accusation.verify().map_err(|cause| {
        Trouble::unverified("the accusation does not hold").because_of(Some(&cause))
    })?;
    if let Some(known) = given.read::<Vkey>("key")?
        && known != accusation.log
    {
        let what = "the accusation is of another key than the one that you name";
        return Err(Trouble::unverified(what).because(format!("it is of {}", accusation.log)));
    }
    let (proved, open) = in_words(&accusation);
    let charge = accusation.charge;
    if given.json {
        print::json(&json!({
            "charge": charge.as_str(), "accused": accusation.log.to_string(),
            "proves_itself": charge.proves_itself(), "proves": proved, "does_not_prove": open,
        }));
        return Ok(());
    }
    print::answer(&format!(
        "charge    {}\naccused   `{}`, whose key has the fingerprint\n          {}\nshown     \
         {proved}\nnot shown {open}",
        charge.as_str(),
        accusation.log.name,
        fingerprint(&accusation.log.key),
    ));
    Ok(())
}

fn in_words(accusation: &Accusation) -> (String, String) {
    let size = accusation.head.head.size;
    let whose = "that the key is theirs (compare the fingerprint), and whether a thief or a \
                 failing disk signed in their place";
    match &accusation.against {
        Against::Head { head, .. } => {
            let (larger, name) = (head.head.size, &accusation.log.name);
            let proved = match accusation.charge {
                Charge::Equivocation => format!(
                    "the holder of the key signed two different ledgers of {size} entries as \
                     `{name}`; no honest signer does"
                ),
                Charge::SplitView => format!(
                    "the holder of the key signed a ledger of {size} entries that is no \
                     beginning of the one of {larger} entries that it signed too"
                ),
                Charge::Rollback | Charge::Withheld | Charge::Stale => format!(
                    "the holder of the key vouched for a ledger of {size} entries after it had \
                     vouched for {larger}, by its own clock: it took back what it had signed"
                ),
            };
            (proved, whose.to_owned())
        }
        Against::Word { witness, testimony } => {
            let said = &testimony.head;
            let what = match accusation.charge {
                Charge::Stale => "and got no newer head".to_owned(),
                Charge::Withheld | Charge::Equivocation | Charge::SplitView | Charge::Rollback => {
                    format!("and got only {} of its {size} entries", said.have)
                }
            };
            let proved = format!(
                "the accused signed a head of {size} entries; `{}` signed that it asked from {} \
                 until {} {what}",
                witness.name, said.since, said.until
            );
            let open = "that the witness tells the truth and that the line between them was up: \
                        silence leaves no signature. The accused answers it by giving out what \
                        is missing; the word of further witnesses makes it weigh more";
            (proved, open.to_owned())
        }
    }
}

/// Writes the evidence that a stopped node keeps to files.
pub fn evidence(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let engine = folder.engine(&folder.settings()?)?;
    let to = Path::new(given.beside()?);
    fs::create_dir_all(to).map_err(|cause| Trouble::of(&cause))?;
    let names = engine.accusations().map_err(|cause| Trouble::of(&cause))?;
    for name in &names {
        let text = engine.accusation(name).map_err(|cause| Trouble::of(&cause))?;
        let path = to.join(format!("{name}.txt"));
        durable::replace(&path, text.unwrap_or_default().as_bytes())
            .map_err(|cause| Trouble::of(&cause))?;
    }
    // What the counterpart showed us when we stated something, for whoever was shown more.
    let past = engine.past_heads().map_err(|cause| Trouble::of(&cause))?;
    for head in &past {
        let path = to.join(format!("head-{}.txt", head.head.size));
        durable::replace(&path, head.to_string().as_bytes())
            .map_err(|cause| Trouble::of(&cause))?;
    }
    if given.json {
        print::json(&json!({ "accusations": names, "heads": past.len() }));
    } else {
        let (heads, count) = (past.len(), names.len());
        let names = names.join("\n");
        print::answer(&format!("{count} accusations, {heads} heads of the past\n{names}"));
    }
    Ok(())
}

fn policy(path: &str) -> Result<Policy, Trouble> {
    Policy::parse(&text(path)?)
        .map_err(|cause| Trouble::malformed(format!("`{path}` is not a policy")).because(cause))
}

fn signed_head(path: &str) -> Result<SignedCheckpoint, Trouble> {
    SignedCheckpoint::parse(&text(path)?).map_err(|cause| {
        Trouble::malformed(format!("`{path}` is not a signed head")).because(cause)
    })
}

fn text(path: &str) -> Result<String, Trouble> {
    let bytes = read(Path::new(path))?;
    String::from_utf8(bytes)
        .map_err(|cause| Trouble::malformed(format!("`{path}` is not UTF-8")).because(cause))
}

// What does not verify is one thing, what cannot be reached another.
fn told(error: &ReadError) -> Trouble {
    let cause: Option<&(dyn Error + 'static)> = Some(error);
    match error {
        ReadError::NoHead | ReadError::Place(_) => Trouble::of(error),
        ReadError::Head(_) => Trouble::malformed("what is published").because_of(cause),
        ReadError::Tile(_) | ReadError::Entry(_) | ReadError::Root | ReadError::OtherTile(_) => {
            Trouble::unverified("what is published does not hold").because_of(cause)
        }
    }
}
