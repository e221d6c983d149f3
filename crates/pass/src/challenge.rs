//! Who is the man before me? What only the holder of a pass can answer.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use note::canon;
use note::digest::sha256;
use note::key::SigningKey;
use words::act::{Key, KeyKind};
use words::id::PassId;
use words::moment::Moment;

use crate::claims::{Claims, Ed25519};
use crate::refusal::AnswerRefusal;
use crate::verified::Verified;

/// Numbers on a holder's strip: one challenge each quarter of an hour of a night, and spares.
pub const SPOKEN_MAX: u32 = 40;

/// A spoken number has four digits: two people say it in a second over a running engine.
pub const SPOKEN_BELOW: u32 = 10_000;

/// A phone's answer has six digits: whoever guesses is wrong 999,999 times in a million.
pub const ANSWER_BELOW: u32 = 1_000_000;

/// Walking up, reading a picture and saying six digits takes less than this.
pub const ANSWER_WITHIN_MS: i64 = 120_000;

const SPOKEN: &str = "safeconduct/spoken/3";
const ANSWER: &str = "safeconduct/answer/2";

/// The number on a holder's strip: of what the two parties' nodes agree on and nobody else knows.
pub fn spoken(agreed: &[u8; 32], pass: &PassId, number: u32) -> u32 {
    let secret = ByteVec::from(agreed.to_vec());
    below(&canon::encode(&(SPOKEN, secret, pass, number)), SPOKEN_BELOW)
}

/// What a protected person's phone shows as a picture: a fresh key, for one pass.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Question {
    /// Whose holder is asked.
    #[n(0)]
    pub pass: PassId,
    /// The asker's key of this one question.
    #[n(1)]
    pub key: Ed25519,
}

/// The holder's phone answers; `None` if the question's key is no key.
pub fn answer(phone: &SigningKey, question: &Question) -> Option<u32> {
    digits(phone, &question.key, question)
}

/// A question that was asked and waits for its answer; it takes one answer and is gone.
#[derive(Debug)]
pub struct Asked {
    key: SigningKey,
    question: Question,
    phone: Ed25519,
    until: Moment,
}

impl Asked {
    /// Asks the holder of a verified pass; the seed is chance of this one question.
    pub fn new(
        pass: &Verified<Claims>,
        seed: &[u8; 32],
        at: Moment,
    ) -> Result<Self, AnswerRefusal> {
        let claims = pass.get();
        let phone = claims.phone.ok_or(AnswerRefusal::NoPhone)?;
        let key = SigningKey::from_seed(seed);
        let public = key.public().public.try_into().map_err(|_bytes| AnswerRefusal::NoPhone)?;
        let question = Question { pass: claims.pass.clone(), key: Ed25519(public) };
        Ok(Self { key, question, phone, until: at.plus_ms(ANSWER_WITHIN_MS) })
    }

    /// What the asker's phone shows.
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// Is this the answer of the holder's phone, in time? Whatever it is, the question is spent.
    pub fn check(self, said: u32, at: Moment) -> Result<(), AnswerRefusal> {
        if at >= self.until {
            return Err(AnswerRefusal::TooLate);
        }
        let due = digits(&self.key, &self.phone, &self.question);
        if due == Some(said) { Ok(()) } else { Err(AnswerRefusal::WrongAnswer) }
    }
}

fn digits(own: &SigningKey, other: &Ed25519, question: &Question) -> Option<u32> {
    let other = Key { kind: KeyKind::Ed25519, public: other.0.to_vec(), relying_party: None };
    let secret = ByteVec::from(own.agree(&other)?.to_vec());
    Some(below(&canon::encode(&(ANSWER, secret, &question.pass, question.key)), ANSWER_BELOW))
}

// 64 bits of a digest leave a bias of less than one in 10^13.
fn below(bytes: &[u8], limit: u32) -> u32 {
    let first = *sha256(bytes).0.first_chunk().expect("a SHA-256 has more than 8 bytes");
    let rest = u64::from_be_bytes(first) % u64::from(limit);
    u32::try_from(rest).expect("the rest is below a u32")
}
