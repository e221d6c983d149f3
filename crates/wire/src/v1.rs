//! The API's types, version 1: what programs, pages and the CLI see.
//!
//! Requests refuse members that they do not know; answers may grow new ones. Bytes are lower-case
//! hexadecimal unless the member says otherwise. An act is the JSON of its own type:
//! `{"act": "consent_revoked", …}`; a wish, which only the node can turn into an act, is
//! `{"wish": "commit_draw", …}`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::schema::{Described, Object, Schemas};

pub mod agreement;
pub mod duty;
pub mod keys;
pub mod plan;
pub mod presence;
pub mod review;
pub mod road;
pub mod rungs;
pub mod standing;
pub mod watch;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMs = i64;

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Where the next part begins: the next `after` or `from`; none if this is the last.
    pub next: Option<String>,
}

impl<T: Described> Described for Page<T> {
    fn schema(all: &mut Schemas) -> Value {
        let mut page = Object::new("A part of a list.");
        page.member("items", true, "The items, in order.", Vec::<T>::schema(all));
        let next = "Where the next part begins: the next `after` or `from`; null at the end.";
        page.member("next", true, next, Option::<String>::schema(all));
        page.open()
    }
}

/// How firm a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Finality {
    /// Received.
    L0,
    /// In a head that its party signed.
    L1,
    /// In a head that the counterpart cosigned.
    L2,
}

/// Who gets a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudienceView {
    /// The party that wrote it.
    Own,
    /// Every party of the agreement.
    Joint,
    /// The named persons.
    Named(Vec<String>),
}

