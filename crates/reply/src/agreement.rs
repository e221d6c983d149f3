//! Agreements: texts, articles beside their rules, signatures, suspensions.

use accord::rules::Rules;
use article::document::{Article, Document, parse};
use article::provision::Provision;
use article::root::root;
use engine::engine::Engine;
use joint::state::Agreement;
use wire::v1::agreement::{AgreementView, ArticleView, SignedView, SuspensionView};
use wire::v1::{NamesView, Page};
use words::act::Scope;
use words::id::AgreementId;
use words::moment::Moment;
use words::role::Side;

use crate::list::{Paging, part};
use crate::no::No;
use crate::word::{names, word};

/// Every agreement, without its text.
pub fn list(engine: &Engine, paging: &Paging) -> Result<Page<AgreementView>, No> {
    let agreements = engine.state().agreements.iter();
    let items = agreements.map(|(id, agreement)| (id.as_str(), (id, agreement)));
    part(items, paging, |(id, agreement)| {
        let whole = view(engine, id, agreement);
        AgreementView { text: String::new(), articles: Vec::new(), ..whole }
    })
}

/// One agreement, with its text.
pub fn one(engine: &Engine, id: &AgreementId) -> Result<AgreementView, No> {
    let agreement = engine.state().agreements.get(id).ok_or(No::Unknown)?;
    Ok(view(engine, id, agreement))
}

fn view(engine: &Engine, id: &AgreementId, agreement: &Agreement) -> AgreementView {
    let text = shown(agreement).cloned().unwrap_or_default();
    let document = parse(&text).ok();
    let rules = agreement.rules();
    let articles = document.iter().flat_map(|document: &Document| &document.articles);
    let title = document.as_ref().map(|document| names(&document.title));
    let untitled = || NamesView { en: id.to_string(), zh: id.to_string(), ur: id.to_string() };
    AgreementView {
        agreement: id.to_string(),
        state: state(agreement, engine.now()).to_owned(),
        title: title.unwrap_or_else(untitled),
        hash: root(&text).to_string(),
        texts: agreement.texts.keys().map(ToString::to_string).collect(),
        articles: articles.map(|it| article(it, rules.map(AsRef::as_ref))).collect(),
        text,
        signatures: signatures(agreement),
        suspensions: suspensions(agreement),
    }
}

// What is in force, else what somebody has signed, else what was proposed.
fn shown(agreement: &Agreement) -> Option<&String> {
    let signed = agreement.signed.values().max_by_key(|signed| signed.at);
    let hash = agreement.in_force().or_else(|| signed.map(|signed| signed.text));
    let text = hash.and_then(|hash| agreement.texts.get(&hash));
    text.or_else(|| agreement.texts.values().next_back())
}

fn state(agreement: &Agreement, now: Moment) -> &'static str {
    if agreement.cycle.ended.as_ref().is_some_and(|ending| ending.from <= now) {
        return "terminated";
    }
    let whole = agreement.suspended.keys().any(|it| it.scope == Scope::Whole);
    match (agreement.in_force(), whole, agreement.suspended.is_empty()) {
        (None, _, _) => "proposed",
        (Some(_), true, _) => "suspended",
        (Some(_), false, false) => "suspended_in_part",
        (Some(_), false, true) => "in_force",
    }
}

/// An article, with its rules where they are compiled.
pub(crate) fn article(article: &Article, rules: Option<&Rules>) -> ArticleView {
    let kinds = article.provisions.iter().map(Provision::kind);
    ArticleView {
        article: article.number.clone(),
        heading: names(&article.heading),
        text: names(&article.text),
        provisions: kinds.map(str::to_owned).collect(),
        rules: rules.map(|rules| rules.rules_text(&article.number)).unwrap_or_default(),
    }
}

fn signatures(agreement: &Agreement) -> Vec<SignedView> {
    let sides = [Side::Host, Side::Guest].into_iter();
    // Under what was signed last, else under what is in force.
    let newest = |side: Side| {
        let live = || agreement.signature(side, agreement.in_force()?);
        agreement.signed.get(&side).or_else(live).map(|signed| (side, signed))
    };
    let signed = sides.filter_map(newest).map(|(side, signed)| SignedView {
        side: word(side),
        by: signed.by.to_string(),
        at: signed.at.unix_ms,
        hash: signed.text.to_string(),
    });
    signed.collect()
}

fn suspensions(agreement: &Agreement) -> Vec<SuspensionView> {
    let suspended = agreement.suspended.iter().map(|(suspension, since)| SuspensionView {
        scope: match &suspension.scope {
            Scope::Whole => "whole".to_owned(),
            Scope::Zone(zone) => format!("zone:{zone}"),
            Scope::Category(category) => format!("category:{category}"),
            Scope::Clause(article) => format!("clause:{article}"),
            Scope::Person(person) => format!("person:{person}"),
        },
        side: word(suspension.side),
        at: since.at.unix_ms,
    });
    suspended.collect()
}
