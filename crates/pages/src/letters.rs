//! Letters: those that the reader may read, and the form of a new one.

use maud::{Markup, html};
use sheet::form::{Fill, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, own};
use words::act::Names;
use words::audience::Audience;
use words::moment::Moment;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The party whose person wrote it.
    pub party: Names,
    /// Who wrote it.
    pub by: String,
    /// Did the reader write it?
    pub ours: bool,
    /// When.
    pub at: Moment,
    /// Who may read it.
    pub readers: Audience,
    /// Of what it speaks.
    pub subject: String,
    /// What it says.
    pub words: String,
    /// What it is about, and where that is shown.
    pub about: Option<(String, String)>,
    /// Where the statement is.
    pub address: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Letters for the reader, the newest first.
    pub letters: Vec<Letter>,
    /// What the form of a new one holds; nothing if the reader writes none.
    pub write: Option<Fill>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("letters")) }
        p class="meta" { (tongue.say("letters-what")) }
        @if let Some(fill) = &view.write {
            details data-key="letter_sent" {
                summary { (tongue.say("letters-write")) }
                p class="meta" { (tongue.say("letters-named-what")) }
                (act(frame, "letter_sent", "new", fill))
            }
        }
        section data-fragment="/fragment/letters" data-on="ledger" { (fragment(view, frame)) }
    };
    framed(frame, &Sheet { title: tongue.say("letters"), class: "page", main })
}

/// The letters alone.
pub fn fragment(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if view.letters.is_empty() { p class="empty" { (tongue.say("letters-none")) } }
        @for letter in &view.letters { (one(letter, frame)) }
    }
}

fn one(letter: &Letter, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        article class="card letter" data-readers=(word(&letter.readers)) {
            h2 { bdi dir="auto" { (letter.subject) } }
            p class="meta" {
                span class="badge" { (tongue.term(&letter.readers)) } " "
                strong { (own(&letter.by)) } " · " (own(frame.lang.of(&letter.party))) " · "
                a href=(letter.address) { (stamp::at(letter.at)) }
                @if letter.ours { " · " (tongue.say("letters-ours")) }
            }
            @if let Audience::Named(persons) = &letter.readers {
                p class="meta" { (tongue.say("letters-to")) " "
                    @for (at, person) in persons.iter().enumerate() {
                        @if at > 0 { ", " } (own(person))
                    } }
            }
            @if let Some((id, address)) = &letter.about {
                p class="meta" { (tongue.say("field-about")) " " a href=(address) { (own(id)) } }
            }
            p class="remark-words" dir="auto" { (letter.words) }
        }
    }
}

const fn word(readers: &Audience) -> &'static str {
    match readers {
        Audience::Own => "own",
        Audience::Joint => "joint",
        Audience::Named(_) => "named",
    }
}
