//! The provisions once more, read plainly and apart from the rules.

use accord::rules::{Deed, Facts, Question};
use article::document::Document;
use article::provision::Provision;
use article::provision::powers::Permit;
use words::presence::{ArmourClass, ArmsClass, Task};
use words::role::Side;

/// What an agreement says to a question: every provision is asked in turn whether it stands in
/// the way, and one of them must permit it.
pub(crate) fn allows(text: &Document, question: &Question, facts: &Facts) -> bool {
    let provisions: Vec<&Provision> = text.provisions().map(|(_, provision)| provision).collect();
    let has = |kind: &str| provisions.iter().any(|provision| provision.kind() == kind);
    let moves = matches!(question.deed, Deed::Notice | Deed::Move | Deed::Depart);
    // Silence: nobody is armed, and nothing moves that was not announced.
    let silent = (has("arms") || unarmed(question)) && (has("advance_notice") || !moves);
    let somewhere = text.zones().any(|zone| zone.allowed && zone.zone == question.zone);
    silent
        && somewhere
        && provisions.iter().all(|provision| bears(text, provision, question, facts))
        && permitted(text, question, facts)
}

fn on_duty(question: &Question) -> bool {
    matches!(question.deed, Deed::OrderTask | Deed::Enter)
}

fn unarmed(question: &Question) -> bool {
    question.arms.map_or(!on_duty(question), |arms| arms == ArmsClass::Unarmed)
}

// An emergency lasts, and the notice is enough for one.
#[expect(clippy::wildcard_enum_match_arm, reason = "one kind is looked for")]
fn relaxed(text: &Document, facts: &Facts) -> bool {
    text.provisions().any(|(_, other)| match other {
        Provision::EmergencyAndEvacuation(emergency) => {
            facts.emergency && facts.notice_ms >= emergency.notice_ms_min
        }
        _ => false,
    })
}

// Does the provision let the question pass? It says nothing about whether anything permits it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the rest binds people")]
#[expect(clippy::too_many_lines, reason = "one arm for each provision")]
fn bears(text: &Document, one: &Provision, question: &Question, facts: &Facts) -> bool {
    let Question { deed, category, task, .. } = question;
    match one {
        Provision::PartiesAndAuthorities(_) => facts.in_force,
        Provision::Suspension(_) => !facts.suspended,
        Provision::Period(period) => period.window.holds(question.at),
        Provision::Purpose(listed) => match question.purpose {
            Some(purpose) => listed.contains(&purpose),
            None => !matches!(deed, Deed::Deploy | Deed::Move),
        },
        Provision::PersonnelCategories(listed) => {
            category.is_none_or(|category| listed.contains(&category))
        }
        Provision::HostConsent(_) => {
            let present = on_duty(question) || *deed == Deed::Depart;
            facts.rung_open && (!present || facts.consent_live && facts.host_heard)
        }
        Provision::AdvanceNotice(notice) => {
            let announces = matches!(deed, Deed::Notice | Deed::Move);
            !announces || facts.notice_ms >= notice.urgent_ms || relaxed(text, facts)
        }
        Provision::AccreditationAndTraining(_) => !on_duty(question) || facts.accredited,
        Provision::PscLicensing(licensing) => {
            let needs = category.is_some_and(|category| licensing.categories.contains(&category));
            let comes = on_duty(question) || *deed == Deed::Deploy;
            !needs || !comes || facts.licensed
        }
        Provision::Rotation(rotation) => match deed {
            Deed::Deploy => facts.stay_ms <= rotation.stay_ms_max,
            Deed::OrderTask => facts.absent_ms >= rotation.gap_ms_min,
            Deed::Notice | Deed::Move | Deed::Depart | Deed::Enter => true,
        },
        Provision::Ceilings(ceilings) => {
            let most = (facts.headcount_max, facts.vehicles_max, facts.armed_max);
            let mine = ceilings
                .iter()
                .filter(|one| Some(one.category) == *category && one.zone == question.zone)
                .map(|one| (one.headcount_max, one.vehicles_max, one.armed_max));
            mine.chain([most]).all(|(persons, vehicles, armed)| {
                facts.headcount_after <= persons
                    && facts.vehicles_after <= vehicles
                    && facts.armed_after <= armed
            })
        }
        Provision::HostPresence(rules) => rules.iter().all(|rule| {
            let watched = task.is_some_and(|task| rule.tasks.contains(&task));
            !on_duty(question)
                || !watched
                || facts.guests_per_officer <= rule.guests_per_officer_max
        }),
        Provision::CommandAndInstructions(command) => {
            let ordered = question.ordered_by.is_some_and(|role| command.orders_by.contains(&role));
            *deed != Deed::OrderTask || ordered
        }
        Provision::CordonRoles(cordons) => {
            cordons.inner == Side::Guest || *task != Some(Task::InnerCordon)
        }
        Provision::Arms(rules) => {
            unarmed(question)
                || rules.iter().any(|rule| {
                    Some(rule.category) == *category
                        && rule.zones.contains(&question.zone)
                        && question.arms.is_some_and(|arms| arms <= rule.class_max)
                })
        }
        Provision::SensorsAndDrones(rules) => match question.sensor {
            None => !on_duty(question) || *task != Some(Task::TechnicalSurveillance),
            Some(sensor) => rules.iter().any(|rule| {
                rule.sensor == sensor
                    && rule.zones.contains(&question.zone)
                    && question.altitude_m <= rule.altitude_m_max
            }),
        },
        Provision::Vehicles(vehicles) => armoured(vehicles.armour_min, question),
        _ => true,
    }
}

fn armoured(armour_min: ArmourClass, question: &Question) -> bool {
    question.armour.map_or(question.deed != Deed::Depart, |armour| armour >= armour_min)
}

// A movement without personnel may be wherever a zone is open; personnel need a task that is
// permitted. What a suspended article permits is not permitted.
fn permitted(text: &Document, question: &Question, facts: &Facts) -> bool {
    let moves = matches!(question.deed, Deed::Notice | Deed::Move | Deed::Depart);
    let alone = question.category.is_none() && question.task.is_none();
    let awake = text
        .provisions()
        .filter(|(article, _)| !facts.suspended_articles.contains(&article.number));
    let mut awake = awake.map(|(_, provision)| provision);
    awake.any(|provision| {
        if let Provision::TerritoryAndZones(zones) = provision {
            let open = zones.iter().any(|one| one.allowed && one.zone == question.zone);
            return moves && alone && open;
        }
        let Provision::PermittedTasks(permits) = provision else { return false };
        permits.iter().any(|permit| fits(permit, question))
    })
}

fn fits(permit: &Permit, question: &Question) -> bool {
    let who = question.category.is_some_and(|category| permit.categories.contains(&category));
    let low = |given: bool| question.rung.map_or(given, |rung| rung <= permit.rung_max);
    let what = match question.task {
        Some(task) => task == permit.task && low(false),
        None => question.deed == Deed::Deploy && low(true),
    };
    who && what && permit.zones.contains(&question.zone)
}
