//! Judges acts of an agreement's life: review, initials, the end.

use std::collections::BTreeSet;

use article::document::{Document, parse};
use article::provision::governance::Extent;
use words::act::{Act, Scope};
use words::hash::Hash;
use words::id::{AgreementId, UnitId};
use words::limit::{AGENCIES_MAX, AGENCY_CHARS_MAX, COMMENT_CHARS_MAX};
use words::refusal::{Reason, Refusal};
use words::review::{
    AgencyReviewed, AgreementInitialled, AgreementTerminated, Circle, Commented, ConditionMet,
    Position, ReviewOpened,
};

use crate::judge::agreement::find;
use crate::judge::facts::citing;
use crate::judge::{entitled, text};
use crate::review::Review;
use joint::asking::Asking;
use joint::cycle::{Required, termination};
use joint::state::{Agreement, State};

/// An act goes to whom its own words name, or to nobody.
pub fn of_its_circle(act: &Act, circle: Circle) -> Result<(), Refusal> {
    if act.circle().is_none_or(|named| named == circle) {
        return Ok(());
    }
    let detail = match circle {
        Circle::Internal => "it is meant for both parties: do not keep it at home",
        Circle::Shared => "it is meant for our party alone: it is not sent to the other",
    };
    Err(Refusal::new(Reason::WrongAudience, detail))
}

/// Judges an act that stays at home, against the joint state and what our party knows besides.
pub fn at_home(
    state: &State,
    review: &Review,
    asking: &Asking<'_>,
    act: &Act,
) -> Result<(), Refusal> {
    // Any act may be noted at home; those of a review are used there, so they are judged.
    if act.circle().is_none() {
        return Ok(());
    }
    entitled(asking, act)?;
    of_its_circle(act, Circle::Internal)?;
    if let Act::ReviewOpened(act) = act {
        known_text(state, review, &act.agreement, act.text)?;
        opens(review.at_home.get(&act.text), act)
    } else if let Act::AgencyReviewed(act) = act {
        known_text(state, review, &act.agreement, act.text)?;
        speaks(review.at_home.get(&act.text), act)
    } else if let Act::Commented(act) = act {
        let words = known_text(state, review, &act.agreement, act.text)?;
        comments(words, act)
    } else if let Act::AgreementDrafted(act) = act {
        drafts(&act.text, &act.agreement)
    } else {
        Ok(())
    }
}

fn drafts(words: &str, agreement: &AgreementId) -> Result<(), Refusal> {
    let bad = |detail: String| Refusal::new(Reason::BadAgreement, detail);
    let document = parse(words).map_err(|cause| bad(cause.to_string()))?;
    if &document.agreement != agreement {
        return Err(bad(format!("the text is of agreement `{}`", document.agreement)));
    }
    Ok(())
}

fn known_text<'a>(
    state: &'a State,
    review: &'a Review,
    agreement: &AgreementId,
    text: Hash,
) -> Result<&'a str, Refusal> {
    let joint = state.agreements.get(agreement).and_then(|known| known.texts.get(&text));
    let draft = review.drafts.get(&text).map(|draft| &draft.text);
    joint.or(draft).map(String::as_str).ok_or_else(no_text)
}

fn no_text() -> Refusal {
    Refusal::new(Reason::UnknownAgreement, "no text of that hash is on the table")
}

fn on_the_table(known: &Agreement, text: Hash) -> Result<&str, Refusal> {
    known.texts.get(&text).map(String::as_str).ok_or_else(no_text)
}

/// A signatory names agencies and a deadline; a later word adds to both.
pub(crate) fn opened(
    state: &State,
    asking: &Asking<'_>,
    act: &ReviewOpened,
) -> Result<(), Refusal> {
    let known = find(state, &act.agreement)?;
    on_the_table(known, act.text)?;
    if act.until <= asking.at {
        return Err(Refusal::new(Reason::TooEarly, "the deadline is over already"));
    }
    opens(known.cycle.reviews.get(&(act.text, asking.side)), act)
}

