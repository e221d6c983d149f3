//! Slots of departure: what it is worth that nobody knows the time.

use crate::number::real;
use crate::threat::ONE;
use crate::trouble::Trouble;

/// The times a departure is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// How many there are, one after the other.
    pub count: u32,
    /// Through how many in a row an ambush can stay before a patrol meets it.
    pub dwell: u32,
    /// How often an insider tells the slot that was drawn, in millionths.
    pub leak_ppm: u32,
}

impl Slots {
    /// At least one slot, an ambush that stays at least one, a leak of at most all.
    pub fn check(self) -> Result<(), Trouble> {
        match self {
            Self { count: 0, .. } => Err(Trouble::OutOfRange { what: "a draw from no slot" }),
            Self { dwell: 0, .. } => {
                Err(Trouble::OutOfRange { what: "an ambush that stays for no slot" })
            }
            Self { leak_ppm, .. } if leak_ppm > ONE => {
                Err(Trouble::OutOfRange { what: "a leak of more than every slot" })
            }
            Self { .. } => Ok(()),
        }
    }

    /// The slots worth drawing from, all alike: no ambush stays through two of them. As many
    /// ambushes stay through all slots together, so that no other draw is better.
    pub fn drawn(self) -> impl Iterator<Item = u32> {
        (0..self.count).step_by(usize::try_from(self.dwell.max(1)).unwrap_or(usize::MAX))
    }

    /// What is left of the value of one known slot, as a part of it: one through the number of
    /// slots drawn from where the slot is not told, and all of it where it is.
    pub fn left(self) -> f64 {
        let drawn = real(self.count.div_ceil(self.dwell.max(1)).max(1).into());
        let told = f64::from(self.leak_ppm) / f64::from(ONE);
        (1.0 - told) / drawn + told
    }
}

/// The value of slots that have each a game of their own, when nobody tells which is drawn, and
/// how often to draw each, as parts of one: the flows of all slots add up.
pub fn together(values: &[f64]) -> Result<(f64, Vec<f64>), Trouble> {
    let bad = |value: &f64| !value.is_finite() || *value <= 0.0;
    if values.is_empty() || values.iter().any(bad) {
        return Err(Trouble::OutOfRange { what: "a slot's value, which must be above zero," });
    }
    let value = 1.0 / values.iter().map(|value| 1.0 / value).sum::<f64>();
    Ok((value, values.iter().map(|own| value / own).collect()))
}

#[cfg(test)]
mod tests {
    use super::{Slots, together};
    use crate::trouble::Trouble;

    fn left(count: u32, dwell: u32, leak_ppm: u32) -> f64 {
        let slots = Slots { count, dwell, leak_ppm };
        slots.check().unwrap();
        slots.left()
    }

    #[test]
    fn a_leak_costs_what_the_slots_were_worth() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(left(8, 1, 0), 1.0 / 8.0);
        near(left(8, 1, 1_000_000), 1.0);
        // Eight slots, one in five told: 2.4 times the value of none told.
        near(left(8, 1, 200_000) / left(8, 1, 0), 2.4);
        // An ambush that stays for three of eight slots meets one of three.
        near(left(8, 3, 0), 1.0 / 3.0);
        assert_eq!(
            Slots { count: 8, dwell: 3, leak_ppm: 0 }.drawn().collect::<Vec<_>>(),
            [0, 3, 6]
        );
        near(left(2, 9, 0), 1.0);
    }

    #[test]
    fn slots_that_are_no_slots_are_refused() {
        for (count, dwell, leak_ppm) in [(0, 1, 0), (1, 0, 0), (1, 1, 1_000_001)] {
            let refused = Slots { count, dwell, leak_ppm }.check();
            assert!(matches!(refused, Err(Trouble::OutOfRange { .. })), "{count} {dwell}");
        }
        for values in [&[][..], &[0.5, 0.0], &[f64::NAN], &[-1.0], &[f64::INFINITY]] {
            assert!(together(values).is_err(), "{values:?}");
        }
    }

    #[test]
    fn a_safer_slot_is_drawn_more_often() {
        let (value, shares) = together(&[0.5, 0.25]).unwrap();
        assert!((value - 1.0 / 6.0).abs() < 1e-12);
        assert!((shares[0] - 1.0 / 3.0).abs() < 1e-12 && (shares[1] - 2.0 / 3.0).abs() < 1e-12);
    }
}
