//! Clauses that no act can reach, zones and categories that nothing uses.

use std::collections::BTreeSet;

use words::id::ZoneId;
use words::lint::LintRule;
use words::presence::{Category, Task};
use words::role::Role;

use crate::lint::{At, Draft, at, each};
use article::document::Document;

pub(super) fn look(draft: &mut Draft<'_>) {
    categories(draft);
    limits_of_nobody(draft);
    tasks_of_nobody(draft);
    orders_of_nobody(draft);
    zones(draft);
}

fn permitted(draft: &Draft<'_>) -> BTreeSet<(Category, ZoneId)> {
    let above = draft.upper.into_iter().flat_map(Document::permits);
    let permits = draft.document.permits().chain(above);
    permits
        .flat_map(|(_, permit)| {
            permit
                .categories
                .iter()
                .flat_map(|category| permit.zones.iter().map(move |zone| (*category, zone.clone())))
        })
        .collect()
}

// Who may come and may do nothing; what is said of who may not come.
fn categories(draft: &mut Draft<'_>) {
    let document = draft.document;
    let busy: BTreeSet<Category> =
        permitted(draft).into_iter().map(|(category, _)| category).collect();
    for (article, listed) in each!(document, PersonnelCategories) {
        for idle in listed.iter().filter(|category| !busy.contains(category)) {
            draft.say(LintRule::IdleCategory, at(article, "personnel_categories", 0), &[idle]);
        }
    }
    let Some(known) = draft.categories() else { return };
    let mut said: Vec<(At<'_>, Category)> = Vec::new();
    for (article, all) in each!(document, UniformAndInsignia) {
        let each = all.iter().enumerate();
        said.extend(
            each.map(|(nth, one)| (at(article, "uniform_and_insignia", nth), one.category)),
        );
    }
    for (article, all) in each!(document, ImmunityAndTestimony) {
        let each = all.iter().enumerate();
        said.extend(
            each.map(|(nth, one)| (at(article, "immunity_and_testimony", nth), one.category)),
        );
    }
    for (article, all) in each!(document, AccreditationAndTraining) {
        for (nth, one) in all.iter().enumerate() {
            let here = at(article, "accreditation_and_training", nth);
            said.extend(one.categories.iter().map(|category| (here, *category)));
        }
    }
    for (article, one) in each!(document, PscLicensing) {
        let here = at(article, "psc_licensing", 0);
        said.extend(one.categories.iter().map(|category| (here, *category)));
    }
    for (here, category) in said.into_iter().filter(|(_, one)| !known.contains(one)) {
        draft.say(LintRule::UnreachableClause, here, &[&category]);
    }
}

// A ceiling or arms where nobody may do anything.
fn limits_of_nobody(draft: &mut Draft<'_>) {
    let document = draft.document;
    let used = permitted(draft);
    // A text that permits nothing by itself only narrows: its limits are reached from above.
    if used.is_empty() {
        return;
    }
    for (article, ceilings) in each!(document, Ceilings) {
        for (nth, one) in ceilings.iter().enumerate() {
            if !used.contains(&(one.category, one.zone.clone())) {
                let here = at(article, "ceilings", nth);
                draft.say(LintRule::UnreachableClause, here, &[&one.category, &one.zone]);
            }
        }
    }
    for (article, rules) in each!(document, Arms) {
        for (nth, one) in rules.iter().enumerate() {
            for zone in
                one.zones.iter().filter(|zone| !used.contains(&(one.category, (*zone).clone())))
            {
                let here = at(article, "arms", nth);
                draft.say(LintRule::UnreachableClause, here, &[&one.category, zone]);
            }
        }
    }
}

// The presence of host officers at a task that nobody may do.
fn tasks_of_nobody(draft: &mut Draft<'_>) {
    let document = draft.document;
    let above = draft.upper.into_iter().flat_map(Document::permits);
    let tasks: BTreeSet<Task> =
        document.permits().chain(above).map(|(_, permit)| permit.task).collect();
    for (article, all) in each!(document, HostPresence) {
        for (nth, one) in all.iter().enumerate() {
            let here = at(article, "host_presence", nth);
            for task in one.tasks.iter().filter(|task| !tasks.contains(task)) {
                draft.say(LintRule::UnreachableClause, here, &[task]);
            }
            if one.guests_per_officer_max == 0 {
                draft.say(LintRule::ForbiddenPermit, here, &[&list(&one.tasks)]);
            }
        }
    }
}

// Orders by a role that no office of the sender holds.
fn orders_of_nobody(draft: &mut Draft<'_>) {
    let document = draft.document;
    let held: BTreeSet<Role> = each!(document, PartiesAndAuthorities)
        .flat_map(|(_, offices)| offices)
        .filter(|office| office.party == document.guest)
        .flat_map(|office| office.roles.iter().copied())
        .collect();
    if held.is_empty() {
        return;
    }
    for (article, command) in each!(document, CommandAndInstructions) {
        if !command.orders_by.iter().any(|role| held.contains(role)) {
            let here = at(article, "command_and_instructions", 0);
            draft.say(LintRule::UnreachableClause, here, &[&"orders_by"]);
        }
    }
}

fn list(tasks: &[Task]) -> String {
    tasks.iter().map(|task| task.as_str()).collect::<Vec<_>>().join(", ")
}

fn zones(draft: &mut Draft<'_>) {
    let document = draft.document;
    let named = named(document);
    for (article, drawn) in each!(document, TerritoryAndZones) {
        for (nth, zone) in drawn.iter().enumerate().filter(|(_, zone)| zone.allowed) {
            if !named.iter().any(|(_, one)| **one == zone.zone) {
                let here = at(article, "territory_and_zones", nth);
                draft.say(LintRule::UnusedZone, here, &[&zone.zone]);
            }
        }
    }
    if document.under.is_some() && draft.upper.is_none() {
        return;
    }
    for (here, zone) in named.into_iter().filter(|(here, _)| here.kind != "permitted_tasks") {
        match draft.allows(zone) {
            None => draft.say(LintRule::UnknownZone, here, &[zone]),
            Some(false) => draft.say(LintRule::UnreachableClause, here, &[zone]),
            Some(true) => {}
        }
    }
}

// Every zone that a provision names, and where.
fn named(document: &Document) -> Vec<(At<'_>, &ZoneId)> {
    let mut all = Vec::new();
    for (article, items) in each!(document, Ceilings) {
        let each = items.iter().enumerate();
        all.extend(each.map(|(nth, one)| (at(article, "ceilings", nth), &one.zone)));
    }
    for (article, items) in each!(document, PremisesAndLodging) {
        let each = items.iter().enumerate();
        all.extend(each.map(|(nth, one)| (at(article, "premises_and_lodging", nth), &one.zone)));
    }
    for (article, items) in each!(document, PermittedTasks) {
        for (nth, one) in items.iter().enumerate() {
            all.extend(one.zones.iter().map(|zone| (at(article, "permitted_tasks", nth), zone)));
        }
    }
    for (article, items) in each!(document, Arms) {
        for (nth, one) in items.iter().enumerate() {
            all.extend(one.zones.iter().map(|zone| (at(article, "arms", nth), zone)));
        }
    }
    for (article, items) in each!(document, SensorsAndDrones) {
        for (nth, one) in items.iter().enumerate() {
            all.extend(one.zones.iter().map(|zone| (at(article, "sensors_and_drones", nth), zone)));
        }
    }
    for (article, one) in each!(document, EntryExitCustoms) {
        all.extend(one.ports.iter().map(|zone| (at(article, "entry_exit_customs", 0), zone)));
    }
    all
}
