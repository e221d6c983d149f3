//! One movement: strip, knowers, draw, gate, passes.

use maud::{Markup, html};
use sheet::term::Naming;
use words::id::{MovementId, RouteId, ZoneId};
use words::moment::{Moment, Window};
use words::movement::Stage;
use words::presence::{ArmourClass, Criticality, Purpose, Risk};
use words::role::Role;

use crate::movements::state_chip;
use crate::passes::{self, Pass, of_a_pass};
use sheet::form::{Next, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::own;

/// Where a step of the strip stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is behind.
    Done,
    /// It is going on.
    Now,
    /// It lies ahead.
    Next,
    /// It should be behind, and is not.
    Late,
    /// The reader may not know yet.
    Sealed,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Next => "next",
            Self::Late => "late",
            Self::Sealed => "sealed",
        }
    }
}

/// One step of the strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// A word of `term::MOVEMENT_STATES`.
    pub state: String,
    /// Where it stands.
    pub mark: Mark,
    /// When it should happen, if that is known and the reader may know.
    pub plan: Option<Moment>,
    /// When it happened.
    pub real: Option<Moment>,
}

/// One line of the disclosure schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// What.
    pub stage: Stage,
    /// To whom.
    pub roles: Vec<Role>,
    /// Not before this moment. The page shows no content before it, whatever the view holds.
    pub not_before: Moment,
    /// The content, if it is open and the reader is on the list.
    pub content: Option<String>,
}

/// One party's part in the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawer {
    /// The party's name in the reader's language.
    pub party: String,
    /// When it committed to its seed.
    pub committed: Option<Moment>,
    /// When it revealed it.
    pub revealed: Option<Moment>,
}

/// What the draw gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The exact minute of departure.
    pub minute: Moment,
    /// The route.
    pub route: RouteId,
    /// What the reader calls the route.
    pub label: String,
}

/// For what a party is named in a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its share was not there in time.
    Silent,
    /// Its share was not the one to which it was bound.
    Lied,
    /// Its share was used before.
    Replayed,
    /// Its share came when the draw had failed.
    Late,
    /// It sealed a plan from which nothing can be drawn.
    BadMenu,
}

impl Fault {
    const fn key(self) -> &'static str {
        match self {
            Self::Silent => "draw-wrong-silent",
            Self::Lied => "draw-wrong-lied",
            Self::Replayed => "draw-wrong-replayed",
            Self::Late => "draw-wrong-late",
            Self::BadMenu => "draw-wrong-bad_menu",
        }
    }
}

/// What followed a draw that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// The movement is held for good.
    Held,
    /// The entry that was fixed when the plan was sealed.
    Fixed,
}

/// The joint draw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draw {
    /// When it may be revealed; `None` before the plan is sealed.
    pub at: Option<Moment>,
    /// The parties.
    pub drawers: Vec<Drawer>,
    /// Which party is named for what.
    pub faults: Vec<(String, Fault)>,
    /// What followed, if it failed.
    pub failed: Option<Failed>,
    /// Its result, for a reader who may know. Not shown before everyone has revealed.
    pub result: Option<Drawn>,
    /// The command with which anybody can check the draw.
    pub command: String,
}

/// One line of the gate that the node computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLine {
    /// A word of `term::GATE_FACTS`.
    pub fact: String,
    /// Is it met?
    pub green: bool,
    /// What was found.
    pub value: String,
}

/// A check-in on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// The place.
    pub label: String,
    /// When.
    pub at: Moment,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Where.
    pub zone: ZoneId,
    /// Within which hours.
    pub window: Window,
    /// Seats, dummies included.
    pub seats: u32,
    /// Vehicles of at least this class.
    pub armour: ArmourClass,
    /// Escort vehicles asked of the host.
    pub escorts: u32,
    /// Why, once submitted.
    pub purpose: Option<Purpose>,
    /// How important, once submitted.
    pub criticality: Option<Criticality>,
    /// What risk remains, once assessed.
    pub risk: Option<Risk>,
    /// What the assessment says; empty if none.
    pub risk_note: String,
}

