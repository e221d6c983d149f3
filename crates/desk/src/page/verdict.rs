//! Verdicts and refusals with the articles that they rest on.

use accord::explain::{Nearest, Whose};
use accord::rules::{Citation, Decision};
use engine::engine::Engine;
use sheet::verdict::{Article, Fact, Verdict};
use tongue::speech::Lang;
use words::refusal::Refusal;

use crate::say;

/// What the agreement answered, as a card in a language.
pub fn card(answer: Result<Decision, Refusal>, engine: &Engine, lang: Lang) -> Verdict {
    match answer {
        Ok(decision) => decided(engine, decision, lang),
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

fn decided(engine: &Engine, decision: Decision, lang: Lang) -> Verdict {
    let facts = decision
        .facts
        .iter()
        .map(|fact| Fact { name: say::name(fact.name, lang), value: say::value(fact, lang) });
    Verdict {
        allow: decision.allow,
        articles: decision.citations.into_iter().map(|one| cited(engine, one)).collect(),
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

// An article of a lower text is named with its text.
fn cited(engine: &Engine, citation: Citation) -> Article {
    let Citation { agreement, article, heading, text } = citation;
    let known = engine.state().agreements.get(&agreement);
    let lower = known.is_some_and(|known| known.under().is_some());
    let number = if lower { format!("{article} · {agreement}") } else { article };
    Article { number, heading, text }
}

/// The articles that a refusal cites, from the agreements in force and what stands under them:
/// `8`, or `annex-a#3`.
pub fn articles(engine: &Engine, refusal: &Refusal) -> Vec<Article> {
    let texts = || {
        let known = engine.state().agreements.iter();
        known.filter_map(|(id, known)| Some((id, known, known.rules()?.document())))
    };
    let found = refusal.articles.iter().filter_map(|cited| {
        texts().find_map(|(id, known, document)| {
            let number = match cited.split_once('#') {
                Some((family, number)) => (family == id.as_str()).then_some(number)?,
                None => known.under().is_none().then_some(cited.as_str())?,
            };
            Some((document, document.article(number)?))
        })
    });
    found.map(|(document, article)| cited(engine, Citation::of(document, article))).collect()
}
