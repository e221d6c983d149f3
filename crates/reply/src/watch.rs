//! The watch: alarms, headcount, units.

use engine::engine::Engine;
use tongue::speech::Tongue;
use watch::alarm::{Alarm, AlarmState};
use watch::plan::{UnitInfo, UnitKind};
use watch::sighting::Sighting;
use wire::v1::Page;
use wire::v1::watch::{AlarmView, HeadcountView, PositionView, UnaccountedView, UnitView};
use words::id::PersonId;

use crate::list::{ITEMS_MAX, Paging, limit, part};
use crate::no::No;
use desk::page::{Viewer, known};

/// Open alarms, the most urgent first.
///
/// The list has no parts: who reads alarms reads the most urgent, and reads again.
pub fn alarms(engine: &Engine, viewer: &Viewer, most: Option<u32>) -> Result<Page<AlarmView>, No> {
    let alarms = engine.post().watch().alarms().take(limit(most, ITEMS_MAX)?);
    Ok(Page { items: alarms.map(|alarm| view(viewer, alarm)).collect(), next: None })
}

/// Who of the protected is accounted for.
pub fn headcount(engine: &Engine) -> HeadcountView {
    let (at, count) = (engine.now(), engine.post().watch().headcount(engine.now()));
    let unaccounted = count.unaccounted.into_iter().map(|(unit, last, source)| UnaccountedView {
        unit: unit.to_string(),
        last: last.map(|at| at.unix_ms),
        channel: source.map(|source| source.as_str().to_owned()),
    });
    HeadcountView {
        at: at.unix_ms,
        enrolled: count.enrolled,
        accounted: count.accounted,
        unaccounted: unaccounted.collect(),
    }
}

/// Enrolled people and vehicles, and where each was last seen.
pub fn units(engine: &Engine, viewer: &Viewer, paging: &Paging) -> Result<Page<UnitView>, No> {
    let watch = engine.post().watch();
    let items = watch.units().map(|info| (info.unit.as_str(), info));
    part(items, paging, |info: &UnitInfo| UnitView {
        unit: info.unit.to_string(),
        kind: kind(info.kind).to_owned(),
        label: known::label(engine, viewer, &info.unit),
        position: watch.positions().find(|seen| seen.unit == info.unit).map(position),
    })
}

fn view(viewer: &Viewer, alarm: &Alarm) -> AlarmView {
    let (entry, tongue) = (alarm.kind.entry(), Tongue::of(viewer.lang));
    let (state, by) = answered(&alarm.state);
    AlarmView {
        alarm: alarm.alarm.to_string(),
        kind: alarm.kind.as_str().to_owned(),
        unit: alarm.unit.to_string(),
        movement: alarm.movement.as_ref().map(ToString::to_string),
        priority: alarm.priority,
        state: state.to_owned(),
        raised: alarm.raised.unix_ms,
        due: alarm.raised.plus_ms(entry.allowed_ms).unix_ms,
        returned: alarm.returned.map(|at| at.unix_ms),
        cause: tongue.say(entry.cause),
        consequence: tongue.say(entry.consequence),
        action: tongue.say(entry.action),
        by: by.map(ToString::to_string),
    }
}

const fn answered(state: &AlarmState) -> (&'static str, Option<&PersonId>) {
    match state {
        AlarmState::Raised => ("raised", None),
        AlarmState::Noted { by, .. } => ("noted", Some(by)),
        AlarmState::Handled { by, .. } => ("handled", Some(by)),
        AlarmState::Resolved { by, .. } => ("resolved", Some(by)),
    }
}

const fn kind(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Protected => "protected",
        UnitKind::GuestPersonnel => "guest_personnel",
        UnitKind::HostPersonnel => "host_personnel",
        UnitKind::Vehicle => "vehicle",
    }
}

fn position(seen: &Sighting) -> PositionView {
    PositionView {
        at: seen.at.unix_ms,
        lat_e7: seen.point.lat_e7(),
        lon_e7: seen.point.lon_e7(),
        accuracy_m: seen.accuracy_m,
        speed_kmh: seen.speed_kmh,
        course_deg: seen.course_deg,
        battery_pct: seen.battery_pct,
        channel: seen.source.as_str().to_owned(),
    }
}
