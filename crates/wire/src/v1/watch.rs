//! The watch: alarms, headcount, units.

use crate::v1::UnixMs;

views! {
    /// An alarm.
    AlarmView {
        /// Its id.
        alarm: String,
        /// What kind.
        kind: String,
        /// Whose.
        unit: String,
        /// On which movement.
        movement: Option<String>,
        /// 1 is the most urgent.
        priority: u8,
        /// `raised`, `noted`, `handled` or `resolved`.
        state: String,
        /// When it was raised.
        raised: UnixMs,
        /// Until when somebody must act.
        due: UnixMs,
        /// When its cause went away by itself.
        returned: Option<UnixMs>,
        /// What happened.
        cause: String,
        /// What comes of it if nobody acts.
        consequence: String,
        /// What to do.
        action: String,
        /// Who noted, handled or resolved it last.
        by: Option<String>,
    }

    /// Who of the protected persons is accounted for.
    HeadcountView {
        /// At which moment.
        at: UnixMs,
        /// Persons under protection.
        enrolled: u32,
        /// Persons with a fresh sign of life and no open call for help.
        accounted: u32,
        /// The others.
        unaccounted: Vec<UnaccountedView>,
    }

    /// A person of whom there is no fresh sign of life.
    UnaccountedView {
        /// Who.
        unit: String,
        /// The last sign of life.
        last: Option<UnixMs>,
        /// Over which channel: `owntracks`, `me`, `peer`, `sms` or `radio`.
        channel: Option<String>,
    }

    /// An enrolled person or vehicle.
    UnitView {
        /// Its pseudonym.
        unit: String,
        /// `protected`, `guest_personnel`, `host_personnel` or `vehicle`.
        kind: String,
        /// What officers call it on the radio.
        label: String,
        /// Where it was last seen.
        position: Option<PositionView>,
    }

    /// Where a unit was.
    PositionView {
        /// When.
        at: UnixMs,
        /// Latitude, degrees times ten million.
        lat_e7: i32,
        /// Longitude, degrees times ten million.
        lon_e7: i32,
        /// How exact, in metres.
        accuracy_m: Option<u32>,
        /// How fast, in kilometres an hour.
        speed_kmh: Option<u32>,
        /// Whereto, in degrees from north.
        course_deg: Option<u16>,
        /// Its battery, in percent.
        battery_pct: Option<u8>,
        /// Over which channel: `owntracks`, `me`, `peer`, `sms` or `radio`.
        channel: String,
    }
}
