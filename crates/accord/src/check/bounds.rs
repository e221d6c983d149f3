//! Numbers lie where they bound something; a lower text never widens.

use std::collections::{BTreeMap, BTreeSet};

use words::id::ZoneId;
use words::limit::{CLOCK_SKEW_MAX_MS, HEARTBEAT_EVERY_MS, LEASE_MS_MAX};
use words::presence::{Category, Rung};
use words::role::Side;

use crate::check::basics::Basics;
use crate::check::{Above, CEILING_MAX, CompileError};
use article::document::Document;
use article::provision::Provision;
use article::provision::governance::Extent;
use article::provision::information::Step;
use article::provision::presence::HostConsent;

/// Numbers of armed persons, by whom and where.
pub(super) type CeilingsBy = BTreeMap<(Category, ZoneId), u32>;

type Checked = Result<(), CompileError>;

/// Witnesses that one text names: an ombudsman, a parliament, a few ministries of either side.
const WITNESSES_MAX: i64 = 16;

#[expect(clippy::wildcard_enum_match_arm, reason = "most kinds may hold any number")]
pub(super) fn in_range(document: &Document, article: &str, provision: &Provision) -> Checked {
    let within = |what, ms, min_ms, max_ms| within(article, what, ms, (min_ms, max_ms));
    match provision {
        Provision::HostConsent(consent) => {
            within("the longest lease", consent.lease_ms_max, 1, LEASE_MS_MAX)?;
            // Below one heartbeat nothing would ever be allowed.
            let (min, max) = (HEARTBEAT_EVERY_MS, LEASE_MS_MAX);
            within("the freshness", consent.freshness_ms, min, max)?;
            within("the skew", consent.skew_ms, 0, CLOCK_SKEW_MAX_MS)?;
            within("the time to stop", consent.stop_within_ms, 0, LEASE_MS_MAX)?;
            let distinct: BTreeSet<&String> = consent.witnesses.iter().collect();
            let named = i64::try_from(distinct.len()).unwrap_or(i64::MAX);
            within("the witnesses", named, 0, WITNESSES_MAX)?;
            within("the quorum of witnesses", i64::from(consent.witness_quorum), 0, named)
        }
        Provision::AdvanceNotice(notice) => {
            within("the urgent notice", notice.urgent_ms, 0, notice.normal_ms)?;
            within("the time to show a share of a draw", notice.draw_within_ms, 1, LEASE_MS_MAX)
        }
        Provision::MovementDisclosureSchedule(steps) => each_step_once(article, steps),
        Provision::Suspension(suspension) => {
            let can =
                suspension.by.contains(&Side::Host) && suspension.extents.contains(&Extent::Whole);
            let article = article.to_owned();
            can.then_some(()).ok_or(CompileError::HostCannotSuspend { article })
        }
        Provision::Rotation(rotation) => within("the stay", rotation.stay_ms_max, 1, i64::MAX),
        Provision::AccreditationAndTraining(items) => items
            .iter()
            .try_for_each(|one| within("how long training counts", one.valid_ms, 1, i64::MAX)),
        Provision::HostPresence(rules) => {
            let none = rules.iter().any(|rule| rule.guests_per_officer_max == 0);
            let (article, what) = (article.to_owned(), "the guests for each officer of the host");
            (!none).then_some(()).ok_or(CompileError::Zero { article, what })
        }
        Provision::EmergencyAndEvacuation(emergency) => {
            within("how long an emergency lasts", emergency.lasts_ms_max, 1, i64::MAX)?;
            // An emergency relaxes the notice: it asks for no more.
            let urgent = document.provisions().find_map(|(_, provision)| {
                let Provision::AdvanceNotice(notice) = provision else { return None };
                Some(notice.urgent_ms)
            });
            let most = urgent.unwrap_or(i64::MAX);
            within("the notice in an emergency", emergency.notice_ms_min, 0, most)
        }
        _ => Ok(()),
    }
}

