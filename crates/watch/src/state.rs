//! The watch: plans, sightings and time in; changes and alarms out.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use thiserror::Error;
use words::id::{AlarmId, MovementId, PersonId, SiteId, UnitId};
use words::moment::Moment;
use words::place::Point;

use crate::alarm::{Alarm, AlarmKind, AlarmState};
use crate::change::Change;
use crate::condition::{Condition, View};
use crate::geometry::metres_to_line;
use crate::headcount::{Headcount, count};
use crate::plan::{Duty, Holder, Track, UnitInfo};
use crate::settle::{raise, settle};
use crate::sighting::Sighting;
use crate::timing::Timing;
use crate::unit::{Consent, OnDuty, OnTrack, Streak, Unit};

/// Open calls for help of one unit and kind: a frightened person presses a few times, a broken
/// button without end. Further presses are answered by the alarms that are open already.
pub const CALLS_OPEN_MAX: usize = 32;

/// A closed alarm is remembered for a week, so that a report which was stuck on a phone does
/// not raise it again; an older report raises nothing.
pub const CLOSED_KEPT_MS: i64 = 7 * 86_400_000;

/// Why bytes are not a watch's memory.
#[derive(Debug, Error)]
pub enum MemoryError {
    /// Not the format.
    #[error("the bytes are not a watch's memory")]
    Decode(#[source] minicbor::decode::Error),
    /// Something follows, or the same memory is written otherwise.
    #[error("the bytes of the watch's memory are not in their one canonical form")]
    NotCanonical,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Memory {
    #[n(0)]
    units: BTreeMap<UnitId, Unit>,
    #[n(1)]
    tracks: BTreeMap<MovementId, OnTrack>,
    #[n(2)]
    consents: BTreeMap<MovementId, Consent>,
    /// What officers said of alarms that this node has yet to see.
    #[n(3)]
    answers: BTreeMap<AlarmId, AlarmState>,
    /// The latest tick: time never runs backwards here.
    #[n(4)]
    now: Moment,
}

/// The engine. Setting plans raises nothing by itself: call [`Watch::tick`] afterwards.
///
/// Its memory is kept as bytes and survives a restart ([`Watch::to_bytes`]); plans may be set
/// again at any time and keep what was learnt about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    timing: Timing,
    memory: Memory,
}

// Plans.
impl Watch {
    /// A watch that knows nobody.
    pub fn new(timing: Timing) -> Self {
        Self { timing, memory: Memory::default() }
    }

    /// Watches a unit.
    pub fn set_unit(&mut self, info: UnitInfo) {
        let unit = self.memory.units.entry(info.unit.clone()).or_default();
        unit.info = Some(info);
    }

    /// Forgets an enrolment. What it has raised stays.
    pub fn drop_unit(&mut self, unit: &UnitId) {
        self.with_unit(unit, |unit| unit.info = None);
    }

    /// Watches a movement. `since` is the moment of the statement that set it so (departure);
    /// silence is counted from there, so both nodes must give the same.
    pub fn set_track(&mut self, track: Track, since: Moment) {
        let id = track.movement.clone();
        let before = self.memory.tracks.remove(&id);
        let same_way = before.as_ref().is_some_and(|on| {
            let way = |it: &Track| (it.corridor_m, it.under_way);
            on.track.corridor == track.corridor && way(&on.track) == way(&track)
        });
        self.unlink(&id, before.as_ref());
        for unit in &track.units {
            self.memory.units.entry(unit.clone()).or_default().movements.insert(id.clone());
        }
        let met_until = before.as_ref().and_then(|on| on.met_until);
        let outside = before.filter(|_| same_way).map(|on| on.outside).unwrap_or_default();
        self.memory.tracks.insert(id, OnTrack { track, since, met_until, outside });
    }

    /// The movement has arrived or ended: nothing of it can be late or lost any more. What was
    /// told of its consent ends with it.
    pub fn drop_track(&mut self, movement: &MovementId) {
        let before = self.memory.tracks.remove(movement);
        self.unlink(movement, before.as_ref());
        self.memory.consents.remove(movement);
    }

    /// Watches one of the guest's personnel on duty. `since` as for [`Watch::set_track`].
    pub fn set_duty(&mut self, duty: Duty, since: Moment) {
        let unit = self.memory.units.entry(duty.unit.clone()).or_default();
        let same = unit.duty.take().filter(|on| on.duty == duty);
        let outside = same.map(|on| on.outside).unwrap_or_default();
        unit.duty = Some(OnDuty { duty, since, outside });
    }

