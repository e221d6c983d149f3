//! The rungs board: how far guest presence may go, and how far it goes.

use maud::{Markup, html};
use words::act::Names;
use words::id::{AgreementId, ZoneId};
use words::moment::Moment;
use words::presence::{Category, Rung};
use words::role::Side;

use crate::standing;
use sheet::closed;
use sheet::form::{Choice, Fill, act, act_confirmed};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};

closed! {
    /// How a rung stands.
    RungState in "rung-state" {
        /// Nothing is closed.
        Open = "open",
        /// Closed in some zone.
        ClosedInPart = "closed_in_part",
        /// Closed everywhere.
        Closed = "closed",
    }
}

/// What loses its authority if a rung is closed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effect {
    /// Task orders that run or wait.
    pub tasks: u32,
    /// Persons on duty.
    pub persons: u32,
    /// Live leases.
    pub leases: u32,
}

/// A place that a closure can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// One zone and its name; everywhere, if it is not said.
    pub zone: Option<(ZoneId, Names)>,
    /// What would lose its authority.
    pub effect: Effect,
}

/// A closure in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// One zone and its name; everywhere, if it is not said.
    pub zone: Option<(ZoneId, Names)>,
    /// Who closed it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub rung: Rung,
    /// Persons consented to now.
    pub consented: u32,
    /// Persons on duty now.
    pub on_duty: u32,
    /// What is closed.
    pub closures: Vec<Closure>,
    /// Who opened it last and when, if nothing is closed any more.
    pub opened: Option<(String, Moment)>,
    /// Where it can be closed, and what that would do; everywhere comes first.
    pub reaches: Vec<Reach>,
}

impl Step {
    /// How it stands.
    pub fn state(&self) -> RungState {
        if self.closures.iter().any(|closure| closure.zone.is_none()) {
            RungState::Closed
        } else if self.closures.is_empty() {
            RungState::Open
        } else {
            RungState::ClosedInPart
        }
    }
}

/// A rung of one category in one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Which rung.
    pub rung: Rung,
    /// Does the agreement reach so far?
    pub permitted: bool,
    /// Has the host closed it here?
    pub closed: bool,
    /// Persons consented to now.
    pub consented: u32,
    /// Persons on duty now.
    pub on_duty: u32,
}

/// One category in one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub category: Category,
    /// Up to which rung, and by which article; none if nothing is permitted.
    pub permitted: Option<(Rung, String)>,
    /// The highest number of persons at once.
    pub ceiling: u32,
    /// Every rung, in order.
    pub cells: Vec<Cell>,
}

/// One zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub zone: ZoneId,
    /// How it is called.
    pub names: Names,
    /// Every category that may come.
    pub rows: Vec<Row>,
}

/// The whole board.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The agreement in force; none before one is.
    pub agreement: Option<AgreementId>,
    /// The ladder, from the lightest rung to the heaviest.
    pub steps: Vec<Step>,
    /// Every zone in which guest personnel may be.
    pub places: Vec<Place>,
    /// What people and companies must have, below the ladder.
    pub standing: standing::View,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("rungs")) }
        p class="meta" { (tongue.say("rungs-what")) }
        div class="dims" data-fragment="/fragment/rungs" data-on="consent" {
            (fragment_board(view, frame))
        }
        div class="dims" data-fragment="/fragment/standing" data-on="consent" {
            (standing::fragment(&view.standing, frame))
        }
        (standing::forms(&view.standing, frame))
    };
    framed(frame, &Sheet { title: tongue.say("rungs"), class: "page wide", main })
}

/// The ladder and the zones.
pub fn fragment_board(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if let Some(agreement) = &view.agreement {
            ol class="cards ladder" {
                @for step in &view.steps { (card(step, agreement, frame)) }
            }
            h2 { (tongue.say("rungs-by-zone")) }
            p class="meta" { (tongue.say("rungs-cells")) }
            @for place in &view.places { (table(place, frame)) }
        } @else {
            p class="empty" { (tongue.say("rungs-no-agreement")) }
        }
    }
}

fn card(step: &Step, agreement: &AgreementId, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let state = step.state();
    let class = match state {
        RungState::Open => "ok",
        RungState::ClosedInPart => "attention",
        RungState::Closed => "lost",
    };
    let counts = [("n", step.on_duty.into()), ("consented", step.consented.into())];
    html! {
        li class="card" data-key={ "rung-" (step.rung) } {
            h2 { (tongue.term(step.rung)) " "
                span class={ "chip " (class) } { (tongue.term(state)) } }
            p { (tongue.say_with("rung-counts", &counts)) }
            @for closure in &step.closures { (closed_by(step.rung, closure, agreement, frame)) }
            @if let (RungState::Open, Some((by, at))) = (state, &step.opened) {
                p class="meta" {
                    (tongue.say("rung-opened-by")) " " (own(by)) " · "
                    (stamp::age(*at, frame.now, tongue))
                }
            }
            @if frame.side == Side::Host && state != RungState::Closed {
                (closing(step, agreement, frame))
            }
        }
    }
}

