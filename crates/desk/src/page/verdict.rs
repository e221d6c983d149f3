//! Verdicts and refusals with the articles that they rest on.

use accord::explain::{Nearest, Whose};
use accord::rules::{Citation, Decision};
use article::document::Document;
use engine::engine::Engine;
use sheet::verdict::{Article, Fact, Verdict};
use tongue::speech::Lang;
use words::refusal::Refusal;

use crate::say;

/// What the agreement answered, as a card in a language.
pub fn card(answer: Result<Decision, Refusal>, engine: &Engine, lang: Lang) -> Verdict {
    match answer {
        Ok(decision) => decided(decision, lang),
        Err(refusal) => Verdict {
            allow: false,
            articles: articles(engine, &refusal),
            reasons: refusal.reasons,
            facts: Vec::new(),
            nearest: None,
            detail: [refusal.detail].into_iter().filter(|line| !line.is_empty()).collect(),
        },
    }
}

fn decided(decision: Decision, lang: Lang) -> Verdict {
    let facts = decision
        .facts
        .iter()
        .map(|fact| Fact { name: say::name(fact.name, lang), value: say::value(fact, lang) });
    Verdict {
        allow: decision.allow,
        articles: decision.citations.into_iter().map(cited).collect(),
        reasons: decision.reasons,
        facts: facts.collect(),
        nearest: decision.nearest.as_ref().map(|nearest| changes(nearest, lang)),
        detail: Vec::new(),
    }
}

fn changes(nearest: &Nearest, lang: Lang) -> sheet::verdict::Nearest {
    let whose = match nearest.whose {
        Whose::Asker => sheet::verdict::Whose::Asker,
        Whose::Host => sheet::verdict::Whose::Host,
        Whose::Parties => sheet::verdict::Whose::Parties,
    };
    let said = nearest.changes.iter().map(|change| say::change(change, lang));
    sheet::verdict::Nearest { whose, changes: said.collect() }
}

fn cited(citation: Citation) -> Article {
    let Citation { article, heading, text, .. } = citation;
    Article { number: article, heading, text }
}

/// The articles that a refusal cites, from the agreements in force.
pub fn articles(engine: &Engine, refusal: &Refusal) -> Vec<Article> {
    let rules = engine.state().agreements.values().filter_map(|agreement| agreement.rules());
    let documents: Vec<&Document> = rules.map(|rules| rules.document()).collect();
    let found = refusal.articles.iter().filter_map(|number| {
        documents.iter().find_map(|document| Some((*document, document.article(number)?)))
    });
    found.map(|(document, article)| cited(Citation::of(document, article))).collect()
}
