//! Verdicts and refusals with the articles that they rest on.

use accord::document::Document;
use accord::rules::{Citation, Decision};
use engine::engine::Engine;
use pages::verdict::{Article, Fact, Verdict};
use words::refusal::Refusal;

/// What the agreement answered, as a card.
pub fn card(answer: Result<Decision, Refusal>, engine: &Engine) -> Verdict {
    match answer {
        Ok(decision) => decided(decision),
        Err(refusal) => Verdict {
            allow: false,
            articles: articles(engine, &refusal),
            reasons: refusal.reasons,
            facts: Vec::new(),
            detail: [refusal.detail].into_iter().filter(|line| !line.is_empty()).collect(),
        },
    }
}

fn decided(decision: Decision) -> Verdict {
    let facts = decision.facts.into_iter().map(|(name, value)| Fact { name, value });
    Verdict {
        allow: decision.allow,
        articles: decision.citations.into_iter().map(cited).collect(),
        reasons: decision.reasons,
        facts: facts.collect(),
        detail: decision.remedy,
    }
}

fn cited(citation: Citation) -> Article {
    let Citation { article, heading, text } = citation;
    Article { number: article, heading, text }
}

/// The articles that a refusal cites, from the agreements in force.
pub fn articles(engine: &Engine, refusal: &Refusal) -> Vec<Article> {
    let rules = engine.state().agreements.values().filter_map(|agreement| agreement.rules());
    let documents: Vec<&Document> = rules.map(|rules| rules.document()).collect();
    let found = refusal
        .articles
        .iter()
        .filter_map(|number| documents.iter().find_map(|document| document.article(number)));
    found.map(|article| cited(article.into())).collect()
}
