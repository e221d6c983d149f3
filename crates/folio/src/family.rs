//! The family of a text: what stands above it, what stands under it.

use maud::{Markup, html};
use words::act::Names;
use words::clause::Instrument;
use words::hash::Hash;
use words::id::AgreementId;

use sheet::closed;
use sheet::frame::Frame;
use sheet::term::{Naming, Term, own};

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

/// A text of the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kin {
    /// The family of its versions.
    pub id: AgreementId,
    /// Its title in the reader's language.
    pub title: String,
    /// What kind of text it is.
    pub instrument: Instrument,
    /// Under which one it stands.
    pub under: Option<AgreementId>,
    /// Whether it binds.
    pub state: State,
    /// Why it does not fit under the text above it any more, in the machine's words.
    pub unfit: Option<String>,
    /// Is it the one on this page?
    pub here: bool,
}

/// An agreement and the lower instruments under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Family {
    /// Every text, the highest first.
    pub kin: Vec<Kin>,
    /// Where the pair reads the text in the other direction: how the host of this pair is called.
    pub exchanged: Option<Names>,
}

/// The text above a lower one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upper {
    /// Its family.
    pub id: AgreementId,
    /// Its title in the reader's language, if it is known here.
    pub title: Option<String>,
    /// The root of the text in force, or on the table.
    pub text: Option<Hash>,
    /// Whether it binds, if it is known here.
    pub state: Option<State>,
}

/// The colour of a state.
pub const fn class(state: State) -> &'static str {
    match state {
        State::InForce => "ok",
        State::Proposed => "pending",
        State::SuspendedInPart => "attention",
        State::Suspended | State::Terminated => "alarm",
    }
}

/// Which texts stand under which; nothing for an agreement that stands alone as it is written.
pub fn section(family: &Family, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if let Some(host) = &family.exchanged {
            p class="card" {
                (tongue.say_with("exchanged", &[("host", frame.lang.of(host).into())]))
            }
        }
        @if family.kin.len() > 1 {
            section class="card" aria-labelledby="h-family" {
                h2 id="h-family" { (tongue.say("family")) }
                p class="meta" { (tongue.say("family-what")) }
                ul { @for kin in &family.kin { li { (one(kin, frame)) } } }
            }
        }
    }
}

fn one(kin: &Kin, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        span class={ "chip " (class(kin.state)) } { (tongue.term(kin.state)) } " "
        (tongue.term(kin.instrument)) " · "
        @if kin.here {
            strong { bdi { (kin.title) } }
        } @else {
            a href={ "/agreement?id=" (kin.id) } { bdi { (kin.title) } }
        }
        " " span class="meta" { (own(&kin.id)) }
        @if let Some(under) = &kin.under {
            " · " (tongue.say("family-under")) " " (own(under))
        }
        @if let Some(why) = &kin.unfit {
            p class="problem" { (tongue.say("family-unfit")) " " bdi lang="en" { (why) } }
        }
    }
}

/// The text above a lower one, on its review.
pub fn above(upper: &Upper, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        p class="card" {
            (tongue.say("family-under")) " "
            a href={ "/agreement?id=" (upper.id) } {
                bdi { (upper.title.as_deref().unwrap_or(upper.id.as_str())) }
            }
            @if let Some(text) = upper.text {
                " " code class="proof" dir="ltr" { (text) }
            }
            " "
            @match upper.state {
                Some(state) => span class={ "chip " (class(state)) } { (tongue.term(state)) },
                None => span class="chip alarm" { (tongue.say("family-unknown")) },
            }
        }
        p class="meta" { (tongue.say("family-what")) }
    }
}
