//! What the agreement says to a request, and by which article.

use maud::{Markup, html};
use words::act::Names;
use words::refusal::Reason;

use crate::frame::Frame;
use crate::term::{Naming, Term, own};

/// An article that a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its number, such as `4(1)`.
    pub number: String,
    /// Its heading in the three authentic languages.
    pub heading: Names,
    /// Its text in the three authentic languages.
    pub text: Names,
}

/// A fact that the decision looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its name in the rules.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A decision and everything that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Yes or no.
    pub allow: bool,
    /// The articles that say so.
    pub articles: Vec<Article>,
    /// For a no: why. Each reason has a remedy in the reader's language.
    pub reasons: Vec<Reason>,
    /// The facts that matched, in English as the agreement's rules name them.
    pub facts: Vec<Fact>,
    /// What would have to change, in English, one line each; may be empty.
    pub detail: Vec<String>,
}

/// A verdict as a card.
pub fn card(verdict: &Verdict, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let (class, key) =
        if verdict.allow { ("allow", "verdict-allow") } else { ("deny", "verdict-deny") };
    html! {
        section class={ "verdict " (class) } {
            h3 { (tongue.say(key)) }
            (reasons(&verdict.reasons, frame))
            (articles(&verdict.articles, frame))
            @if !verdict.facts.is_empty() {
                // A no is read to its ground; behind a yes the ground is one click away.
                details open[!verdict.allow] {
                    summary { (tongue.say("facts")) }
                    ul class="facts" lang="en" dir="ltr" {
                        @for fact in &verdict.facts {
                            li { (fact.name) ": " (fact.value) }
                        }
                    }
                }
            }
            @for line in &verdict.detail { p class="meta" lang="en" dir="ltr" { (line) } }
        }
    }
}

/// Reasons of a no, each with what would have to change.
pub fn reasons(reasons: &[Reason], frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @for reason in reasons {
            p class="problem" { strong { (tongue.term(*reason)) } }
            p class="remedy" {
                (tongue.say("remedy")) " "
                (tongue.say(&format!("{}.remedy", reason.key())))
                " " code class="meta" { (own(reason.code())) }
            }
        }
    }
}

/// Articles with heading and text in the reader's language.
pub fn articles(articles: &[Article], frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @for article in articles {
            details data-key={ "article-" (article.number) } {
                summary {
                    (tongue.say_with("article", &[("number", article.number.as_str().into())]))
                    " · " (frame.lang.of(&article.heading))
                }
                p { (frame.lang.of(&article.text)) }
            }
        }
    }
}
