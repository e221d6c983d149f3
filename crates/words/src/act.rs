//! Every act a party can do; nothing else changes the joint state.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::alarm::{AlarmHandled, AlarmNoted, AlarmResolved};
use crate::custody::{Custody, HeadKeyNamed, RootOrdered};
use crate::deployment::{
    ConsentGranted, ConsentRefused, ConsentRenewed, ConsentRevoked, DeploymentRequested, TaskEnded,
    TaskOrdered, TaskStarted,
};
use crate::duty::{ObligationBreached, RecordAnswered, RecordOpened};
use crate::hash::{Hash, KeyId};
use crate::id::{AgreementId, PartyId, PersonId, ZoneId};
use crate::letter::{BodyErased, BodyRevealed, LetterSent, WitnessQuorumShown};
use crate::moment::Moment;
use crate::movement::{
    Arrived, CapacityNoticed, CheckedIn, Closed, Debriefed, Departed, DrawCommitted, DrawDefaulted,
    DrawRevealed, MovementApproved, MovementAssessed, MovementHalted, MovementResumed,
    MovementSubmitted, PassCountersigned, PassIssued, PassRevoked, PlanSealed, StageReleased,
};
use crate::presence::Category;
use crate::review::{
    AgencyReviewed, AgreementDrafted, AgreementInitialled, AgreementTerminated, Commented,
    ConditionMet, ReviewOpened,
};
use crate::role::{Role, Side};
use crate::standing::{
    AccreditationAccepted, AccreditationWithdrawn, Accredited, EmergencyDeclared, EmergencyEnded,
    HostOfficersAssigned, LicenceRecorded, LicenceWithdrawn, RungClosed, RungOpened,
};

/// How a key signs.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Encode,
    Decode
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Ed25519, 32 public bytes, checked with `verify_strict`.
    #[n(0)]
    Ed25519,
    /// A passkey: ECDSA P-256 over a WebAuthn assertion; 33 public bytes, compressed SEC 1.
    #[n(1)]
    PasskeyP256,
    /// ML-DSA-44 and Ed25519 together (composite `id-MLDSA44-Ed25519-SHA512`); 1,312 and 32
    /// public bytes. Both halves must hold.
    #[n(2)]
    Ed25519MlDsa44,
    /// ML-DSA-44 (FIPS 204), 1,312 public bytes: what a node signs heads with, beside Ed25519.
    #[n(3)]
    MlDsa44,
}

impl KeyKind {
    /// All kinds.
    pub const ALL: [Self; 4] =
        [Self::Ed25519, Self::PasskeyP256, Self::Ed25519MlDsa44, Self::MlDsa44];
}

/// A public key and what it is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// How it signs.
    #[n(0)]
    pub kind: KeyKind,
    /// Its public bytes.
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub public: Vec<u8>,
    /// Passkeys only: the relying party id that its assertions must be bound to.
    #[n(2)]
    pub relying_party: Option<String>,
}

/// A party opens its ledger: entry 0 of every ledger, signed by the root key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PartyFounded {
    /// The party, also the origin of the ledger.
    #[n(0)]
    pub party: PartyId,
    /// How it is called in the languages of the house: en, zh, ur.
    #[n(1)]
    pub names: Names,
    /// Which side it stands on.
    #[n(2)]
    pub side: Side,
    /// The root key.
    #[n(3)]
    pub root: Key,
    /// The node's key: signs heads.
    #[n(4)]
    pub node: Key,
    /// HPKE public key that others seal to for this party's node (X-Wing, 1,216 bytes).
    #[cbor(n(5), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub sealing: Vec<u8>,
    /// Who holds the root from here on. If it is said, the root key signs this entry, vouches
    /// for the node on the line, and nothing else; if not, it is its own only custodian.
    #[n(6)]
    pub custody: Option<Custody>,
}

/// A name in the three languages of the house.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// English.
    #[n(0)]
    pub en: String,
    /// Chinese.
    #[n(1)]
    pub zh: String,
    /// Urdu.
    #[n(2)]
    pub ur: String,
}

