//! The page for what did not go as asked: no, not found, or out of order.

use maud::{Markup, html};
use words::refusal::Refusal;

use crate::closed;
use crate::frame::{Frame, Sheet, page as framed};
use crate::term::{Naming, Term, own};
use crate::verdict::{self, Article};

closed! {
    /// Kinds of problems, told apart by whose move is next.
    Kind in "problem" {
        /// We could not read what was sent.
        Malformed = "malformed",
        /// Nobody is signed in.
        SignIn = "sign_in",
        /// We read it, and the answer is no.
        Refused = "refused",
        /// There is no such thing, or not for this reader: the two look the same.
        NotFound = "not_found",
        /// Disk, network, peer or clock failed.
        Fault = "fault",
        /// We broke.
        Bug = "bug",
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whose move is next.
    pub kind: Kind,
    /// The refusal, if it is one.
    pub refusal: Option<Refusal>,
    /// The articles that the refusal cites, in the reader's reach.
    pub articles: Vec<Article>,
    /// The number under which the operator finds this request.
    pub request: String,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let title = tongue.term(view.kind);
    let main = html! {
        h1 { (title) }
        p { (tongue.say(&format!("{}.next", view.kind.key()))) }
        @if let Some(refusal) = &view.refusal { (refused(refusal, view, frame)) }
        @if view.kind == Kind::SignIn {
            p { a class="button" href="/signin" { (tongue.say("sign-in")) } }
        }
        p class="meta" { (tongue.say("request-number")) " " (own(&view.request)) }
    };
    framed(frame, &Sheet { title, class: "page narrow", main })
}

/// A refusal in one line of plain text, for the notice of a page that stays open.
pub fn line(refusal: &Refusal, frame: &Frame) -> String {
    frame.tongue().terms(&refusal.reasons)
}

fn refused(refusal: &Refusal, view: &View, frame: &Frame) -> Markup {
    html! {
        section class="verdict deny" {
            (verdict::reasons(&refusal.reasons, frame))
            (verdict::articles(&view.articles, frame))
            @if !refusal.detail.is_empty() {
                p class="meta" lang="en" dir="ltr" { (refusal.detail) }
            }
        }
    }
}
