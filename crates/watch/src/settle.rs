//! Conditions against alarms: what is new, what is over.

use std::collections::{BTreeMap, BTreeSet};

use words::id::{AlarmId, UnitId};
use words::moment::Moment;

use crate::alarm::{Alarm, AlarmKind, AlarmState};
use crate::change::Change;
use crate::condition::Condition;
use crate::unit::Unit;

/// Makes the unit's alarms fit what was found: raises what is new, returns what is over. Only
/// alarms of kinds that `ends` names can end.
pub(crate) fn settle(
    (id, unit): (&UnitId, &mut Unit),
    found: &[Condition],
    ends: impl Fn(AlarmKind) -> bool,
    answers: &mut BTreeMap<AlarmId, AlarmState>,
    now: Moment,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut standing = BTreeSet::new();
    let point = unit.last.as_ref().map(|last| last.point);
    for condition in found {
        let alarm_id = condition.kind.id(id, condition.since);
        let alarm = unit.alarms.entry(alarm_id.clone()).or_insert_with(|| {
            changes.push(Change::Raised(alarm_id.clone()));
            Alarm { point, ..raise(id, condition, answers) }
        });
        if alarm.returned.take().is_some() {
            changes.push(Change::Raised(alarm_id.clone()));
        }
        standing.insert(alarm_id);
    }
    unit.alarms.retain(|alarm_id, alarm| {
        let goes_on = alarm.returned.is_some() || standing.contains(alarm_id);
        if goes_on || !ends(alarm.kind) {
            return true;
        }
        let (kept, change) = end(alarm, found, now);
        changes.extend(change);
        kept
    });
    changes
}

// An alarm whose condition is gone has returned to normal, unless a later rung of the same
// ladder took its place: then it goes, or stays as it is while an officer is busy with it.
fn end(alarm: &mut Alarm, found: &[Condition], now: Moment) -> (bool, Option<Change>) {
    let same_ladder = |it: &Condition| it.kind.on_ladder() && it.since == alarm.raised;
    let id = alarm.alarm.clone();
    if !(alarm.kind.on_ladder() && found.iter().any(same_ladder)) {
        alarm.returned = Some(now);
        return (true, Some(Change::Returned(id)));
    }
    let busy = matches!(alarm.state, AlarmState::Handled { .. });
    (busy, (!busy).then_some(Change::Superseded(id)))
}

/// A new alarm, in the state that officers have already given it.
pub(crate) fn raise(
    unit: &UnitId,
    found: &Condition,
    answers: &mut BTreeMap<AlarmId, AlarmState>,
) -> Alarm {
    let alarm = found.kind.id(unit, found.since);
    let state = answers.remove(&alarm).unwrap_or(AlarmState::Raised);
    Alarm {
        alarm,
        kind: found.kind,
        unit: unit.clone(),
        movement: found.movement.clone(),
        raised: found.since,
        priority: found.kind.entry().priority,
        returned: None,
        state,
        point: None,
    }
}
