//! The consent desk: what is asked, what lives, what ends.

use maud::{Markup, html};
use words::deployment::{Subject, Terms};
use words::id::{ConsentId, DeploymentId, TaskId, UnitId};
use words::moment::{Moment, Window};
use words::presence::Purpose;
use words::role::Side;

use sheet::closed;
use sheet::form::{Choice, Fill, act, act_confirmed};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};
use sheet::verdict::{self, Verdict};

closed! {
    /// Where a request stands.
    RequestState in "request" {
        /// Nobody has answered.
        Waiting = "waiting",
        /// The host has granted a lease.
        Granted = "granted",
        /// The host has said no.
        Refused = "refused",
        /// The deadline passed without an answer, which is a no.
        DeemedRefused = "deemed_refused",
        /// Its lease ended or was revoked.
        Over = "over",
    }
}

closed! {
    /// Where a task order stands.
    TaskState in "order-state" {
        /// Ordered, nobody has begun.
        Ordered = "ordered",
        /// People are present.
        Running = "running",
        /// They have stood down.
        Ended = "ended",
        /// Its consent died; they must stand down.
        Dead = "dead",
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To deploy guest personnel on these terms.
    Deployment(Terms),
    /// To move protected persons: seats, and within which hours.
    Movement {
        /// Seats, dummies included.
        seats: u32,
        /// Within which hours.
        window: Window,
    },
}

/// A request for consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Of what.
    pub subject: Subject,
    /// What exactly.
    pub asked: Asked,
    /// Why.
    pub purpose: Purpose,
    /// Who asked, by name and party.
    pub by: String,
    /// When.
    pub at: Moment,
    /// When silence becomes a no, if the agreement says so.
    pub deadline: Option<Moment>,
    /// Where it stands.
    pub state: RequestState,
    /// The host's words when it refused; empty if it did not.
    pub reason: String,
    /// What the agreement says to it.
    pub verdict: Verdict,
    /// What the grant form holds: `hours` and `headcount_max` within the agreement.
    pub grant: Fill,
}

/// What stops if a lease is revoked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effect {
    /// Tasks that stop.
    pub tasks: u32,
    /// Movements under way that will be told to hold.
    pub movements: u32,
    /// Passes that die.
    pub passes: u32,
}

/// A live lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Which.
    pub consent: ConsentId,
    /// Of what.
    pub subject: Subject,
    /// How many persons at most.
    pub headcount_max: u32,
    /// Since when.
    pub from: Moment,
    /// Until when, unless renewed.
    pub until: Moment,
    /// So many of so many witnesses have cosigned it, where the agreement waits for them.
    pub waits: Option<(u32, u32)>,
    /// What a revocation would do.
    pub effect: Effect,
    /// What the renewal form holds: `hours` within the agreement.
    pub renew: Fill,
}

/// A task order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub task: TaskId,
    /// Below which deployment.
    pub deployment: DeploymentId,
    /// Who.
    pub units: Vec<UnitId>,
    /// When.
    pub window: Window,
    /// Where it stands.
    pub state: TaskState,
}

/// Everything on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Requests: on the host's desk those that wait come first, on the guest's its own.
    pub requests: Vec<Request>,
    /// Live leases.
    pub leases: Vec<Lease>,
    /// Task orders.
    pub orders: Vec<Order>,
    /// Zones that a guest may ask for.
    pub zones: Vec<Choice>,
    /// What the guest's request form holds: `agreement` and whatever else is known.
    pub request: Fill,
    /// Deployments with a live consent, which the guest may order tasks below.
    pub deployments: Vec<Choice>,
    /// Units that the guest may order.
    pub units: Vec<Choice>,
}

/// How a form names a subject: `deployment:ID` or `movement:ID`.
pub fn subject_value(subject: &Subject) -> String {
    match subject {
        Subject::Deployment(id) => format!("deployment:{id}"),
        Subject::Movement(id) => format!("movement:{id}"),
    }
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("nav-consent")) }
        p class="meta" { (tongue.say(match frame.side {
            Side::Host => "consent-what-host",
            Side::Guest => "consent-what-guest",
        })) }
        div class="dims" data-fragment="/fragment/consent" data-on="consent" {
            (fragment_queue(view, frame))
        }
        @if frame.side == Side::Guest { (guest_forms(view, frame)) }
    };
    framed(frame, &Sheet { title: tongue.say("nav-consent"), class: "page wide", main })
}

