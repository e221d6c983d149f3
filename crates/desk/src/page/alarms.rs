//! Alarms as a desk shows them, with what officers did about each.

use std::collections::BTreeMap;

use engine::engine::Engine;
use joint::state::AlarmState as Answered;
use joint::state::ByAt;
use pages::alarm::{Alarm, AlarmState, AlarmStep};
use pages::watch::Rate;
use watch::alarm::Alarm as Watched;
use watch::alarm::AlarmState as Seen;
use words::id::AlarmId;

use crate::page::{Viewer, known};

/// An alarm stays in sight for so long after it was resolved: a colleague comes back.
const RESOLVED_SHOWN_MS: i64 = 10 * 60_000;

/// The spans over which alarms are counted.
const TEN_MINUTES_MS: i64 = 10 * 60_000;
const HOUR_MS: i64 = 60 * 60_000;

/// More in ten minutes than one person can answer (ISA-18.2).
const FLOOD: u32 = 10;

/// Open alarms, and those just resolved.
pub fn all(engine: &Engine, viewer: &Viewer) -> Vec<Alarm> {
    shown(engine, RESOLVED_SHOWN_MS).map(|alarm| one(engine, viewer, alarm)).collect()
}

/// How many reach the desk.
pub fn rate(engine: &Engine) -> Rate {
    let now = engine.now();
    let raised: Vec<i64> = shown(engine, HOUR_MS).map(|alarm| now.ms_since(alarm.raised)).collect();
    let within = |ms: i64| {
        let count = raised.iter().filter(|age| **age <= ms).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let last_10_min = within(TEN_MINUTES_MS);
    Rate { last_10_min, last_hour: within(HOUR_MS), flood: last_10_min > FLOOD }
}

fn shown(engine: &Engine, resolved_ms: i64) -> impl Iterator<Item = &Watched> {
    let (watch, since) = (engine.post().watch(), engine.now().plus_ms(-resolved_ms));
    let answered = engine.state().alarms.iter();
    let just = answered.filter(move |(_, answered)| {
        answered.resolved.as_ref().is_some_and(|(by, _)| by.at >= since)
    });
    let resolved = just.filter_map(|(id, _)| watch.alarm(id));
    let each: BTreeMap<&AlarmId, &Watched> =
        watch.alarms().chain(resolved).map(|alarm| (&alarm.alarm, alarm)).collect();
    each.into_values()
}

fn one(engine: &Engine, viewer: &Viewer, alarm: &Watched) -> Alarm {
    let answered = engine.state().alarms.get(&alarm.alarm);
    Alarm {
        id: alarm.alarm.clone(),
        kind: alarm.kind.as_str().to_owned(),
        priority: alarm.priority,
        unit: Some(alarm.unit.clone()),
        label: known::label(engine, viewer, &alarm.unit),
        movement: alarm.movement.clone(),
        raised: alarm.raised,
        act_by: Some(alarm.raised.plus_ms(alarm.kind.entry().allowed_ms)),
        state: match alarm.state {
            Seen::Raised => AlarmState::Raised,
            Seen::Noted { .. } => AlarmState::Noted,
            Seen::Handled { .. } => AlarmState::Handled,
            Seen::Resolved { .. } => AlarmState::Resolved,
        },
        returned: alarm.returned.is_some(),
        steps: answered.map(steps).unwrap_or_default(),
    }
}

fn steps(answered: &Answered) -> Vec<AlarmStep> {
    let step = |state: AlarmState, by: &ByAt, words: &str| AlarmStep {
        state,
        who: by.by.to_string(),
        at: by.at,
        words: words.to_owned(),
    };
    let noted = answered.noted.as_ref().map(|by| step(AlarmState::Noted, by, ""));
    let handled = answered.handled.as_ref();
    let handled = handled.map(|(by, action)| step(AlarmState::Handled, by, action));
    let resolved = answered.resolved.as_ref();
    let resolved = resolved.map(|(by, outcome)| step(AlarmState::Resolved, by, outcome));
    [noted, handled, resolved].into_iter().flatten().collect()
}
