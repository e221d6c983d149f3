//! Judges letters, what is shown later, and what is erased.

use words::act::Act;
use words::audience::Audience;
use words::letter::{BodyErased, BodyRevealed, LetterSent, stands_alone};
use words::limit::{COMMENT_CHARS_MAX, NAMED_MAX, SUBJECT_CHARS_MAX};
use words::refusal::{Reason, Refusal};

use crate::judge::{entitled_words, text};
use joint::asking::Asking;
use ledger::reader::Entry;

/// A body goes to whom its act names: to named persons only a letter does, and word that a letter
/// was shown; an erasure is heard by both.
pub fn addressed(act: &Act, audience: &Audience) -> Result<(), Refusal> {
    let no = |detail: &str| Err(Refusal::new(Reason::WrongAudience, detail));
    if act.addressed().is_some_and(|named| named != audience) {
        return no("the header does not name those whom the act names");
    }
    let Audience::Named(persons) = audience else {
        let heard = matches!(act, Act::BodyErased(_) | Act::WitnessQuorumShown(_));
        return if heard && *audience == Audience::Own {
            no("both parties hear of it, or it has no effect")
        } else {
            Ok(())
        };
    };
    if act.addressed().is_none() {
        return no("only a letter goes to named persons: write one that refers to the matter");
    }
    if !(1..=NAMED_MAX).contains(&persons.len()) {
        let detail = format!("name 1 to {NAMED_MAX} persons, not {}", persons.len());
        return Err(Refusal::new(Reason::BadNumber, detail));
    }
    let twice =
        persons.iter().enumerate().any(|(at, one)| persons.iter().take(at).any(|it| it == one));
    if twice { no("a person is named twice") } else { Ok(()) }
}

/// Who hears that a body was shown: whoever may read it, its author with them.
pub fn hears(entry: &Entry) -> Audience {
    let Audience::Named(persons) = &entry.audience else { return entry.audience.clone() };
    let mut all = persons.clone();
    if !all.contains(&entry.by) {
        all.push(entry.by.clone());
    }
    Audience::Named(all)
}

/// Judges a letter or a showing that does not go to both, before it is signed.
pub fn kept_apart(asking: &Asking<'_>, act: &Act) -> Result<(), Refusal> {
    if let Act::LetterSent(letter) = act {
        entitled_words(asking, act.number())?;
        sent(letter)
    } else if let Act::BodyRevealed(shown) = act {
        entitled_words(asking, act.number())?;
        revealed(shown)
    } else {
        Ok(())
    }
}

pub(crate) fn sent(act: &LetterSent) -> Result<(), Refusal> {
    long(&act.subject, SUBJECT_CHARS_MAX)?;
    long(&act.words, COMMENT_CHARS_MAX)
}

pub(crate) fn revealed(act: &BodyRevealed) -> Result<(), Refusal> {
    text(&act.shown_to)
}

pub(crate) fn erased(act: &BodyErased) -> Result<(), Refusal> {
    text(&act.reason)
}

/// May a body of that header be erased? Which act rests on it, and why not, if it may not.
pub fn erasable(number: u16, audience: &Audience) -> Result<(), Refusal> {
    if *audience != Audience::Joint || stands_alone(number) {
        return Ok(());
    }
    let word = Act::word_of(number).unwrap_or("an act that is not known");
    let detail = format!(
        "the joint state rests on the body of `{word}`: without it nobody could judge what \
         follows. Only letters, comments, and what is not joint can be erased"
    );
    Err(Refusal::new(Reason::StateRestsOnIt, detail))
}

fn long(words: &str, most: usize) -> Result<(), Refusal> {
    let length = words.trim().chars().count();
    if (1..=most).contains(&length) {
        return Ok(());
    }
    let detail = format!("write 1 to {most} characters, not {length}");
    Err(Refusal::new(Reason::BadText, detail))
}
