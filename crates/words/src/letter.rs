//! Words to some and not to all: letters, what is shown later, erased.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::audience::Audience;
use crate::closed::closed;
use crate::hash::{Hash, StatementId};
use crate::id::{AgreementId, AlarmId, MovementId, PartyId, RecordId};

/// What a letter is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A movement.
    #[n(0)]
    Movement(#[n(0)] MovementId),
    /// A record, such as one of an incident.
    #[n(1)]
    Record(#[n(0)] RecordId),
    /// An agreement.
    #[n(2)]
    Agreement(#[n(0)] AgreementId),
    /// An alarm.
    #[n(3)]
    Alarm(#[n(0)] AlarmId),
}

/// An officer writes to his own party, to both, or to named persons.
///
/// What may one day have to be erased is written in a letter that refers to the matter, and not
/// into an act on which the joint state rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct LetterSent {
    /// Who gets it, as in the header.
    #[n(0)]
    pub readers: Audience,
    /// Of what it speaks, in a few words.
    #[n(1)]
    pub subject: String,
    /// What the author says.
    #[n(2)]
    pub words: String,
    /// What it is about, if that is something that has an id.
    #[n(3)]
    pub about: Option<About>,
}

/// A body that was kept from others was shown, with its salt and the proof of its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct BodyRevealed {
    /// Whose ledger holds the statement.
    #[n(0)]
    pub ledger: PartyId,
    /// Which statement.
    #[n(1)]
    pub statement: StatementId,
    /// To whom, in words.
    #[n(2)]
    pub shown_to: String,
    /// Who hears of this, as in the header: whoever may read the body.
    #[n(3)]
    pub readers: Audience,
}

closed! {
    /// Under which rule a body is erased.
    ErasureRule {
        /// The time is over for which the agreement lets personal data be kept.
        0 Retention = "retention",
        /// A court ordered it.
        1 Court = "court",
        /// A person asked for what concerns it.
        2 Request = "request",
    }
}

/// A body and its salt were erased; the ledger still verifies.
///
/// It is an order where the statement is the speaker's own, which the other party's node obeys
/// and answers with the same act; of the other's statement it says that the speaker's copy is
/// gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct BodyErased {
    /// Which statement lost its body.
    #[n(0)]
    pub statement: StatementId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
    /// Whose ledger holds it; the speaker's own, if it is not said.
    #[n(2)]
    pub ledger: Option<PartyId>,
    /// Under which rule; older statements say it in their reason.
    #[n(3)]
    pub rule: Option<ErasureRule>,
}

/// A head of the speaker's own ledger with the cosignatures of witnesses, so that both parties
/// know from the ledgers alone what was cosigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct WitnessQuorumShown {
    /// So many entries are under it.
    #[n(0)]
    pub size: u64,
    /// Their root.
    #[n(1)]
    pub root: Hash,
    /// The signed head, a C2SP note with its lines.
    #[n(2)]
    pub note: String,
}

/// Does the joint state rest on the header of such a statement alone?
///
/// These bodies can be erased: who never saw one folds the ledgers to the same state.
pub const fn stands_alone(number: u16) -> bool {
    // `refusal_recorded`, `commented`, `letter_sent`, `body_revealed`.
    matches!(number, 37 | 43 | 94 | 95)
}

impl Act {
    /// Who gets the body, where the act's own words say it.
    pub fn addressed(&self) -> Option<&Audience> {
        if let Self::LetterSent(LetterSent { readers, .. })
        | Self::BodyRevealed(BodyRevealed { readers, .. }) = self
        {
            Some(readers)
        } else {
            None
        }
    }
}
