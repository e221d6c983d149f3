//! Acts of a review: drafts, agencies, positions, remarks, initials.
//!
//! Some of them may stay at home. Whether one does is part of the act itself, so that whoever
//! signs it has read it, and a node refuses to send what its own words keep at home.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::audience::Audience;
use crate::closed::closed;
use crate::hash::Hash;
use crate::id::AgreementId;
use crate::moment::Moment;

closed! {
    /// Who may read a word of a review.
    Circle {
        /// Our own party alone; the other sees that a statement stands, and not what it says.
        0 Internal = "internal",
        /// Both parties.
        1 Shared = "shared",
    }

    /// What an agency says to a text. Silence is no position: it is computed from the deadline.
    Position {
        /// It agrees.
        0 Concur = "concur",
        /// It does not object, and says what it would rather have.
        1 Reserve = "reserve",
        /// It objects: its party does not sign.
        2 Object = "object",
    }
}

/// A text is written, and not shown to the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementDrafted {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The whole file; a draft need not hold together yet.
    #[n(1)]
    pub text: String,
}

/// A side names the agencies whose word it needs on a text, and until when it waits for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ReviewOpened {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The root of the text.
    #[n(1)]
    pub text: Hash,
    /// Every agency, as its party calls it.
    #[n(2)]
    pub agencies: Vec<String>,
    /// Who has said nothing until then is silent.
    #[n(3)]
    pub until: Moment,
    /// Who may read it.
    #[n(4)]
    pub circle: Circle,
}

/// A required agency takes its position on a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgencyReviewed {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The root of the text.
    #[n(1)]
    pub text: Hash,
    /// Which agency speaks.
    #[n(2)]
    pub agency: String,
    /// What it says.
    #[n(3)]
    pub position: Position,
    /// The articles that it is about; none for the text as a whole.
    #[n(4)]
    pub articles: Vec<String>,
    /// In its own words; who concurs may leave it empty.
    #[n(5)]
    pub remark: String,
    /// Who may read it: whoever may read which agencies are required.
    #[n(6)]
    pub circle: Circle,
}

/// A person says something about a text or one of its articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Commented {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The root of the text.
    #[n(1)]
    pub text: Hash,
    /// Which article; the text as a whole, if it is not said.
    #[n(2)]
    pub article: Option<String>,
    /// What the person says.
    #[n(3)]
    pub words: String,
    /// Who may read it.
    #[n(4)]
    pub circle: Circle,
}

/// A side's negotiators are done: the text is closed and waits for signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementInitialled {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The root of the text.
    #[n(1)]
    pub text: Hash,
}

/// The side that a condition waits for says that it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ConditionMet {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// The root of the text.
    #[n(1)]
    pub text: Hash,
    /// The name of the condition in the text.
    #[n(2)]
    pub condition: String,
}

/// A side ends the agreement: it has effect once the notice that the text asks for is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AgreementTerminated {
    /// The family.
    #[n(0)]
    pub agreement: AgreementId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

impl Circle {
    /// Who gets the body of a word in that circle.
    pub const fn audience(self) -> Audience {
        match self {
            Self::Internal => Audience::Own,
            Self::Shared => Audience::Joint,
        }
    }
}

impl Act {
    /// Who may read the act, where the act itself says so: nobody may send it to others.
    pub const fn circle(&self) -> Option<Circle> {
        if let Self::AgreementDrafted(_) = self {
            Some(Circle::Internal)
        } else if let Self::ReviewOpened(ReviewOpened { circle, .. })
        | Self::AgencyReviewed(AgencyReviewed { circle, .. })
        | Self::Commented(Commented { circle, .. }) = self
        {
            Some(*circle)
        } else {
            None
        }
    }

    /// The agreement whose review the act is a word of.
    pub const fn of_review(&self) -> Option<&AgreementId> {
        if let Self::AgreementDrafted(AgreementDrafted { agreement, .. })
        | Self::ReviewOpened(ReviewOpened { agreement, .. })
        | Self::AgencyReviewed(AgencyReviewed { agreement, .. })
        | Self::Commented(Commented { agreement, .. }) = self
        {
            Some(agreement)
        } else {
            None
        }
    }

    /// Who gets the act's body, if nobody says otherwise.
    pub fn audience(&self) -> Audience {
        let addressed = || self.addressed().cloned().unwrap_or(Audience::Joint);
        self.circle().map_or_else(addressed, Circle::audience)
    }
}
