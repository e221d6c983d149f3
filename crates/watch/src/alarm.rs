//! Alarms: a person must act in known time; everything else is no alarm.
//!
//! After ISA-18.2: each kind has cause, consequence, action, time allowed and priority; raised,
//! noted, handled and resolved are different states; what returns to normal unnoted stays visible.

use minicbor::{Decode, Encode};
use words::id::{AlarmId, MovementId, PersonId, UnitId};
use words::moment::Moment;
use words::place::Point;

/// Longer unit ids are shortened inside alarm ids, so that every alarm id fits an id.
const UNIT_BYTES_IN_ID_MAX: usize = 24;

/// A rung of the ladder below a due check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Step {
    /// Ask the convoy's phones.
    #[n(0)]
    Prompt,
    /// Call it on the radio.
    #[n(1)]
    Radio,
    /// Call the escort, other vehicles, the next checkpoint.
    #[n(2)]
    CallOthers,
    /// The watch officer declares it overdue; help is warned.
    #[n(3)]
    Declared,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 4] = [Self::Prompt, Self::Radio, Self::CallOthers, Self::Declared];
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum AlarmKind {
    /// A person calls for help.
    #[n(0)]
    Sos,
    /// A person calls for help under threat: nothing may be heard or seen near the person.
    #[n(1)]
    Duress,
    /// A unit of a movement under way is outside its corridor.
    #[n(2)]
    LeftCorridor,
    /// A due check-in or arrival has not come.
    #[n(3)]
    Overdue(#[n(0)] Step),
    /// It has not come for so long that the movement counts as missing.
    #[n(4)]
    Missing,
    /// A unit that is needed has fallen silent.
    #[n(5)]
    LostSignal,
    /// A guest on duty is where the host did not consent to.
    #[n(6)]
    GuestOutOfZone,
    /// A guest is on duty, or a movement under way, without the host's live consent.
    #[n(7)]
    ConsentLost,
    /// An obligation must be kept soon.
    #[n(8)]
    DutyDue,
    /// An obligation was not kept in time.
    #[n(9)]
    DutyBreached,
}

/// What an officer is told about a kind of alarm; the texts are keys of translations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What has happened.
    pub cause: &'static str,
    /// What follows if nobody acts.
    pub consequence: &'static str,
    /// What to do.
    pub action: &'static str,
    /// Time until the consequence, milliseconds.
    pub allowed_ms: i64,
    /// 1 (act now) to 3 (act soon).
    pub priority: u8,
    /// Noted one by one, never shelved, never closed but by an officer's name.
    pub highly_managed: bool,
}

macro_rules! entry {
    ($kind:literal, $priority:literal, $seconds:literal) => {
        Entry {
            cause: concat!("alarm-", $kind, "-cause"),
            consequence: concat!("alarm-", $kind, "-consequence"),
            action: concat!("alarm-", $kind, "-action"),
            allowed_ms: $seconds * 1_000,
            priority: $priority,
            highly_managed: false,
        }
    };
}

impl AlarmKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Sos,
        Self::Duress,
        Self::LeftCorridor,
        Self::Overdue(Step::Prompt),
        Self::Overdue(Step::Radio),
        Self::Overdue(Step::CallOthers),
        Self::Overdue(Step::Declared),
        Self::Missing,
        Self::LostSignal,
        Self::GuestOutOfZone,
        Self::ConsentLost,
        Self::DutyDue,
        Self::DutyBreached,
    ];

    /// The word used in ids, the API and translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sos => "sos",
            Self::Duress => "duress",
            Self::LeftCorridor => "left-corridor",
            Self::Overdue(Step::Prompt) => "overdue-prompt",
            Self::Overdue(Step::Radio) => "overdue-radio",
            Self::Overdue(Step::CallOthers) => "overdue-call-others",
            Self::Overdue(Step::Declared) => "overdue-declared",
            Self::Missing => "missing",
            Self::LostSignal => "lost-signal",
            Self::GuestOutOfZone => "guest-out-of-zone",
            Self::ConsentLost => "consent-lost",
            Self::DutyDue => "duty-due",
            Self::DutyBreached => "duty-breached",
        }
    }

    /// The catalogue's entry: what an officer is told and how fast to act.
    pub const fn entry(self) -> Entry {
        match self {
            Self::Sos => Entry { highly_managed: true, ..entry!("sos", 1, 60) },
            Self::Duress => Entry { highly_managed: true, ..entry!("duress", 1, 60) },
            Self::LeftCorridor => entry!("left-corridor", 2, 180),
            Self::Overdue(Step::Prompt) => entry!("overdue-prompt", 3, 600),
            Self::Overdue(Step::Radio) => entry!("overdue-radio", 2, 600),
            Self::Overdue(Step::CallOthers) => entry!("overdue-call-others", 2, 600),
            Self::Overdue(Step::Declared) => entry!("overdue-declared", 1, 300),
            Self::Missing => entry!("missing", 1, 60),
            Self::LostSignal => entry!("lost-signal", 3, 300),
            Self::GuestOutOfZone => entry!("guest-out-of-zone", 2, 180),
            Self::ConsentLost => entry!("consent-lost", 1, 60),
            Self::DutyDue => entry!("duty-due", 3, 3_600),
            Self::DutyBreached => entry!("duty-breached", 2, 3_600),
        }
    }

    /// Is it a rung of the ladder below a due check-in, of which only the latest counts?
    pub(crate) const fn on_ladder(self) -> bool {
        match self {
            Self::Overdue(_) | Self::Missing => true,
            Self::Sos
            | Self::Duress
            | Self::LeftCorridor
            | Self::LostSignal
            | Self::GuestOutOfZone
            | Self::ConsentLost
            | Self::DutyDue
            | Self::DutyBreached => false,
        }
    }

    /// The id of this alarm of `unit` that began at `since`: the same on every node.
    pub fn id(self, unit: &UnitId, since: Moment) -> AlarmId {
        let seconds = since.unix_ms.div_euclid(1_000);
        AlarmId::new(&format!("{}/{}/{seconds}", self.as_str(), short(unit.as_str())))
            .expect("a word, a short unit and a number have at most 64 permitted characters")
    }
}

