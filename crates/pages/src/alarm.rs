//! One alarm: what it is, what to do now, who did what.

use maud::{Markup, html};
use words::id::{AlarmId, MovementId, UnitId};
use words::moment::Moment;

use sheet::closed;
use sheet::form::{Fill, act};
use sheet::frame::Frame;
use sheet::stamp;
use sheet::term::{Naming, Term, own};

closed! {
    /// Acknowledged, handled and resolved are three states.
    AlarmState in "alarm-state" {
        /// Nobody has seen it.
        Raised = "raised",
        /// An officer has seen it, which says nothing about its truth.
        Noted = "noted",
        /// An officer does something about it.
        Handled = "handled",
        /// An officer has closed it.
        Resolved = "resolved",
    }
}

/// One thing that an officer did about an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmStep {
    /// Into which state.
    pub state: AlarmState,
    /// Who, by name and party.
    pub who: String,
    /// When.
    pub at: Moment,
    /// The action or the outcome, in the officer's words; empty if none.
    pub words: String,
}

/// An alarm: a person must act in known time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its id, the same on both nodes.
    pub id: AlarmId,
    /// Its kind, a word of `term::ALARM_KINDS`; names, causes and actions are translated by it.
    pub kind: String,
    /// 1, 2 or 3; 1 is the most urgent.
    pub priority: u8,
    /// The unit it is about.
    pub unit: Option<UnitId>,
    /// What this desk calls the unit.
    pub label: String,
    /// The movement it belongs to.
    pub movement: Option<MovementId>,
    /// When it was raised.
    pub raised: Moment,
    /// By when somebody must act.
    pub act_by: Option<Moment>,
    /// Where it stands.
    pub state: AlarmState,
    /// Its cause has gone by itself, though nobody has seen it yet: it stays in sight.
    pub returned: bool,
    /// What was done, oldest first.
    pub steps: Vec<AlarmStep>,
}

/// An alarm as an item of the list.
pub(crate) fn item(alarm: &Alarm, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let unit = alarm.unit.as_ref().map(UnitId::as_str);
    html! {
        li class="alarm" data-alarm=(alarm.id) data-unit=[unit] data-priority=(alarm.priority)
            data-state=(alarm.state.word()) data-key={ "alarm-" (alarm.id) } tabindex="-1" {
            p class="alarm-head" {
                span class="prio" { "P" (alarm.priority) } " "
                strong { (tongue.word("alarm", &alarm.kind)) } " "
                span { (own(&alarm.label)) } " "
                (stamp::age(alarm.raised, frame.now, tongue))
            }
            p class="alarm-text" {
                (tongue.term(alarm.state))
                @if alarm.returned { " · " (tongue.say("alarm-returned")) }
                @if let Some(movement) = &alarm.movement {
                    " · " a href={ "/m/" (movement) } { (own(movement)) }
                }
                @if alarm.kind.starts_with("duty-") {
                    " · " a href="/obligations" { (tongue.say("nav-obligations")) }
                }
            }
            @if alarm.state != AlarmState::Resolved { (card(alarm, frame)) }
            @for step in &alarm.steps { (deed(step, frame)) }
            (forms(alarm, frame))
        }
    }
}

// What to do comes first; cause and consequence are one click away.
fn card(alarm: &Alarm, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let said = |part: &str| tongue.say(&format!("alarm-{}-{part}", alarm.kind));
    html! {
        @if tongue.has(&format!("alarm-{}-action", alarm.kind)) {
            p class="alarm-next" {
                (said("action"))
                @if let (AlarmState::Raised, Some(by)) = (alarm.state, alarm.act_by) {
                    " · " (stamp::countdown(by, frame.now))
                }
            }
            details data-key={ "why-" (alarm.id) } {
                summary { (tongue.say("alarm-why")) }
                p { (said("cause")) }
                p { (said("consequence")) }
            }
        }
    }
}

fn deed(step: &AlarmStep, frame: &Frame) -> Markup {
    html! {
        p class="alarm-who" {
            (frame.tongue().term(step.state)) " · " (own(&step.who)) " · "
            (stamp::at_hour(step.at))
            @if !step.words.is_empty() { " · " q dir="auto" { (step.words) } }
        }
    }
}

fn forms(alarm: &Alarm, frame: &Frame) -> Markup {
    let fill = Fill::of("alarm", &alarm.id);
    let form = |word| act(frame, word, alarm.id.as_str(), &fill);
    html! {
        @match alarm.state {
            AlarmState::Raised => (form("alarm_noted")),
            AlarmState::Noted => {
                (form("alarm_handled"))
                (more(&form("alarm_resolved"), alarm, frame))
            }
            AlarmState::Handled => (more(&form("alarm_resolved"), alarm, frame)),
            AlarmState::Resolved => {}
        }
    }
}

fn more(form: &Markup, alarm: &Alarm, frame: &Frame) -> Markup {
    html! {
        @if frame.signed_in.is_some() {
            details data-key={ "resolve-" (alarm.id) } {
                summary { (frame.tongue().say("do-alarm_resolved")) }
                (form)
            }
        }
    }
}