    /// The duty has ended, and with it what was told of consent: a new duty needs a new word.
    pub fn drop_duty(&mut self, unit: &UnitId) {
        self.with_unit(unit, |unit| {
            unit.duty = None;
            unit.consent = None;
        });
    }

    /// Tells whether the host's consent lives, since when. What was never told is not
    /// consented; a repetition keeps the first moment.
    pub fn set_consent(&mut self, of: &Holder, live: bool, since: Moment) {
        let told = Consent { live, since };
        let known = match of {
            Holder::Unit(unit) => {
                self.memory.units.entry(unit.clone()).or_default().consent.get_or_insert(told)
            }
            Holder::Movement(id) => self.memory.consents.entry(id.clone()).or_insert(told),
        };
        if known.live != live {
            *known = Consent { live, since };
        }
    }

    /// Tells which obligations want somebody's eye, since when: of whom nothing is told any more,
    /// nothing is wanted. An obligation stands among the units under its own id.
    pub fn set_debts(&mut self, debts: BTreeMap<UnitId, (AlarmKind, Moment)>) {
        for (id, unit) in &mut self.memory.units {
            unit.debt.take_if(|_| !debts.contains_key(id));
        }
        for (id, debt) in debts {
            self.memory.units.entry(id).or_default().debt = Some(debt);
        }
    }

    /// An officer states that the movement has passed a check-in point.
    pub fn checked_in(&mut self, movement: &MovementId, site: &SiteId) -> Vec<Change> {
        let met = self.memory.tracks.get_mut(movement).is_some_and(|on| on.passed(site));
        met.then(|| Change::CheckedIn(movement.clone())).into_iter().collect()
    }

    fn unlink(&mut self, movement: &MovementId, before: Option<&OnTrack>) {
        for unit in before.iter().flat_map(|on| &on.track.units) {
            self.with_unit(unit, |unit| {
                unit.movements.remove(movement);
            });
        }
    }

    fn with_unit(&mut self, id: &UnitId, change: impl FnOnce(&mut Unit)) {
        if let Some(unit) = self.memory.units.get_mut(id) {
            change(unit);
        }
    }
}

// Sightings and time.
impl Watch {
    /// Takes in one sighting. Only what it shows of places is judged; clocks are [`Self::tick`]'s.
    pub fn seen(&mut self, sighting: Sighting) -> Vec<Change> {
        let mut changes = self.call_for_help(&sighting);
        let skew_max_ms = self.timing.skew_max_ms;
        let Some(unit) = self.memory.units.get_mut(&sighting.unit).filter(|it| it.is_enrolled())
        else {
            changes.push(Change::NotEnrolled(sighting.unit));
            return changes;
        };
        if sighting.at.ms_since(sighting.received) > skew_max_ms {
            changes.push(Change::Flagged(sighting.unit.clone()));
            keep_newest(&mut unit.flagged, sighting);
            return changes;
        }
        if sighting.check_in {
            keep_newest(&mut unit.check_in, sighting.clone());
            let movements = unit.movements.clone();
            changes.extend(self.check_in(&movements, &sighting));
        }
        changes.extend(self.place(sighting));
        changes
    }

    /// Lets time pass: raises what is late, silent or without consent, ends what is over.
    pub fn tick(&mut self, now: Moment) -> Vec<Change> {
        self.memory.now = self.memory.now.max(now);
        let now = self.memory.now;
        let Memory { units, tracks, consents, answers, .. } = &mut self.memory;
        let timing = &self.timing;
        let mut changes = Vec::new();
        for (id, unit) in &mut *units {
            let found = View { id, unit, tracks, consents, timing }.of_all(now);
            let ends = |kind: AlarmKind| !kind.entry().highly_managed;
            changes.extend(settle((id, unit), &found, ends, answers, now));
            unit.alarms.retain(|_, it| it.is_open() || now.ms_since(it.touched()) < CLOSED_KEPT_MS);
        }
        units.retain(|_, unit| !unit.is_forgotten());
        answers.retain(|_, it| it.at().is_some_and(|at| now.ms_since(at) < CLOSED_KEPT_MS));
        changes
    }

    /// Forgets positions older than the agreed retention.
    pub fn forget(&mut self, before: Moment) {
        for unit in self.memory.units.values_mut() {
            for kept in [&mut unit.last, &mut unit.flagged, &mut unit.check_in] {
                kept.take_if(|sighting| sighting.received < before);
            }
        }
    }

