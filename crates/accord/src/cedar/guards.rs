//! Guards: forbids that compare facts, and bound whatever is permitted.

use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Task};
use words::role::{Role, Side};

use crate::cedar::spell::{
    ANNOUNCED, ANY, ASKING, MOVING, ON_DUTY, PERSONNEL, PRESENT, among, forbid, forbid_here, only,
    within, words,
};
use crate::cedar::{Body, Guard, Place, Says, View};
use article::document::Document;
use article::provision::Provision;
use article::provision::powers::{ArmsRule, Command, Cordons, HostPresence, SensorRule};
use article::provision::presence::{AdvanceNotice, Ceiling, Rotation};

pub(super) fn force() -> Body {
    forbid(Guard::Force, ANY, "unless { context.in_force }")
}

pub(super) fn period() -> Body {
    forbid(Guard::Period, ANY, "unless { context.within_period }")
}

pub(super) fn suspension() -> Body {
    forbid(Guard::Suspension, ANY, "when { context.suspended }")
}

pub(super) fn purpose(purposes: &[Purpose]) -> Vec<Body> {
    let listed = words(purposes.iter().copied().map(Purpose::as_str));
    let other =
        format!("when {{ context has purpose }}\nunless {{ {listed}.contains(context.purpose) }}");
    vec![
        forbid(Guard::Purpose, &among(ASKING), "unless { context has purpose }"),
        forbid(Guard::Purpose, ANY, &other),
    ]
}

/// The guard names the zones of every article, so that a second article of zones adds to the
/// first instead of forbidding it.
pub(super) fn territory(view: View<'_>) -> Body {
    let open = view.place.of(view.allowed);
    let rest =
        if open.is_empty() { String::new() } else { format!("unless {{ {} }}", within(&open)) };
    forbid_here(Guard::Territory, ANY, &rest)
}

pub(super) fn category(categories: &[Category]) -> Body {
    let listed = words(categories.iter().copied().map(Category::as_str));
    let rest = format!(
        "when {{ context has category }}\nunless {{ {listed}.contains(context.category) }}"
    );
    forbid(Guard::Category, ANY, &rest)
}

pub(super) fn consent() -> Vec<Body> {
    vec![
        forbid(Guard::Consent, &among(PRESENT), "unless { context.consent_live }"),
        forbid(Guard::Heard, &among(PRESENT), "unless { context.host_heard }"),
        forbid(Guard::Rung, ANY, "unless { context.rung_open }"),
    ]
}

/// The least notice, and the lesser one of an emergency; consent is never relaxed.
pub(super) fn notice(document: &Document, notice: &AdvanceNotice) -> Body {
    let relaxed = document.provisions().find_map(|(_, provision)| {
        let Provision::EmergencyAndEvacuation(emergency) = provision else { return None };
        Some(format!(
            "\nunless {{ context.emergency && context.notice_ms >= {} }}",
            emergency.notice_ms_min
        ))
    });
    let relaxed = relaxed.unwrap_or_default();
    let rest = format!("when {{ context.notice_ms < {} }}{relaxed}", notice.urgent_ms);
    forbid(Guard::Notice, &among(ANNOUNCED), &rest)
}

pub(super) fn no_notice() -> Body {
    forbid(Guard::Notice, &among(MOVING), "")
}

pub(super) fn accreditation() -> Body {
    forbid(Guard::Accreditation, &among(ON_DUTY), "unless { context.accredited }")
}

pub(super) fn licence(categories: &[Category]) -> Body {
    let listed = words(categories.iter().copied().map(Category::as_str));
    let rest = format!(
        "when {{ context has category && {listed}.contains(context.category) }}\n\
         unless {{ context.licensed }}"
    );
    forbid(Guard::Licence, &among(PERSONNEL), &rest)
}

pub(super) fn rotation(rotation: &Rotation) -> Vec<Body> {
    let Rotation { stay_ms_max, gap_ms_min } = rotation;
    let long = format!("when {{ context.stay_ms > {stay_ms_max} }}");
    let soon = format!("when {{ context.absent_ms < {gap_ms_min} }}");
    vec![
        forbid(Guard::Stay, &only("deploy"), &long),
        forbid(Guard::Absence, &only("order_task"), &soon),
    ]
}

/// What the node worked out for this very request: the ceiling, or less if the host said so.
pub(super) fn beyond_the_facts() -> Body {
    let rest = "when {\n    context.headcount_after > context.headcount_max ||\n    \
                context.vehicles_after > context.vehicles_max ||\n    \
                context.armed_after > context.armed_max\n}";
    forbid(Guard::Ceiling, ANY, rest)
}