/// Requests, leases and task orders.
pub fn fragment_queue(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let mut requests: Vec<&Request> = view.requests.iter().collect();
    // Whose time runs out first comes first.
    let far = Moment::from_ms(i64::MAX);
    requests.sort_by_key(|r| (r.state != RequestState::Waiting, r.deadline.unwrap_or(far), r.at));
    html! {
        h2 { (tongue.say("requests")) }
        @if requests.is_empty() { p class="empty" { (tongue.say("requests-none")) } }
        div class="cards" { @for request in &requests { (request_card(request, frame)) } }
        h2 { (tongue.say("leases")) }
        @if view.leases.is_empty() { p class="empty" { (tongue.say("leases-none")) } }
        div class="cards" { @for lease in &view.leases { (lease_card(lease, frame)) } }
        h2 { (tongue.say("orders")) }
        @if view.orders.is_empty() { p class="empty" { (tongue.say("orders-none")) } }
        div class="cards" { @for order in &view.orders { (order_card(order, frame)) } }
    }
}

fn named(subject: &Subject, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @match subject {
            Subject::Deployment(id) => { (tongue.say("deployment")) " " (own(id)) }
            Subject::Movement(id) => {
                (tongue.say("movement")) " " a href={ "/m/" (id) } { (own(id)) }
            }
        }
    }
}

fn request_card(request: &Request, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let waiting = request.state == RequestState::Waiting;
    let class = match request.state {
        RequestState::Waiting => "pending",
        RequestState::Granted => "ok",
        RequestState::Refused | RequestState::DeemedRefused => "attention",
        RequestState::Over => "lost",
    };
    html! {
        section class="card" data-key={ "request-" (subject_value(&request.subject)) } {
            h3 { (named(&request.subject, frame)) " "
                span class={ "chip " (class) } { (tongue.term(request.state)) } }
            p class="meta" {
                (own(&request.by)) " · " (stamp::age(request.at, frame.now, tongue))
                @if let (true, Some(deadline)) = (waiting, request.deadline) {
                    " · " strong { (tongue.say("answer-within")) " "
                        (stamp::countdown(deadline, frame.now)) }
                }
            }
            @if !request.reason.is_empty() { p { q dir="auto" { (request.reason) } } }
            (asked(request, frame))
            (verdict::card(&request.verdict, frame))
            @if waiting && frame.side == Side::Host { (answers(request, frame)) }
        }
    }
}

fn asked(request: &Request, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        dl class="facts-list" {
            dt { (tongue.say("field-purpose")) } dd { (tongue.term(request.purpose)) }
            @match &request.asked {
                Asked::Deployment(terms) => (asked_terms(terms, frame)),
                Asked::Movement { seats, window } => {
                    dt { (tongue.say("field-seats")) } dd { (seats) }
                    dt { (tongue.say("when")) } dd { (stamp::window(*window)) }
                }
            }
        }
    }
}

fn asked_terms(terms: &Terms, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        dt { (tongue.say("field-zone")) } dd { (frame.zone(&terms.zone)) }
        dt { (tongue.say("field-category")) } dd { (tongue.term(terms.category)) }
        dt { (tongue.say("field-task")) } dd { (tongue.term(terms.task)) }
        dt { (tongue.say("field-rung")) } dd { (tongue.term(terms.rung)) }
        dt { (tongue.say("field-arms")) } dd { (tongue.term(terms.arms)) }
        dt { (tongue.say("field-headcount")) } dd { (terms.headcount) }
        dt { (tongue.say("field-vehicles")) } dd { (terms.vehicles) }
        @if let Some(sensing) = terms.sensing {
            dt { (tongue.say("field-sensor")) } dd { (tongue.term(sensing.sensor)) }
            dt { (tongue.say("field-altitude_m")) } dd { (sensing.altitude_m) }
        }
        dt { (tongue.say("when")) } dd { (stamp::window(terms.window)) }
    }
}

