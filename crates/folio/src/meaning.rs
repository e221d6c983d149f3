//! What machines say of a text: its lint, and what a change permits.

use maud::{Markup, html};
use sheet::closed;
use sheet::frame::Frame;
use sheet::term::{Naming, Term};
use words::id::ZoneId;
use words::lint::LintSeverity;

/// Something that the lint found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: LintSeverity,
    /// In which article; none if it is missing everywhere.
    pub article: Option<String>,
    /// What, in the reader's language.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

closed! {
    /// How sure a comparison of two texts is.
    Sure in "redline" {
        /// They answer every request alike.
        Proved = "proved",
        /// They differ in these requests.
        Found = "found",
        /// Some requests were tried.
        Searched = "searched",
    }
}

closed! {
    /// What is to be said beside the requests in which two texts differ.
    Note in "redline" {
        /// It is proved that the new text permits nothing more.
        NoGain = "no-gain",
        /// It is proved that the new text refuses nothing more.
        NoLoss = "no-loss",
        /// There are more requests than are shown.
        More = "more",
    }
}

/// What two texts permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// How sure that is.
    pub sure: Sure,
    /// Requests that the new text permits and the old refuses.
    pub gained: Vec<Request>,
    /// Requests that the old text permits and the new refuses.
    pub lost: Vec<Request>,
    /// What is to be said beside them.
    pub notes: Vec<Note>,
    /// Is a solver installed at all?
    pub solver: bool,
}

/// A request that two texts answer differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The deed's stable word.
    pub deed: &'static str,
    /// Where.
    pub zone: ZoneId,
    /// The words of the request and the facts that are not as usual, by name.
    pub facts: Vec<(&'static str, String)>,
    /// What the old text says.
    pub old: Answer,
    /// What the new text says.
    pub new: Answer,
}

/// What a text says to a request, and by which articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Yes?
    pub allows: bool,
    /// By which.
    pub articles: Vec<String>,
}

/// What the lint found.
pub(crate) fn findings(findings: &[Finding], frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-findings" {
            h2 id="h-findings" { (tongue.say("findings")) }
            @if findings.is_empty() { p class="empty" { (tongue.say("findings-none")) } }
            ul { @for one in findings {
                li {
                    span class=(shade(one.severity)) {
                        (tongue.word("lint", one.severity.as_str()))
                    } " "
                    @if let Some(number) = &one.article {
                        a href={ "#article-" (number) } {
                            (tongue.say_with("article", &[("number", number.as_str().into())]))
                        } " "
                    }
                    (one.what) " " span class="meta" { (one.remedy) }
                }
            } }
        }
    }
}

const fn shade(severity: LintSeverity) -> &'static str {
    match severity {
        LintSeverity::Error => "chip alarm",
        LintSeverity::Warning => "chip attention",
        LintSeverity::Notice => "chip",
    }
}

/// What the change permits and refuses; nothing while that is being found out.
pub(crate) fn section(meaning: Option<&Meaning>, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" id="meaning" aria-labelledby="h-meaning" {
            h2 id="h-meaning" { (tongue.say("meaning")) }
            @match meaning {
                None => p class="empty" { (tongue.say("meaning-waits")) },
                Some(meaning) => {
                    p { (tongue.term(meaning.sure)) }
                    @if !meaning.solver { p { (tongue.say("meaning-no-solver")) " "
                        code dir="ltr" { "apt-get install cvc5 z3" } } }
                    (requests("redline-gained", &meaning.gained, frame))
                    (requests("redline-lost", &meaning.lost, frame))
                    @for note in &meaning.notes { p { (tongue.term(*note)) } }
                }
            }
        }
    }
}

fn requests(key: &str, requests: &[Request], frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if !requests.is_empty() {
            h3 { (tongue.say(key)) }
            ul { @for one in requests { li {
                p { strong { (tongue.word("deed", one.deed)) } " · " (frame.zone(&one.zone))
                    @for (name, value) in &one.facts { " · " (fact(name, value, frame)) } }
                p class="meta" {
                    (said("redline-old", &one.old, frame)) " · "
                    (said("redline-new", &one.new, frame))
                }
            } } }
        }
    }
}

// The words of a request are the domain's; the facts are named as the rules name them.
fn fact(name: &str, value: &str, frame: &Frame) -> Markup {
    let known = ["category", "task", "rung", "arms", "armour", "purpose", "sensor"];
    html! {
        @if known.contains(&name) { (frame.tongue().word(name, value)) }
        @else { code dir="ltr" { (name) " " (value) } }
    }
}

fn said(key: &str, answer: &Answer, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let what = if answer.allows { "redline-allows" } else { "redline-denies" };
    html! { (tongue.say(key)) ": " (tongue.say(what)) " " bdi { (answer.articles.join(", ")) } }
}