fn opens(already: Option<&Required>, act: &ReviewOpened) -> Result<(), Refusal> {
    let most = 1..=AGENCIES_MAX;
    if !most.contains(&act.agencies.len()) {
        return Err(Refusal::new(Reason::BadNumber, format!("name 1 to {AGENCIES_MAX} agencies")));
    }
    let long = |name: &String| !(1..=AGENCY_CHARS_MAX).contains(&name.trim().chars().count());
    let different: BTreeSet<&str> = act.agencies.iter().map(|agency| agency.trim()).collect();
    if act.agencies.iter().any(long) || different.len() != act.agencies.len() {
        let detail = format!("each agency has its own name of 1 to {AGENCY_CHARS_MAX} characters");
        return Err(Refusal::new(Reason::BadText, detail));
    }
    if already.is_some_and(|known| !known.widens(act)) {
        let detail = "a review under way takes more agencies and more time, never less";
        return Err(Refusal::new(Reason::WrongState, detail));
    }
    Ok(())
}

/// A required agency speaks, and may speak again.
pub(crate) fn reviewed(
    state: &State,
    asking: &Asking<'_>,
    act: &AgencyReviewed,
) -> Result<(), Refusal> {
    let known = find(state, &act.agreement)?;
    let words = on_the_table(known, act.text)?;
    articles_exist(words, act.articles.iter())?;
    speaks(known.cycle.reviews.get(&(act.text, asking.side)), act)
}

fn speaks(required: Option<&Required>, act: &AgencyReviewed) -> Result<(), Refusal> {
    let asked = required.is_some_and(|known| known.agencies.contains_key(act.agency.trim()));
    if !asked {
        let detail = format!("no review of that text asks `{}`", act.agency);
        return Err(Refusal::new(Reason::NotOnTheList, detail));
    }
    match act.position {
        Position::Concur if act.remark.trim().is_empty() => Ok(()),
        Position::Concur | Position::Reserve | Position::Object => text(&act.remark),
    }
}

/// A person says something to both parties.
pub(crate) fn commented(state: &State, act: &Commented) -> Result<(), Refusal> {
    let words = on_the_table(find(state, &act.agreement)?, act.text)?;
    comments(words, act)
}

fn comments(words: &str, act: &Commented) -> Result<(), Refusal> {
    articles_exist(words, act.article.iter())?;
    let length = act.words.trim().chars().count();
    if (1..=COMMENT_CHARS_MAX).contains(&length) {
        return Ok(());
    }
    let detail = format!("write 1 to {COMMENT_CHARS_MAX} characters, not {length}");
    Err(Refusal::new(Reason::BadText, detail))
}

fn articles_exist<'a>(
    words: &str,
    mut numbers: impl Iterator<Item = &'a String>,
) -> Result<(), Refusal> {
    let document = parse(words).ok();
    let missing = numbers
        .find(|number| document.as_ref().is_none_or(|it| it.article(number.as_str()).is_none()));
    missing.map_or(Ok(()), |number| {
        Err(Refusal::new(Reason::BadText, format!("the text has no article `{number}`")))
    })
}

/// A side initials a text that is on the table, once.
pub(crate) fn initialled(
    state: &State,
    asking: &Asking<'_>,
    act: &AgreementInitialled,
) -> Result<(), Refusal> {
    let known = find(state, &act.agreement)?;
    on_the_table(known, act.text)?;
    if known.cycle.has_initialled(act.text, asking.side) {
        return Err(Refusal::new(Reason::AlreadyExists, "your side has initialled it already"));
    }
    Ok(())
}