    // First of all, and whatever else is wrong with the sighting: a call for help is an alarm,
    // also from a unit that nobody enrolled, and also from a clock that runs ahead.
    fn call_for_help(&mut self, sighting: &Sighting) -> Vec<Change> {
        if sighting.received.ms_since(sighting.at) >= CLOSED_KEPT_MS {
            return Vec::new();
        }
        let calls = [(sighting.sos, AlarmKind::Sos), (sighting.duress, AlarmKind::Duress)];
        let calls = calls.into_iter().filter(|(called, _)| *called);
        calls
            .filter_map(|(_, kind)| {
                self.call(&sighting.unit, kind, sighting.at, Some(sighting.point))
            })
            .collect()
    }

    /// Someone whose place nobody knows calls for help: the alarm stands without a place.
    pub fn call_without_place(&mut self, unit: &UnitId, at: Moment) -> Vec<Change> {
        self.call(unit, AlarmKind::Sos, at, None).into_iter().collect()
    }

    fn call(
        &mut self,
        id: &UnitId,
        kind: AlarmKind,
        at: Moment,
        point: Option<Point>,
    ) -> Option<Change> {
        let unit = self.memory.units.entry(id.clone()).or_default();
        let alarm_id = kind.id(id, at);
        if unit.alarms.contains_key(&alarm_id) {
            return None;
        }
        let open = unit.alarms.values().filter(|it| it.kind == kind && it.is_open()).count();
        if open >= CALLS_OPEN_MAX {
            return Some(Change::Repeated(id.clone()));
        }
        let movement = unit.movements.first().cloned();
        let found = Condition { kind, movement, since: at };
        let mut alarm = raise(id, &found, &mut self.memory.answers);
        alarm.point = point;
        unit.alarms.insert(alarm_id.clone(), alarm);
        Some(Change::Raised(alarm_id))
    }

    fn check_in(&mut self, movements: &BTreeSet<MovementId>, sighting: &Sighting) -> Vec<Change> {
        let mut changes = Vec::new();
        for id in movements {
            if self.memory.tracks.get_mut(id).is_some_and(|on| on.check_in(sighting, &self.timing))
            {
                changes.push(Change::CheckedIn(id.clone()));
            }
        }
        changes
    }

    fn place(&mut self, sighting: Sighting) -> Vec<Change> {
        let Memory { units, tracks, consents, answers, .. } = &mut self.memory;
        let timing = &self.timing;
        let id = sighting.unit.clone();
        let Some(unit) = units.get_mut(&id) else { return Vec::new() };
        if unit.last.as_ref().is_some_and(|last| sighting.at <= last.at) {
            return vec![Change::Stale(id)];
        }
        if sighting.accuracy_m.is_none_or(|metres| metres <= timing.accuracy_used_max_m) {
            for movement in &unit.movements {
                tracks.get_mut(movement).into_iter().for_each(|on| watch_corridor(on, &sighting));
            }
            unit.duty.iter_mut().for_each(|on| watch_zones(on, &sighting));
        }
        let received = sighting.received;
        let fresh = received.ms_since(sighting.at) <= timing.lost_signal_ms;
        unit.last = Some(sighting);
        let found = View { id: &id, unit, tracks, consents, timing }.of_place();
        let ends = |kind: AlarmKind| ended_by_sighting(kind, fresh);
        let settled = settle((&id, unit), &found, ends, answers, received);
        [Change::Moved(id)].into_iter().chain(settled).collect()
    }
}

// Officers.
impl Watch {
    /// An officer has seen the alarm.
    pub fn note(&mut self, alarm: &AlarmId, by: PersonId, at: Moment) -> Vec<Change> {
        self.answer(alarm, AlarmState::Noted { by, at })
    }

    /// An officer does something about it.
    pub fn handle(&mut self, alarm: &AlarmId, by: PersonId, at: Moment) -> Vec<Change> {
        self.answer(alarm, AlarmState::Handled { by, at })
    }

    /// An officer closes it.
    pub fn resolve(&mut self, alarm: &AlarmId, by: PersonId, at: Moment) -> Vec<Change> {
        self.answer(alarm, AlarmState::Resolved { by, at })
    }

