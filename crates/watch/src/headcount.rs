//! Headcount: who of the protected is accounted for, and who is not.

use words::id::UnitId;
use words::moment::Moment;

use crate::alarm::{Alarm, AlarmKind};
use crate::plan::UnitKind;
use crate::sighting::{Sighting, Source};
use crate::unit::Unit;

/// The count of protected persons at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headcount {
    /// Persons under protection.
    pub enrolled: u32,
    /// Persons with a fresh sign of life and no open call for help.
    pub accounted: u32,
    /// The others, each with the last sign of life: when, and over which channel.
    pub unaccounted: Vec<(UnitId, Option<Moment>, Option<Source>)>,
}

/// Counts units at `now`; a sign of life older than `fresh_ms` does not account for anyone.
pub(crate) fn count<'a>(
    units: impl Iterator<Item = (&'a UnitId, &'a Unit)>,
    now: Moment,
    fresh_ms: i64,
) -> Headcount {
    let mut head = Headcount::default();
    for (id, unit) in units.filter(|(_, unit)| is_protected(unit)) {
        head.enrolled = head.enrolled.saturating_add(1);
        let sign = sign_of_life(unit);
        let fresh = sign.is_some_and(|sign| now.ms_since(sign.at) <= fresh_ms);
        if fresh && !unit.alarms.values().any(calls_for_help) {
            head.accounted = head.accounted.saturating_add(1);
        } else {
            head.unaccounted.push((id.clone(), sign.map(|it| it.at), sign.map(|it| it.source)));
        }
    }
    head
}

fn is_protected(unit: &Unit) -> bool {
    unit.info.as_ref().is_some_and(|info| info.kind == UnitKind::Protected)
}

// A check-in may arrive after newer positions; the newest of both is the sign of life.
fn sign_of_life(unit: &Unit) -> Option<&Sighting> {
    unit.last.iter().chain(&unit.check_in).max_by_key(|sighting| sighting.at)
}

fn calls_for_help(alarm: &Alarm) -> bool {
    alarm.is_open() && matches!(alarm.kind, AlarmKind::Sos | AlarmKind::Duress)
}
