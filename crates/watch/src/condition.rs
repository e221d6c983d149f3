//! What is wrong with one unit at one moment, as a value.

use std::collections::BTreeMap;

use words::id::{MovementId, UnitId};
use words::moment::Moment;

use crate::alarm::{AlarmKind, Step};
use crate::timing::Timing;
use crate::unit::{Consent, OnTrack, Unit};

/// Something is wrong, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) kind: AlarmKind,
    pub(crate) movement: Option<MovementId>,
    pub(crate) since: Moment,
}

/// One unit among the movements, with the parameters to judge it by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) id: &'a UnitId,
    pub(crate) unit: &'a Unit,
    pub(crate) tracks: &'a BTreeMap<MovementId, OnTrack>,
    pub(crate) consents: &'a BTreeMap<MovementId, Consent>,
    pub(crate) timing: &'a Timing,
}

impl<'a> View<'a> {
    /// What is wrong with the unit's place, by its last sightings.
    pub(crate) fn of_place(self) -> Vec<Condition> {
        let off_corridor = self.under_way().filter_map(|on| {
            let streak = on.outside.get(self.id)?;
            let since = streak.confirmed(self.timing.corridor_confirm_count)?;
            let movement = Some(on.track.movement.clone());
            Some(Condition { kind: AlarmKind::LeftCorridor, movement, since })
        });
        let on_duty = self.unit.duty.as_ref();
        let off_zone = on_duty.and_then(|on| on.outside.confirmed(self.timing.zone_confirm_count));
        let kind = AlarmKind::GuestOutOfZone;
        off_corridor
            .chain(off_zone.map(|since| Condition { kind, movement: None, since }))
            .collect()
    }

    /// Everything that is wrong with the unit at `now`.
    pub(crate) fn of_all(self, now: Moment) -> Vec<Condition> {
        let mut found = self.of_place();
        found.extend(self.silence(now));
        found.extend(self.without_consent());
        let debt = self.unit.debt;
        found.extend(debt.map(|(kind, since)| Condition { kind, movement: None, since }));
        for on in self.led() {
            found.extend(on.missed(now).into_iter().filter_map(|due| {
                let kind = rung(self.timing, now.ms_since(due))?;
                Some(Condition { kind, movement: Some(on.track.movement.clone()), since: due })
            }));
        }
        found
    }

    fn under_way(self) -> impl Iterator<Item = &'a OnTrack> {
        let known = self.unit.movements.iter().filter_map(move |id| self.tracks.get(id));
        known.filter(|on| on.track.under_way)
    }

    fn led(self) -> impl Iterator<Item = &'a OnTrack> {
        self.under_way().filter(move |on| on.track.lead() == Some(self.id))
    }

    // Silence matters only while a movement or a duty needs the unit, and from then on.
    fn silence(self, now: Moment) -> Option<Condition> {
        let moving = self.under_way().min_by_key(|on| on.since);
        let on_duty = self.unit.duty.as_ref().map(|on| on.since);
        let needed = moving.map(|on| on.since).into_iter().chain(on_duty).min()?;
        let heard = self.unit.last.as_ref().map_or(needed, |last| last.at.max(needed));
        // Reports that were queued on the phone move the silence; it is still the same silence.
        let known =
            self.unit.alarms.values().find(|alarm| {
                matches!(alarm.kind, AlarmKind::LostSignal) && alarm.returned.is_none()
            });
        let since = known.filter(|it| it.raised <= heard).map_or(heard, |it| it.raised);
        let movement = moving.map(|on| on.track.movement.clone());
        (now.ms_since(heard) > self.timing.lost_signal_ms).then_some(Condition {
            kind: AlarmKind::LostSignal,
            movement,
            since,
        })
    }

    fn without_consent(self) -> impl Iterator<Item = Condition> {
        let kind = AlarmKind::ConsentLost;
        let on_duty = self.unit.duty.as_ref().and_then(|on| {
            let since = Consent::lacking(self.unit.consent.as_ref(), on.since)?;
            Some(Condition { kind, movement: None, since })
        });
        let moving = self.led().filter_map(move |on| {
            let movement = &on.track.movement;
            let since = Consent::lacking(self.consents.get(movement), on.since)?;
            Some(Condition { kind, movement: Some(movement.clone()), since })
        });
        moving.chain(on_duty)
    }
}

// The highest rung of the ladder that this lateness has reached.
fn rung(timing: &Timing, late_ms: i64) -> Option<AlarmKind> {
    let steps = Step::ALL.map(AlarmKind::Overdue).into_iter().chain([AlarmKind::Missing]);
    let reached = timing.ladder_ms.iter().zip(steps).filter(|(after, _)| **after <= late_ms);
    reached.last().map(|(_, kind)| kind)
}
