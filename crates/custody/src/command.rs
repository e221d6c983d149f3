//! `root …`: what custodians and the operator of their node type.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use door::passkey::pending;
use engine::engine::Engine;
use engine::fault::{Answer, chain};
use note::custody::{count, order_fingerprint, set, set_hash};
use note::hybrid::HybridKey;
use note::key::{SigningKey, Signs, fingerprint, key_id};
use pinned::files::promote;
use serde_json::json;
use strongbox::dice::{Dice, SystemDice};
use strongbox::keyfile::KeyFile;
use token::place::Place;
use words::act::{Key, KeyEnrolled};
use words::custody::{Custodians, Custody, Order, RootOrdered};
use words::hash::Hash;
use words::id::PersonId;
use words::moment::Moment;

use crate::sheet::{Row, Sheet, Stand, sheets};
use crate::successor::Successor;
use note::order_file::OrderFile;

/// Opens a node, as itself or as the one that shall take its place.
pub type Opens<'h> = dyn Fn(Option<&Successor>) -> Result<Engine, Trouble> + 'h;

/// The text of the node's settings with its signing key at another place.
pub type Rewrites<'h> = dyn Fn(Option<&Place>) -> Result<String, Trouble> + 'h;

/// Asks for passphrases, each by what it is for.
pub type Asks<'h> = dyn Fn(&[&str]) -> Result<Vec<String>, Trouble> + 'h;

/// What the binary gives: the node's folder, its engine, and the passphrases.
pub struct Home<'h> {
    /// The node's folder.
    pub folder: PathBuf,
    /// Opens the node with its own keys, or as the one that shall take its place.
    pub open: &'h Opens<'h>,
    /// Says what the settings are once the signing key lies on a token, or in the folder.
    pub settings: &'h Rewrites<'h>,
    /// Asks for passphrases.
    pub ask: &'h Asks<'h>,
}

impl std::fmt::Debug for Home<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Home({})", self.folder.display())
    }
}

impl Home<'_> {
    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Does what was asked for.
pub fn run(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    match given.spec.words {
        "root new" => new(given, home),
        "root set" => put_together(given),
        "root order" => crate::ordering::order(given, home),
        "root sign" => sign(given, home),
        "root submit" => submit(given, home),
        "root show" => show(given, home),
        other => Err(Trouble::malformed(format!("`{other}` is no command of a root"))),
    }
}

fn new(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    let person: PersonId = given.need_read("person")?;
    let path = PathBuf::from(given.beside()?);
    let passphrase = one((home.ask)(&[person.as_str()])?);
    let seed = SystemDice.roll();
    let hybrid = given.has("hybrid");
    let seal = if hybrid { KeyFile::seal_hybrid } else { KeyFile::seal };
    let file = seal(person.clone(), &seed, &passphrase, &mut SystemDice);
    let file =
        file.map_err(|cause| Trouble::malformed("the key cannot be sealed").because(cause))?;
    let plain = || SigningKey::from_seed(&seed).public();
    let key = if hybrid { HybridKey::from_seed(&seed).public() } else { plain() };
    write_new(&path, &pretty(&file), 0o600)?;
    write_new(&public_half(&path), &pretty(&key), 0o644)?;
    if given.json {
        print::json(&json!({ "person": person, "key": key_id(&key) }));
    } else {
        print::answer(&format!("`{person}` signs with key {}", key_id(&key)));
    }
    Ok(())
}

