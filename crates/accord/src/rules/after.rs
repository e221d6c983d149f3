//! What is asked, and what each text knows of it, after changes.

use crate::explain::Change;
use crate::rules::panel::Seat;
use crate::rules::{Facts, Question, Rules};

/// The question and what each text knows, after changes.
pub(super) fn after(
    seats: &[Seat<'_>],
    changes: &[Change],
    (question, facts): (&Question, &[Facts]),
) -> (Question, Vec<Facts>) {
    let (mut then, mut known) = (question.clone(), facts.to_vec());
    for change in changes {
        asked_after(change, &mut then);
        for (seat, facts) in seats.iter().zip(&mut known) {
            seat.rules.known_after(change, &then, facts);
        }
    }
    (then, known)
}

// The question after a change.
fn asked_after(change: &Change, question: &mut Question) {
    match change {
        Change::Purpose(purpose) => question.purpose = Some(*purpose),
        Change::Zone(zone) => question.zone = zone.clone(),
        Change::Category(category) => question.category = Some(*category),
        Change::Task(task) => question.task = Some(*task),
        Change::Rung(rung) => question.rung = Some(*rung),
        Change::Arms(arms) => question.arms = Some(*arms),
        Change::Armour(armour) => question.armour = Some(*armour),
        Change::Sensor(sensor) => question.sensor = Some(*sensor),
        Change::Altitude(metres) => question.altitude_m = *metres,
        Change::OrderedBy(role) => question.ordered_by = Some(*role),
        Change::At(moment) => question.at = *moment,
        Change::FewerPersons(_)
        | Change::FewerVehicles(_)
        | Change::FewerArmed(_)
        | Change::Later(_)
        | Change::ShorterStay(_)
        | Change::Wait(_)
        | Change::HearHost
        | Change::Accredit
        | Change::License
        | Change::Consent
        | Change::OpenRung
        | Change::Officers(_)
        | Change::Sign
        | Change::LiftSuspension
        | Change::LiftClause(_)
        | Change::AsPermitted(..)
        | Change::Amend
        | Change::Repair => {}
    }
}

impl Rules {
    // What the text knows after a change, which the question has taken.
    fn known_after(&self, change: &Change, question: &Question, facts: &mut Facts) {
        match change {
            Change::FewerPersons(n) => {
                facts.headcount_after = facts.headcount_after.saturating_sub(*n);
            }
            Change::FewerVehicles(n) => {
                facts.vehicles_after = facts.vehicles_after.saturating_sub(*n);
            }
            Change::FewerArmed(n) => facts.armed_after = facts.armed_after.saturating_sub(*n),
            Change::Later(ms) => facts.notice_ms = facts.notice_ms.saturating_add(*ms),
            Change::ShorterStay(ms) => facts.stay_ms = facts.stay_ms.saturating_sub(*ms),
            Change::Wait(ms) => facts.absent_ms = facts.absent_ms.saturating_add(*ms),
            Change::HearHost => facts.host_heard = true,
            Change::Accredit => facts.accredited = true,
            Change::License => facts.licensed = true,
            Change::Consent => facts.consent_live = true,
            Change::OpenRung => facts.rung_open = true,
            Change::Officers(most) => facts.guests_per_officer = *most,
            Change::Sign => facts.in_force = true,
            Change::LiftSuspension => facts.suspended = false,
            Change::LiftClause(article) => {
                facts.suspended_articles.remove(article);
            }
            Change::Zone(_) | Change::Category(_) => self.recounted(question, facts),
            Change::Purpose(_)
            | Change::Task(_)
            | Change::Rung(_)
            | Change::Arms(_)
            | Change::Armour(_)
            | Change::Sensor(_)
            | Change::Altitude(_)
            | Change::OrderedBy(_)
            | Change::At(_)
            | Change::AsPermitted(..)
            | Change::Amend
            | Change::Repair => {}
        }
    }

    // Elsewhere, or of another category, another ceiling counts.
    fn recounted(&self, question: &Question, facts: &mut Facts) {
        let ceiling = question.category.and_then(|one| self.ceiling(one, &question.zone));
        if let Some(ceiling) = ceiling {
            facts.headcount_max = ceiling.headcount_max;
            facts.vehicles_max = ceiling.vehicles_max;
            facts.armed_max = ceiling.armed_max;
        }
    }
}
