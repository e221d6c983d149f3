//! No is an answer: the reasons a node gives, each with a stable code.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $index:literal $variant:ident = $code:literal),+ $(,)?) => {
        /// Why an act is refused, or why a statement in a ledger is void.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[derive(Encode, Decode)]
        #[cbor(index_only)]
        pub enum Reason {
            $($(#[$doc])* #[n($index)] #[serde(rename = $code)] $variant),+
        }

        impl Reason {
            /// Every reason, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code: in the API, in ledgers, in translation keys.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

reasons! {
    /// The bytes are not a statement.
    0 Malformed = "malformed",
    /// The signature does not verify.
    1 BadSignature = "bad-signature",
    /// No such key is enrolled, or it was voided or has run out.
    2 UnknownKey = "unknown-key",
    /// The key does not carry the role that the act needs.
    3 NotYourRole = "not-your-role",
    /// The act belongs to the other side.
    4 NotYourSide = "not-your-side",
    /// A statement of that id, or a share of a draw, stands already.
    5 Replayed = "replayed",
    /// Something of that id stands already.
    6 AlreadyExists = "already-exists",
    /// The statement's time lies before one that its author had already seen.
    7 OutOfTime = "out-of-time",
    /// The root that it says it saw is not the root that was.
    8 SeenMismatch = "seen-mismatch",
    /// The body is missing or does not open the commitment.
    9 BodyMissing = "body-missing",
    /// The agreement is not known.
    10 UnknownAgreement = "unknown-agreement",
    /// The agreement has not been signed by both.
    11 NotInForce = "not-in-force",
    /// The agreement, or the part the act needs, is suspended.
    12 Suspended = "suspended",
    /// The agreement does not permit it.
    13 NotPermitted = "not-permitted",
    /// The text of the agreement cannot be read.
    14 BadAgreement = "bad-agreement",
    /// The deployment is not known.
    15 UnknownDeployment = "unknown-deployment",
    /// The consent is not known.
    16 UnknownConsent = "unknown-consent",
    /// The host does not consent at this moment.
    17 NoLiveConsent = "no-live-consent",
    /// The host's ledger has not been heard for longer than the agreement allows.
    18 HostNotHeard = "host-not-heard",
    /// A ceiling would be passed.
    19 CeilingReached = "ceiling-reached",
    /// The act reaches outside the consent's terms.
    20 OutsideConsent = "outside-consent",
    /// The lease would be longer than the agreement allows.
    21 LeaseTooLong = "lease-too-long",
    /// Notice was given too late.
    22 NoticeTooShort = "notice-too-short",
    /// The task order is not known.
    23 UnknownTask = "unknown-task",
    /// The movement is not known.
    24 UnknownMovement = "unknown-movement",
    /// The movement is not in the state that the act needs.
    25 WrongState = "wrong-state",
    /// The submission does not open the notice's commitment.
    26 NotAsNoticed = "not-as-noticed",
    /// The residual risk is higher than the criticality bears.
    27 RiskTooHigh = "risk-too-high",
    /// It is too early for that.
    28 TooEarly = "too-early",
    /// The seed does not open the commitment.
    29 SeedMismatch = "seed-mismatch",
    /// The draw is not complete.
    30 DrawIncomplete = "draw-incomplete",
    /// That role is not on the disclosure list.
    31 NotOnTheList = "not-on-the-list",
    /// The pass is not known.
    32 UnknownPass = "unknown-pass",
    /// The pass's signatures do not fit its parties and claims.
    33 BadPass = "bad-pass",
    /// A check of the departure gate is red and nobody has overridden it.
    34 GateRed = "gate-red",
    /// The alarm is not in the state that the act needs.
    35 WrongAlarmState = "wrong-alarm-state",
    /// A text is empty or too long.
    36 BadText = "bad-text",
    /// A number is zero or beyond its limit.
    37 BadNumber = "bad-number",
    /// The counterpart broke the rules of ledgers: its authority is suspended.
    38 PartyMisbehaved = "party-misbehaved",
    /// No live pass covers the departure.
    39 NoLivePass = "no-live-pass",
    /// The first entry of a ledger must found the party, and no other may.
    40 NotFounded = "not-founded",
    /// The statement's audience is not the one that its act names.
    43 WrongAudience = "wrong-audience",
    /// A text under review has not been initialled by both.
    44 NotInitialled = "not-initialled",
    /// An agency that must be heard has not spoken, and its time is not over.
    45 ReviewOpen = "review-open",
    /// An agency that must be heard objects.
    46 AgencyObjects = "agency-objects",
    /// The text does not provide for a suspension of that kind, or not by that side.
    47 NotSuspendable = "not-suspendable",
    /// The agreement has been terminated.
    48 Terminated = "terminated",
    /// The text has no such condition, or it waits for the other side.
    49 UnknownCondition = "unknown-condition",
    /// The host has closed this rung of presence.
    50 RungClosed = "rung-closed",
    /// The item of accreditation is not known.
    51 UnknownAccreditation = "unknown-accreditation",
    /// The company's licence is not known.
    52 UnknownLicence = "unknown-licence",
    /// The order is for other holders of the root, out of its turn, or done already.
    60 StaleOrder = "stale-order",
    /// Not enough custodians have signed the order.
    61 TooFewCustodians = "too-few-custodians",
    /// The order cannot be followed: its set, its key or its reserve is not one.
    62 BadOrder = "bad-order",
    /// It rests on a statement by a key that its own party has disowned.
    63 Disowned = "disowned",
    /// The statement is not known.
    70 UnknownStatement = "unknown-statement",
    /// The joint state rests on the body: it is not erased.
    71 StateRestsOnIt = "state-rests-on-it",
    /// Too few of the witnesses that the agreement names have cosigned the head that covers it.
    72 WitnessesMissing = "witnesses-missing",
    /// The text asks for hybrid heads, and the node has named no key for them yet.
    90 HeadKeyMissing = "head-key-missing",
    /// The sealed plan opens under the halves that it names, and cannot be drawn from.
    98 BadMenu = "bad-menu",
}

/// The answer no: its reasons, and the articles that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// At least one reason.
    pub reasons: Vec<Reason>,
    /// Articles of the agreement, such as `4(1)`.
    pub articles: Vec<String>,
    /// The facts that matter and what would have to change, for people, in English.
    pub detail: String,
}

impl Refusal {
    /// A refusal for one reason, with the facts in words.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reasons: vec![reason], articles: Vec::new(), detail: detail.into() }
    }

    /// The same refusal, citing an article.
    #[must_use]
    pub fn citing(mut self, article: impl Into<String>) -> Self {
        self.articles.push(article.into());
        self
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reasons: vec![reason], articles: Vec::new(), detail: String::new() }
    }
}