// A long unit id keeps its beginning and gets a fingerprint (FNV-1a) for the rest. It keeps
// honest units apart; who may report as which unit is settled before a sighting comes here.
fn short(unit: &str) -> String {
    if unit.len() <= UNIT_BYTES_IN_ID_MAX {
        return unit.to_owned();
    }
    let fingerprint = unit.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let beginning: String = unit.chars().take(UNIT_BYTES_IN_ID_MAX - 17).collect();
    format!("{beginning}:{fingerprint:016x}")
}

/// How far officers are with an alarm, by name and time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum AlarmState {
    /// Nobody has seen it yet.
    #[n(0)]
    Raised,
    /// An officer has seen it.
    #[n(1)]
    Noted {
        /// Who.
        #[n(0)]
        by: PersonId,
        /// When.
        #[n(1)]
        at: Moment,
    },
    /// An officer does something about it.
    #[n(2)]
    Handled {
        /// Who.
        #[n(0)]
        by: PersonId,
        /// When.
        #[n(1)]
        at: Moment,
    },
    /// An officer has closed it.
    #[n(3)]
    Resolved {
        /// Who.
        #[n(0)]
        by: PersonId,
        /// When.
        #[n(1)]
        at: Moment,
    },
}

impl AlarmState {
    /// How far along: a state never goes back to an earlier one.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::Raised => 0,
            Self::Noted { .. } => 1,
            Self::Handled { .. } => 2,
            Self::Resolved { .. } => 3,
        }
    }

    /// When an officer last said something, if one did.
    pub const fn at(&self) -> Option<Moment> {
        match self {
            Self::Raised => None,
            Self::Noted { at, .. } | Self::Handled { at, .. } | Self::Resolved { at, .. } => {
                Some(*at)
            }
        }
    }
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Alarm {
    /// Kind, unit and start: the same on every node.
    #[n(0)]
    pub alarm: AlarmId,
    /// What is wrong.
    #[n(1)]
    pub kind: AlarmKind,
    /// With whom.
    #[n(2)]
    pub unit: UnitId,
    /// On which movement.
    #[n(3)]
    pub movement: Option<MovementId>,
    /// Since when: the first sighting that showed it, or the time that was due.
    #[n(4)]
    pub raised: Moment,
    /// 1 (act now) to 3 (act soon).
    #[n(5)]
    pub priority: u8,
    /// When the cause went away by itself.
    #[n(6)]
    pub returned: Option<Moment>,
    /// How far officers are with it.
    #[n(7)]
    pub state: AlarmState,
    /// Where the unit was when it was raised, if known.
    #[n(8)]
    pub point: Option<Point>,
}

impl Alarm {
    /// Does it still belong before an officer's eyes? Until resolved, or both noted and over.
    pub const fn is_open(&self) -> bool {
        match self.state {
            AlarmState::Raised | AlarmState::Handled { .. } => true,
            AlarmState::Noted { .. } => self.returned.is_none(),
            AlarmState::Resolved { .. } => false,
        }
    }

    /// When it was last of interest.
    pub(crate) fn touched(&self) -> Moment {
        self.raised
            .max(self.returned.unwrap_or(self.raised))
            .max(self.state.at().unwrap_or(self.raised))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use words::id::UnitId;
    use words::limit::ID_BYTES_MAX;
    use words::moment::Moment;

    use super::AlarmKind;

    #[test]
    fn every_kind_has_its_own_texts_a_priority_and_time_to_act() {
        let mut keys = BTreeSet::new();
        for kind in AlarmKind::ALL {
            let entry = kind.entry();
            for (key, what) in [
                (entry.cause, "cause"),
                (entry.consequence, "consequence"),
                (entry.action, "action"),
            ] {
                assert_eq!(key, format!("alarm-{}-{what}", kind.as_str()));
                assert!(keys.insert(key));
            }
            assert!((1..=3).contains(&entry.priority) && entry.allowed_ms > 0);
            assert_eq!(entry.highly_managed, matches!(kind, AlarmKind::Sos | AlarmKind::Duress));
        }
    }

    #[test]
    fn an_alarm_id_says_what_who_and_since_when() {
        let unit = UnitId::new("chen").unwrap();
        let id = AlarmKind::Sos.id(&unit, Moment::from_ms(1_728_239_400_999));
        assert_eq!(id.as_str(), "sos/chen/1728239400");
    }

    #[test]
    fn long_units_at_absurd_times_still_have_ids_and_different_ones() {
        let units = ["a", "b"].map(|end| UnitId::new(&("x".repeat(63) + end)).unwrap());
        for kind in AlarmKind::ALL {
            for ms in [i64::MIN, 0, i64::MAX] {
                let ids = units.each_ref().map(|unit| kind.id(unit, Moment::from_ms(ms)));
                assert!(ids.iter().all(|id| id.as_str().len() <= ID_BYTES_MAX));
                assert_ne!(ids[0], ids[1]);
            }
        }
    }
}
