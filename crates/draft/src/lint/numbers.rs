//! Numbers that look wrong beside one another.

use words::lint::LintRule;

use crate::lint::{Draft, at, each};
use article::provision::presence::HostConsent;

const HOUR_MS: i64 = 3_600_000;

pub(super) fn look(draft: &mut Draft<'_>) {
    consent(draft);
    notice(draft);
    warnings(draft);
    quorum(draft);
    emergency(draft);
}

fn consent(draft: &mut Draft<'_>) {
    let document = draft.document;
    let stay = each!(document, Rotation).map(|(_, one)| one.stay_ms_max).next();
    for (article, one) in each!(document, HostConsent) {
        let here = at(article, "host_consent", 0);
        let HostConsent { lease_ms_max, freshness_ms, stop_within_ms, .. } = one;
        let lease = lease_ms_max / HOUR_MS;
        if stay.is_some_and(|stay| *lease_ms_max > stay) {
            draft.say(LintRule::LongLease, here, &[&lease]);
        }
        if freshness_ms > lease_ms_max {
            draft.say(LintRule::OddNumber, here, &[&"freshness_seconds", &"lease_minutes_max"]);
        }
        if stop_within_ms > lease_ms_max {
            draft.say(LintRule::OddNumber, here, &[&"stop_within_minutes", &"lease_minutes_max"]);
        }
    }
}

// Nobody can learn of a movement before it is announced, or get an answer after it began.
fn notice(draft: &mut Draft<'_>) {
    let document = draft.document;
    let decide = each!(document, HostConsent).map(|(_, one)| one.decide_within_ms).next();
    let earliest = document.schedule().iter().map(|step| step.before_ms).max();
    for (article, one) in each!(document, AdvanceNotice) {
        let here = at(article, "advance_notice", 0);
        if one.urgent_ms > one.normal_ms {
            draft.say(LintRule::OddNumber, here, &[&"urgent_hours", &"normal_hours"]);
        }
        if earliest.is_some_and(|earliest| earliest > one.urgent_ms) {
            let subject: [&dyn std::fmt::Display; 2] =
                [&"urgent_hours", &"movement_disclosure_schedule"];
            draft.say(LintRule::ShortNotice, here, &subject);
        }
        if decide.is_some_and(|decide| decide > one.urgent_ms) {
            draft.say(LintRule::ShortNotice, here, &[&"urgent_hours", &"decide_within_hours"]);
        }
    }
}

// The worse a threat, the sooner it is told.
fn warnings(draft: &mut Draft<'_>) {
    let document = draft.document;
    for (article, all) in each!(document, DutyToWarn) {
        for (nth, one) in all.iter().enumerate() {
            let sooner = all
                .iter()
                .any(|other| other.severity < one.severity && other.within_ms < one.within_ms);
            if sooner {
                draft.say(LintRule::OddNumber, at(article, "duty_to_warn", nth), &[&one.severity]);
            }
        }
    }
}

fn quorum(draft: &mut Draft<'_>) {
    let document = draft.document;
    for (article, one) in each!(document, JointCommittee) {
        if one.quorum_each > one.members_each || one.quorum_each == 0 {
            let here = at(article, "joint_committee", 0);
            draft.say(LintRule::OddNumber, here, &[&"quorum_each", &"members_each"]);
        }
    }
}

// An emergency that asks for as much notice as any day relaxes nothing.
fn emergency(draft: &mut Draft<'_>) {
    let document = draft.document;
    let urgent = each!(document, AdvanceNotice).map(|(_, one)| one.urgent_ms).next();
    for (article, one) in each!(document, EmergencyAndEvacuation) {
        if urgent.is_some_and(|urgent| one.notice_ms_min >= urgent) {
            let here = at(article, "emergency_and_evacuation", 0);
            draft.say(LintRule::OddNumber, here, &[&"notice_minutes", &"urgent_hours"]);
        }
    }
}