views! {
    /// How this node is.
    StatusView {
        /// Whose node it is.
        party: String,
        /// `host` or `guest`.
        side: String,
        /// The program's version.
        version: String,
        /// Its clock.
        now: UnixMs,
        /// How many of its seconds pass in a real one; 1 but in exercises.
        speed: u32,
        /// Does it sign? Not while its key is away, nor as an old copy or a node that was
        /// replaced; and a party that was caught rewriting its ledger may begin nothing.
        signing: bool,
        /// Why not and what to do, for people.
        hindrance: Option<String>,
        /// Every ledger that it holds, its own first.
        ledgers: Vec<LedgerView>,
        /// Hash of the joint state of all entries that are folded.
        state: String,
        /// The counterpart, once paired.
        peer: Option<PeerView>,
        /// Alarms that nobody has resolved.
        alarms_open: u32,
        /// Person-minutes that guests were present without live consent; meant to be 0.
        unconsented_guest_minutes: u64,
    }

    /// How it stands with the counterpart.
    PeerView {
        /// Who.
        party: String,
        /// Did the last step of mirroring succeed?
        connected: bool,
        /// When one last succeeded.
        last_ok: Option<UnixMs>,
        /// The time inside its newest head that is folded here; authority is counted from it.
        heard: Option<UnixMs>,
        /// How long ago that is.
        heard_age_ms: Option<i64>,
        /// The longest age at which a guest may still act, by the agreements in force.
        heard_limit_ms: Option<i64>,
        /// Entries that it has and this node has not yet.
        behind: u64,
        /// It contradicted itself: nothing more is mirrored.
        broken: bool,
        /// Its state differs from ours at the same entries.
        diverged: bool,
    }

    /// A name in the three languages.
    NamesView {
        /// English.
        en: String,
        /// Chinese.
        zh: String,
        /// Urdu.
        ur: String,
    }

    /// A party and its keys.
    PartyView {
        /// Its id.
        party: String,
        /// Its names.
        names: NamesView,
        /// `host` or `guest`.
        side: String,
        /// Fingerprint of its root key, to be compared by voice.
        fingerprint: String,
        /// Has this node paired with it?
        paired: bool,
        /// Code of its misbehaviour, which suspends its authority.
        misbehaviour: Option<String>,
        /// The keys it enrolled.
        keys: Vec<KeyView>,
    }

    /// A person's key.
    KeyView {
        /// Its short name.
        key: String,
        /// Whose it is.
        person: String,
        /// `ed25519` or `passkey_p256`.
        kind: String,
        /// What it may sign.
        roles: Vec<String>,
        /// When it runs out.
        until: UnixMs,
        /// Is it voided?
        voided: bool,
    }

    /// A statement in a ledger.
    StatementView {
        /// Whose ledger.
        ledger: String,
        /// Its place there, from 0.
        index: u64,
        /// Its id.
        id: String,
        /// The word of its act.
        act: String,
        /// Who signed it.
        by: String,
        /// When it says it was made.
        at: UnixMs,
        /// Who gets its body.
        audience: AudienceView,
        /// The act, if the body is here and the caller may see it.
        body: Option<Value>,
        /// Code of the reason why it is void, if it is.
        void: Option<String>,
        /// How firm it is.
        finality: Finality,
        /// Each party that says that its copy of the body was erased.
        erased: Vec<ErasedView>,
    }

    /// A party's word that its copy of a body is gone.
    ErasedView {
        /// Which party.
        party: String,
        /// Who said so.
        by: String,
        /// When.
        at: UnixMs,
        /// Under which rule: `retention`, `court` or `request`; older statements name none.
        rule: Option<String>,
        /// Why, in words.
        reason: String,
    }

    /// A ledger as this node holds it.
    LedgerView {
        /// Whose.
        ledger: String,
        /// Is it this node's own?
        own: bool,
        /// Entries.
        size: u64,
        /// Entries whose bodies are here and that are part of the joint state.
        folded: u64,
        /// Its newest signed head.
        head: Option<HeadView>,
    }

    /// The newest signed head of a ledger.
    HeadView {
        /// Whose ledger.
        ledger: String,
        /// How many entries it has.
        size: u64,
        /// The root of its tree.
        root: String,
        /// The time inside its own signature.
        at: UnixMs,
        /// The size that the counterpart has cosigned.
        cosigned: u64,
        /// The signed note itself.
        note: String,
    }

    /// Proof that an entry is in a tree.
    ProofView {
        /// Hash of the entry.
        leaf: String,
        /// Its place.
        index: u64,
        /// Size of the tree.
        size: u64,
        /// The way from the leaf to the root.
        hashes: Vec<String>,
        /// The root.
        root: String,
    }

    /// An act that awaits its author's signature.
    DraftView {
        /// Its id: the hash.
        draft: String,
        /// SHA-256 of the bytes to sign.
        hash: String,
        /// The bytes that a file key signs.
        to_sign: String,
        /// The hash in base64url: the challenge that a passkey signs.
        challenge: String,
        /// The key whose signature is awaited.
        key: String,
        /// What the signature binds to, line by line, for people: exactly what the screen shows.
        summary: Vec<String>,
        /// The draft is forgotten then.
        expires: UnixMs,
    }

    /// An act has become a statement.
    ActAccepted {
        /// The statement's id.
        statement: String,
        /// Whose ledger.
        ledger: String,
        /// Its place there.
        index: u64,
        /// `acted`, `silent` (its body is not joint), `void`, or `waiting` for the other ledger.
        outcome: String,
    }

    /// A program is signed in.
    SessionView {
        /// Goes into the header `Authorization: Bearer TOKEN`.
        token: String,
        /// The session ends when it has not been used for so long.
        idle_ms: u64,
    }
}

requests! {
    /// Signs a program in with a person's key file, which the node keeps.
    SessionRequest {
        /// Who.
        person: String,
        /// What opens the key file.
        passphrase: String,
    }

    /// Does an act at once, signed with the key file that the session has open.
    ActRequest {
        /// The act or the wish.
        act: Value,
        /// Who gets its body; everybody, if it is not said.
        audience: Option<AudienceView>,
        /// How it is signed; by the session, if it is not said.
        sign: Option<Signing>,
    }

    /// Asks for the bytes of an act to sign.
    DraftRequest {
        /// The act or the wish.
        act: Value,
        /// Who gets its body; everybody, if it is not said.
        audience: Option<AudienceView>,
    }

    /// Hands in the author's signature.
    SignRequest {
        /// Which draft.
        draft: String,
        /// The signature.
        signature: SignatureView,
    }
}

