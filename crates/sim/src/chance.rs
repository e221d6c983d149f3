//! Chance of one purpose: the network's dice never move the officers' dice.

use strongbox::dice::{Dice, SeededDice};

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Chance(SeededDice);

impl Chance {
    /// The stream of a seed and a purpose.
    pub fn of(seed: u64, purpose: &str) -> Self {
        Self(SeededDice::of(seed, purpose))
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let roll = self.0.roll();
        let number = roll.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        number.checked_rem(end).unwrap_or(0)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(0);
        least.saturating_add(i64::try_from(self.below(span + 1)).unwrap_or(0))
    }

    /// True once in `times`; never if `times` is 0.
    pub fn one_in(&mut self, times: u64) -> bool {
        times > 0 && self.below(times) == 0
    }

    /// One of several, if there is one.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(from.len()).unwrap_or(0));
        from.get(usize::try_from(at).unwrap_or(0))
    }
}
