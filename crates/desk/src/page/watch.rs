//! The watch: alarms, headcount, movements, presence, background.

use std::collections::BTreeMap;

use engine::engine::Engine;
use joint::consent;
use joint::state::State;
use node::audit::unconsented_guest_minutes;
use pages::watch::{Headcount, Presence, Uncounted, View};
use words::deployment::Subject;
use words::id::{DeploymentId, ZoneId};
use words::moment::Moment;
use words::presence::{Category, Rung};

use crate::page::{Viewer, alarms, known, movements};
use crate::scene::Backdrop;

/// Everything on the watch.
pub fn view(engine: &Engine, viewer: &Viewer, backdrop: &Backdrop) -> View {
    if viewer.person.is_none() {
        return View::default();
    }
    let (state, now) = (engine.state(), engine.now());
    View {
        alarms: alarms::all(engine, viewer),
        rate: alarms::rate(engine),
        headcount: headcount(engine, viewer),
        movements: movements::rows(engine, viewer, |movement| !movement.standing.ended()),
        presence: presence(state, now),
        unconsented_minutes: unconsented_guest_minutes(state, now),
        threat: backdrop.threat(),
    }
}

fn headcount(engine: &Engine, viewer: &Viewer) -> Headcount {
    let count = engine.post().watch().headcount(engine.now());
    let uncounted = count.unaccounted.into_iter().map(|(unit, at, source)| Uncounted {
        label: known::label(engine, viewer, &unit),
        unit,
        phone: None,
        last: at.zip(source).map(|(at, source)| (at, source.as_str().to_owned())),
    });
    let (accounted, enrolled) = (count.accounted, count.enrolled);
    Headcount { accounted, enrolled, uncounted: uncounted.collect() }
}

/// Guest personnel on duty by zone, category and rung, wherever a lease lives or people are.
pub fn presence(state: &State, now: Moment) -> Vec<Presence> {
    let mut rows: BTreeMap<(ZoneId, Category, Rung), (u32, u32)> = BTreeMap::new();
    for (id, deployment) in &state.deployments {
        let present = on_duty(state, id);
        let subject = Subject::Deployment(id.clone());
        if present == 0 && consent::live(state, &subject, now).is_none() {
            continue;
        }
        let terms = &deployment.request.terms;
        let agreement = state.agreements.get(&deployment.request.agreement);
        let rules = agreement.and_then(|agreement| agreement.rules());
        let ceiling = rules.and_then(|rules| rules.ceiling(terms.category, &terms.zone));
        let row = rows.entry((terms.zone.clone(), terms.category, terms.rung)).or_default();
        row.0 = row.0.saturating_add(present);
        row.1 = ceiling.map_or(0, |ceiling| ceiling.headcount_max);
    }
    let row = |((zone, category, rung), (present, ceiling))| Presence {
        zone,
        category,
        rung,
        present,
        ceiling,
    };
    rows.into_iter().map(row).collect()
}

fn on_duty(state: &State, id: &DeploymentId) -> u32 {
    let tasks = state.tasks.values().filter(|task| &task.order.deployment == id);
    let on = tasks.filter(|task| task.started.is_some() && task.ended.is_none());
    on.map(|task| u32::try_from(task.order.units.len()).unwrap_or(u32::MAX)).sum()
}
