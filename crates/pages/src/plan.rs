//! The planner's table: routes by probability, chokepoints, levers.
//!
//! A plain form asks, and every button of the answer asks again: the page keeps nothing. What it
//! shows is an attack plan to whoever should not have it.

use maud::{Markup, html};
use sheet::closed;
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::term::{Naming, Term, own};
use tongue::speech::Tongue;

use crate::chart::{self, Chart};

closed! {
    /// What would help.
    Lever in "lever" {
        /// A guard on a road.
        Guard = "guard",
        /// A second gate to leave by.
        Exit = "exit",
        /// A second gate to arrive by.
        Gate = "gate",
        /// The minute drawn from twice as many.
        Hold = "hold",
        /// A second convoy that looks the same.
        Decoy = "decoy",
        /// A party that drives ahead.
        Advance = "advance",
    }
}

closed! {
    /// Why there is no answer.
    Nay in "plan-no" {
        /// A text that names no place.
        NoPlace = "no-place",
        /// A place too far from every road.
        OffRoad = "off-road",
        /// A text that names no road.
        NoRoad = "no-road",
        /// A number out of its range.
        OutOfRange = "out-of-range",
        /// It ends where it starts.
        SamePlace = "same-place",
        /// No road leads there.
        Island = "island",
        /// No route within the budget.
        Slow = "slow",
        /// A weight that is none.
        BadWeight = "bad-weight",
        /// Nothing waits anywhere.
        NoThreat = "no-threat",
        /// A route that nobody can attack.
        SafeRoute = "safe-route",
    }
}

/// What the form holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Where it leaves.
    pub from: String,
    /// Where it arrives.
    pub to: String,
    /// How long a route may take, in times of the fastest.
    pub budget: String,
    /// Minutes that the departure is drawn from.
    pub slots: String,
    /// Metres around both ends that their own guards hold.
    pub held: String,
    /// How many of the ambushes a guard foils, in per cent.
    pub cut: String,
    /// Roads where guards stand, as the roads name them, each with what it is called.
    pub guards: Vec<(String, String)>,
}

/// A route of the mixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// How likely it is drawn.
    pub share: String,
    /// How long it takes, in minutes and seconds.
    pub time: String,
    /// What it passes.
    pub via: Vec<String>,
}

/// A road where a perfect attacker waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choke {
    /// How the roads name it.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// How often he waits here.
    pub share: String,
    /// How often a movement passes here.
    pub passed: String,
    /// Its dual price.
    pub price: String,
    /// Does a guard stand there?
    pub guarded: bool,
}

/// A lever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Which.
    pub lever: Lever,
    /// Where, as the roads name it; nothing for one without a place.
    pub reference: String,
    /// What that is called.
    pub name: String,
    /// What would remain.
    pub remains: String,
    /// By how much less that is.
    pub less: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// What the best ambush catches.
    pub value: String,
    /// What no mixture can beat.
    pub bound: String,
    /// What it catches of whoever takes the fastest route.
    pub fastest: String,
    /// What remains with the minute drawn.
    pub remains: String,
    /// How long the fastest route takes.
    pub fastest_time: String,
    /// How much longer it is in the mean.
    pub expected: String,
    /// How much longer the slowest is.
    pub worst: String,
    /// Bits of route and of minute.
    pub bits: (String, String),
    /// The routes, likeliest first.
    pub routes: Vec<Route>,
    /// Chokepoints, dearest first.
    pub chokes: Vec<Choke>,
    /// What every route takes: reference, name, weight.
    pub residual: Vec<(String, String, String)>,
    /// Levers, the strongest first.
    pub levers: Vec<Pull>,
}

/// What came of the question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Nothing was asked yet.
    #[default]
    Open,
    /// This node has no roads.
    NoRoads,
    /// There is no answer: why, and what the roads say.
    No(Nay, String),
    /// The answer.
    Answer(Box<Answer>),
}

/// Where the weights of the roads come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// From the network that both parties share.
    #[default]
    Shared,
    /// Nowhere: an ambush is as likely to succeed on every road of the map.
    Even,
    /// From so many incidents that were reported near roads, and perhaps a file of the node's own.
    Picture(u32, bool),
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Where weights come from.
    pub weights: Weights,
    /// What the form holds.
    pub asked: Asked,
    /// Junctions that can be named; none if roads are a map's.
    pub junctions: Vec<String>,
    /// Roads that are offered for a guard: reference and name.
    pub roads: Vec<(String, String)>,
    /// What came of it.
    pub outcome: Outcome,
    /// The picture.
    pub chart: Option<Chart>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("plan")) }
        p class="meta" { (tongue.say("plan-what")) }
        div id="plan" class="plan" { (fragment(view, frame)) }
    };
    framed(frame, &Sheet { title: tongue.say("plan"), class: "page wide", main })
}