/// A person's key is enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct KeyEnrolled {
    /// Whose key.
    #[n(0)]
    pub person: PersonId,
    /// The key.
    #[n(1)]
    pub key: Key,
    /// What it may sign.
    #[n(2)]
    pub roles: Vec<Role>,
    /// It signs nothing from this moment on.
    #[n(3)]
    pub until: Moment,
}

/// A key is voided by ledger position, never by a claimed time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct KeyVoided {
    /// Which key.
    #[n(0)]
    pub key: KeyId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
    /// The ledger position since which it was in other hands, if it was: what it signed there or
    /// later is disowned, and what rests on that ends where this statement stands.
    #[n(2)]
    pub since: Option<u64>,
}

/// A party names its counterpart by the fingerprint that was exchanged by voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PeerPaired {
    /// The counterpart.
    #[n(0)]
    pub party: PartyId,
    /// Its root key.
    #[n(1)]
    pub root: Key,
}

/// A text is proposed. Its hash is what both sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementProposed {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The whole file: articles, texts, provisions.
    #[n(1)]
    pub text: String,
}

/// A party signs a text; in force when both have signed the same hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementSigned {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The root of the text's tree of articles (`article::root`).
    #[n(1)]
    pub text: Hash,
}

/// What a suspension covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    #[n(0)]
    Whole,
    /// Acts in one zone.
    #[n(1)]
    Zone(#[n(0)] ZoneId),
    /// Acts by one category.
    #[n(2)]
    Category(#[n(0)] Category),
    /// What one article permits.
    #[n(3)]
    Clause(#[n(0)] String),
    /// Acts by one person, under the pseudonym that orders name.
    #[n(4)]
    Person(#[n(0)] PersonId),
}

/// Either party suspends, in whole or in part: one act, effective at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementSuspended {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// How much of it.
    #[n(1)]
    pub scope: Scope,
    /// Why, for people.
    #[n(2)]
    pub reason: String,
}

/// The party that suspended lifts its suspension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementResumed {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// How much of it.
    #[n(1)]
    pub scope: Scope,
}

/// A node was asked for an act and answered no: evidence, whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RefusalRecorded {
    /// The word of the act that was asked for.
    #[n(0)]
    pub act: String,
    /// Who asked.
    #[n(1)]
    pub by: PersonId,
    /// Stable codes of the reasons.
    #[n(2)]
    pub reasons: Vec<String>,
    /// Articles of the agreement that say so.
    #[n(3)]
    pub articles: Vec<String>,
    /// Commitment to the refused act, so that it can be shown later.
    #[n(4)]
    pub act_hash: Hash,
}

/// A party saw another break the rules of ledgers, and keeps the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct MisbehaviourNoted {
    /// Who broke them.
    #[n(0)]
    pub party: PartyId,
    /// Stable code: `fork`, `rollback`, `seen-mismatch`.
    #[n(1)]
    pub code: String,
    /// The two signed notes that cannot both be true, the smaller one first.
    #[n(2)]
    pub heads: Vec<String>,
    /// For two sizes: what the larger one says that the ledger was at the smaller one's size.
    /// Without it two true heads of a ledger that grew would look like a fork.
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<Between>,
}

/// The root that a ledger had at an earlier size, and the consistency proof (RFC 6962, 2.1.2)
/// that it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Between {
    /// The root at the smaller size.
    #[n(0)]
    pub root: Hash,
    /// The proof that the larger tree continues that one.
    #[n(1)]
    pub proof: Vec<Hash>,
}