/// One movement as the reader may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which.
    pub id: MovementId,
    /// Its state, a word of `term::MOVEMENT_STATES`.
    pub state: String,
    /// Why it was refused, held or halted, in the words of whoever did; empty if not.
    pub reason: String,
    /// What was asked for.
    pub order: Order,
    /// Until when the host consents.
    pub consent_until: Option<Moment>,
    /// The strip.
    pub steps: Vec<Step>,
    /// Check-ins so far.
    pub checkins: Vec<CheckIn>,
    /// Who may know what when.
    pub disclosures: Vec<Disclosed>,
    /// The draw.
    pub draw: Draw,
    /// The computed lines of the departure gate.
    pub gate: Vec<GateLine>,
    /// The passes.
    pub passes: Vec<Pass>,
    /// Only what the reader can sign now. `pass_countersigned` and `pass_revoked` belong to
    /// the pass that their fill names as `pass`.
    pub next: Vec<Next>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let title = format!("{} {}", tongue.say("movement"), view.id);
    let main = html! {
        p class="crumbs" { a href="/movements" { (tongue.say("nav-movements")) } }
        h1 { (tongue.say("movement")) " " (own(&view.id)) }
        div class="dims" data-fragment={ "/fragment/movement/" (view.id) }
            data-on="movements alarms" { (fragment_strip(view, frame)) }
        div class="columns" {
            div {
                (disclosures(view, frame))
                (draw(view, frame))
                (gate(view, frame))
            }
            div {
                (nexts(view, frame))
                (order(view, frame))
            }
        }
        (passes::section(view, frame))
    };
    framed(frame, &Sheet { title, class: "page wide", main })
}

/// The strip and the check-ins.
pub fn fragment_strip(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        p {
            (state_chip(&view.state, None, frame)) " "
            @if !view.reason.is_empty() { q dir="auto" { (view.reason) } " " }
            span class="meta" {
                (tongue.say("consent-until")) " "
                @if let Some(until) = view.consent_until {
                    (stamp::at(until)) " · " (stamp::countdown(until, frame.now))
                } @else { (tongue.say("none")) }
            }
        }
        ol class="strip" aria-label=(tongue.say("strip")) {
            @for step in &view.steps { (strip_step(step, frame)) }
        }
        @if !view.checkins.is_empty() {
            h2 { (tongue.say("checkins")) }
            ol class="timeline" {
                @for checkin in &view.checkins {
                    li { (stamp::at_hour(checkin.at)) " " (own(&checkin.label)) }
                }
            }
        }
    }
}

fn strip_step(step: &Step, frame: &Frame) -> Markup {
    let hidden = step.mark == Mark::Sealed;
    html! {
        li class="stage" data-stage=(step.mark.word())
            aria-current=[(step.mark == Mark::Now).then_some("step")] {
            span class="stage-name" { (frame.tongue().word("state", &step.state)) }
            @if hidden { span class="sealed" { (frame.tongue().say("sealed")) } }
            @if let (false, Some(plan)) = (hidden, step.plan.filter(|plan| differs(*plan, step))) {
                span class="stage-plan" { (stamp::at_hour(plan)) }
            }
            @if let (false, Some(real)) = (hidden, step.real) {
                span class="stage-real" { (stamp::at_hour(real)) }
            }
        }
    }
}

// What came in its planned minute is said once.
fn differs(plan: Moment, step: &Step) -> bool {
    step.real.is_none_or(|real| stamp::hour(real) != stamp::hour(plan))
}

fn disclosures(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-disclosures" {
            h2 id="h-disclosures" { (tongue.say("disclosures")) }
            div class="scroll" tabindex="0" role="region" aria-labelledby="h-disclosures" {
                table class="table" {
                    thead { tr {
                        th scope="col" { (tongue.say("field-stage")) }
                        th scope="col" { (tongue.say("to-whom")) }
                        th scope="col" { (tongue.say("content")) }
                    } }
                    tbody { @for line in &view.disclosures { tr {
                        th scope="row" { (tongue.term(line.stage)) }
                        td { (tongue.terms(&line.roles)) }
                        td { (disclosed(line, frame)) }
                    } } }
                }
            }
        }
    }
}

// The page keeps the time itself: a view that says too much too early shows nothing more.
fn disclosed(line: &Disclosed, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if frame.now < line.not_before {
            span class="sealed" {
                (tongue.say("opens")) " " (stamp::at_hour(line.not_before)) " "
                small { (stamp::countdown(line.not_before, frame.now)) }
            }
        } @else if let Some(content) = &line.content {
            (own(content))
        } @else {
            span class="sealed" { (tongue.say("not-for-you")) }
        }
    }
}