/// The form and its answer.
pub fn fragment(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if view.outcome == Outcome::NoRoads {
            p class="empty" { (tongue.say("plan-no-roads")) }
        } @else {
            (weights(view.weights, tongue))
            form id="plan-form" class="card plan-form" method="post" action="/plan" {
                (fields(view, tongue))
            }
            @match &view.outcome {
                Outcome::Open | Outcome::NoRoads => {
                    p class="empty" { (tongue.say("plan-open")) }
                }
                Outcome::No(nay, detail) => {
                    section class="card" role="alert" {
                        h2 { (tongue.term(*nay)) }
                        p { (tongue.say(&format!("{}.next", nay.key()))) }
                        p class="meta" { (own(detail)) }
                    }
                }
                Outcome::Answer(answer) => (headline(answer, tongue)),
            }
            @if let Some(chart) = &view.chart { (chart::figure(chart, tongue)) }
            @if let Outcome::Answer(answer) = &view.outcome { (details(answer, tongue)) }
        }
    }
}

// On weights that nobody has judged the answer is about the roads' course alone: that is said.
fn weights(weights: Weights, tongue: &Tongue) -> Markup {
    html! {
        @match weights {
            Weights::Shared => {}
            Weights::Even => p class="chip attention" { (tongue.say("plan-weights-even")) }
            Weights::Picture(incidents, file) => {
                p class="meta" {
                    (tongue.say_with("plan-weights-picture", &[("n", incidents.into())]))
                    @if file { " " (tongue.say("plan-weights-file")) }
                }
            }
        }
    }
}

fn fields(view: &View, tongue: &Tongue) -> Markup {
    let asked = &view.asked;
    html! {
        // The first button is the one that Enter presses: it only asks.
        div class="plan-fields" {
            (place(("from", "plan-from", &asked.from), tongue))
            (place(("to", "plan-to", &asked.to), tongue))
            (number(("budget", "plan-budget", &asked.budget), ("1", "100", "0.05"), tongue))
            (number(("slots", "plan-slots", &asked.slots), ("1", "1440", "1"), tongue))
            (number(("cut", "plan-cut", &asked.cut), ("0", "100", "5"), tongue))
            (number(("held", "plan-held", &asked.held), ("0", "5000", "50"), tongue))
            div class="field" {
                label for="plan-guard" { (tongue.say("plan-guard")) }
                input id="plan-guard" name="guard_add" list="plan-roads" autocomplete="off"
                    maxlength="80" dir="auto";
            }
            button class="primary" data-key="plan-solve" { (tongue.say("plan-solve")) }
        }
        datalist id="plan-places" {
            @for junction in &view.junctions { option value=(junction) {} }
        }
        datalist id="plan-roads" {
            @for (reference, name) in &view.roads { option value=(reference) { (name) } }
        }
        @if !asked.guards.is_empty() {
            div class="row" aria-label=(tongue.say("plan-guards")) role="group" {
                span class="meta" { (tongue.say("plan-guards")) }
                @for (reference, name) in &asked.guards {
                    input type="hidden" name="guard" value=(reference);
                    button name="guard_drop" value=(reference)
                        data-key={ "drop-" (reference) } {
                        (own(name)) span aria-hidden="true" { "✕" }
                        span class="hush" { " " (tongue.say("plan-drop")) }
                    }
                }
            }
        }
    }
}

fn place((name, key, value): (&str, &str, &str), tongue: &Tongue) -> Markup {
    html! {
        div class="field" {
            label for=(key) { (tongue.say(key)) }
            input id=(key) name=(name) value=(value) list="plan-places" required
                autocomplete="off" maxlength="80" dir="ltr";
        }
    }
}

fn number(
    (name, key, value): (&str, &str, &str),
    (min, max, step): (&str, &str, &str),
    tongue: &Tongue,
) -> Markup {
    html! {
        div class="field" {
            label for=(key) { (tongue.say(key)) }
            input id=(key) name=(name) value=(value) type="number" min=(min)
                max=(max) step=(step) required dir="ltr";
        }
    }
}

fn headline(answer: &Answer, tongue: &Tongue) -> Markup {
    let facts = [
        ("plan-value", &answer.value),
        ("plan-bound", &answer.bound),
        ("plan-fastest", &answer.fastest),
        ("plan-remains", &answer.remains),
        ("plan-fastest-time", &answer.fastest_time),
        ("plan-expected", &answer.expected),
        ("plan-worst", &answer.worst),
        ("plan-route-bits", &answer.bits.0),
        ("plan-minute-bits", &answer.bits.1),
    ];
    html! {
        section class="card" aria-labelledby="h-plan-answer" {
            h2 id="h-plan-answer" { (tongue.say("plan-answer")) }
            dl class="plan-facts" {
                @for (key, value) in facts {
                    div { dt { (tongue.say(key)) } dd class="num" { (own(value)) } }
                }
            }
        }
    }
}

