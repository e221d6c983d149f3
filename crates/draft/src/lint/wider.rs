//! A lower text beside the text above it: it may narrow, and never widen.

use std::fmt::Display;

use words::lint::LintRule;
use words::presence::ArmsClass;

use crate::lint::permits::covers;
use crate::lint::{At, Draft, at, categories, each};
use article::document::Document;
use article::provision::powers::Permit;
use article::provision::presence::Ceiling;

pub(super) fn look(draft: &mut Draft<'_>, upper: &Document) {
    who_and_what(draft, upper);
    how_many(draft, upper);
    how_armed(draft, upper);
    when(draft, upper);
    how_watched(draft, upper);
}

fn widened(draft: &mut Draft<'_>, here: At<'_>, subject: &[&dyn Display]) {
    draft.say(LintRule::Widened, here, subject);
}

fn who_and_what(draft: &mut Draft<'_>, upper: &Document) {
    let document = draft.document;
    let known = categories(upper);
    for (article, all) in each!(document, PersonnelCategories) {
        for one in all.iter().filter(|one| !known.contains(one)) {
            widened(draft, at(article, "personnel_categories", 0), &[one]);
        }
    }
    for (article, all) in each!(document, TerritoryAndZones) {
        for (nth, one) in all.iter().enumerate().filter(|(_, one)| one.allowed) {
            let drawn = upper.zones().find(|zone| zone.zone == one.zone);
            if drawn.is_none_or(|zone| !zone.allowed || zone.area != one.area) {
                widened(draft, at(article, "territory_and_zones", nth), &[&one.zone]);
            }
        }
    }
    let purposes: Vec<_> = each!(upper, Purpose).flat_map(|(_, all)| all).collect();
    for (article, all) in each!(document, Purpose) {
        for one in all.iter().filter(|one| !purposes.is_empty() && !purposes.contains(one)) {
            widened(draft, at(article, "purpose", 0), &[one]);
        }
    }
    let above: Vec<_> = upper.permits().map(|(_, permit)| permit).collect();
    for (article, nth, permit) in draft.permits() {
        // Each category and zone may be allowed by another permit above.
        for (category, zone) in permit
            .categories
            .iter()
            .flat_map(|category| permit.zones.iter().map(move |zone| (*category, zone.clone())))
        {
            let part =
                Permit { categories: vec![category], zones: vec![zone.clone()], ..permit.clone() };
            if !above.iter().any(|wider| covers(wider, &part)) {
                let here = at(article, "permitted_tasks", nth);
                widened(draft, here, &[&permit.task, &category, &zone, &permit.rung_max]);
            }
        }
    }
}

fn how_many(draft: &mut Draft<'_>, upper: &Document) {
    let document = draft.document;
    for (article, all) in each!(document, Ceilings) {
        for (nth, one) in all.iter().enumerate() {
            let same = |other: &&Ceiling| other.category == one.category && other.zone == one.zone;
            let most = upper.ceilings().find(same);
            let more = most.is_none_or(|most| {
                one.headcount_max > most.headcount_max
                    || one.vehicles_max > most.vehicles_max
                    || one.armed_max > most.armed_max
            });
            if more {
                widened(draft, at(article, "ceilings", nth), &[&one.category, &one.zone]);
            }
        }
    }
    let stay = each!(upper, Rotation).next();
    for (article, one) in each!(document, Rotation) {
        if stay.is_some_and(|(_, stay)| {
            one.stay_ms_max > stay.stay_ms_max || one.gap_ms_min < stay.gap_ms_min
        }) {
            widened(draft, at(article, "rotation", 0), &[&"days_max"]);
        }
    }
}

