//! Permits: forbidden elsewhere, covered by one another, without a limit.

use words::clause::Prohibited;
use words::id::ZoneId;
use words::lint::LintRule;
use words::presence::{ArmsClass, Category, Rung};
use words::role::Side;

use crate::lint::{Draft, at, each};
use accord::check::CEILING_MAX;
use article::document::Document;
use article::provision::powers::Permit;
use article::provision::presence::Ceiling;

const PERMITS: &str = "permitted_tasks";

pub(super) fn look(draft: &mut Draft<'_>) {
    ceilings(draft);
    covered(draft);
    limits(draft);
    public(draft);
}

fn ceilings(draft: &mut Draft<'_>) {
    let document = draft.document;
    let mut seen = Vec::new();
    for (article, ceilings) in each!(document, Ceilings) {
        for (nth, one) in ceilings.iter().enumerate() {
            let here = at(article, "ceilings", nth);
            let Ceiling { category, zone, headcount_max, vehicles_max, armed_max } = one;
            let most = headcount_max.max(vehicles_max);
            if *most >= CEILING_MAX {
                draft.say(LintRule::UnboundedCeiling, here, &[category, zone, most]);
            }
            if armed_max > headcount_max {
                draft.say(
                    LintRule::Contradiction,
                    here,
                    &[category, zone, armed_max, headcount_max],
                );
            }
            if seen.contains(&(category, zone)) {
                draft.say(LintRule::Contradiction, here, &[category, zone]);
            }
            seen.push((category, zone));
        }
    }
}

fn covered(draft: &mut Draft<'_>) {
    let permits = draft.permits();
    for (here, (article, nth, permit)) in permits.iter().enumerate() {
        let others = permits.iter().enumerate().filter(|(other, _)| *other != here);
        // Of two that are equal the later one is too many.
        let dead = others.into_iter().any(|(other, (_, _, wider))| {
            covers(wider, permit) && (other < here || !covers(permit, wider))
        });
        if dead {
            let subject: [&dyn std::fmt::Display; 1] = [&permit.task];
            draft.say(LintRule::CoveredPermit, at(article, PERMITS, *nth), &subject);
        }
    }
}

/// Does one permit allow all that the other does?
pub(super) fn covers(wider: &Permit, permit: &Permit) -> bool {
    wider.task == permit.task
        && wider.rung_max >= permit.rung_max
        && permit.categories.iter().all(|one| wider.categories.contains(one))
        && permit.zones.iter().all(|one| wider.zones.contains(one))
}

// Each permit has room to be used: a ceiling, a category that may come, an allowed zone, arms.
fn limits(draft: &mut Draft<'_>) {
    let (document, upper) = (draft.document, draft.upper);
    let ceiling = |category: Category, zone: &ZoneId| {
        let above = upper.into_iter().flat_map(Document::ceilings);
        document
            .ceilings()
            .chain(above)
            .find(|one| one.category == category && one.zone == *zone)
            .cloned()
    };
    let categories = draft.categories();
    for (article, nth, permit) in draft.permits() {
        let here = at(article, PERMITS, nth);
        for category in &permit.categories {
            if categories.as_ref().is_some_and(|known| !known.contains(category)) {
                draft.say(LintRule::ForbiddenPermit, here, &[&permit.task, category]);
                continue;
            }
            for zone in &permit.zones {
                match draft.allows(zone) {
                    None if upper.is_some() || document.under.is_none() => {
                        draft.say(LintRule::UnknownZone, here, &[zone]);
                        continue;
                    }
                    Some(false) => {
                        draft.say(LintRule::ForbiddenPermit, here, &[&permit.task, zone]);
                        continue;
                    }
                    None | Some(true) => {}
                }
                match ceiling(*category, zone) {
                    // A lower text is bounded by the one above it, even if that is not at hand.
                    None if document.under.is_none() || upper.is_some() => {
                        draft.say(LintRule::MissingCeiling, here, &[category, zone]);
                    }
                    Some(most) if most.headcount_max == 0 => {
                        draft.say(LintRule::ForbiddenPermit, here, &[&permit.task, category, zone]);
                    }
                    Some(most) if permit.rung_max == Rung::Armed => {
                        let unarmed = most.armed_max == 0 || !armed(draft, *category, zone);
                        let subject: [&dyn std::fmt::Display; 3] =
                            [&permit.rung_max, category, zone];
                        if unarmed {
                            draft.say(LintRule::ForbiddenPermit, here, &subject);
                        }
                    }
                    None | Some(_) => {}
                }
            }
        }
    }
}

// May they carry a firearm there?
fn armed(draft: &Draft<'_>, category: Category, zone: &ZoneId) -> bool {
    let texts = [Some(draft.document), draft.upper];
    texts.into_iter().flatten().any(|document| {
        each!(document, Arms).flat_map(|(_, rules)| rules).any(|rule| {
            rule.category == category
                && rule.zones.contains(zone)
                && rule.class_max >= ArmsClass::Sidearm
        })
    })
}

// A cordon that deals with the public, and guests who never do.
fn public(draft: &mut Draft<'_>) {
    let document = draft.document;
    let never =
        each!(document, ProhibitedActs).any(|(_, acts)| acts.contains(&Prohibited::ContactPublic));
    for (article, cordons) in each!(document, CordonRoles) {
        let guests = cordons.inner == Side::Guest;
        if never && guests && cordons.public_contact {
            let here = at(article, "cordon_roles", 0);
            draft.say(LintRule::Contradiction, here, &[&Prohibited::ContactPublic]);
        }
    }
}