/// The ceiling itself.
pub(super) fn beyond(place: Place<'_>, ceiling: &Ceiling) -> Body {
    let Ceiling { category, zone, headcount_max, vehicles_max, armed_max } = ceiling;
    let here = !place.of(std::slice::from_ref(zone)).is_empty();
    let text = here.then(|| {
        format!(
            "forbid (principal, action, resource == Zone::\"{zone}\")\nwhen {{\n    \
             context has category && context.category == \"{category}\" &&\n    \
             (context.headcount_after > {headcount_max} ||\n     \
             context.vehicles_after > {vehicles_max} ||\n     \
             context.armed_after > {armed_max})\n}};"
        )
    });
    Body { says: Says::Forbid(Guard::Ceiling), text, local: true }
}

/// Some tasks are done only beside enough officers of the host.
pub(super) fn officers(rule: &HostPresence) -> Body {
    let HostPresence { tasks, guests_per_officer_max } = rule;
    let listed = words(tasks.iter().copied().map(Task::as_str));
    let rest = format!(
        "when {{\n    context has task && {listed}.contains(context.task) &&\n    \
         context.guests_per_officer > {guests_per_officer_max}\n}}"
    );
    forbid(Guard::Officers, &among(ON_DUTY), &rest)
}

pub(super) fn command(command: &Command) -> Body {
    let listed = words(command.orders_by.iter().copied().map(Role::as_str));
    let rest =
        format!("unless {{ context has ordered_by && {listed}.contains(context.ordered_by) }}");
    forbid(Guard::Command, &only("order_task"), &rest)
}

/// A cordon that the host holds is no task of the guest.
pub(super) fn cordon(cordons: &Cordons) -> Vec<Body> {
    match cordons.inner {
        Side::Guest => Vec::new(),
        Side::Host => {
            let task = Task::InnerCordon;
            let rest = format!("when {{ context has task && context.task == \"{task}\" }}");
            vec![forbid(Guard::Cordon, ANY, &rest)]
        }
    }
}

/// Whoever is not listed is unarmed, and whoever is on duty says how armed.
pub(super) fn arms(place: Place<'_>, rules: &[ArmsRule]) -> Vec<Body> {
    let exceptions = rules.iter().filter_map(|ArmsRule { category, zones, class_max }| {
        let here = place.of(zones);
        let classes = ArmsClass::ALL.iter().filter(|class| *class <= class_max);
        (!here.is_empty()).then(|| {
            format!(
                " ||\n    (context has category && context.category == \"{category}\" &&\n     \
                 {} &&\n     {}.contains(context.arms))",
                within(&here),
                words(classes.map(|class| class.as_str())),
            )
        })
    });
    let exceptions: String = exceptions.collect();
    let beyond = format!(
        "when {{ context has arms }}\nunless {{\n    context.arms == \"{}\"{exceptions}\n}}",
        ArmsClass::Unarmed
    );
    vec![
        forbid(Guard::Arms, &among(ON_DUTY), "unless { context has arms }"),
        forbid_here(Guard::Arms, ANY, &beyond),
    ]
}

/// Technical surveillance on duty names its sensor, and a sensor that is named is listed there.
pub(super) fn sensors(place: Place<'_>, rules: &[SensorRule]) -> Vec<Body> {
    let task = Task::TechnicalSurveillance;
    let unnamed = format!(
        "when {{ context has task && context.task == \"{task}\" }}\nunless {{ context has sensor }}"
    );
    let listed = rules.iter().filter_map(|rule| {
        let SensorRule { sensor, zones, altitude_m_max, .. } = rule;
        let here = place.of(zones);
        (!here.is_empty()).then(|| {
            format!(
                "(context.sensor == \"{sensor}\" &&\n     {} &&\n     \
                 context.altitude_m <= {altitude_m_max})",
                within(&here)
            )
        })
    });
    let listed: Vec<String> = listed.collect();
    let unless = if listed.is_empty() {
        String::new()
    } else {
        format!("\nunless {{\n    {}\n}}", listed.join(" ||\n    "))
    };
    let other = format!("when {{ context has sensor }}{unless}");
    vec![forbid(Guard::Sensor, &among(ON_DUTY), &unnamed), forbid_here(Guard::Sensor, ANY, &other)]
}

pub(super) fn armour(armour_min: ArmourClass) -> Vec<Body> {
    let enough = ArmourClass::ALL.iter().filter(|class| **class >= armour_min);
    let listed = words(enough.map(|class| class.as_str()));
    let weak =
        format!("when {{ context has armour }}\nunless {{ {listed}.contains(context.armour) }}");
    vec![
        forbid(Guard::Armour, &only("depart"), "unless { context has armour }"),
        forbid(Guard::Armour, ANY, &weak),
    ]
}
