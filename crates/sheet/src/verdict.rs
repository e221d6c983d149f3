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

/// A fact that the decision looked at, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// Whose move a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Whoever asks can do it.
    Asker,
    /// Only the host can do it.
    Host,
    /// Only the parties can do it.
    Parties,
}

/// The least that would turn a no into a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Whose move it is.
    pub whose: Whose,
    /// Every change, in the reader's language; all of them together.
    pub changes: Vec<String>,
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
    /// The facts that matched.
    pub facts: Vec<Fact>,
    /// For a no: the nearest change, if it was looked for.
    pub nearest: Option<Nearest>,
    /// What a refusal says beside its reasons, in English, one line each; may be empty.
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
                    ul class="facts" {
                        @for fact in &verdict.facts {
                            li { (fact.name) ": " bdi { (fact.value) } }
                        }
                    }
                }
            }
            @if let Some(nearest) = &verdict.nearest { (changes(nearest, frame)) }
            @for line in &verdict.detail { p class="meta" lang="en" dir="ltr" { (line) } }
        }
    }
}

fn changes(nearest: &Nearest, frame: &Frame) -> Markup {
    let key = match nearest.whose {
        Whose::Asker => "nearest-asker",
        Whose::Host => "nearest-host",
        Whose::Parties => "nearest-parties",
    };
    html! {
        h4 { (frame.tongue().say(key)) }
        ul class="nearest" { @for change in &nearest.changes { li { (change) } } }
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
