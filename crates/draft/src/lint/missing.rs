//! What a text lacks.

use std::collections::BTreeMap;

use words::lint::LintRule;
use words::moment::Window;
use words::role::Side;

use crate::lint::{Draft, at, each};
use article::provision::governance::Extent;

/// Five years: a text that nobody looked at for longer is nobody's will any more.
const PERIOD_MS_MAX: i64 = 5 * 366 * 86_400_000;

/// What no agreement can do without, besides consent, suspension and ceilings.
const NEEDED: [&str; 3] =
    ["parties_and_authorities", "territory_and_zones", "personnel_categories"];

/// Provisions that may stand in more than one article, each adding to the others.
const REPEATABLE: [&str; 3] = ["territory_and_zones", "ceilings", "permitted_tasks"];

pub(super) fn look(draft: &mut Draft<'_>) {
    languages(draft);
    twice(draft);
    if draft.document.under.is_none() {
        needed(draft);
    }
    suspension(draft);
    period(draft);
}

fn languages(draft: &mut Draft<'_>) {
    for (place, language) in draft.document.untranslated() {
        let article = place.rsplit(' ').next().filter(|number| *number != "title");
        let article = article.unwrap_or_default().to_owned();
        draft.say(LintRule::MissingLanguage, at(&article, "", 0), &[&language]);
    }
}

fn twice(draft: &mut Draft<'_>) {
    let document = draft.document;
    let mut first: BTreeMap<&'static str, &str> = BTreeMap::new();
    for (article, provision) in document.provisions() {
        let kind = provision.kind();
        match first.insert(kind, &article.number) {
            Some(other) if !REPEATABLE.contains(&kind) => {
                let here = at(&article.number, kind, 0);
                draft.say(LintRule::Contradiction, here, &[&kind, &other]);
            }
            Some(_) | None => {}
        }
    }
    let mut zones = Vec::new();
    for (article, drawn) in each!(document, TerritoryAndZones) {
        for (nth, zone) in drawn.iter().enumerate() {
            if zones.contains(&&zone.zone) {
                let here = at(article, "territory_and_zones", nth);
                draft.say(LintRule::Contradiction, here, &[&zone.zone]);
            }
            zones.push(&zone.zone);
        }
    }
}

fn needed(draft: &mut Draft<'_>) {
    let document = draft.document;
    let has = |kind: &str| document.provisions().any(|(_, one)| one.kind() == kind);
    if !has("host_consent") {
        draft.say_nowhere(LintRule::MissingConsent, "host_consent");
    }
    if !has("suspension") {
        draft.say_nowhere(LintRule::MissingSuspension, "suspension");
    }
    for kind in NEEDED.into_iter().filter(|kind| !has(kind)) {
        draft.say_nowhere(LintRule::MissingProvision, kind);
    }
    if !has("period") {
        draft.say_nowhere(LintRule::UnboundedPeriod, "period");
    }
}

fn suspension(draft: &mut Draft<'_>) {
    let document = draft.document;
    for (article, one) in each!(document, Suspension) {
        if !one.by.contains(&Side::Host) || !one.extents.contains(&Extent::Whole) {
            draft.say(LintRule::MissingSuspension, at(article, "suspension", 0), &[&"host"]);
        }
    }
}

fn period(draft: &mut Draft<'_>) {
    let document = draft.document;
    for (article, period) in each!(document, Period) {
        let Window { .. } = period.window;
        let (start, end) = (period.window.start(), period.window.end());
        if end.ms_since(start) > PERIOD_MS_MAX {
            draft.say(LintRule::UnboundedPeriod, at(article, "period", 0), &[&start, &end]);
        }
    }
}
