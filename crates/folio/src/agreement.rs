//! The agreement: articles beside their rules, signatures, a trial.

use maud::{Markup, html};
use words::act::{Names, Scope};
use words::hash::Hash;
use words::id::AgreementId;
use words::moment::Moment;
use words::presence::{ArmsClass, Category, Rung, Task};

use crate::life::{self, Life};
use sheet::closed;
use sheet::form::{Choice, Fill, act, select};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};
use sheet::verdict::{self, Article, Verdict};
use tongue::speech::{Lang, Tongue};

closed! {
    /// Whether the agreement binds.
    State in "force" {
        /// Proposed, not signed by both.
        Proposed = "proposed",
        /// Signed by both.
        InForce = "in_force",
        /// In force, but partly suspended.
        SuspendedInPart = "suspended_in_part",
        /// Wholly suspended.
        Suspended = "suspended",
        /// Ended.
        Terminated = "terminated",
    }
}

/// A party's signature under the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The party's name.
    pub party: Names,
    /// Who signed and when; `None` if nobody has.
    pub signed: Option<(String, Moment)>,
}

/// A suspension in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// How much of the agreement.
    pub scope: Scope,
    /// Who, by name and party.
    pub by: String,
    /// Since when.
    pub at: Moment,
    /// In whose words.
    pub reason: String,
    /// May the reader's party lift it?
    pub ours: bool,
}

/// An article beside what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// Number, heading and texts.
    pub article: Article,
    /// The rules that were generated from it, as source.
    pub rules: Vec<String>,
    /// Is it left out of copies for the public?
    pub restricted: bool,
}

/// A request to try against the agreement; nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Words of the deeds that can be tried (`term::DEEDS`).
    pub deeds: Vec<String>,
    /// What is in the form: `deed`, `category`, `task`, `zone`, `rung`, `arms`, `headcount`.
    pub fill: Fill,
    /// The answer, if something was tried.
    pub verdict: Option<Verdict>,
}

/// The agreement as the reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The family.
    pub id: AgreementId,
    /// Its title in the three authentic languages.
    pub title: Names,
    /// The root of the text that both sign.
    pub text: Hash,
    /// Whether it binds.
    pub state: State,
    /// The parties' signatures.
    pub signatures: Vec<Signature>,
    /// What is suspended.
    pub suspensions: Vec<Suspension>,
    /// The articles in order.
    pub articles: Vec<Ruled>,
    /// The zones of the agreement.
    pub zones: Vec<Choice>,
    /// May the reader sign, suspend and resume?
    pub may_sign: bool,
    /// Has the reader's party signed already?
    pub signed_by_us: bool,
    /// The trial.
    pub trial: Trial,
    /// Where the text stands in its life.
    pub life: Life,
    /// What the reader's party may suspend.
    pub suspendable: Vec<Scope>,
    /// Where the reader gets a copy without the restricted articles; nothing if none is
    /// restricted, or the reader may not have it.
    pub redacted: Option<String>,
}

/// How a form names a scope: `whole`, `zone:ID`, `category:WORD`, `clause:NUMBER` or `person:ID`.
pub fn scope_value(scope: &Scope) -> String {
    match scope {
        Scope::Whole => "whole".to_owned(),
        Scope::Zone(zone) => format!("zone:{zone}"),
        Scope::Category(category) => format!("category:{category}"),
        Scope::Clause(article) => format!("clause:{article}"),
        Scope::Person(person) => format!("person:{person}"),
    }
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let class = match view.state {
        State::InForce => "ok",
        State::Proposed => "pending",
        State::SuspendedInPart => "attention",
        State::Suspended | State::Terminated => "alarm",
    };
    let main = html! {
        h1 { (frame.lang.of(&view.title)) }
        p {
            span class={ "chip " (class) } { (tongue.term(view.state)) } " "
            span class="meta" { (own(&view.id)) }
        }
        p { (tongue.say("fingerprint")) " " code class="proof" dir="ltr" { (view.text) } }
        (life::strip(&view.life, frame))
        p class="row" {
            a class="button" href=(life::address(&view.id, view.text)) { (tongue.say("review")) }
            @if let Some(copy) = &view.redacted {
                a class="button" href=(copy) download { (tongue.say("redacted-copy")) }
            }
        }
        (signatures(view, frame))
        (life::fate(&view.life, frame))
        (suspensions(view, frame))
        (trial(view, frame))
        (life::versions(&view.life, frame))
        h2 { (tongue.say("articles")) }
        @for ruled in &view.articles { (article(ruled, frame)) }
    };
    framed(frame, &Sheet { title: tongue.say("nav-agreement"), class: "page wide", main })
}

fn signatures(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let fill = Fill::of("agreement", &view.id).with("text", view.text);
    html! {
        section aria-labelledby="h-signatures" {
            h2 id="h-signatures" { (tongue.say("signatures")) }
            div class="parties" { @for signature in &view.signatures { div class="signature" {
                h3 { (frame.lang.of(&signature.party)) }
                @match &signature.signed {
                    Some((who, at)) => p { (own(who)) " · " (stamp::at(*at)) },
                    None => p class="chip pending" { (tongue.say("not-signed")) },
                }
            } } }
            @if view.may_sign && !view.signed_by_us {
                (act(frame, "agreement_signed", view.id.as_str(), &fill))
            }
        }
    }
}

