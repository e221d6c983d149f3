//! The life of a text: its states in a row, conditions, versions.

use maud::{Markup, html};
use words::act::Names;
use words::hash::Hash;
use words::id::AgreementId;
use words::moment::Moment;

use sheet::closed;
use sheet::form::{Fill, act};
use sheet::frame::Frame;
use sheet::stamp;
use sheet::term::{Naming, Term, own};

closed! {
    /// A state that a text goes through.
    Phase in "phase" {
        /// Written, shown to nobody else.
        Drafted = "drafted",
        /// On the table of both parties.
        Circulated = "circulated",
        /// The agencies that must be heard have been heard, or their time is over.
        Concurred = "concurred",
        /// Closed by both sides' negotiators.
        Initialled = "initialled",
        /// Signed by both parties.
        Signed = "signed",
        /// It binds.
        InForce = "in_force",
        /// A later version has taken its place.
        Amended = "amended",
        /// Suspended, whole or in part.
        Suspended = "suspended",
        /// Ended, or about to.
        Terminated = "terminated",
    }
}

/// How far a text has come in one of its states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It has been there.
    Done,
    /// It is there.
    Now,
    /// Not yet.
    Open,
}

impl Reached {
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Open => "open",
        }
    }
}

/// One state in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub phase: Phase,
    /// Has the text come so far?
    pub reached: Reached,
    /// When it did.
    pub at: Option<Moment>,
}

/// What a signed text waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Its name in the text.
    pub name: String,
    /// In words.
    pub words: Names,
    /// Which party says that it is met.
    pub by: Names,
    /// Who said so, and when.
    pub met: Option<(String, Moment)>,
    /// May the reader say so?
    pub ours: bool,
}

/// A version of the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The root of its text.
    pub text: Hash,
    /// Where it stands.
    pub phase: Phase,
    /// Since when.
    pub at: Moment,
    /// Is it the one that is shown?
    pub shown: bool,
}

/// The end that a side declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Who declared it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// In whose words.
    pub reason: String,
    /// It has effect from then on.
    pub from: Moment,
    /// The kinds of provision that outlive it.
    pub survivors: Vec<String>,
}

/// Where a text stands in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The family.
    pub agreement: AgreementId,
    /// The root of the text.
    pub text: Hash,
    /// Its states in order.
    pub steps: Vec<Step>,
    /// What it waits for.
    pub conditions: Vec<Condition>,
    /// Every version, the newest first.
    pub versions: Vec<Version>,
    /// Its end, if one was declared.
    pub ending: Option<Ending>,
    /// May the reader end it? It is in force, and says how it ends.
    pub may_end: bool,
}

/// The row of states.
pub fn strip(life: &Life, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        ol class="strip life" aria-label=(tongue.say("life")) {
            @for step in &life.steps {
                li class="stage" data-stage=(step.reached.word())
                    aria-current=[(step.reached == Reached::Now).then_some("step")] {
                    span class="stage-name" { (tongue.term(step.phase)) }
                    @if let Some(at) = step.at { span class="stage-real" { (stamp::at(at)) } }
                }
            }
        }
    }
}

/// Conditions and the end, with what the reader may sign about them.
pub fn fate(life: &Life, frame: &Frame) -> Markup {
    html! {
        @if !life.conditions.is_empty() { (conditions(life, frame)) }
        @if life.ending.is_some() || life.may_end { (ending(life, frame)) }
    }
}

fn conditions(life: &Life, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-conditions" {
            h2 id="h-conditions" { (tongue.say("conditions")) }
            p class="meta" { (tongue.say("conditions-what")) }
            ul class="gate" { @for condition in &life.conditions {
                li data-gate=(if condition.met.is_some() { "met" } else { "unmet" }) {
                    span { (frame.lang.of(&condition.words)) " "
                        span class="meta" { (own(&condition.name)) } }
                    span class="gate-why" {
                        (own(frame.lang.of(&condition.by))) " · "
                        @match &condition.met {
                            Some((who, at)) => { (own(who)) " · " (stamp::at(*at)) }
                            None => (tongue.say("condition-open")),
                        }
                    }
                    @if condition.ours && condition.met.is_none() {
                        (act(frame, "condition_met", &condition.name,
                            &about(life).with("condition", &condition.name)))
                    }
                }
            } }
        }
    }
}

fn ending(life: &Life, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-ending" {
            h2 id="h-ending" { (tongue.say("ending")) }
            @if let Some(ending) = &life.ending {
                p { strong { (tongue.say("ending-from")) " " (stamp::at(ending.from)) } " · "
                    (own(&ending.by)) " · " (stamp::at(ending.at)) " "
                    q { bdi { (ending.reason) } } }
                @if !ending.survivors.is_empty() {
                    p { (tongue.say("survivors")) " "
                        @for kind in &ending.survivors { code dir="ltr" { (kind) } " " } }
                }
            } @else {
                details data-key="terminate" {
                    summary { (tongue.say("do-agreement_terminated")) }
                    p class="problem" { (tongue.say("ending-what")) }
                    (act(frame, "agreement_terminated", life.agreement.as_str(),
                        &Fill::of("agreement", &life.agreement)))
                }
            }
        }
    }
}

/// Every version, with the way to its review.
pub fn versions(life: &Life, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-versions" {
            h2 id="h-versions" { (tongue.say("versions")) }
            ol class="timeline versions" { @for version in &life.versions {
                li {
                    a href=(address(&life.agreement, version.text))
                        aria-current=[version.shown.then_some("true")] {
                        code class="proof" dir="ltr" { (short(version.text)) }
                    }
                    " " span class="chip" { (tongue.term(version.phase)) }
                    " " span class="meta" { (stamp::at(version.at)) }
                }
            } }
        }
    }
}

/// Where the review of a text is.
pub fn address(agreement: &AgreementId, text: Hash) -> String {
    format!("/agreement/review?id={agreement}&text={text}")
}

/// What a form about a text sends.
pub fn about(life: &Life) -> Fill {
    Fill::of("agreement", &life.agreement).with("text", life.text)
}

/// The first letters of a root: enough to tell versions apart, never enough to sign by.
pub fn short(text: Hash) -> String {
    text.to_string().chars().take(12).collect()
}
