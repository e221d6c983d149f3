//! Posted fields of letters, and of what is shown or erased.

use node::judge::letter::hears;
use wish::Wish;
use words::audience::Audience;
use words::hash::StatementId;
use words::id::{PartyId, PersonId};
use words::letter::{About, BodyErased, BodyRevealed, ErasureRule, LetterSent};

use crate::form::{Form, FormError, Read, act};

/// The forms of this room.
pub(super) const FORMS: &[(&str, Read)] =
    &[("letter_sent", sent), ("body_revealed", revealed), ("body_erased", erased)];

fn sent(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(LetterSent {
        readers: readers(form)?,
        subject: form.text("subject")?.to_owned(),
        words: form.text("words")?.to_owned(),
        about: form.maybe("about", "choose one from the list", about)?,
    }))
}

fn readers(form: &Form<'_>) -> Result<Audience, FormError> {
    match form.text("audience")? {
        "own" => return Ok(Audience::Own),
        "joint" => return Ok(Audience::Joint),
        _ => {}
    }
    let persons = form.all("persons").map(|text| {
        let wrong = || FormError::Wrong {
            field: "persons",
            wanted: "choose from the list",
            found: text.to_owned(),
        };
        PersonId::new(text).ok().ok_or_else(wrong)
    });
    let persons: Vec<PersonId> = persons.collect::<Result<_, _>>()?;
    // Nobody chosen would be read by nobody: it is said before it is signed.
    if persons.is_empty() {
        Err(FormError::Missing("persons"))
    } else {
        Ok(Audience::Named(persons))
    }
}

// How a form names what a letter is about: `movement:ID` and such.
fn about(text: &str) -> Option<About> {
    let (kind, id) = text.split_once(':')?;
    match kind {
        "movement" => id.parse().ok().map(About::Movement),
        "record" => id.parse().ok().map(About::Record),
        "agreement" => id.parse().ok().map(About::Agreement),
        "alarm" => id.parse().ok().map(About::Alarm),
        _ => None,
    }
}

fn place(form: &Form<'_>) -> Result<(PartyId, StatementId), FormError> {
    let id = |text: &str| StatementId::try_from(text.to_owned()).ok();
    Ok((form.id("ledger")?, form.of("statement", "give the id of a statement", id)?))
}

fn revealed(form: &Form<'_>) -> Result<Wish, FormError> {
    let place = place(form)?;
    let unknown = || FormError::Wrong {
        field: "statement",
        wanted: "name one of the ledger",
        found: place.1.to_string(),
    };
    let line = form.engine.statement_of(&place).ok_or_else(unknown)?;
    let readers = hears(&line.entry);
    let (shown_to, (ledger, statement)) = (form.text("shown_to")?.to_owned(), place);
    Ok(act(BodyRevealed { ledger, statement, shown_to, readers }))
}

fn erased(form: &Form<'_>) -> Result<Wish, FormError> {
    let (ledger, statement) = place(form)?;
    let rule = Some(form.word("rule", ErasureRule::parse)?);
    let reason = form.text("reason")?.to_owned();
    Ok(act(BodyErased { statement, reason, ledger: Some(ledger), rule }))
}