    // A statement of the other party may arrive before the sighting it is about: remember it.
    fn answer(&mut self, id: &AlarmId, state: AlarmState) -> Vec<Change> {
        let known = self.memory.units.values_mut().find_map(|unit| unit.alarms.get_mut(id));
        let before = match known {
            Some(alarm) => &mut alarm.state,
            None => self.memory.answers.entry(id.clone()).or_insert(AlarmState::Raised),
        };
        if state.rank() <= before.rank() {
            return Vec::new();
        }
        *before = state;
        vec![Change::Answered(id.clone())]
    }
}

// Questions.
impl Watch {
    /// Open alarms, the most urgent first. Each unit's first call for help stands before
    /// everything else and its repetitions last of their priority, so that no flood hides one.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        let mut open = Vec::new();
        for unit in self.memory.units.values() {
            let mut called = BTreeSet::new();
            for alarm in unit.alarms.values().filter(|alarm| alarm.is_open()) {
                let is_call = alarm.kind.entry().highly_managed;
                let place = match (is_call, called.insert(alarm.kind)) {
                    (true, true) => 0,
                    (false, _) => 1,
                    (true, false) => 2,
                };
                open.push(((alarm.priority, place, alarm.raised, &alarm.alarm), alarm));
            }
        }
        open.sort_by_key(|(urgency, _)| *urgency);
        open.into_iter().map(|(_, alarm)| alarm)
    }

    /// One alarm, open or closed within [`CLOSED_KEPT_MS`].
    pub fn alarm(&self, id: &AlarmId) -> Option<&Alarm> {
        self.memory.units.values().find_map(|unit| unit.alarms.get(id))
    }

    /// The newest believable sighting of each unit.
    pub fn positions(&self) -> impl Iterator<Item = &Sighting> {
        self.memory.units.values().filter_map(|unit| unit.last.as_ref())
    }

    /// The newest sighting of each unit whose clock runs ahead of ours.
    pub fn flagged(&self) -> impl Iterator<Item = &Sighting> {
        self.memory.units.values().filter_map(|unit| unit.flagged.as_ref())
    }

    /// Every enrolled unit.
    pub fn units(&self) -> impl Iterator<Item = &UnitInfo> {
        self.memory.units.values().filter_map(|unit| unit.info.as_ref())
    }

    /// Who of the protected is accounted for at `now`.
    pub fn headcount(&self, now: Moment) -> Headcount {
        count(self.memory.units.iter(), now, self.timing.sign_of_life_ms)
    }
}

// Memory.
impl Watch {
    /// The memory in its one canonical form; parameters are not part of it.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(&self.memory).expect("writing to a vector cannot fail")
    }

    /// A watch that goes on from kept memory, by these parameters.
    pub fn from_bytes(bytes: &[u8], timing: Timing) -> Result<Self, MemoryError> {
        let memory = minicbor::decode(bytes).map_err(MemoryError::Decode)?;
        let watch = Self { timing, memory };
        if watch.to_bytes() == bytes { Ok(watch) } else { Err(MemoryError::NotCanonical) }
    }
}

fn keep_newest(kept: &mut Option<Sighting>, sighting: Sighting) {
    if kept.as_ref().is_none_or(|kept| kept.at < sighting.at) {
        *kept = Some(sighting);
    }
}

fn watch_corridor(on: &mut OnTrack, sighting: &Sighting) {
    let OnTrack { track, outside, .. } = on;
    let Some(metres) = metres_to_line(sighting.point, &track.corridor) else { return };
    if !track.under_way {
        return;
    }
    if metres > f64::from(track.corridor_m) {
        outside.entry(sighting.unit.clone()).or_default().outside(sighting.at);
    } else {
        outside.get_mut(&sighting.unit).into_iter().for_each(Streak::inside);
    }
}

fn watch_zones(on: &mut OnDuty, sighting: &Sighting) {
    if on.duty.allows(sighting.point) {
        on.outside.inside();
    } else {
        on.outside.outside(sighting.at);
    }
}

// Reports that were queued on a phone for long do not end a silence.
fn ended_by_sighting(kind: AlarmKind, fresh: bool) -> bool {
    match kind {
        AlarmKind::LeftCorridor | AlarmKind::GuestOutOfZone => true,
        AlarmKind::LostSignal => fresh,
        AlarmKind::Sos
        | AlarmKind::Duress
        | AlarmKind::Overdue(_)
        | AlarmKind::Missing
        | AlarmKind::ConsentLost
        | AlarmKind::DutyDue
        | AlarmKind::DutyBreached => false,
    }
}
