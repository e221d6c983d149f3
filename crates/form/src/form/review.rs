//! Posted fields of a review: drafts, agencies, positions, comments.

use wish::Wish;
use words::act::AgreementProposed;
use words::hash::Hash;
use words::review::{
    AgencyReviewed, AgreementDrafted, AgreementInitialled, AgreementTerminated, Circle, Commented,
    ConditionMet, Position, ReviewOpened,
};

use crate::form::{Form, FormError, act};

fn text(form: &Form<'_>) -> Result<Hash, FormError> {
    form.of("text", "give the text's fingerprint", |text| text.to_owned().try_into().ok())
}

fn circle(form: &Form<'_>) -> Result<Circle, FormError> {
    form.word("circle", Circle::parse)
}

pub(super) fn agreement_drafted(form: &Form<'_>) -> Result<Wish, FormError> {
    // Browsers end lines with two characters; a file ends them with one. What stands around the
    // text is part of it.
    let posted = form.fields.iter().find(|(name, _)| name == "draft");
    let text = posted.map(|(_, text)| text.replace("\r\n", "\n")).unwrap_or_default();
    if text.trim().is_empty() {
        return Err(FormError::Missing("draft"));
    }
    Ok(act(AgreementDrafted { agreement: form.id("agreement")?, text }))
}

pub(super) fn agreement_proposed(form: &Form<'_>) -> Result<Wish, FormError> {
    let (agreement, root) = (form.id("agreement")?, text(form)?);
    let draft = form.engine.review(&agreement).drafts.remove(&root);
    let wrong = || FormError::Wrong {
        field: "text",
        wanted: "name one of our drafts",
        found: root.to_string(),
    };
    let text = draft.map(|draft| draft.text).ok_or_else(wrong)?;
    Ok(act(AgreementProposed { agreement, text }))
}

pub(super) fn review_opened(form: &Form<'_>) -> Result<Wish, FormError> {
    let agencies = form.text("agencies")?.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(act(ReviewOpened {
        agreement: form.id("agreement")?,
        text: text(form)?,
        agencies: agencies.map(str::to_owned).collect(),
        until: form.hours("deadline_hours")?,
        circle: circle(form)?,
    }))
}

pub(super) fn agency_reviewed(form: &Form<'_>) -> Result<Wish, FormError> {
    let articles = form.text("articles").unwrap_or_default().split([',', '，', '、', ' ']);
    let articles = articles.map(str::trim).filter(|number| !number.is_empty());
    Ok(act(AgencyReviewed {
        agreement: form.id("agreement")?,
        text: text(form)?,
        agency: form.text("agency")?.to_owned(),
        position: form.word("position", Position::parse)?,
        articles: articles.map(str::to_owned).collect(),
        remark: form.text("remark").unwrap_or_default().to_owned(),
        circle: circle(form)?,
    }))
}

pub(super) fn commented(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(Commented {
        agreement: form.id("agreement")?,
        text: text(form)?,
        article: form.text("article").ok().map(str::to_owned),
        words: form.text("words")?.to_owned(),
        circle: circle(form)?,
    }))
}

pub(super) fn agreement_initialled(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(AgreementInitialled { agreement: form.id("agreement")?, text: text(form)? }))
}

pub(super) fn condition_met(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(ConditionMet {
        agreement: form.id("agreement")?,
        text: text(form)?,
        condition: form.text("condition")?.to_owned(),
    }))
}

pub(super) fn agreement_terminated(form: &Form<'_>) -> Result<Wish, FormError> {
    let reason = form.text("reason")?.to_owned();
    Ok(act(AgreementTerminated { agreement: form.id("agreement")?, reason }))
}
