//! How long, how often, how far: the watch's parameters.

use words::limit::CLOCK_SKEW_MAX_MS;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// The watch's parameters. The default fits a road convoy whose phones report every 10 s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// Silence of a unit that is needed, after which its signal counts as lost. Five minutes
    /// outlast the tunnels of a city and not an abduction.
    pub lost_signal_ms: i64,
    /// After a due check-in: prompt, radio, call others, overdue, missing. Ascending.
    pub ladder_ms: [i64; 5],
    /// Sightings in a row outside a corridor before it counts as left: one is a bad fix.
    pub corridor_confirm_count: u32,
    /// Sightings in a row outside a guest's zones before it counts.
    pub zone_confirm_count: u32,
    /// A coarser fix than this neither raises nor ends an alarm about a place.
    pub accuracy_used_max_m: u32,
    /// A check-in this near to a check-in point is a check-in at that point.
    pub check_in_radius_m: u32,
    /// A check-in counts, wherever made, from this long before it is due.
    pub check_in_early_ms: i64,
    /// A sign of life older than this no longer accounts for a person.
    pub sign_of_life_ms: i64,
    /// A sighting dated further ahead than this is from a wrong or falsified clock.
    pub skew_max_ms: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lost_signal_ms: 5 * MINUTE_MS,
            ladder_ms: [0, 10, 20, 30, 60].map(|minutes| minutes * MINUTE_MS),
            corridor_confirm_count: 3,
            zone_confirm_count: 3,
            accuracy_used_max_m: 200,
            check_in_radius_m: 500,
            check_in_early_ms: 15 * MINUTE_MS,
            sign_of_life_ms: 15 * MINUTE_MS,
            skew_max_ms: CLOCK_SKEW_MAX_MS,
        }
    }
}
