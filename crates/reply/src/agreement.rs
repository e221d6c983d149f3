//! Agreements: texts, articles beside their rules, signatures, suspensions.

use accord::rules::Rules;
use article::document::{Article, Document, parse};
use article::provision::Provision;
use article::root::root;
use desk::page::family::{shown, state};
use engine::engine::Engine;
use joint::family::Direction;
use joint::state::Agreement;
use sheet::term::Term;
use wire::v1::agreement::{AgreementView, ArticleView, SignedView, SuspensionView};
use wire::v1::{NamesView, Page};
use words::act::Scope;
use words::hash::Hash;
use words::id::AgreementId;
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

fn hex(root: Hash) -> String {
    root.to_string()
}

fn direction(engine: &Engine, document: Option<&Document>) -> &'static str {
    match document.map(|document| engine.state().direction(document)) {
        Some(Ok(Direction::Mirrored)) => "mirrored",
        Some(Ok(Direction::AsWritten) | Err(_)) | None => "as_written",
    }
}

fn view(engine: &Engine, id: &AgreementId, agreement: &Agreement) -> AgreementView {
    let text = shown(agreement).map(|(_, text)| text.clone()).unwrap_or_default();
    let document = parse(&text).ok();
    let rules = agreement.rules();
    let articles = document.iter().flat_map(|document: &Document| &document.articles);
    let title = document.as_ref().map(|document| names(&document.title));
    let untitled = || NamesView { en: id.to_string(), zh: id.to_string(), ur: id.to_string() };
    AgreementView {
        agreement: id.to_string(),
        state: state(engine, agreement).word().to_owned(),
        instrument: document.as_ref().map(|it| it.instrument.to_string()).unwrap_or_default(),
        under: document.as_ref().and_then(|it| it.under.as_ref()).map(ToString::to_string),
        under_text: agreement.cycle.versions.last().and_then(|it| it.under).map(hex),
        unfit: agreement.unfit().map(str::to_owned),
        lower: engine.state().below(id).map(|(id, _)| id.to_string()).collect(),
        direction: direction(engine, document.as_ref()).to_owned(),
        title: title.unwrap_or_else(untitled),
        hash: root(&text).to_string(),
        texts: agreement.texts.keys().map(ToString::to_string).collect(),
        articles: articles.map(|it| article(it, rules.map(AsRef::as_ref))).collect(),
        text,
        signatures: signatures(agreement),
        suspensions: suspensions(agreement),
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
