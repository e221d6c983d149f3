//! Acts on alarms: acknowledged, handled, resolved.

use crate::act::Act;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::{AlarmId, IncidentId};

/// An officer has seen the alarm. It says nothing about its truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AlarmNoted {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
}

/// An officer does something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AlarmHandled {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// What is being done.
    #[n(1)]
    pub action: String,
}

/// An officer closes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct AlarmResolved {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// How it ended.
    #[n(1)]
    pub outcome: String,
    /// The incident it became, if any.
    #[n(2)]
    pub incident: Option<IncidentId>,
}

/// The alarm that an act answers.
pub const fn answered(act: &Act) -> Option<&AlarmId> {
    if let Act::AlarmNoted(AlarmNoted { alarm })
    | Act::AlarmHandled(AlarmHandled { alarm, .. })
    | Act::AlarmResolved(AlarmResolved { alarm, .. }) = act
    {
        Some(alarm)
    } else {
        None
    }
}
