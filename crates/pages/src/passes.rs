//! Safe-conduct passes: on the screen, and alone on a page to be printed.

use maud::{Markup, PreEscaped, html};
use words::id::{PassId, UnitId, ZoneId};
use words::moment::Window;

use crate::movement::View;
use sheet::form::{Next, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::own;

/// A safe-conduct pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Which.
    pub id: PassId,
    /// Who carries it.
    pub holder: UnitId,
    /// What this desk calls the holder.
    pub label: String,
    /// The plate of the vehicle, if it is bound to one.
    pub vehicle: Option<String>,
    /// Where it is good.
    pub zone: ZoneId,
    /// When it is good.
    pub window: Window,
    /// Has the host signed it? Before that it is nothing.
    pub countersigned: bool,
    /// Why it is dead, if it is.
    pub revoked: Option<String>,
    /// The picture of its code, drawn by this program: it is put into the page as it is, so
    /// nothing that a person wrote may be in it.
    pub qr_svg: Option<String>,
}

/// The passes alone, a page to be printed; it lies at `/m/ID/passes`.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        p class="crumbs" { a href={ "/m/" (view.id) } { (own(&view.id)) } }
        h1 { (tongue.say("passes")) " " (own(&view.id)) }
        div { @for pass in &view.passes { (face(pass, frame)) } }
    };
    framed(frame, &Sheet { title: tongue.say("passes"), class: "page", main })
}

/// The passes of a movement, each with what the reader can sign on it.
pub(crate) fn section(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-passes" {
            h2 id="h-passes" { (tongue.say("passes")) }
            p { a class="button" href={ "/m/" (view.id) "/passes" } {
                (tongue.say("passes-print"))
            } }
            @if view.passes.is_empty() { p class="empty" { (tongue.say("passes-none")) } }
            div class="cards" { @for pass in &view.passes { (card(view, pass, frame)) } }
        }
    }
}

/// Does the act belong to one pass rather than to the movement?
pub(crate) fn of_a_pass(next: &Next) -> bool {
    matches!(next.act.as_str(), "pass_countersigned" | "pass_revoked")
}

fn card(view: &View, pass: &Pass, frame: &Frame) -> Markup {
    let own_act = |next: &&Next| {
        of_a_pass(next) && next.fill.values.get("pass").is_some_and(|id| id == pass.id.as_str())
    };
    html! {
        div {
            (face(pass, frame))
            @for next in view.next.iter().filter(own_act) {
                (act(frame, &next.act, pass.id.as_str(), &next.fill))
            }
        }
    }
}

fn face(pass: &Pass, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let (class, key) = match (&pass.revoked, pass.countersigned) {
        (Some(_), _) => ("lost", "pass-dead"),
        (None, true) => ("ok", "pass-good"),
        (None, false) => ("pending", "pass-waiting"),
    };
    html! {
        article class="card pass" aria-label=(pass.label) {
            h2 { (tongue.say("pass")) " " (own(&pass.id)) }
            @if frame.exercise { p { strong { (tongue.say("exercise")) } } }
            p { span class={ "chip " (class) } { (tongue.say(key)) }
                @if let Some(why) = &pass.revoked { " " q dir="auto" { (why) } } }
            p { (own(&pass.label)) " " span class="meta" { (own(&pass.holder)) } }
            @if let Some(plate) = &pass.vehicle { p { span class="plate" { (own(plate)) } } }
            p { (frame.zone(&pass.zone)) " · " (stamp::window(pass.window)) }
            @if let (Some(svg), None) = (&pass.qr_svg, &pass.revoked) {
                figure class="qr" role="img" aria-label=(tongue.say("qr")) {
                    (PreEscaped(svg.as_str()))
                }
            }
        }
    }
}
