//! Passkeys: which are whose, what waits for the root.

use engine::engine::Engine;
use engine::fault::Fault;
use note::assertion::Assertion;
use note::digest::sha256;
use note::key::{SigningKey, key_id};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::port::StoreError;
use webauthn_rs::prelude::{
    COSEKeyType, ECDSACurve, Passkey, Url, Webauthn, WebauthnBuilder, WebauthnResult,
};
use words::act::{Act, Key, KeyEnrolled, KeyKind};
use words::hash::{Hash, KeyId, hex};
use words::id::PersonId;
use words::moment::Moment;
use words::role::Role;

use crate::app::App;
use crate::ceremony::Ceremonies;
use crate::failure::Failure;
use crate::limits::{PASSKEY_KEPT_MS, TICKET_KEPT_MS};

/// The relying party of this node and its ceremonies under way.
#[derive(Debug)]
pub struct Passkeys {
    pub(crate) webauthn: Webauthn,
    pub(crate) ceremonies: Ceremonies,
}

impl Passkeys {
    /// Passkeys that are bound to the host of an origin.
    pub fn new(origin: &Url) -> WebauthnResult<Self> {
        let host = origin.host_str().unwrap_or_default();
        let webauthn = WebauthnBuilder::new(host, origin)?.rp_name("Safeconduct").build()?;
        Ok(Self { webauthn, ceremonies: Ceremonies::default() })
    }
}

/// A passkey as the store keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Whose.
    pub person: PersonId,
    /// The short name of its public key.
    pub key: KeyId,
    /// The passkey.
    pub passkey: Passkey,
}

/// An invitation to register a passkey, for a person without a key on this node.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Who is invited.
    pub person: PersonId,
    /// What the key shall sign, once the root has enrolled it.
    pub roles: Vec<Role>,
    /// It invites nobody from then on.
    pub until: Moment,
}

/// Writes an invitation under a secret word; the word is given to its person by hand.
pub fn invite(
    engine: &mut Engine,
    word: &str,
    person: PersonId,
    roles: Vec<Role>,
) -> Result<(), Failure> {
    let ticket = Ticket { person, roles, until: engine.now().plus_ms(TICKET_KEPT_MS) };
    put(engine, &ticket_name(word), &ticket)
}

/// The invitation of a word, if it still holds.
pub fn invited(engine: &Engine, word: &str) -> Result<Option<Ticket>, Failure> {
    let ticket: Option<Ticket> = get(engine, &ticket_name(word))?;
    Ok(ticket.filter(|ticket| engine.now() < ticket.until))
}

/// Uses an invitation up.
pub fn tear(engine: &mut Engine, word: &str) -> Result<(), Failure> {
    engine.store_mut().delete(&ticket_name(word)).map_err(unkept)
}

// Names hold digests: a person's id may be the beginning of another's.
fn ticket_name(word: &str) -> String {
    format!("ticket/{}", sha256(word.as_bytes()))
}

fn prefix(person: &PersonId) -> String {
    format!("passkey/{}/", sha256(person.as_str().as_bytes()))
}

/// A person's passkeys.
pub fn of(engine: &Engine, person: &PersonId) -> Result<Vec<Kept>, Failure> {
    all(engine, &prefix(person))
}

/// Keeps a passkey, new or used.
pub fn keep(engine: &mut Engine, kept: &Kept) -> Result<(), Failure> {
    let name = format!("{}{}", prefix(&kept.person), hex(kept.passkey.cred_id()));
    put(engine, &name, kept)
}

/// Does anybody's passkey have this credential id?
pub fn is_known(engine: &Engine, credential: &[u8]) -> Result<bool, Failure> {
    let names = engine.store().keys("passkey/").map_err(unread)?;
    let end = format!("/{}", hex(credential));
    Ok(names.iter().any(|name| name.ends_with(&end)))
}

/// Keys that wait for the root to enrol them.
pub fn pending(engine: &Engine) -> Result<Vec<KeyEnrolled>, Failure> {
    let all: Vec<KeyEnrolled> = all(engine, "enrolment/")?;
    let enrolled = engine.own().reader().keys();
    Ok(all.into_iter().filter(|wish| !enrolled.contains_key(&key_id(&wish.key))).collect())
}

/// Asks for a key's enrolment; where the root is at hand it is enrolled at once.
pub fn enrol(
    engine: &mut Engine,
    root: Option<&SigningKey>,
    wish: KeyEnrolled,
) -> Result<(), Failure> {
    if let Some(root) = root {
        engine.act(root, Act::KeyEnrolled(wish))?;
        return Ok(());
    }
    put(engine, &format!("enrolment/{}", key_id(&wish.key)), &wish)
}

/// What the root is asked to enrol.
pub fn wish(engine: &Engine, ticket: &Ticket, key: Key) -> KeyEnrolled {
    let until = engine.now().plus_ms(PASSKEY_KEPT_MS);
    KeyEnrolled { person: ticket.person.clone(), key, roles: ticket.roles.clone(), until }
}

/// The key of a passkey, if it signs with P-256.
pub fn key_of(passkey: &Passkey, relying_party: &str) -> Option<Key> {
    let COSEKeyType::EC_EC2(point) = &passkey.get_public_key().key else { return None };
    if point.curve != ECDSACurve::SECP256R1 || point.x.len() != 32 {
        return None;
    }
    // SEC 1 compressed: which of the two points with this x it is.
    let parity = 2 + (point.y.last()? & 1);
    let public = [&[parity][..], &point.x].concat();
    let relying_party = Some(relying_party.to_owned());
    Some(Key { kind: KeyKind::PasskeyP256, public, relying_party })
}

impl App {
    /// Submits the assertion that signs a draft.
    pub async fn submit_assertion(
        self: &std::sync::Arc<Self>,
        draft: Hash,
        assertion: Assertion,
    ) -> Result<(), Failure> {
        let bytes = assertion.to_bytes();
        self.ask(move |engine| engine.submit(draft, &bytes)).await.map(|_| ())
    }
}

fn all<T: DeserializeOwned>(engine: &Engine, prefix: &str) -> Result<Vec<T>, Failure> {
    let names = engine.store().keys(prefix).map_err(unread)?;
    let values = names.iter().filter_map(|name| get(engine, name).transpose());
    values.collect()
}

fn get<T: DeserializeOwned>(engine: &Engine, name: &str) -> Result<Option<T>, Failure> {
    let Some(bytes) = engine.store().get(name).map_err(unread)? else { return Ok(None) };
    let parsed = serde_json::from_slice(&bytes);
    parsed.map(Some).map_err(|cause| Failure::Fault(format!("`{name}` cannot be read: {cause}")))
}

fn put<T: Serialize>(engine: &mut Engine, name: &str, value: &T) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(value).expect("our own types have string keys only");
    engine.store_mut().put(name, &bytes).map_err(unkept)
}

fn unread(cause: StoreError) -> Failure {
    Fault::Read { what: "the passkeys", cause }.into()
}

fn unkept(cause: StoreError) -> Failure {
    Fault::Keep { what: "the passkeys", cause }.into()
}
