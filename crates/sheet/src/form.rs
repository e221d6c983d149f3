//! The form of every act that a person can sign here, as one table.

mod choice;
pub mod duty;

use std::collections::BTreeMap;
use std::fmt::Display;

use maud::{Markup, html};
use words::act::KeyKind;
use words::clause::{Sensor, Training};
use words::letter::ErasureRule;
use words::limit::{COMMENT_CHARS_MAX, REASON_CHARS_MAX};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::review::{Circle, Position};

use self::choice::{given, ticks};
use crate::frame::{Frame, Page};
use crate::term::{HALTS, STAGES, Term};
use tongue::speech::Tongue;

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read: a name or an id.
    pub label: String,
}

/// What a form holds before a person fills it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fill {
    /// Values by field. A field that the act's form does not show is sent hidden.
    pub values: BTreeMap<String, String>,
    /// What can be chosen, for the fields whose choices only the server knows
    /// (`zone`, `scope`, `site`, `holder`, `unit`, `units`, `deployment`, `from`, `to` and such).
    pub choices: BTreeMap<String, Vec<Choice>>,
}

impl Fill {
    /// A fill of one value, such as the id of what the act is about.
    pub fn of(name: &str, value: impl Display) -> Self {
        Self::default().with(name, value)
    }

    /// The same fill with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.values.insert(name.to_owned(), format!("{value}"));
        self
    }

    /// The same fill with the choices of a field.
    #[must_use]
    pub fn choosing(mut self, name: &str, choices: &[Choice]) -> Self {
        self.choices.insert(name.to_owned(), choices.to_vec());
        self
    }

    fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }
}

/// An act that can be signed next, and what its form holds already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The act's word.
    pub act: String,
    /// What is known already.
    pub fill: Fill,
}

// How a field is asked.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Line,
    Text,
    Number,
    Moment,
    Given,
    Ticks,
    // A whole file.
    File,
    One(fn() -> Vec<(&'static str, String)>),
}

fn family<T: Term>(all: &[T]) -> Vec<(&'static str, String)> {
    all.iter().map(|term| (term.word(), term.key())).collect()
}

const CATEGORY: Ask = Ask::One(|| family(Category::ALL));
const TASK: Ask = Ask::One(|| family(Task::ALL));
const RUNG: Ask = Ask::One(|| family(Rung::ALL));
const ARMS: Ask = Ask::One(|| family(ArmsClass::ALL));
const ARMOUR: Ask = Ask::One(|| family(ArmourClass::ALL));
const PURPOSE: Ask = Ask::One(|| family(Purpose::ALL));
const CRITICALITY: Ask = Ask::One(|| family(Criticality::ALL));
const RISK: Ask = Ask::One(|| family(Risk::ALL));
const STAGE: Ask = Ask::One(|| family(&STAGES));
const CIRCLE: Ask = Ask::One(|| family(Circle::ALL));
const POSITION: Ask = Ask::One(|| family(Position::ALL));
const HALT: Ask = Ask::One(|| family(&HALTS));
const TRAINING: Ask = Ask::One(|| family(Training::ALL));
const AUDIENCE: Ask =
    Ask::One(|| ["named", "own", "joint"].map(|word| (word, format!("audience-{word}"))).into());
const RULE: Ask = Ask::One(|| family(ErasureRule::ALL));
// Technical surveillance alone has one.
const SENSOR: Ask = Ask::One(|| {
    let all = family(Sensor::ALL).into_iter();
    std::iter::once(("none", "sensor-none".to_owned())).chain(all).collect()
});
const INSURED: Ask =
    Ask::One(|| ["yes", "no"].map(|word| (word, format!("insured-{word}"))).into());

/// Fields that may be left empty.
const OPTIONAL: &[&str] = &[
    "override_reason",
    "gates",
    "complainant",
    "serials",
    "arm_serials",
    "photo",
    "phone_key",
    "articles",
    "remark",
    "altitude_m",
    "persons",
    "about",
];

struct Shape {
    act: &'static str,
    // Taking something away is asked twice and looks like it.
    grave: bool,
    fields: &'static [(&'static str, Ask)],
}

