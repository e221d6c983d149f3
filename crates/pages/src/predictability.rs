//! The predictability board: how hard movements were to guess.

use maud::{Markup, html};
use sheet::closed;
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::term::{Naming, Term, own};

closed! {
    /// Where it goes.
    Trend in "trend" {
        /// Harder to guess than before.
        Better = "better",
        /// Easier.
        Worse = "worse",
        /// Neither.
        Steady = "steady",
        /// Too few movements to say.
        Unknown = "unknown",
    }
}

/// How hard something was to guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What an observer does not know, in bits.
    pub bits: String,
    /// The most that so few movements can show.
    pub most: String,
    /// In per cent of that.
    pub evenness: u32,
    /// Where it goes.
    pub trend: Trend,
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Over how many days.
    pub days: u32,
    /// How many movements.
    pub movements: u32,
    /// The minute.
    pub minute: Measure,
    /// The route.
    pub route: Measure,
    /// Roads with the part of movements that passed them, in per cent.
    pub roads: Vec<(String, u32)>,
    /// From where to where, how many movements, how many routes.
    pub legs: Vec<(String, u32, u32)>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("predictability")) }
        p class="meta" { (tongue.say("predictability-what")) }
        div data-fragment="/fragment/predictability" data-on="movements" { (fragment(view, frame)) }
    };
    framed(frame, &Sheet { title: tongue.say("predictability"), class: "page", main })
}

/// The board alone.
pub fn fragment(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let numbers = [("n", view.movements.into()), ("days", view.days.into())];
    html! {
        @if view.movements == 0 {
            p class="empty" {
                (tongue.say_with("predictability-none", &[("days", view.days.into())]))
            }
        } @else {
            p { (tongue.say_with("predictability-of", &numbers)) }
            div class="cards" {
                (measure(("predictability-minute", &view.minute), frame))
                (measure(("predictability-route", &view.route), frame))
            }
            (roads(view, frame))
            (legs(view, frame))
        }
    }
}

fn measure((key, measure): (&str, &Measure), frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let numbers = [("bits", measure.bits.clone().into()), ("most", measure.most.clone().into())];
    html! {
        section class="card" {
            h2 { (tongue.say(key)) }
            p class="big-number" { span { (measure.evenness) } span class="of" { " %" } }
            meter class="bar" min="0" max="100" value=(measure.evenness)
                aria-label=(tongue.say(key)) { (measure.evenness) " %" }
            p { (tongue.say_with("predictability-bits", &numbers)) }
            p class=(if measure.trend == Trend::Worse { "chip attention" } else { "chip" }) {
                (tongue.term(measure.trend))
            }
        }
    }
}

fn roads(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-board-roads" {
            h2 id="h-board-roads" { (tongue.say("predictability-roads")) }
            p class="meta" { (tongue.say("predictability-roads-what")) }
            table class="table" {
                thead { tr {
                    th scope="col" { (tongue.say("plan-road")) }
                    th scope="col" { (tongue.say("predictability-share")) }
                    th scope="col" { span class="hush" { (tongue.say("predictability-share")) } }
                } }
                tbody { @for (name, share) in &view.roads {
                    tr {
                        th scope="row" { (own(name)) }
                        td class="num" { (share) " %" }
                        td { meter class="bar" min="0" max="100" value=(share)
                            aria-label=(name) { (share) " %" } }
                    }
                } }
            }
        }
    }
}

fn legs(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-board-legs" {
            h2 id="h-board-legs" { (tongue.say("predictability-legs")) }
            table class="table" {
                thead { tr {
                    th scope="col" { (tongue.say("predictability-leg")) }
                    th scope="col" { (tongue.say("predictability-movements")) }
                    th scope="col" { (tongue.say("predictability-different")) }
                } }
                tbody { @for (leg, movements, routes) in &view.legs {
                    tr {
                        th scope="row" { bdi dir="ltr" { (leg) } }
                        td class="num" { (movements) }
                        td class="num" { (routes) }
                    }
                } }
            }
        }
    }
}
