//! What a call to the watch changed, for streams and logs.

use words::id::{AlarmId, MovementId, UnitId};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The unit has a newer position.
    Moved(UnitId),
    /// A newer position is known already; this one changed nothing about places.
    Stale(UnitId),
    /// The sighting is dated ahead of our clock: kept to be shown, not used.
    Flagged(UnitId),
    /// Nobody asked to watch this unit; its place was not kept.
    NotEnrolled(UnitId),
    /// The movement has checked in.
    CheckedIn(MovementId),
    /// An alarm is new, or its cause is back.
    Raised(AlarmId),
    /// The cause went away; the alarm stays until it is noted.
    Returned(AlarmId),
    /// A later rung of the ladder took this alarm's place.
    Superseded(AlarmId),
    /// A press beyond [`crate::state::CALLS_OPEN_MAX`]; alarms for the unit are open already.
    Repeated(UnitId),
    /// Officers are further with an alarm.
    Answered(AlarmId),
}
