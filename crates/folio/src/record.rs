//! Records: the list, one with its history, the forms that open one.

use maud::{Markup, html};
use words::id::RecordId;
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::role::Side;

use crate::duty::{Line, State, article, state_chip, what};
use sheet::form::duty::opens;
use sheet::form::{Fill, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};

/// A record in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub id: RecordId,
    /// What it is about.
    pub kind: RecordKind,
    /// Who opened it.
    pub side: Side,
    /// When.
    pub at: Moment,
    /// The worst of what is owed on it; none if nothing is.
    pub state: Option<State>,
}

/// A kind that the reader may open, and what its form holds already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which kind.
    pub kind: RecordKind,
    /// What the form holds.
    pub fill: Fill,
}

/// Every record, and what the reader may open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// In any order; shown with the newest first.
    pub rows: Vec<Row>,
    /// What may be opened here.
    pub offers: Vec<Offer>,
}

/// A step that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Which.
    pub step: Step,
    /// Of which side.
    pub side: Side,
    /// By whose hand.
    pub by: String,
    /// When.
    pub at: Moment,
    /// In words; empty where the record itself is the step.
    pub detail: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// As in the list.
    pub row: Row,
    /// Who opened it, by hand.
    pub by: String,
    /// What it says, line by line, in the reader's language.
    pub facts: Vec<String>,
    /// What was done, oldest first.
    pub made: Vec<Made>,
    /// What is owed on it.
    pub owed: Vec<Line>,
    /// Steps that the reader may sign now.
    pub next: Vec<(Step, Fill)>,
}

/// The list, and the forms.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        p class="crumbs" { a href="/obligations" { (tongue.say("nav-obligations")) } }
        h1 { (tongue.say("nav-records")) }
        p class="meta" { (tongue.say("records-what")) }
        div class="dims" data-fragment="/fragment/records" data-on="agreement ledger" {
            (fragment_list(view, frame))
        }
        @if !view.offers.is_empty() {
            section aria-labelledby="h-open" {
                h2 id="h-open" { (tongue.say("record-new")) }
                @for offer in &view.offers { (offered(offer, frame)) }
            }
        }
    };
    framed(frame, &Sheet { title: tongue.say("nav-records"), class: "page wide", main })
}

fn offered(offer: &Offer, frame: &Frame) -> Markup {
    let word = offer.kind.word();
    html! {
        details class="card" id={ "open-" (word) } data-key={ "open-" (word) } {
            summary { (frame.tongue().term(offer.kind)) }
            (act(frame, &opens(offer.kind), "new", &offer.fill))
        }
    }
}

/// The list, the newest first.
pub fn fragment_list(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let mut rows: Vec<&Row> = view.rows.iter().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.at), row.id.clone()));
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(tongue.say("nav-records")) {
            table class="table rows" {
                thead { tr {
                    th scope="col" { (tongue.say("record")) }
                    th scope="col" { (tongue.say("field-kind")) }
                    th scope="col" { (tongue.say("record-by")) }
                    th scope="col" { (tongue.say("when")) }
                    th scope="col" { (tongue.say("state")) }
                } }
                tbody { @for row in &rows { (line(row, frame)) } }
            }
        }
        @if rows.is_empty() { p class="empty" { (tongue.say("records-none")) } }
    }
}

fn line(row: &Row, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        tr data-key={ "record-" (row.id) } {
            th scope="row" { a href={ "/records/" (row.id) } { (own(&row.id)) } }
            td { (tongue.term(row.kind)) }
            td { (tongue.term(row.side)) }
            td { (stamp::at(row.at)) }
            td {
                @match row.state {
                    Some(state) => (state_chip(state, frame)),
                    None => (tongue.say("none")),
                }
            }
        }
    }
}

/// One record: what it says, what is owed, what was done, what can be signed.
pub fn detail_page(view: &Detail, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let title = format!("{} {}", tongue.term(view.row.kind), view.row.id);
    let main = html! {
        p class="crumbs" {
            a href="/obligations" { (tongue.say("nav-obligations")) } " · "
            a href="/records" { (tongue.say("nav-records")) }
        }
        h1 { (tongue.term(view.row.kind)) " " (own(&view.row.id)) }
        p class="meta" {
            (tongue.term(view.row.side)) " · " (own(&view.by)) " · " (stamp::at(view.row.at))
        }
        section class="card" aria-labelledby="h-said" {
            h2 id="h-said" { (tongue.say("record-says")) }
            ul { @for fact in &view.facts { li { bdi { (fact) } } } }
        }
        (owed(view, frame))
        (history(view, frame))
        @if frame.signed_in.is_some() && !view.next.is_empty() {
            section aria-labelledby="h-next" {
                h2 id="h-next" { (tongue.say("next-step")) }
                @for (step, fill) in &view.next {
                    h3 { (tongue.term(*step)) }
                    (act(frame, "record_answered", step.word(), fill))
                }
            }
        }
    };
    framed(frame, &Sheet { title, class: "page", main })
}

fn owed(view: &Detail, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-owed" {
            h2 id="h-owed" { (tongue.say("owed")) }
            @if view.owed.is_empty() { p class="empty" { (tongue.say("obligations-none")) } }
            @for line in &view.owed {
                div class="card" {
                    p {
                        (state_chip(line.state, frame)) " " (what(line, frame)) " · "
                        (tongue.term(line.owed_by)) " · " (tongue.say("due")) " "
                        (stamp::at(line.due))
                    }
                    (article(line, frame))
                }
            }
        }
    }
}

fn history(view: &Detail, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-history" {
            h2 id="h-history" { (tongue.say("record-history")) }
            @if view.made.is_empty() { p class="empty" { (tongue.say("record-no-step")) } }
            ol {
                @for made in &view.made {
                    li {
                        strong { (tongue.term(made.step)) } " · " (tongue.term(made.side)) " · "
                        (own(&made.by)) " · " (stamp::at(made.at))
                        @if !made.detail.is_empty() { " · " q { bdi { (made.detail) } } }
                    }
                }
            }
        }
    }
}