fn how_armed(draft: &mut Draft<'_>, upper: &Document) {
    let document = draft.document;
    for (article, all) in each!(document, Arms) {
        for (nth, one) in all.iter().enumerate() {
            for zone in &one.zones {
                let allowed = each!(upper, Arms).flat_map(|(_, rules)| rules).any(|rule| {
                    rule.category == one.category
                        && rule.zones.contains(zone)
                        && rule.class_max >= one.class_max
                });
                if !allowed && one.class_max > ArmsClass::Unarmed {
                    let here = at(article, "arms", nth);
                    widened(draft, here, &[&one.category, zone, &one.class_max]);
                }
            }
        }
    }
    let above = each!(upper, Vehicles).next();
    for (article, one) in each!(document, Vehicles) {
        if above.is_some_and(|(_, above)| {
            one.armour_min < above.armour_min || one.gap_m_min < above.gap_m_min
        }) {
            widened(draft, at(article, "vehicles", 0), &[&one.armour_min, &one.gap_m_min]);
        }
    }
}

fn when(draft: &mut Draft<'_>, upper: &Document) {
    let document = draft.document;
    let above = each!(upper, Period).next();
    for (article, one) in each!(document, Period) {
        if above.is_some_and(|(_, above)| !above.window.contains(one.window)) {
            widened(draft, at(article, "period", 0), &[&one.window.start(), &one.window.end()]);
        }
    }
    let above = each!(upper, AdvanceNotice).next();
    for (article, one) in each!(document, AdvanceNotice) {
        if above.is_some_and(|(_, above)| one.urgent_ms < above.urgent_ms) {
            widened(draft, at(article, "advance_notice", 0), &[&"urgent_hours"]);
        }
    }
    let above = each!(upper, HostConsent).next();
    for (article, one) in each!(document, HostConsent) {
        let Some((_, above)) = above else { continue };
        for (key, own, most) in [
            ("lease_minutes_max", one.lease_ms_max, above.lease_ms_max),
            ("freshness_seconds", one.freshness_ms, above.freshness_ms),
            ("skew_seconds", one.skew_ms, above.skew_ms),
            ("stop_within_minutes", one.stop_within_ms, above.stop_within_ms),
        ] {
            if own > most {
                widened(draft, at(article, "host_consent", 0), &[&key]);
            }
        }
    }
}

fn how_watched(draft: &mut Draft<'_>, upper: &Document) {
    let document = draft.document;
    for (article, all) in each!(document, HostPresence) {
        for (nth, one) in all.iter().enumerate() {
            let fewer = each!(upper, HostPresence).flat_map(|(_, rules)| rules).any(|rule| {
                rule.tasks.iter().any(|task| one.tasks.contains(task))
                    && rule.guests_per_officer_max < one.guests_per_officer_max
            });
            if fewer {
                let here = at(article, "host_presence", nth);
                widened(draft, here, &[&"guests_per_officer_max"]);
            }
        }
    }
    for (article, all) in each!(document, SensorsAndDrones) {
        for (nth, one) in all.iter().enumerate() {
            let allowed = each!(upper, SensorsAndDrones).flat_map(|(_, rules)| rules).any(|rule| {
                rule.sensor == one.sensor
                    && one.zones.iter().all(|zone| rule.zones.contains(zone))
                    && one.altitude_m_max <= rule.altitude_m_max
                    && one.retention_ms_max <= rule.retention_ms_max
                    && (one.feed_to_host || !rule.feed_to_host)
            });
            if !allowed {
                widened(draft, at(article, "sensors_and_drones", nth), &[&one.sensor]);
            }
        }
    }
    for (article, steps) in each!(document, MovementDisclosureSchedule) {
        for (nth, one) in steps.iter().enumerate() {
            let early = one.roles.iter().find(|role| {
                !upper.schedule().iter().any(|step| {
                    step.stage == one.stage
                        && step.roles.contains(role)
                        && step.before_ms >= one.before_ms
                })
            });
            if early.is_some() && !upper.schedule().is_empty() {
                let here = at(article, "movement_disclosure_schedule", nth);
                widened(draft, here, &[&"before_minutes"]);
            }
        }
    }
}