macro_rules! acts {
    ($($index:literal $variant:ident = $word:literal),+ $(,)?) => {
        /// Everything that anyone can decide.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
        #[serde(tag = "act")]
        #[expect(missing_docs, reason = "each variant is documented at the type it carries")]
        pub enum Act {
            $(#[n($index)] #[serde(rename = $word)] $variant(#[n(0)] $variant)),+
        }

        impl Act {
            /// The act's word: stable in the API, in translations and in this list.
            pub const fn word(&self) -> &'static str {
                match self { $(Self::$variant(_) => $word),+ }
            }

            /// The number of the act in a header.
            pub const fn number(&self) -> u16 {
                match self { $(Self::$variant(_) => $index),+ }
            }

            /// The word of the act with that number, which a header alone tells.
            pub const fn word_of(number: u16) -> Option<&'static str> {
                match number {
                    $($index => Some($word),)+
                    _ => None,
                }
            }
        }

        $(impl From<$variant> for Act {
            fn from(act: $variant) -> Self {
                Self::$variant(act)
            }
        })+

        /// The word of each act number, for readers of headers.
        pub const WORDS: &[(u16, &str)] = &[$(($index, $word)),+];
    };
}

acts! {
    0 PartyFounded = "party_founded",
    1 KeyEnrolled = "key_enrolled",
    2 KeyVoided = "key_voided",
    3 PeerPaired = "peer_paired",
    4 AgreementProposed = "agreement_proposed",
    5 AgreementSigned = "agreement_signed",
    6 AgreementSuspended = "agreement_suspended",
    7 AgreementResumed = "agreement_resumed",
    8 DeploymentRequested = "deployment_requested",
    9 ConsentGranted = "consent_granted",
    10 ConsentRefused = "consent_refused",
    11 ConsentRenewed = "consent_renewed",
    12 ConsentRevoked = "consent_revoked",
    13 TaskOrdered = "task_ordered",
    14 TaskStarted = "task_started",
    15 TaskEnded = "task_ended",
    16 CapacityNoticed = "capacity_noticed",
    17 MovementSubmitted = "movement_submitted",
    18 MovementAssessed = "movement_assessed",
    19 MovementApproved = "movement_approved",
    20 PlanSealed = "plan_sealed",
    21 DrawCommitted = "draw_committed",
    22 DrawRevealed = "draw_revealed",
    23 StageReleased = "stage_released",
    24 PassIssued = "pass_issued",
    25 PassCountersigned = "pass_countersigned",
    26 PassRevoked = "pass_revoked",
    27 Departed = "departed",
    28 CheckedIn = "checked_in",
    29 MovementHalted = "movement_halted",
    30 MovementResumed = "movement_resumed",
    31 Arrived = "arrived",
    32 Debriefed = "debriefed",
    33 Closed = "closed",
    34 AlarmNoted = "alarm_noted",
    35 AlarmHandled = "alarm_handled",
    36 AlarmResolved = "alarm_resolved",
    37 RefusalRecorded = "refusal_recorded",
    38 MisbehaviourNoted = "misbehaviour_noted",
    39 BodyErased = "body_erased",
    40 AgreementDrafted = "agreement_drafted",
    41 ReviewOpened = "review_opened",
    42 AgencyReviewed = "agency_reviewed",
    43 Commented = "commented",
    44 AgreementInitialled = "agreement_initialled",
    45 ConditionMet = "condition_met",
    46 AgreementTerminated = "agreement_terminated",
    50 Accredited = "accredited",
    51 AccreditationAccepted = "accreditation_accepted",
    52 AccreditationWithdrawn = "accreditation_withdrawn",
    53 LicenceRecorded = "licence_recorded",
    54 LicenceWithdrawn = "licence_withdrawn",
    55 HostOfficersAssigned = "host_officers_assigned",
    56 EmergencyDeclared = "emergency_declared",
    57 EmergencyEnded = "emergency_ended",
    58 RungClosed = "rung_closed",
    59 RungOpened = "rung_opened",
    60 RecordOpened = "record_opened",
    61 RecordAnswered = "record_answered",
    62 ObligationBreached = "obligation_breached",
    80 RootOrdered = "root_ordered",
    90 HeadKeyNamed = "head_key_named",
    94 LetterSent = "letter_sent",
    95 BodyRevealed = "body_revealed",
    96 WitnessQuorumShown = "witness_quorum_shown",
    98 DrawDefaulted = "draw_defaulted",
}
