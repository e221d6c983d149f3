//! Why a question of the API has no answer.

use engine::fault::{Answer, Fault};
use words::refusal::Refusal;

/// No, and whose move is next.
#[derive(Debug)]
pub enum No {
    /// There is no such thing, or not for this viewer: the two look the same.
    Unknown,
    /// It cannot be read; the text names the member and says what to mend.
    Malformed(String),
    /// Read, and the answer is no.
    Refused(Refusal),
    /// The world broke.
    Fault(Box<Fault>),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<Answer> for No {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Refused(refusal) => Self::Refused(refusal),
            Answer::Fault(fault) => Self::Fault(fault),
        }
    }
}