// A no of the agreement leaves nothing to grant: the node would refuse it anyway.
fn answers(request: &Request, frame: &Frame) -> Markup {
    let subject = subject_value(&request.subject);
    let grant = request.grant.clone().with("subject", &subject);
    html! {
        div class="columns" {
            @if request.verdict.allow { (act(frame, "consent_granted", &subject, &grant)) }
            (act(frame, "consent_refused", &subject, &Fill::of("subject", &subject)))
        }
    }
}

fn lease_card(lease: &Lease, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let whole = lease.until.ms_since(lease.from).max(1);
    let left = lease.until.ms_since(frame.now).clamp(0, whole);
    html! {
        section class="card" {
            h3 { (named(&lease.subject, frame)) " " span class="meta" { (own(&lease.consent)) } }
            p {
                (tongue.say("consent-until")) " " (stamp::at(lease.until)) " · "
                (stamp::countdown(lease.until, frame.now))
            }
            meter class="bar" min="0" max=(whole) value=(left)
                aria-label=(tongue.say("time-left")) {}
            p { (tongue.say_with("headcount-at-most", &[("n", lease.headcount_max.into())])) }
            @if let Some((have, needed)) = lease.waits {
                p class="chip attention" { (tongue.say_with("waits-for-witnesses",
                    &[("have", have.into()), ("needed", needed.into())])) }
            }
            @if frame.side == Side::Host { (lease_forms(lease, frame)) }
        }
    }
}

fn lease_forms(lease: &Lease, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let id = lease.consent.as_str();
    let preview = effect(lease.effect, frame);
    let question = format!("{preview} {}", tongue.say("confirm-grave"));
    html! {
        (act(frame, "consent_renewed", id, &lease.renew.clone().with("consent", id)))
        @if frame.signed_in.is_some() {
            details data-key={ "revoke-" (id) } {
                summary { (tongue.say("do-consent_revoked")) }
                p class="problem" { (preview) }
                (act_confirmed(frame, "consent_revoked", (id, &question), &Fill::of("consent", id)))
            }
        }
    }
}

/// What a revocation would do, in one sentence.
pub fn effect(effect: Effect, frame: &Frame) -> String {
    let counts = [
        ("tasks", effect.tasks.into()),
        ("movements", effect.movements.into()),
        ("passes", effect.passes.into()),
    ];
    frame.tongue().say_with("revoke-effect", &counts)
}

fn order_card(order: &Order, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let class = match order.state {
        TaskState::Ordered => "pending",
        TaskState::Running => "ok",
        TaskState::Ended => "plain",
        TaskState::Dead => "alarm",
    };
    html! {
        section class="card" {
            h3 { (tongue.say("order-of-task")) " " (own(&order.task)) " "
                span class={ "chip " (class) } { (tongue.term(order.state)) } }
            p class="meta" { (tongue.say("deployment")) " " (own(&order.deployment)) }
            p { (stamp::window(order.window)) }
            ul { @for unit in &order.units { li { (own(unit)) } } }
            @if frame.side == Side::Guest { (order_forms(order, frame)) }
        }
    }
}

fn order_forms(order: &Order, frame: &Frame) -> Markup {
    let fill = Fill::of("task", &order.task);
    let form = |word| act(frame, word, order.task.as_str(), &fill);
    html! {
        @match order.state {
            TaskState::Ordered => (form("task_started")),
            TaskState::Running | TaskState::Dead => (form("task_ended")),
            TaskState::Ended => {}
        }
    }
}

fn guest_forms(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let request = view.request.clone().choosing("zone", &view.zones);
    let order =
        Fill::default().choosing("deployment", &view.deployments).choosing("units", &view.units);
    html! {
        section class="card" aria-labelledby="h-request" {
            h2 id="h-request" { (tongue.say("act-deployment_requested")) }
            (act(frame, "deployment_requested", "new", &request))
        }
        section class="card" aria-labelledby="h-order" {
            h2 id="h-order" { (tongue.say("act-task_ordered")) }
            @if view.deployments.is_empty() {
                p class="empty" { (tongue.say("orders-need-consent")) }
            } @else {
                (act(frame, "task_ordered", "new", &order))
            }
        }
    }
}