fn suspensions(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let fill = Fill::of("agreement", &view.id).choosing("scope", &scopes(view, tongue));
    html! {
        section class="card" aria-labelledby="h-suspensions" {
            h2 id="h-suspensions" { (tongue.say("suspensions")) }
            @if view.suspensions.is_empty() {
                p class="empty" { (tongue.say("suspensions-none")) }
            }
            @for suspension in &view.suspensions { (suspended(suspension, view, frame)) }
            @if view.may_sign && !view.suspendable.is_empty() {
                details data-key="suspend" {
                    summary { (tongue.say("do-agreement_suspended")) }
                    p class="problem" { (tongue.say("suspend-what")) }
                    (act(frame, "agreement_suspended", view.id.as_str(), &fill))
                }
            }
        }
    }
}

fn suspended(suspension: &Suspension, view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let scope = scope_value(&suspension.scope);
    let fill = Fill::of("agreement", &view.id).with("scope", &scope);
    html! {
        p {
            strong { (scope_name(&suspension.scope, view, tongue)) } " · "
            (own(&suspension.by)) " · " (stamp::at(suspension.at)) " "
            q dir="auto" { (suspension.reason) }
        }
        @if view.may_sign && suspension.ours {
            (act(frame, "agreement_resumed", &scope, &fill))
        }
    }
}

fn scope_name(scope: &Scope, view: &View, tongue: &Tongue) -> String {
    match scope {
        Scope::Whole => tongue.say("scope-whole"),
        Scope::Zone(zone) => {
            let label = view.zones.iter().find(|choice| choice.value == zone.as_str());
            let label = label.map_or(zone.as_str(), |choice| choice.label.as_str());
            tongue.say_with("scope-zone", &[("zone", label.into())])
        }
        Scope::Category(category) => {
            tongue.say_with("scope-category", &[("category", tongue.term(*category).into())])
        }
        Scope::Clause(article) => {
            tongue.say_with("scope-clause", &[("number", article.as_str().into())])
        }
        Scope::Person(person) => {
            tongue.say_with("scope-person", &[("person", person.as_str().into())])
        }
    }
}

// What the text lets the reader's party suspend.
fn scopes(view: &View, tongue: &Tongue) -> Vec<Choice> {
    let choice = |scope: &Scope| Choice {
        value: scope_value(scope),
        label: scope_name(scope, view, tongue),
    };
    view.suspendable.iter().map(choice).collect()
}

// The reader's language is open; the other two, equally authentic, are one click away.
fn article(ruled: &Ruled, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let article = &ruled.article;
    html! {
        article class="article" id={ "article-" (article.number) } {
            div class="article-text" {
                h3 { (tongue.say_with("article", &[("number", article.number.as_str().into())]))
                    " · " (frame.lang.of(&article.heading))
                    @if ruled.restricted {
                        " " span class="chip restricted" { (tongue.say("restricted")) }
                    } }
                p { (frame.lang.of(&article.text)) }
                @for lang in Lang::ALL.into_iter().filter(|lang| *lang != frame.lang) {
                    details data-key={ "text-" (article.number) "-" (lang.tag()) } {
                        summary lang=(lang.tag()) { (lang.own_name()) }
                        div lang=(lang.tag()) dir=(lang.dir()) {
                            p { strong { (lang.of(&article.heading)) } }
                            p { (lang.of(&article.text)) }
                        }
                    }
                }
            }
            div class="article-rule" {
                @if ruled.rules.is_empty() {
                    p class="meta" { (tongue.say("rules-none")) }
                } @else {
                    (rules(ruled, tongue))
                }
            }
        }
    }
}

// Ten rules of one article would push the next article off the screen.
fn rules(ruled: &Ruled, tongue: &Tongue) -> Markup {
    let count = [("n", ruled.rules.len().to_string().into())];
    html! {
        details data-key={ "rules-" (ruled.article.number) } {
            summary { (tongue.say_with("rules-count", &count)) }
            @for rule in &ruled.rules {
                pre class="proof" dir="ltr" lang="en" tabindex="0" { (rule) }
            }
        }
    }
}

fn trial(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" id="try" aria-labelledby="h-try" {
            h2 id="h-try" { (tongue.say("try")) }
            p class="meta" { (tongue.say("try-what")) }
            form class="form" method="get" action="/agreement" {
                input type="hidden" name="try" value="1";
                (trial_fields(view, tongue))
                button { (tongue.say("try-do")) }
            }
            @if let Some(verdict) = &view.trial.verdict { (verdict::card(verdict, frame)) }
        }
    }
}

fn trial_fields(view: &View, tongue: &Tongue) -> Markup {
    let trial = &view.trial;
    let chosen = |name: &str| trial.fill.values.get(name).map_or("", String::as_str);
    let deeds: Vec<_> =
        trial.deeds.iter().map(|deed| (deed.as_str(), tongue.word("deed", deed))).collect();
    let zones: Vec<_> = view.zones.iter().map(|z| (z.value.as_str(), z.label.clone())).collect();
    html! {
        (select(tongue, "try-deed", "deed", (&deeds, chosen("deed"))))
        (select(tongue, "try-category", "category",
            (&said(Category::ALL, tongue), chosen("category"))))
        (select(tongue, "try-task", "task", (&said(Task::ALL, tongue), chosen("task"))))
        (select(tongue, "try-zone", "zone", (&zones, chosen("zone"))))
        (select(tongue, "try-rung", "rung", (&said(Rung::ALL, tongue), chosen("rung"))))
        (select(tongue, "try-arms", "arms", (&said(ArmsClass::ALL, tongue), chosen("arms"))))
        div class="field" {
            label for="try-headcount" { (tongue.say("field-headcount")) }
            input id="try-headcount" name="headcount" type="number" min="0"
                value=(chosen("headcount"));
        }
    }
}

fn said<T: Term>(all: &[T], tongue: &Tongue) -> Vec<(&'static str, String)> {
    all.iter().map(|term| (term.word(), tongue.term(*term))).collect()
}