fn public_half(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

fn put_together(given: &Given) -> Result<(), Trouble> {
    let files = given.beside()?.split(',');
    let keys: Vec<Key> =
        files.map(|file| public(Path::new(file.trim()))).collect::<Result<_, _>>()?;
    let threshold: u32 = given.need_read("threshold")?;
    let custodians = set(keys, threshold)
        .map_err(|cause| Trouble::malformed("that is no set of custodians").because(cause))?;
    write_new(Path::new(given.need("out")?), &pretty(&custodians), 0o644)?;
    let (hash, of) = (set_hash(&custodians), custodians.keys.len());
    if given.json {
        print::json(&json!({ "hash": hash, "threshold": threshold, "of": of }));
    } else {
        print::answer(&format!("{threshold} of {of} custodians; the hash of the set:\n\n  {hash}"));
    }
    Ok(())
}

fn sign(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    let path = PathBuf::from(given.beside()?);
    let mut file = load(&path)?;
    told(&file);
    let opened: Box<dyn Signs> = match token::command::signer(given)? {
        Some(key) => Box::new(key),
        None => from_file(given, home)?,
    };
    file.sign(opened.as_ref())
        .map_err(|cause| Trouble::refused("nothing was signed").because_of(Some(&cause)))?;
    replace(&path, &file.bytes())?;
    standing(given, &file);
    Ok(())
}

fn from_file(given: &Given, home: &Home<'_>) -> Result<Box<dyn Signs>, Trouble> {
    let key: KeyFile = read_json(Path::new(given.need("key")?), "a key file")?;
    let passphrase = one((home.ask)(&[key.person.as_str()])?);
    let opened = key.open_any(&passphrase);
    opened.map_err(|cause| Trouble::refused("the key stays shut").because(cause))
}

fn submit(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    let mut file = load(Path::new(given.beside()?))?;
    let others = given.get("with").into_iter().flat_map(|files| files.split(','));
    for other in others {
        let other = load(Path::new(other.trim()))?;
        file.join(other)
            .map_err(|cause| Trouble::unverified("the files do not fit").because(cause))?;
    }
    let ordered = file.ordered;
    let index = match &ordered.order.order {
        Order::ReplaceNode(to) => {
            let index = crate::successor::submit(home, &ordered, to)?;
            if to.line.is_some() {
                line_follows(given, home)?;
            }
            index
        }
        Order::Pair(paired) => {
            let index = state(&mut (home.open)(None)?, ordered.clone())?;
            let peer = json!({
                "party": paired.party, "root": paired.root, "address": given.get("peer"),
            });
            write_new(&home.path("peer.json"), &pretty(&peer), 0o644)?;
            index
        }
        Order::Enrol(_)
        | Order::Void(_)
        | Order::Rotate(_)
        | Order::NameNext(_)
        | Order::Recover(_) => state(&mut (home.open)(None)?, ordered.clone())?,
    };
    if given.json {
        print::json(&json!({ "index": index, "order": ordered.order.order.word() }));
    } else {
        print::answer(&format!("carried out as statement {index}; start the node with `serve`"));
    }
    Ok(())
}

pub(crate) fn state(engine: &mut Engine, ordered: RootOrdered) -> Result<u64, Trouble> {
    let accepted = engine.submit_order(ordered).map_err(|answer| refused(&answer))?;
    // Under a head at once: a copy from before it must not start.
    engine.publish_head().map_err(|fault| Trouble::of(&fault))?;
    Ok(accepted.index)
}

/// An engine's answer other than yes.
pub fn refused(answer: &Answer) -> Trouble {
    match answer {
        Answer::Fault(fault) => Trouble::fault(chain(fault.as_ref())),
        Answer::Refused(refusal) => {
            let reasons: Vec<&str> = refusal.reasons.iter().map(|reason| reason.code()).collect();
            let trouble = Trouble::refused(format!("refused: {}", reasons.join(", ")));
            match (refusal.detail.as_str(), refusal.articles.as_slice()) {
                ("", []) => trouble,
                (detail, []) => trouble.because(detail),
                (detail, articles) => {
                    trouble.because(format!("article {}: {detail}", articles.join(", ")))
                }
            }
        }
    }
}

// The counterpart reads the order over the line that it knows: the new certificates are shown
// once it has cosigned it. Where there is no line yet, or the order goes by hand, at once.
fn line_follows(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    let waits = !given.has("now") && home.path("peer.json").exists() && home.path("tls").exists();
    if !home.path("tls.new").exists() {
        return Ok(());
    }
    promote(&home.folder, "tls.new", waits).map_err(|cause| Trouble::of(&cause))?;
    if waits {
        print::aside("the new certificates are shown once the counterpart has cosigned the order");
    }
    Ok(())
}

fn show(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    if given.beside()? != "." {
        let file = load(Path::new(given.beside()?))?;
        if !given.json {
            told(&file);
        }
        standing(given, &file);
        return Ok(());
    }
    let engine = (home.open)(None)?;
    let (all, waiting) = (sheets(&engine), waiting(&engine)?);
    if given.json {
        let waiting: Vec<_> = waiting.iter().map(wish).collect();
        let parties = all.iter().map(as_json).collect::<Vec<_>>();
        print::json(&json!({ "parties": parties, "waiting": waiting }));
    } else {
        all.iter().for_each(said);
        for wish in waiting {
            let key = key_id(&wish.key);
            print::answer(&format!("waits to be enrolled: {key} of {}", wish.person));
        }
    }
    Ok(())
}

/// Passkeys that officers made and that no order has enrolled yet.
pub(crate) fn waiting(engine: &Engine) -> Result<Vec<KeyEnrolled>, Trouble> {
    pending(engine).ok().ok_or_else(|| Trouble::fault("the keys that wait cannot be read"))
}

fn wish(wish: &KeyEnrolled) -> serde_json::Value {
    json!({
        "key": key_id(&wish.key), "person": wish.person, "roles": wish.roles,
        "until": wish.until.to_string(),
    })
}

/// `key list`: one line a key, of both ledgers.
pub fn list(given: &Given, home: &Home<'_>) -> Result<(), Trouble> {
    let all = sheets(&(home.open)(None)?);
    let mut listed = Vec::new();
    for (sheet, row) in all.iter().flat_map(|sheet| sheet.rows.iter().map(move |row| (sheet, row)))
    {
        listed.push(json!({
            "ledger": sheet.party, "person": row.person, "key": row.key, "roles": row.roles,
            "until": row.ends().map(|until| until.to_string()), "voided": row.ended.is_some(),
        }));
        if !given.json {
            print::answer(&lined(row));
        }
    }
    if given.json {
        print::json(&listed);
    }
    Ok(())
}

fn lined(row: &Row) -> String {
    let word = |role: &words::role::Role| {
        let word = serde_json::to_value(role).ok();
        word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let roles: Vec<String> = row.roles.iter().map(word).collect();
    let (person, roles, stand) = (row.person.as_str(), roles.join(","), row.stand);
    let note = match stand {
        Stand::Lives => String::new(),
        Stand::Voided => "  VOIDED".to_owned(),
        Stand::EndsSoon | Stand::Ended | Stand::Disowned => {
            format!("  {}", stand.word().to_uppercase())
        }
    };
    let until = row.ends().map_or("without end".to_owned(), |until| format!("until {until}"));
    format!("{}  {person:<16} {roles}  {until}{note}", row.key)
}

fn as_json(sheet: &Sheet) -> serde_json::Value {
    let refused: Vec<_> =
        sheet.refused.iter().map(|(at, reason)| json!({ "index": at, "reason": reason })).collect();
    let keys = sheet.rows.iter().map(|row| {
        json!({
            "key": row.key, "person": row.person, "roles": row.roles, "since": row.since,
            "until": row.ends().map(|until| until.to_string()),
            "voided_at": row.ended.as_ref().map(|it| it.index),
            "why": row.ended.as_ref().map(|it| it.why.word()),
            "disowned_from": row.disowned_from, "stand": row.stand.word(),
        })
    });
    let keys: Vec<_> = keys.collect();
    json!({
        "party": sheet.party, "version": sheet.version, "custodians": sheet.holders(),
        "threshold": sheet.custodians.threshold, "next": sheet.next, "since": sheet.since,
        "recovered": sheet.recovered, "orders": sheet.orders, "keys": keys, "refused": refused,
    })
}

fn said(sheet: &Sheet) {
    let (of, some) = (sheet.custodians.keys.len(), sheet.custodians.threshold);
    let how = if sheet.recovered { ", taken over by the reserve" } else { "" };
    print::answer(&format!(
        "{}: root version {}, {some} of {of}, since statement {}{how}, {} orders",
        sheet.party, sheet.version, sheet.since, sheet.orders
    ));
    for key in &sheet.custodians.keys {
        print::answer(&format!("  custodian {}  {}", key_id(key), fingerprint(key)));
    }
    match sheet.next {
        Some(next) => print::answer(&format!("  reserve {next}")),
        None => print::answer("  no reserve: if too many are lost, only a new pairing helps"),
    }
    for row in &sheet.rows {
        print::answer(&format!("  {}  from statement {}", lined(row), row.since));
    }
    for (index, reason) in &sheet.refused {
        print::answer(&format!("  order at {index} is void: {}", reason.code()));
    }
}

/// Shows an order before anybody signs it.
pub(crate) fn told(file: &OrderFile) {
    let order = &file.ordered.order;
    let mut shown = serde_json::to_value(&order.order).unwrap_or_default();
    readable(&mut shown);
    let text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    print::aside(&format!(
        "order {} of `{}` under root version {}:\n{text}\nfingerprint {}",
        order.serial,
        order.party,
        order.version,
        order_fingerprint(order)
    ));
}

// Whoever signs reads a moment, not milliseconds; the fingerprint is that of the bytes.
fn readable(shown: &mut serde_json::Value) {
    let until = shown.get_mut("until");
    if let Some(until) = until
        && let Some(ms) = until.as_i64()
    {
        *until = json!(Moment::from_ms(ms).to_string());
    }
}

/// Who has signed an order, of how many in each set.
pub(crate) fn standing(given: &Given, file: &OrderFile) {
    let RootOrdered { order, signatures } = &file.ordered;
    let sets: Vec<_> = file
        .sets()
        .into_iter()
        .map(|set| (count(signatures, set), set.threshold, set.keys.len()))
        .collect();
    if given.json {
        let sets: Vec<_> = sets
            .iter()
            .map(|(have, need, of)| json!({ "signed": have, "threshold": need, "of": of }))
            .collect();
        print::json(&json!({
            "order": order, "fingerprint": order_fingerprint(order), "sets": sets,
            "signed_by": signatures.iter().map(|it| it.key).collect::<Vec<_>>(),
        }));
        return;
    }
    for (have, need, of) in sets {
        print::answer(&format!("{have} of {of} have signed, {need} must"));
    }
}

/// A set and its reserve from the options.
pub(crate) fn custody(given: &Given, file: &str) -> Result<Custody, Trouble> {
    let custodians: Custodians = read_json(Path::new(file), "a set of custodians")?;
    note::custody::check_set(&custodians)
        .map_err(|cause| Trouble::malformed("that is no set of custodians").because(cause))?;
    Ok(Custody { custodians, next: reserve(given)? })
}

/// Who holds the root of a party that `init` founds, if it is said.
pub fn held(given: &Given) -> Result<Option<Custody>, Trouble> {
    given.get("custodians").map(|file| custody(given, file)).transpose()
}

pub(crate) fn reserve(given: &Given) -> Result<Option<Hash>, Trouble> {
    let Some(text) = given.get("next") else { return Ok(None) };
    Hash::try_from(text.to_owned())
        .map(Some)
        .map_err(|cause| Trouble::malformed(format!("`{text}` is no hash")).because(cause))
}

pub(crate) fn public(path: &Path) -> Result<Key, Trouble> {
    read_json(path, "the public half of a key")
}

fn load(path: &Path) -> Result<OrderFile, Trouble> {
    OrderFile::read(&read(path)?).map_err(|cause| {
        Trouble::unverified(format!("`{}` holds no order", path.display())).because(cause)
    })
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    fs::read(path).map_err(|cause| failed("read", path, &cause))
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(
    path: &Path,
    what: &str,
) -> Result<T, Trouble> {
    serde_json::from_slice(&read(path)?).map_err(|cause| {
        Trouble::malformed(format!("`{}` is not {what}", path.display())).because(cause)
    })
}

pub(crate) fn pretty(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("its keys are strings")
}

/// Writes a new file and never an old one; durable when it returns.
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Trouble> {
    durable::write_new(path, bytes, mode).map_err(|cause| failed("write", path, &cause))
}

// The whole new file beside the old one, then its name: nobody finds half an order.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    durable::replace(path, bytes).map_err(|cause| failed("write", path, &cause))
}

pub(crate) fn failed(step: &str, path: &Path, cause: &io::Error) -> Trouble {
    Trouble::fault(format!("cannot {step} `{}`", path.display())).because(cause)
}

fn one(passphrases: Vec<String>) -> String {
    passphrases.into_iter().next().unwrap_or_default()
}
