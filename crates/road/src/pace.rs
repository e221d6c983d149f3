//! How much slower roads are at an hour, in whole per mille, by class.

use route::net::NONE;

use crate::kind::{CLASSES, Class};

/// Walking pace on a motorway is slower than a twentieth; a larger gap is a slip of the pen.
pub const PER_MILLE_MIN: u16 = 50;

/// Nobody drives faster than twice the usual.
pub const PER_MILLE_MAX: u16 = 2000;

/// Hours of a day.
pub const HOURS: usize = 24;

/// The factor on speed for each class and hour of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    per_mille: [[u16; HOURS]; CLASSES],
}

impl Default for Pace {
    /// Every hour as the table of speeds says: nobody has measured anything yet.
    fn default() -> Self {
        Self { per_mille: [[1000; HOURS]; CLASSES] }
    }
}

impl Pace {
    /// The factor of a class at an hour; hours past midnight begin anew.
    pub fn at(&self, class: Class, hour: u8) -> u16 {
        let hours = self.per_mille.get(usize::from(class.number()));
        hours.and_then(|hours| hours.get(usize::from(hour) % HOURS)).copied().unwrap_or(1000)
    }

    /// Sets the factor of a class at an hour; `false` if the hour or the factor is none.
    pub fn set(&mut self, class: Class, hour: u8, per_mille: u16) -> bool {
        let hours = self.per_mille.get_mut(usize::from(class.number()));
        let slot = hours.and_then(|hours| hours.get_mut(usize::from(hour)));
        match slot.filter(|_| (PER_MILLE_MIN..=PER_MILLE_MAX).contains(&per_mille)) {
            Some(slot) => {
                *slot = per_mille;
                true
            }
            None => false,
        }
    }

    /// Is it the same all day?
    pub fn is_even(&self) -> bool {
        self.per_mille.iter().flatten().all(|factor| *factor == 1000)
    }
}

/// Milliseconds for a length at a speed and a factor, rounded up: length ÷ (speed × factor).
pub fn millis(length_mm: u32, kmh: u8, per_mille: u16) -> u32 {
    // 1 km/h is 1 mm in 3.6 ms; the factor is in thousandths.
    let slow = u64::from(kmh.max(1)) * u64::from(per_mille.max(1));
    let millis = (u64::from(length_mm) * 3600).div_ceil(slow);
    u32::try_from(millis).unwrap_or(NONE).min(NONE - 1)
}

#[cfg(test)]
mod tests {
    use super::{Pace, millis};
    use crate::kind::Class;

    #[test]
    fn a_kilometre_at_sixty_takes_a_minute_and_at_half_the_pace_two() {
        assert_eq!(millis(1_000_000, 60, 1000), 60_000);
        assert_eq!(millis(1_000_000, 60, 500), 120_000);
        assert_eq!(millis(u32::MAX, 1, 50), u32::MAX - 1, "the longest road at the least speed");
    }

    #[test]
    fn a_factor_is_set_for_its_class_and_hour_only() {
        let mut pace = Pace::default();
        assert!(pace.is_even() && pace.set(Class::Trunk, 8, 600));
        let of = |class, hour| pace.at(class, hour);
        let factors = [of(Class::Trunk, 8), of(Class::Trunk, 9), of(Class::Primary, 8)];
        assert_eq!(factors, [600, 1000, 1000]);
        assert!(!pace.is_even() && pace.at(Class::Trunk, 32) == 600);
        assert!(!pace.set(Class::Trunk, 24, 600) && !pace.set(Class::Trunk, 1, 0));
    }
}