/// How an act is signed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signing {
    /// With the key file that the session has open.
    Session,
}

/// A signature, by the kind of its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SignatureView {
    /// A key in a file or a card.
    Ed25519 {
        /// The key's short name.
        key: String,
        /// 64 bytes.
        signature: String,
    },
    /// A passkey's assertion over the draft's hash.
    PasskeyP256 {
        /// The key's short name.
        key: String,
        /// The authenticator's data.
        authenticator_data: String,
        /// The client's data: JSON bytes with the challenge in them.
        client_data: String,
        /// The signature, DER.
        signature: String,
    },
}

impl Described for Finality {
    fn schema(all: &mut Schemas) -> Value {
        all.name("Finality", |_| {
            json!({
                "type": "string",
                "enum": ["L0", "L1", "L2"],
                "description": "Received; in a head that its party signed; in a head that the \
                                counterpart cosigned.",
            })
        })
    }
}

impl Described for Signing {
    fn schema(all: &mut Schemas) -> Value {
        all.name("Signing", |_| json!({ "type": "string", "enum": ["session"] }))
    }
}

impl Described for AudienceView {
    fn schema(all: &mut Schemas) -> Value {
        all.name("AudienceView", |all| {
            let mut named = Object::new("The named persons.");
            named.member("named", true, "Who.", Vec::<String>::schema(all));
            json!({ "oneOf": [{ "type": "string", "enum": ["own", "joint"] }, named.closed()] })
        })
    }
}

impl Described for SignatureView {
    fn schema(all: &mut Schemas) -> Value {
        all.name("SignatureView", |_| {
            let kind = |kind: &str, doc: &'static str, members: &[(&'static str, &str)]| {
                let mut object = Object::new(doc);
                object.member("kind", true, "How the key signs.", json!({ "const": kind }));
                for (name, doc) in members {
                    object.member(name, true, doc, json!({ "type": "string" }));
                }
                object.closed()
            };
            let key = ("key", "The key's short name.");
            let file = [key, ("signature", "64 bytes.")];
            let passkey = [
                key,
                ("authenticator_data", "The authenticator's data."),
                ("client_data", "The client's data: JSON bytes with the challenge in them."),
                ("signature", "The signature, DER."),
            ];
            json!({ "oneOf": [
                kind("ed25519", "A key in a file or a card.", &file),
                kind("passkey_p256", "A passkey's assertion.", &passkey),
            ] })
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::agreement::TryRequest;
    use super::{ActRequest, AudienceView, DraftRequest, Finality, SignRequest, SignatureView};

    #[test]
    fn a_request_refuses_what_it_does_not_know() {
        let act = json!({"act": "closed", "movement": "m1"});
        let question = json!({"deed": "deploy", "zone": "z"});
        assert!(from_value::<TryRequest>(question).is_ok());
        assert!(from_value::<TryRequest>(json!({"deed": "deploy", "force": true})).is_err());
        assert!(from_value::<ActRequest>(json!({"act": act, "sign": "session"})).is_ok());
        assert!(from_value::<ActRequest>(json!({"act": act, "sign": "root"})).is_err());
        assert!(from_value::<DraftRequest>(json!({"act": act, "as": "root"})).is_err());
        assert!(from_value::<DraftRequest>(json!({"audience": "own"})).is_err());
        let signature = json!({"kind": "ed25519", "key": "k", "signature": "00", "extra": 1});
        assert!(from_value::<SignatureView>(signature).is_err());
    }

    #[test]
    fn audiences_signatures_and_finality_have_their_words() {
        let named = AudienceView::Named(vec!["officer.7".to_owned()]);
        assert_eq!(json!(named), json!({"named": ["officer.7"]}));
        assert_eq!(json!(AudienceView::Own), json!("own"));
        assert_eq!(json!(Finality::L2), json!("L2"));
        let request = json!({
            "draft": "d1",
            "signature": {
                "kind": "passkey_p256", "key": "k", "authenticator_data": "01",
                "client_data": "02", "signature": "03",
            },
        });
        assert_eq!(json!(from_value::<SignRequest>(request.clone()).unwrap()), request);
    }
}