fn details(answer: &Answer, tongue: &Tongue) -> Markup {
    html! {
        (routes(answer, tongue))
        (chokes(answer, tongue))
        section aria-labelledby="h-plan-residual" {
            h2 id="h-plan-residual" { (tongue.say("plan-residual")) }
            @if answer.residual.is_empty() {
                p class="empty" { (tongue.say("plan-residual-none")) }
            } @else {
                p class="meta" { (tongue.say("plan-residual-what")) }
                ul { @for (_, name, weight) in &answer.residual {
                    li { (own(name)) " · " span class="num" { (own(weight)) } }
                } }
            }
        }
        (levers(answer, tongue))
    }
}

fn routes(answer: &Answer, tongue: &Tongue) -> Markup {
    html! {
        section aria-labelledby="h-plan-routes" {
            h2 id="h-plan-routes" { (tongue.say("plan-routes")) }
            div class="scroll" tabindex="0" role="group" aria-labelledby="h-plan-routes" {
                table class="table" {
                    thead { tr {
                        th scope="col" { (tongue.say("plan-route")) }
                        th scope="col" { (tongue.say("plan-share")) }
                        th scope="col" { (tongue.say("plan-time")) }
                        th scope="col" { (tongue.say("plan-via")) }
                    } }
                    tbody { @for (number, route) in (1..).zip(&answer.routes) {
                        tr {
                            th scope="row" { (number) }
                            td class="num" { (own(&route.share)) }
                            td class="num" { (own(&route.time)) }
                            td dir="ltr" { (route.via.join(" → ")) }
                        }
                    } }
                }
            }
        }
    }
}

fn chokes(answer: &Answer, tongue: &Tongue) -> Markup {
    html! {
        section aria-labelledby="h-plan-chokes" {
            h2 id="h-plan-chokes" { (tongue.say("plan-chokes")) }
            p class="meta" { (tongue.say("plan-chokes-what")) }
            div class="scroll" tabindex="0" role="group" aria-labelledby="h-plan-chokes" {
                table class="table" {
                    thead { tr {
                        th scope="col" { (tongue.say("plan-road")) }
                        th scope="col" { (tongue.say("plan-waits")) }
                        th scope="col" { (tongue.say("plan-passed")) }
                        th scope="col" { (tongue.say("plan-price")) }
                        th scope="col" { span class="hush" { (tongue.say("plan-guard")) } }
                    } }
                    tbody { @for (letter, choke) in ('A'..='Z').zip(&answer.chokes) {
                        tr {
                            th scope="row" { (letter) " · " (own(&choke.name)) }
                            td class="num" { (own(&choke.share)) }
                            td class="num" { (own(&choke.passed)) }
                            td class="num" { (own(&choke.price)) }
                            td { (guard_button(choke, tongue)) }
                        }
                    } }
                }
            }
        }
    }
}

fn guard_button(choke: &Choke, tongue: &Tongue) -> Markup {
    html! {
        @if choke.guarded {
            span class="chip" { (tongue.say("plan-guarded")) }
        } @else {
            button form="plan-form" name="guard" value=(choke.reference)
                data-key={ "guard-" (choke.reference) } {
                (tongue.say("plan-guard-here")) span class="hush" { " " (own(&choke.name)) }
            }
        }
    }
}

fn levers(answer: &Answer, tongue: &Tongue) -> Markup {
    html! {
        section aria-labelledby="h-plan-levers" {
            h2 id="h-plan-levers" { (tongue.say("plan-levers")) }
            p class="meta" { (tongue.say("plan-levers-what")) }
            div class="scroll" tabindex="0" role="group" aria-labelledby="h-plan-levers" {
                table class="table" {
                    thead { tr {
                        th scope="col" { (tongue.say("plan-lever")) }
                        th scope="col" { (tongue.say("plan-where")) }
                        th scope="col" { (tongue.say("plan-would-remain")) }
                        th scope="col" { (tongue.say("plan-less")) }
                    } }
                    tbody { @for pull in &answer.levers {
                        tr {
                            th scope="row" { (tongue.term(pull.lever)) }
                            td { @if pull.name.is_empty() { "–" } @else { (own(&pull.name)) } }
                            td class="num" { (own(&pull.remains)) }
                            td class="num" { (own(&pull.less)) }
                        }
                    } }
                }
            }
        }
    }
}