const fn plain(act: &'static str, fields: &'static [(&'static str, Ask)]) -> Shape {
    Shape { act, grave: false, fields }
}

const fn grave(act: &'static str, fields: &'static [(&'static str, Ask)]) -> Shape {
    Shape { act, grave: true, fields }
}

const SHAPES: &[Shape] = &[
    plain("agreement_signed", &[]),
    grave("agreement_suspended", &[("scope", Ask::Given), ("reason", Ask::Text)]),
    plain("agreement_resumed", &[]),
    plain(
        "deployment_requested",
        &[
            ("zone", Ask::Given),
            ("category", CATEGORY),
            ("task", TASK),
            ("rung", RUNG),
            ("arms", ARMS),
            ("headcount", Ask::Number),
            ("vehicles", Ask::Number),
            ("sensor", SENSOR),
            ("altitude_m", Ask::Number),
            ("start", Ask::Moment),
            ("end", Ask::Moment),
            ("purpose", PURPOSE),
        ],
    ),
    plain("consent_granted", &[("hours", Ask::Number), ("headcount_max", Ask::Number)]),
    grave("consent_refused", &[("reason", Ask::Text)]),
    plain("consent_renewed", &[("hours", Ask::Number)]),
    grave("consent_revoked", &[("reason", Ask::Text)]),
    plain(
        "task_ordered",
        &[
            ("deployment", Ask::Given),
            ("units", Ask::Given),
            ("start", Ask::Moment),
            ("end", Ask::Moment),
        ],
    ),
    plain("task_started", &[]),
    plain("task_ended", &[("reason", Ask::Text)]),
    plain(
        "capacity_noticed",
        &[
            ("zone", Ask::Given),
            ("day_start", Ask::Moment),
            ("day_end", Ask::Moment),
            ("seats", Ask::Number),
            ("dummies", Ask::Number),
            ("armour", ARMOUR),
            ("escorts", Ask::Number),
            // The true request: committed to now and told at submission.
            ("purpose", PURPOSE),
            ("criticality", CRITICALITY),
            ("start", Ask::Moment),
            ("end", Ask::Moment),
        ],
    ),
    plain("movement_submitted", &[]),
    plain("movement_assessed", &[("risk", RISK), ("note", Ask::Text)]),
    plain("movement_approved", &[]),
    plain(
        "plan_sealed",
        &[
            ("from", Ask::Given),
            ("to", Ask::Given),
            ("slot_minutes", Ask::Number),
            ("gates", Ask::Given),
        ],
    ),
    plain("draw_committed", &[]),
    plain("draw_revealed", &[]),
    plain("stage_released", &[("stage", STAGE)]),
    plain(
        "pass_issued",
        &[
            ("holder", Ask::Given),
            ("appearance", Ask::Line),
            ("vehicle", Ask::Line),
            ("task", TASK),
            ("arms", ARMS),
            ("arm_serials", Ask::Line),
            ("photo", Ask::Line),
            ("phone_key", Ask::Line),
        ],
    ),
    plain("pass_countersigned", &[]),
    grave("pass_revoked", &[("reason", Ask::Text)]),
    plain("departed", &[("green", Ask::Ticks), ("armour", ARMOUR), ("override_reason", Ask::Text)]),
    plain("checked_in", &[("site", Ask::Given)]),
    grave("movement_halted", &[("how", HALT), ("reason", Ask::Text)]),
    plain("movement_resumed", &[]),
    plain("arrived", &[("headcount", Ask::Number)]),
    plain("debriefed", &[("note", Ask::Text)]),
    plain("closed", &[]),
    plain("alarm_noted", &[]),
    plain("alarm_handled", &[("action", Ask::Line)]),
    plain("alarm_resolved", &[("outcome", Ask::Line)]),
    plain(
        "accredited",
        &[
            ("unit", Ask::Given),
            ("category", CATEGORY),
            ("item", TRAINING),
            ("shown", Ask::Moment),
            ("until", Ask::Moment),
            ("company", Ask::Line),
        ],
    ),
    plain("accreditation_accepted", &[]),
    grave("accreditation_withdrawn", &[("reason", Ask::Text)]),
    plain(
        "licence_recorded",
        &[
            ("company", Ask::Line),
            ("name", Ask::Line),
            ("categories", Ask::Given),
            ("audited", Ask::Moment),
            ("insured", INSURED),
            ("until", Ask::Moment),
        ],
    ),
    grave("licence_withdrawn", &[("reason", Ask::Text)]),
    plain(
        "host_officers_assigned",
        &[("beside", Ask::Given), ("officers", Ask::Number), ("hours", Ask::Number)],
    ),
    plain("emergency_declared", &[("scope", Ask::Given), ("reason", Ask::Text)]),
    plain("emergency_ended", &[]),
    grave("rung_closed", &[("scope", Ask::Given), ("reason", Ask::Text)]),
    plain("rung_opened", &[]),
    plain("agreement_drafted", &[("draft", Ask::File)]),
    plain("agreement_proposed", &[]),
    plain(
        "review_opened",
        &[("agencies", Ask::Text), ("deadline_hours", Ask::Number), ("circle", CIRCLE)],
    ),
    plain(
        "agency_reviewed",
        &[
            ("agency", Ask::Given),
            ("position", POSITION),
            ("articles", Ask::Line),
            ("remark", Ask::Text),
        ],
    ),
    plain("agreement_initialled", &[]),
    plain("condition_met", &[]),
    grave("agreement_terminated", &[("reason", Ask::Text)]),
    plain(
        "letter_sent",
        &[
            ("audience", AUDIENCE),
            ("persons", Ask::Given),
            ("subject", Ask::Line),
            ("words", Ask::Text),
            ("about", Ask::Given),
        ],
    ),
    plain("body_revealed", &[("shown_to", Ask::Line)]),
    grave("body_erased", &[("rule", RULE), ("reason", Ask::Text)]),
];

fn shapes() -> impl Iterator<Item = &'static Shape> {
    SHAPES.iter().chain(duty::SHAPES)
}

/// Words of the acts that have a form here.
pub fn acts() -> impl Iterator<Item = &'static str> {
    shapes().map(|shape| shape.act)
}

/// The form of an act, sent to `/act/WORD`; nothing if nobody is signed in.
///
/// `about` is the id of what the act is about: it keeps the ids of fields apart on one page.
pub fn act(frame: &Frame, act: &str, about: &str, fill: &Fill) -> Markup {
    let confirm = frame.tongue().say("confirm-grave");
    act_confirmed(frame, act, (about, &confirm), fill)
}

/// The form of a grave act, with a question of its own before it is sent.
pub fn act_confirmed(frame: &Frame, act: &str, about: (&str, &str), fill: &Fill) -> Markup {
    let tongue = frame.tongue();
    let shape = shapes().find(|shape| shape.act == act);
    let (Some(shape), Some(person)) = (shape, &frame.signed_in) else {
        return Markup::default();
    };
    let passkey = person.key == KeyKind::PasskeyP256;
    let draft = passkey.then(|| format!("/act/draft/{act}"));
    let (about, question) = about;
    html! {
        form class="form" method="post" action={ "/act/" (act) }
            data-enhance[!passkey && stays(frame)]
            data-sign=[passkey.then_some("passkey")] data-draft=[draft]
            data-confirm=[shape.grave.then_some(question)]
            data-confirm-no=[shape.grave.then(|| tongue.say("cancel"))] {
            (hidden(fill, shape.fields))
            @for (name, ask) in shape.fields {
                (field(tongue, &format!("{act}-{about}-{name}"), name, (*ask, fill)))
            }
            button class=(if shape.grave { "danger" } else { "primary" })
                data-ack[act == "alarm_noted"] data-key={ (act) "-" (about) } {
                (tongue.say(&format!("do-{act}")))
            }
        }
    }
}

/// The form of a comment. The two circles share nothing that the eye could confuse: another
/// border, ground, sign, label and button, and what goes to the other party is asked twice.
///
/// `about` is the article, and the name of the party that will read it.
pub fn comment(frame: &Frame, circle: Circle, about: (&str, &str), fill: &Fill) -> Markup {
    let tongue = frame.tongue();
    let Some(person) = &frame.signed_in else { return Markup::default() };
    let passkey = person.key == KeyKind::PasskeyP256;
    let (article, reader) = about;
    let (word, shared) = (circle.word(), circle == Circle::Shared);
    let [sign, label, button] = match circle {
        Circle::Internal => {
            ["comment-sign-internal", "comment-label-internal", "comment-do-internal"]
        }
        Circle::Shared => ["comment-sign-shared", "comment-label-shared", "comment-do-shared"],
    };
    let named = |key: &str| tongue.say_with(key, &[("party", reader.into())]);
    let id = format!("comment-{word}-{article}");
    html! {
        form class={ "form composer " (word) } method="post" action="/act/commented"
            data-enhance[!passkey && stays(frame)]
            data-sign=[passkey.then_some("passkey")]
            data-draft=[passkey.then_some("/act/draft/commented")]
            data-confirm=[shared.then(|| named("comment-confirm-shared"))]
            data-confirm-no=[shared.then(|| tongue.say("cancel"))] {
            p class="composer-sign" id={ (id) "-sign" } { (named(sign)) }
            (hidden(fill, &[]))
            input type="hidden" name="circle" value=(word);
            div class="field" {
                label for=(id) { (named(label)) }
                textarea id=(id) name="words" rows="3" maxlength=(COMMENT_CHARS_MAX) required
                    dir="auto" aria-describedby={ (id) "-sign" } {}
            }
            button class=(if shared { "primary" } else { "internal" }) { (named(button)) }
        }
    }
}

// A review has no part that refreshes by itself: after an act it is loaded anew.
fn stays(frame: &Frame) -> bool {
    frame.page != Page::Review
}

/// A select for one word of a closed set, labelled `field-NAME`.
pub fn select(tongue: &Tongue, id: &str, name: &str, of: (&[(&str, String)], &str)) -> Markup {
    let (options, chosen) = of;
    html! {
        div class="field" {
            label for=(id) { (tongue.say(&format!("field-{name}"))) }
            select id=(id) name=(name) {
                @for (value, label) in options {
                    option value=(value) selected[*value == chosen] { (label) }
                }
            }
        }
    }
}

// What is known and not asked travels with the form.
fn hidden(fill: &Fill, asked: &[(&str, Ask)]) -> Markup {
    let silent = |name: &str| !asked.iter().any(|(field, _)| *field == name);
    html! {
        @for (name, value) in fill.values.iter().filter(|(name, _)| silent(name)) {
            input type="hidden" name=(name) value=(value);
        }
    }
}

fn field(tongue: &Tongue, id: &str, name: &str, (ask, fill): (Ask, &Fill)) -> Markup {
    let value = fill.value(name);
    match ask {
        Ask::One(options) => {
            let options = options();
            let said: Vec<_> = options.iter().map(|(word, key)| (*word, tongue.say(key))).collect();
            select(tongue, id, name, (&said, value))
        }
        Ask::Given => given(tongue, id, name, fill),
        Ask::Ticks => ticks(tongue, id, name, value),
        Ask::Line | Ask::Text | Ask::Number | Ask::Moment | Ask::File => html! {
            div class="field" {
                label for=(id) { (tongue.say(&format!("field-{name}"))) }
                (typed(id, name, (ask, value)))
                @if matches!(ask, Ask::Moment) { p class="hint" { (tongue.say("in-pkt")) } }
            }
        },
    }
}

fn typed(id: &str, name: &str, (ask, value): (Ask, &str)) -> Markup {
    // A gate may be green in every line, a complaint anonymous, and kit without arms. Not every
    // person is fielded by a company, and who concurs need not say why.
    let required = !(OPTIONAL.contains(&name) || name == "company" && act_is_open(id));
    html! {
        @match ask {
            Ask::Text => {
                textarea id=(id) name=(name) rows="2" maxlength=(longest(name))
                    required[required] { (value) }
            }
            Ask::File => {
                textarea id=(id) name=(name) rows="20" class="file" dir="ltr" spellcheck="false"
                    required { "\n" (value) }
            }
            Ask::Number => {
                input id=(id) name=(name) type="number" min="0"
                    required[required] value=(value);
            }
            Ask::Moment => {
                input id=(id) name=(name) type="datetime-local" required dir="ltr" value=(value);
            }
            Ask::Line | Ask::Given | Ask::Ticks | Ask::One(_) => {
                input id=(id) name=(name) type="text" maxlength=(REASON_CHARS_MAX)
                    required[required] value=(value);
            }
        }
    }
}

// What is said in full is longer than a reason.
fn longest(name: &str) -> usize {
    if name == "words" { COMMENT_CHARS_MAX } else { REASON_CHARS_MAX }
}

// The act whose company may stay open.
fn act_is_open(id: &str) -> bool {
    id.starts_with("accredited-")
}