fn draw(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let draw = &view.draw;
    let all = draw.drawers.iter().all(|party| party.revealed.is_some());
    let complete = draw.failed == Some(Failed::Fixed) || (!draw.drawers.is_empty() && all);
    html! {
        section class="card" aria-labelledby="h-draw" {
            h2 id="h-draw" { (tongue.say("draw")) }
            p class="meta" { (tongue.say("draw-what")) }
            @if let Some(at) = draw.at {
                p { (tongue.say("draw-at")) " " (stamp::at(at))
                    @if !complete { " · " (stamp::countdown(at, frame.now)) } }
            }
            (drawers(&draw.drawers, frame))
            @for (party, fault) in &draw.faults {
                p class="chip alarm" { (own(party)) " " (tongue.say(fault.key())) }
            }
            @match draw.failed {
                Some(Failed::Held) => p { (tongue.say("draw-held")) },
                Some(Failed::Fixed) => p { (tongue.say("draw-fixed")) },
                None => {}
            }
            @match (complete, &draw.result) {
                (true, Some(drawn)) => {
                    p class="big-number" { (stamp::at_hour(drawn.minute)) }
                    p { (tongue.say("stage-route")) " " (own(&drawn.label)) " "
                        span class="meta" { (own(&drawn.route)) } }
                    p class="meta" { (tongue.say("draw-verify")) }
                    pre class="proof" dir="ltr" { (draw.command) }
                }
                (true, None) => p { span class="sealed" { (tongue.say("not-for-you")) } },
                (false, _) => p class="chip pending" { (tongue.say("draw-open")) },
            }
        }
    }
}

fn drawers(drawers: &[Drawer], frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let cell = |at: Option<Moment>| {
        html! {
            @if let Some(at) = at { (stamp::at_hour(at)) } @else { (tongue.say("not-yet")) }
        }
    };
    html! {
        table class="table" {
            thead { tr {
                th scope="col" { (tongue.say("party")) }
                th scope="col" { (tongue.say("committed")) }
                th scope="col" { (tongue.say("revealed")) }
            } }
            tbody { @for party in drawers { tr {
                th scope="row" { (own(&party.party)) }
                td { (cell(party.committed)) }
                td { (cell(party.revealed)) }
            } } }
        }
    }
}

fn gate(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-gate" {
            h2 id="h-gate" { (tongue.say("gate")) }
            p class="meta" { (tongue.say("gate-what")) }
            ul class="gate" {
                @for line in &view.gate {
                    li data-gate=(if line.green { "met" } else { "unmet" }) {
                        span class="gate-what" { (tongue.word("gate", &line.fact)) } " "
                        span class="gate-why" {
                            (tongue.say(if line.green { "gate-met" } else { "gate-unmet" }))
                            " · " (found(line, frame))
                        }
                    }
                }
            }
        }
    }
}

// A risk is a word of the tongue; all other findings are ids and counts.
fn found(line: &GateLine, frame: &Frame) -> Markup {
    let key = format!("risk-{}", line.value);
    let risk = line.fact == "risk_bearable" && frame.tongue().has(&key);
    html! { @if risk { (frame.tongue().say(&key)) } @else { (own(&line.value)) } }
}

fn nexts(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let mut next = view.next.iter().filter(|next| !of_a_pass(next)).peekable();
    html! {
        section class="card" aria-labelledby="h-next" {
            h2 id="h-next" { (tongue.say("next-acts")) }
            @if next.peek().is_none() { p class="empty" { (tongue.say("next-none")) } }
            @for next in next {
                @let fill = next.fill.clone().with("movement", &view.id);
                h3 { (tongue.word("do", &next.act)) }
                (act(frame, &next.act, view.id.as_str(), &fill))
            }
        }
    }
}

fn order(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let order = &view.order;
    html! {
        section class="card" aria-labelledby="h-order" {
            h2 id="h-order" { (tongue.say("order")) }
            dl class="facts-list" {
                dt { (tongue.say("field-zone")) } dd { (frame.zone(&order.zone)) }
                dt { (tongue.say("when")) } dd { (stamp::window(order.window)) }
                dt { (tongue.say("field-seats")) } dd { (order.seats) }
                dt { (tongue.say("field-armour")) } dd { (tongue.term(order.armour)) }
                dt { (tongue.say("field-escorts")) } dd { (order.escorts) }
                @if let Some(purpose) = order.purpose {
                    dt { (tongue.say("field-purpose")) } dd { (tongue.term(purpose)) }
                }
            }
            (risk(order, frame))
        }
    }
}

// Risk is only low or high against what the activity is worth.
fn risk(order: &Order, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if let Some(criticality) = order.criticality {
            @let most = criticality.risk_max();
            dl class="facts-list" {
                dt { (tongue.say("field-criticality")) } dd { (tongue.term(criticality)) }
                dt { (tongue.say("risk-max")) } dd { (tongue.term(most)) }
                @if let Some(risk) = order.risk {
                    dt { (tongue.say("field-risk")) }
                    dd { span class={ "chip " (if risk > most { "alarm" } else { "ok" }) } {
                        (tongue.term(risk)) " · "
                        (tongue.say(if risk > most { "risk-over" } else { "risk-within" }))
                    } }
                }
            }
        }
        @if !order.risk_note.is_empty() { q dir="auto" { (order.risk_note) } }
    }
}