fn each_step_once(article: &str, steps: &[Step]) -> Checked {
    let mut seen = Vec::new();
    let pairs = steps.iter().flat_map(|step| step.roles.iter().map(|role| (step.stage, *role)));
    for (stage, role) in pairs {
        if seen.contains(&(stage, role)) {
            return Err(CompileError::StepTwice { article: article.to_owned(), stage, role });
        }
        seen.push((stage, role));
    }
    Ok(())
}

fn within(article: &str, what: &'static str, ms: i64, (min_ms, max_ms): (i64, i64)) -> Checked {
    let article = article.to_owned();
    let inside = (min_ms..=max_ms).contains(&ms);
    inside.then_some(()).ok_or(CompileError::OutOfRange { article, what, ms, min_ms, max_ms })
}

/// Every category has a ceiling wherever it may do anything.
pub(super) fn is_bounded(article: &str, one: &Provision, ceilings: &CeilingsBy) -> Checked {
    let Provision::PermittedTasks(permits) = one else {
        return Ok(());
    };
    for permit in permits {
        let pairs = permit
            .categories
            .iter()
            .flat_map(|category| permit.zones.iter().map(move |zone| (*category, zone.clone())));
        for (category, zone) in pairs {
            let article = article.to_owned();
            match ceilings.get(&(category, zone.clone())) {
                None => return Err(CompileError::NoCeiling { article, category, zone }),
                Some(0) if permit.rung_max == Rung::Armed => {
                    let rung = permit.rung_max;
                    return Err(CompileError::ArmedRung { article, category, zone, rung });
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Every ceiling's number of armed persons; a lower text's own stand before the upper one's.
pub(super) fn ceilings(
    document: &Document,
    above: Option<Above<'_>>,
) -> Result<CeilingsBy, CompileError> {
    let mut found = BTreeMap::new();
    for (article, provision) in document.provisions() {
        let Provision::Ceilings(ceilings) = provision else { continue };
        for one in ceilings {
            let (article, category, zone) =
                (article.number.clone(), one.category, one.zone.clone());
            let max = one.headcount_max.max(one.vehicles_max);
            if max > CEILING_MAX {
                return Err(CompileError::Unbounded { article, category, zone, max });
            }
            if one.armed_max > one.headcount_max {
                return Err(CompileError::MoreArmedThanPresent { article, category, zone });
            }
            if found.insert((category, zone.clone()), one.armed_max).is_some() {
                return Err(CompileError::CeilingTwice { article, category, zone });
            }
        }
    }
    for (whose, armed) in above.iter().flat_map(|above| above.armed) {
        found.entry(whose.clone()).or_insert(*armed);
    }
    Ok(found)
}

/// A lower text lets nobody do for longer, later or softer what the upper one bounds.
pub(super) fn no_wider(document: &Document, lower: &Basics, upper: &Basics) -> Checked {
    let number = |kind: &str| {
        let mut provisions = document.provisions();
        let found = provisions.find(|(_, provision)| provision.kind() == kind);
        found.map_or("", |(article, _)| article.number.as_str())
    };
    let (most, article) = (&upper.consent, number("host_consent"));
    let HostConsent { lease_ms_max, freshness_ms, skew_ms, stop_within_ms, .. } = lower.consent;
    within(article, "the longest lease", lease_ms_max, (1, most.lease_ms_max))?;
    within(article, "the freshness", freshness_ms, (1, most.freshness_ms))?;
    within(article, "the skew", skew_ms, (0, most.skew_ms))?;
    within(article, "the time to stop", stop_within_ms, (0, most.stop_within_ms))?;
    if let (Some(own), Some(least)) = (&lower.notice, &upper.notice) {
        let article = number("advance_notice");
        within(article, "the urgent notice", own.urgent_ms, (least.urgent_ms, i64::MAX))?;
    }
    if let Some(outside) = lower.categories.iter().find(|it| !upper.categories.contains(it)) {
        let article = number("personnel_categories").to_owned();
        return Err(CompileError::UnknownCategory { article, category: *outside });
    }
    Ok(())
}
