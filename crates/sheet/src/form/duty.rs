//! The forms that open records, one for each kind, and the form of a step.

use words::clause::{Drill, Harm, Prohibited, Service, Severity};
use words::record::{Channel, Force, Grievance, Item};
use words::role::Side;

use crate::form::{Ask, Shape, family, grave, plain};
use crate::term::Term;

const SIDE: Ask = Ask::One(|| family(&[Side::Host, Side::Guest]));
const YES: Ask = Ask::One(|| ["yes", "no"].map(|word| (word, format!("answer-{word}"))).into());
const FORCE: Ask = Ask::One(|| family(Force::ALL));
const CHANNEL: Ask = Ask::One(|| family(Channel::ALL));
const GRIEVANCE: Ask = Ask::One(|| family(Grievance::ALL));
const HARM: Ask = Ask::One(|| family(Harm::ALL));
const SEVERITY: Ask = Ask::One(|| family(Severity::ALL));
const ITEM: Ask = Ask::One(|| family(Item::ALL));
const SERVICE: Ask = Ask::One(|| family(Service::ALL));
const PROHIBITED: Ask = Ask::One(|| family(Prohibited::ALL));
const DRILL: Ask = Ask::One(|| family(Drill::ALL));

/// Opening a record is `open_` and its kind.
pub(super) const SHAPES: &[Shape] = &[
    plain(
        "open_use_of_force",
        &[
            ("by", SIDE),
            ("unit", Ask::Given),
            ("at", Ask::Moment),
            ("zone", Ask::Given),
            ("level", FORCE),
            ("warned", YES),
            ("rounds", Ask::Number),
            ("injured", Ask::Number),
            ("medical_aid", YES),
            ("host_officer", YES),
            ("reason", Ask::Text),
        ],
    ),
    plain(
        "open_detention",
        &[
            ("by", SIDE),
            ("persons", Ask::Number),
            ("at", Ask::Moment),
            ("zone", Ask::Given),
            ("reason", Ask::Text),
        ],
    ),
    plain(
        "open_complaint",
        &[
            ("against", SIDE),
            ("channel", CHANNEL),
            ("grievance", GRIEVANCE),
            ("complainant", Ask::Line),
            ("summary", Ask::Text),
        ],
    ),
    plain(
        "open_restriction",
        &[
            ("unit", Ask::Given),
            ("authority", Ask::Line),
            ("until", Ask::Moment),
            ("reason", Ask::Text),
        ],
    ),
    plain("open_claim", &[("harm", HARM), ("count", Ask::Number)]),
    plain(
        "open_investigation",
        &[("incident", Ask::Line), ("severity", SEVERITY), ("summary", Ask::Text)],
    ),
    plain(
        "open_loss",
        &[
            ("by", SIDE),
            ("item", ITEM),
            ("serial", Ask::Line),
            ("at", Ask::Moment),
            ("zone", Ask::Given),
        ],
    ),
    plain(
        "open_equipment_transfer",
        &[("line", Ask::Given), ("quantity", Ask::Number), ("end_user", Ask::Line)],
    ),
    plain(
        "open_warning",
        &[
            ("severity", SEVERITY),
            ("known_at", Ask::Moment),
            ("addressed", Ask::Given),
            ("summary", Ask::Text),
        ],
    ),
    plain("open_support", &[("service", SERVICE), ("amount", Ask::Number), ("zone", Ask::Given)]),
    plain(
        "open_arrival",
        &[
            ("port", Ask::Given),
            ("persons", Ask::Number),
            ("at", Ask::Moment),
            ("serials", Ask::Line),
        ],
    ),
    plain(
        "open_prohibited_act",
        &[
            ("by", SIDE),
            ("prohibited", PROHIBITED),
            ("at", Ask::Moment),
            ("zone", Ask::Given),
            ("summary", Ask::Text),
        ],
    ),
    grave("open_removal", &[("unit", Ask::Given), ("reason", Ask::Text)]),
    plain("open_public_statement", &[("publish_at", Ask::Moment), ("summary", Ask::Text)]),
    plain(
        "open_committee",
        &[("host_members", Ask::Number), ("guest_members", Ask::Number), ("minutes", Ask::Text)],
    ),
    plain("open_drill", &[("drill", DRILL), ("summary", Ask::Text)]),
    plain("open_review", &[("by", SIDE), ("action", Ask::Text)]),
    plain("open_service_report", &[("asked", Ask::Number), ("in_time", Ask::Number)]),
    plain("open_licence_audit", &[("certificate", Ask::Line), ("summary", Ask::Text)]),
    plain("record_answered", &[("detail", Ask::Text)]),
];

/// The words of a kind's form: `use_of_force` is opened by `open_use_of_force`.
pub fn opens(kind: words::record::RecordKind) -> String {
    format!("open_{}", kind.word())
}
