//! What the watch remembers of one unit and one movement.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use words::id::{AlarmId, MovementId, SiteId, UnitId};
use words::moment::Moment;

use crate::alarm::{Alarm, AlarmKind};
use crate::geometry::metres_to_line;
use crate::plan::{Duty, Track, UnitInfo};
use crate::sighting::Sighting;
use crate::timing::Timing;

/// Everything remembered of one unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Unit {
    #[n(0)]
    pub(crate) info: Option<UnitInfo>,
    #[n(1)]
    pub(crate) duty: Option<OnDuty>,
    #[n(2)]
    pub(crate) movements: BTreeSet<MovementId>,
    /// The newest believable sighting.
    #[n(3)]
    pub(crate) last: Option<Sighting>,
    /// The newest sighting from a clock that runs ahead; shown, never used.
    #[n(4)]
    pub(crate) flagged: Option<Sighting>,
    /// The newest check-in, which may have arrived late.
    #[n(5)]
    pub(crate) check_in: Option<Sighting>,
    #[n(6)]
    pub(crate) consent: Option<Consent>,
    #[n(7)]
    pub(crate) alarms: BTreeMap<AlarmId, Alarm>,
    /// An obligation that wants somebody's eye, since when.
    #[n(8)]
    pub(crate) debt: Option<(AlarmKind, Moment)>,
}

impl Unit {
    /// Is it anybody's business where this unit is?
    pub(crate) fn is_enrolled(&self) -> bool {
        self.info.is_some() || self.duty.is_some() || !self.movements.is_empty()
    }

    /// Is nothing left to remember?
    pub(crate) fn is_forgotten(&self) -> bool {
        !self.is_enrolled()
            && self.consent.is_none()
            && self.alarms.is_empty()
            && self.debt.is_none()
    }
}

/// A duty and how far outside of it the unit was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OnDuty {
    #[n(0)]
    pub(crate) duty: Duty,
    #[n(1)]
    pub(crate) since: Moment,
    #[n(2)]
    pub(crate) outside: Streak,
}

/// A movement and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OnTrack {
    #[n(0)]
    pub(crate) track: Track,
    #[n(1)]
    pub(crate) since: Moment,
    /// Every check-in due until then has been made.
    #[n(2)]
    pub(crate) met_until: Option<Moment>,
    #[n(3)]
    pub(crate) outside: BTreeMap<UnitId, Streak>,
}

impl OnTrack {
    /// A check-in counts for every check-in point already passed: near it, or nearly due.
    pub(crate) fn check_in(&mut self, sighting: &Sighting, timing: &Timing) -> bool {
        let near = f64::from(timing.check_in_radius_m);
        let early = sighting.at.plus_ms(timing.check_in_early_ms);
        let reached = self.track.check_ins.iter().filter(|(_, point, due)| {
            *due <= early || metres_to_line(sighting.point, &[*point]).is_some_and(|it| it <= near)
        });
        let due = reached.map(|(_, _, due)| *due).max();
        sighting.at >= self.since && self.meet(due)
    }

    /// An officer's statement that the movement has passed this site.
    pub(crate) fn passed(&mut self, site: &SiteId) -> bool {
        let due = self.track.check_ins.iter().find(|(it, _, _)| it == site);
        self.meet(due.map(|(_, _, due)| *due))
    }

    /// The moments at which it should have been heard of and was not, by `now`.
    pub(crate) fn missed(&self, now: Moment) -> BTreeSet<Moment> {
        let unmet = |due: &Moment| self.met_until.is_none_or(|met| met < *due);
        let check_ins = self.track.check_ins.iter().map(|(_, _, due)| *due).filter(unmet);
        check_ins.chain([self.track.arrive_by]).filter(|due| *due <= now).collect()
    }

    fn meet(&mut self, due: Option<Moment>) -> bool {
        let more = due > self.met_until;
        self.met_until = self.met_until.max(due);
        more
    }
}

/// Sightings in a row on the wrong side of a border.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Streak {
    #[n(0)]
    count: u32,
    #[n(1)]
    since: Moment,
}

impl Streak {
    /// One more sighting outside.
    pub(crate) fn outside(&mut self, at: Moment) {
        if self.count == 0 {
            self.since = at;
        }
        self.count = self.count.saturating_add(1);
    }

    /// A sighting inside ends it.
    pub(crate) fn inside(&mut self) {
        *self = Self::default();
    }

    /// Since when the unit is outside, if enough sightings say so.
    pub(crate) fn confirmed(&self, count: u32) -> Option<Moment> {
        (self.count >= count.max(1)).then_some(self.since)
    }
}

/// Whether the host consents, and since when it is so.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Consent {
    #[n(0)]
    pub(crate) live: bool,
    #[n(1)]
    pub(crate) since: Moment,
}

impl Consent {
    /// Since when a presence that began at `began` lacks consent. No word is no consent.
    pub(crate) fn lacking(of: Option<&Self>, began: Moment) -> Option<Moment> {
        match of {
            Some(Self { live: true, .. }) => None,
            Some(Self { live: false, since }) => Some(began.max(*since)),
            None => Some(began),
        }
    }
}
