//! Safe-conduct passes: on the screen, and alone on a page to be printed.

use maud::{Markup, PreEscaped, html};
use tongue::speech::{Lang, Tongue};
use words::id::{PassId, UnitId, ZoneId};
use words::moment::Window;
use words::presence::{ArmsClass, Task};

use crate::movement::View;
use sheet::form::{Next, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Term, own};

/// A safe-conduct pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Which.
    pub id: PassId,
    /// Who carries it.
    pub holder: UnitId,
    /// What this desk calls the holder.
    pub label: String,
    /// How a guard recognises the holder.
    pub appearance: String,
    /// The plate of the vehicle, if it is bound to one.
    pub vehicle: Option<String>,
    /// Persons in the vehicle.
    pub headcount: u32,
    /// Doing what.
    pub task: Task,
    /// How armed at most.
    pub arms: ArmsClass,
    /// The serial numbers of the arms that are carried.
    pub serials: Vec<String>,
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
    /// The numbers that the holder answers with, for whoever hands the pass over.
    pub strip: Vec<u32>,
}

/// The passes alone, a page to be printed; it lies at `/m/ID/passes`.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        p class="crumbs" { a href={ "/m/" (view.id) } { (own(&view.id)) } }
        h1 { (tongue.say("passes")) " " (own(&view.id)) }
        // The paper is in three languages, whatever the page is in: letters that are not used are
        // not fetched.
        link rel="stylesheet" href="/static/fonts-zh.css";
        div { @for pass in &view.passes { (paper(pass, frame)) } }
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

// One sheet of paper: what a guard reads in his language, the code, a place for a photograph. The
// strip of numbers is cut off and goes with the holder, never with the vehicle.
fn paper(pass: &Pass, frame: &Frame) -> Markup {
    let (Some(svg), None) = (&pass.qr_svg, &pass.revoked) else { return face(pass, frame) };
    let serials = pass.serials.join("  ");
    html! {
        article class="card pass paper" aria-label=(pass.label) {
            h2 { (thrice("pass")) " " (own(&pass.id)) }
            @if frame.exercise { p { strong { (thrice("exercise")) } } }
            div class="halves" {
                figure class="qr" role="img" aria-label=(frame.tongue().say("qr")) {
                    (PreEscaped(svg.as_str()))
                }
                div class="photo-place" { (thrice("pass-photo")) }
            }
            dl class="lines" {
                (line("field-appearance", &html! { (own(&pass.appearance)) }))
                @if let Some(plate) = &pass.vehicle {
                    (line("field-vehicle", &html! { span class="plate" { (own(plate)) } }))
                }
                (line("field-headcount", &html! { (pass.headcount) }))
                (line("field-task", &thrice(&pass.task.key())))
                (line("field-arms", &html! { (thrice(&pass.arms.key())) " " (own(&serials)) }))
                (line("field-zone", &html! { (frame.zone(&pass.zone)) }))
                (line("until", &stamp::window(pass.window)))
            }
            p class="meta" { (thrice("pass-verify")) }
        }
        @if !pass.strip.is_empty() { (strip(pass)) }
    }
}

fn strip(pass: &Pass) -> Markup {
    html! {
        section class="card answers" {
            h2 { (thrice("pass-strip")) " " (own(&pass.id)) }
            ol { @for answer in &pass.strip { li { bdi { (format!("{answer:04}")) } } } }
        }
    }
}

fn line(key: &str, value: &Markup) -> Markup {
    html! { div { dt { (thrice(key)) } dd { (value) } } }
}

// A guard, an escort and a holder read one sheet in three languages.
fn thrice(key: &str) -> Markup {
    html! {
        @for (at, lang) in [Lang::Ur, Lang::Zh, Lang::En].into_iter().enumerate() {
            @if at > 0 { " · " }
            span lang=(lang.tag()) dir=(lang.dir()) { (Tongue::of(lang).say(key)) }
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
