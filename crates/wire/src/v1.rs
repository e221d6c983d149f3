//! The API's types, version 1: what programs, pages and the CLI see.
//!
//! Requests refuse members that they do not know; answers may grow new ones. Bytes are lower-case
//! hexadecimal. An act is the JSON of its own type: `{"act": "consent_revoked", …}`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMs = i64;

macro_rules! view {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)+ }
    )+};
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

view! {
    /// How this node is.
    StatusView {
        /// Whose node it is.
        party: String,
        /// The program's version.
        version: String,
        /// Its clock.
        now: UnixMs,
        /// Does it sign? A node behind its own cosigned head does not.
        signing: bool,
        /// Why not, for people.
        hindrance: Option<String>,
        /// The newest head of every ledger it holds, its own first.
        heads: Vec<HeadView>,
        /// Alarms that nobody has resolved.
        alarms_open: u32,
        /// Minutes that guests were present without live consent; meant to be 0.
        unconsented_guest_minutes: u64,
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

    /// A lease of consent.
    ConsentView {
        /// Its id.
        consent: String,
        /// `deployment` or `movement`.
        subject: String,
        /// Id of the deployment or movement.
        of: String,
        /// When it was granted.
        granted: UnixMs,
        /// When it ends unless renewed.
        until: UnixMs,
        /// When it was revoked, if it was.
        revoked: Option<UnixMs>,
        /// How many persons at most.
        headcount_max: u32,
        /// Does it hold at this moment?
        live: bool,
        /// Code of the reason why not.
        reason: Option<String>,
    }

    /// A task order.
    TaskView {
        /// Its id.
        task: String,
        /// Who, by pseudonym.
        units: Vec<String>,
        /// First moment.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// When it began.
        started: Option<UnixMs>,
        /// When it ended.
        ended: Option<UnixMs>,
    }

    /// A deployment of guest personnel.
    DeploymentView {
        /// Its id.
        deployment: String,
        /// Under which agreement.
        agreement: String,
        /// `requested`, `granted`, `refused`, `revoked` or `expired`.
        state: String,
        /// Why.
        purpose: String,
        /// Where.
        zone: String,
        /// Who.
        category: String,
        /// Doing what.
        task: String,
        /// On which rung of presence.
        rung: String,
        /// How armed at most.
        arms: String,
        /// How many persons were asked for.
        headcount: u32,
        /// How many vehicles.
        vehicles: u32,
        /// How many persons are present now.
        present: u32,
        /// First moment.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// Its leases, newest first.
        consents: Vec<ConsentView>,
        /// Its task orders.
        tasks: Vec<TaskView>,
    }

    /// One step of a movement's disclosure.
    StageView {
        /// `window`, `start`, `minute` or `route`.
        stage: String,
        /// To whom.
        roles: Vec<String>,
        /// Not before.
        not_before: UnixMs,
        /// Which parties have given up their halves.
        released_by: Vec<String>,
        /// What it says, if it is open and the caller is on its list.
        text: Option<String>,
    }

    /// One line of the departure gate.
    CheckView {
        /// Its word.
        check: String,
        /// Is it green?
        green: bool,
        /// Why not, for people.
        detail: String,
    }

    /// A pass of a movement.
    PassView {
        /// Its id.
        pass: String,
        /// Who carries it.
        holder: String,
        /// Where it is good.
        zone: String,
        /// First moment.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// Has the host countersigned it?
        countersigned: bool,
        /// Is it revoked?
        revoked: bool,
    }

    /// A movement of protected persons.
    MovementView {
        /// Its id.
        movement: String,
        /// Under which agreement.
        agreement: String,
        /// Its state, in the words of the design.
        state: String,
        /// In which zone.
        zone: String,
        /// Seats that the notice asked for, dummies included.
        seats: u32,
        /// First moment of the day or window that the caller may know.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// How important, once submitted.
        criticality: Option<String>,
        /// Residual risk, once assessed.
        risk: Option<String>,
        /// Its leases, newest first.
        consents: Vec<ConsentView>,
        /// What is disclosed in steps.
        stages: Vec<StageView>,
        /// The departure gate.
        gate: Vec<CheckView>,
        /// Its passes.
        passes: Vec<PassView>,
    }

    /// An alarm.
    AlarmView {
        /// Its id.
        alarm: String,
        /// What kind.
        kind: String,
        /// Whose.
        unit: String,
        /// 1 is the most urgent.
        priority: u8,
        /// `raised`, `noted`, `handled`, `resolved` or `returned`.
        state: String,
        /// When it was raised.
        raised: UnixMs,
        /// Until when somebody must act.
        due: UnixMs,
        /// Shelved until then, if it is.
        shelved_until: Option<UnixMs>,
        /// What happened.
        cause: String,
        /// What comes of it if nobody acts.
        consequence: String,
        /// What to do.
        action: String,
        /// Who noted, handled or resolved it last.
        by: Option<String>,
    }

    /// Who is accounted for after an incident.
    HeadcountView {
        /// When the count was called.
        called: UnixMs,
        /// Units in the area.
        expected: u32,
        /// Units that said they are safe.
        safe: Vec<String>,
        /// Units that asked for help.
        help: Vec<String>,
        /// Units that have said nothing.
        silent: Vec<String>,
    }

    /// One article of an agreement.
    ArticleView {
        /// Its number, such as `4(1)`.
        article: String,
        /// Its text in the reader's language.
        text: String,
    }

    /// An agreement.
    AgreementView {
        /// The family.
        agreement: String,
        /// `proposed`, `signed`, `in_force` or `suspended`.
        state: String,
        /// SHA-256 of the text that is in force, or else proposed.
        hash: String,
        /// The whole file.
        text: String,
        /// Its articles in the reader's language.
        articles: Vec<ArticleView>,
        /// Which parties have signed this text.
        signed_by: Vec<String>,
        /// What is suspended: `whole`, `zone NAME` or `category NAME`.
        suspended: Vec<String>,
    }

    /// What would happen to an act.
    TryAnswer {
        /// Would it be allowed?
        allowed: bool,
        /// Stable codes of the reasons, if not.
        reasons: Vec<String>,
        /// The articles that decide, with their texts.
        articles: Vec<ArticleView>,
        /// The facts that matter and what would have to change, for people.
        detail: String,
    }

    /// An act that awaits its author's signature.
    DraftView {
        /// Its id.
        draft: String,
        /// SHA-256 of the bytes to sign; also the challenge of a passkey.
        hash: String,
        /// The bytes to sign.
        to_sign: String,
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
    }
}

/// Asks what would happen to an act; nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TryRequest {
    /// The act.
    pub act: Value,
    /// When; now, if it is not said.
    #[serde(default)]
    pub at: Option<UnixMs>,
}

/// Asks for the bytes of an act to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftRequest {
    /// The act.
    pub act: Value,
    /// Who gets its body; what is usual for the act, if it is not said.
    #[serde(default)]
    pub audience: Option<AudienceView>,
}

/// Hands in the author's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// Which draft.
    pub draft: String,
    /// The signature.
    pub signature: SignatureView,
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

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::{AudienceView, DraftRequest, Finality, SignRequest, SignatureView, TryRequest};

    #[test]
    fn a_request_refuses_what_it_does_not_know() {
        let act = json!({"act": "closed", "movement": "m1"});
        assert!(from_value::<TryRequest>(json!({"act": act})).is_ok());
        assert!(from_value::<TryRequest>(json!({"act": act, "force": true})).is_err());
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