fn closed_by(rung: Rung, closure: &Closure, agreement: &AgreementId, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let scope = scope_value(closure.zone.as_ref().map(|(zone, _)| zone));
    let fill = Fill::of("agreement", agreement).with("rung", rung).with("scope", &scope);
    let about = format!("{rung}-{}", scope.replace(':', "-"));
    html! {
        div data-key={ "closed-" (about) } {
            p {
                strong { (place_name(closure.zone.as_ref(), frame)) } " "
                q { bdi { (closure.reason) } }
            }
            p class="meta" {
                (tongue.say("rung-closed-by")) " " (own(&closure.by)) " · "
                (stamp::age(closure.at, frame.now, tongue))
            }
            @if frame.side == Side::Host { (act(frame, "rung_opened", &about, &fill)) }
        }
    }
}

// What would lose its authority stands above the button that takes it.
fn closing(step: &Step, agreement: &AgreementId, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let choices: Vec<Choice> = step
        .reaches
        .iter()
        .map(|reach| Choice {
            value: scope_value(reach.zone.as_ref().map(|(zone, _)| zone)),
            label: place_name(reach.zone.as_ref(), frame),
        })
        .collect();
    let fill = Fill::of("agreement", agreement).with("rung", step.rung).choosing("scope", &choices);
    let whole = step.reaches.first().map_or_else(Effect::default, |reach| reach.effect);
    let question = format!(
        "{}: {}. {}",
        tongue.say("everywhere"),
        effect(whole, frame),
        tongue.say("confirm-closing")
    );
    html! {
        @if frame.signed_in.is_some() {
            details data-key={ "close-" (step.rung) } {
                summary { (tongue.say("do-rung_closed")) }
                p { (tongue.say("rung-effect-what")) }
                ul {
                    @for reach in &step.reaches {
                        li {
                            strong { (place_name(reach.zone.as_ref(), frame)) } " – "
                            (effect(reach.effect, frame))
                        }
                    }
                }
                (act_confirmed(frame, "rung_closed", (step.rung.as_str(), &question), &fill))
            }
        }
    }
}

/// What would lose its authority, in one line.
pub fn effect(effect: Effect, frame: &Frame) -> String {
    let counts = [
        ("tasks", effect.tasks.into()),
        ("persons", effect.persons.into()),
        ("leases", effect.leases.into()),
    ];
    frame.tongue().say_with("rung-effect", &counts)
}

/// How a form names a reach: `whole` or `zone:ID`.
pub fn scope_value(zone: Option<&ZoneId>) -> String {
    zone.map_or_else(|| "whole".to_owned(), |zone| format!("zone:{zone}"))
}

/// A zone's name in the reader's language, or the word for everywhere.
pub fn place_name(zone: Option<&(ZoneId, Names)>, frame: &Frame) -> String {
    match zone {
        Some((_, names)) => frame.lang.of(names).to_owned(),
        None => frame.tongue().say("everywhere"),
    }
}

fn table(place: &Place, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let name = frame.lang.of(&place.names);
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(name)
            data-key={ "zone-" (place.zone) } {
            table class="table rungs" {
                caption { (name) }
                thead { tr {
                    th scope="col" { (tongue.say("field-category")) }
                    th scope="col" { (tongue.say("permitted-up-to")) }
                    th scope="col" { (tongue.say("present-of-ceiling")) }
                    @for rung in Rung::ALL { th scope="col" { (tongue.term(*rung)) } }
                } }
                tbody { @for row in &place.rows { (line(row, frame)) } }
            }
        }
    }
}

fn line(row: &Row, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let present: u32 = row.cells.iter().map(|cell| cell.on_duty).fold(0, u32::saturating_add);
    html! {
        tr {
            th scope="row" { (tongue.term(row.category)) }
            td {
                @match &row.permitted {
                    Some((rung, article)) => {
                        (tongue.term(*rung)) " " span class="meta" { "§" (own(article)) }
                    }
                    None => (tongue.say("none")),
                }
            }
            td class="num" {
                span dir="ltr" { (present) "/" (row.ceiling) }
                @if present > row.ceiling {
                    " " span class="chip alarm" { (tongue.say("over-ceiling")) }
                }
            }
            @for cell in &row.cells { td class="num" { (content(*cell, frame)) } }
        }
    }
}

fn content(cell: Cell, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let Cell { permitted, closed, consented, on_duty, .. } = cell;
    let counts = html! { span dir="ltr" { (on_duty) "/" (consented) } };
    html! {
        @if closed && on_duty > 0 {
            (counts) " " span class="chip alarm" { (tongue.say("rung-state-closed")) }
        } @else if !permitted && on_duty == 0 && consented == 0 {
            span class="meta" aria-hidden="true" { "–" }
            span class="hush" { (tongue.say("not-permitted")) }
        } @else if closed {
            span class="chip lost" { (tongue.say("rung-state-closed")) }
        } @else if on_duty == 0 && consented == 0 {
            span class="meta" { (counts) }
        } @else {
            strong { (counts) }
        }
    }
}