/// A text that was put under review is signed when it is initialled and our agencies are heard.
///
/// A review of which whoever signs could not know holds nobody up.
pub(crate) fn may_sign(known: &Agreement, asking: &Asking<'_>, text: Hash) -> Result<(), Refusal> {
    let sight = asking.sight();
    let mut reviews = known
        .cycle
        .reviews
        .iter()
        .filter(|((of, side), required)| *of == text && sight.reaches(*side, required.index));
    let ours = known.cycle.reviews.get(&(text, asking.side));
    ours.map_or(Ok(()), |required| required.clear(asking.at))?;
    reviews.next().map_or(Ok(()), |_| known.cycle.initialled_by_both(text))
}

/// The side that a condition names says that it is met.
pub(crate) fn met(state: &State, asking: &Asking<'_>, act: &ConditionMet) -> Result<(), Refusal> {
    let known = find(state, &act.agreement)?;
    let document = document(on_the_table(known, act.text)?)?;
    let condition = document.conditions.iter().find(|one| one.name == act.condition);
    let condition = condition.ok_or_else(|| {
        let detail = format!("the text has no condition `{}`", act.condition);
        Refusal::new(Reason::UnknownCondition, detail)
    })?;
    if condition.by != asking.side {
        return Err(Refusal::new(Reason::NotYourSide, "the other side says when that is met"));
    }
    if known.cycle.met.contains_key(&(act.text, act.condition.clone())) {
        return Err(Refusal::new(Reason::AlreadyExists, "that is met already"));
    }
    Ok(())
}

fn document(words: &str) -> Result<Document, Refusal> {
    parse(words).map_err(|cause| Refusal::new(Reason::BadAgreement, cause.to_string()))
}

/// Either side ends an agreement in force, if the text says how.
pub(crate) fn terminated(state: &State, act: &AgreementTerminated) -> Result<(), Refusal> {
    text(&act.reason)?;
    let known = find(state, &act.agreement)?;
    let rules = known.rules().ok_or(Reason::NotInForce)?;
    if known.cycle.ended.is_some() {
        return Err(Refusal::new(Reason::Terminated, "its end has been declared already"));
    }
    if termination(rules).is_none() {
        let detail = "the text does not say how it ends: suspend it, or amend it together";
        return Err(Refusal::new(Reason::NotPermitted, detail));
    }
    Ok(())
}

/// Does the text in force let that side suspend so much of it?
pub(crate) fn suspendable(
    known: &Agreement,
    asking: &Asking<'_>,
    scope: &Scope,
) -> Result<(), Refusal> {
    let Some(rules) = known.rules() else { return Ok(()) };
    let (extent, named) = match scope {
        Scope::Whole => (Extent::Whole, true),
        Scope::Zone(zone) => (Extent::Zone, rules.zone(zone).is_some()),
        Scope::Category(_) => (Extent::Category, true),
        Scope::Clause(article) => (Extent::Clause, rules.document().article(article).is_some()),
        Scope::Person(_) => (Extent::Person, true),
    };
    let provided = rules.suspension();
    let refuse = |detail: &str| {
        Err(citing(Refusal::new(Reason::NotSuspendable, detail), rules, "suspension"))
    };
    if !provided.by.contains(&asking.side) {
        return refuse("the text does not let your side suspend it");
    }
    if !provided.extents.contains(&extent) {
        return refuse("the text does not provide for a suspension of that kind");
    }
    if !named {
        return refuse("the text has no such article or zone");
    }
    Ok(())
}

/// Nobody who is suspended is tasked.
pub(crate) fn nobody_suspended(
    state: &State,
    asking: &Asking<'_>,
    (agreement, units): (&AgreementId, &[UnitId]),
) -> Result<(), Refusal> {
    let known = find(state, agreement)?;
    let sight = asking.sight();
    let suspended = units.iter().find(|unit| known.suspends_person(unit, sight).is_some());
    let Some(unit) = suspended else { return Ok(()) };
    let refusal = Refusal::new(Reason::Suspended, format!("`{unit}` is suspended in person"));
    Err(match known.rules() {
        Some(rules) => citing(refusal, rules, "suspension"),
        None => refusal,
    })
}
