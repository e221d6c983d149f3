//! How much an ambush on each road costs: chance times loss, in millionths.

use crate::trouble::{BadNumber, Trouble, WEIGHT_MAX};

/// A weight of one: an ambush on the road succeeds for certain and costs one whole movement.
pub const ONE: u32 = 1_000_000;

/// The capacity of a road of weight [`ONE`] in the flow of the game without a budget. A road's
/// capacity is rounded down by less than one part in 2^32 of it.
pub const CAPACITY_ONE: u64 = 1 << 32;

/// The weight of every road. Zero is a road where no ambush can succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threat {
    weights: Vec<u32>,
    rooms: Vec<u64>,
}

impl Threat {
    /// Weights in millionths, at most [`WEIGHT_MAX`] whole ones each.
    pub fn of(weights: Vec<u32>) -> Result<Self, Trouble> {
        let bad = weights.iter().position(|weight| *weight > WEIGHT_MAX * ONE);
        if let Some(road) = bad.and_then(|road| u32::try_from(road).ok()) {
            return Err(Trouble::BadWeight { road, kind: BadNumber::TooLarge });
        }
        let rooms = weights.iter().map(|weight| room(*weight)).collect();
        Ok(Self { weights, rooms })
    }

    /// Weights as fractions, rounded up to a millionth: what is stated never is too good.
    pub fn of_chances(chances: &[f64]) -> Result<Self, Trouble> {
        let weights = (0..).zip(chances).map(|(road, chance)| millionths(road, *chance));
        Self::of(weights.collect::<Result<_, _>>()?)
    }

    /// Weights known as bands from lowest to highest. The game is against somebody who wants the
    /// worst, and its value only grows with a weight: so the upper end counts. What the value
    /// would change by with each weight is the dual price in the answer.
    pub fn of_bands(bands: &[(f64, f64)]) -> Result<Self, Trouble> {
        let upper = (0..).zip(bands).map(|(road, (low, high))| {
            let (low, high) = (millionths(road, *low)?, millionths(road, *high)?);
            if low <= high { Ok(high) } else { Err(Trouble::BandUpsideDown { road }) }
        });
        Self::of(upper.collect::<Result<_, _>>()?)
    }

    /// Chances and what is lost where they come true, road by road; rounded up.
    pub fn of_losses(chances: &[f64], losses: &[f64]) -> Result<Self, Trouble> {
        if chances.len() != losses.len() {
            let count = |list: &[f64]| u32::try_from(list.len()).unwrap_or(u32::MAX);
            return Err(Trouble::OtherRoads { weights: count(losses), roads: count(chances) });
        }
        let weights = (0..).zip(chances.iter().zip(losses)).map(|(road, (chance, loss))| {
            millionths(road, *chance)?;
            millionths(road, *loss)?;
            millionths(road, chance * loss)
        });
        Self::of(weights.collect::<Result<_, _>>()?)
    }

    /// The same but for these roads, `(road, weight in millionths)`.
    pub fn with(&self, changes: &[(u32, u32)]) -> Result<Self, Trouble> {
        let mut weights = self.weights.clone();
        for (road, weight) in changes {
            let at = usize::try_from(*road).ok().and_then(|road| weights.get_mut(road));
            *at.ok_or(Trouble::NoRoad { road: *road })? = *weight;
        }
        Self::of(weights)
    }

    /// Where somebody has watched routes that were driven lately, an ambush is likelier: the
    /// weight of a road that was driven `times` is multiplied by `1 + times * more`, `more` in
    /// millionths, and is at most the greatest weight. That is the whole effect: routes are not
    /// forbidden for having been driven, for a rule that forbids makes what is left easier to
    /// guess (of n equal routes, 1 in n - r instead of 1 in n).
    pub fn watched(&self, driven: &[(u32, u32)], more_ppm: u32) -> Result<Self, Trouble> {
        let changes = driven.iter().map(|(road, times)| {
            let more = u128::from(ONE) + u128::from(*times) * u128::from(more_ppm);
            let grown = (u128::from(self.weight(*road)) * more).div_ceil(u128::from(ONE));
            let most = u128::from(WEIGHT_MAX * ONE);
            (*road, u32::try_from(grown.min(most)).unwrap_or(u32::MAX))
        });
        self.with(&changes.collect::<Vec<_>>())
    }

    /// The weight of a road in millionths; zero for one that is not there.
    pub fn weight(&self, road: u32) -> u32 {
        let at = usize::try_from(road).ok().and_then(|road| self.weights.get(road));
        at.copied().unwrap_or(0)
    }

    /// All weights in millionths, in the order of the roads.
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// The same with less room on some roads.
    pub(crate) fn with_rooms(&self, rooms: Vec<u64>) -> Self {
        Self { weights: self.weights.clone(), rooms }
    }

    /// How much flow each road takes; [`OPEN`] where nothing threatens.
    pub(crate) fn rooms(&self) -> &[u64] {
        &self.rooms
    }
}

/// The capacity of a road that no ambush closes: more than any cut of threatened roads, for a
/// cut of 2^8 roads at the least weight is less.
pub(crate) const OPEN: u64 = 1 << 60;

/// How much flow a road of this weight takes.
pub(crate) const fn room(weight: u32) -> u64 {
    if weight == 0 {
        OPEN
    } else {
        #[expect(clippy::as_conversions, reason = "from 32 to 64 bits; `from` is not const")]
        (CAPACITY_ONE * (ONE as u64) / (weight as u64))
    }
}

fn millionths(road: u32, number: f64) -> Result<u32, Trouble> {
    let kind = if number.is_nan() {
        BadNumber::NotANumber
    } else if number < 0.0 {
        BadNumber::Negative
    } else if number.is_infinite() {
        BadNumber::Infinite
    } else if number > f64::from(WEIGHT_MAX) {
        BadNumber::TooLarge
    } else {
        // Half a billionth is no more than the noise of writing a decimal in binary.
        let up = (number * f64::from(ONE) - 0.000_5).ceil().max(0.0);
        return Ok(u32::try_from(crate::number::whole(up)).unwrap_or(u32::MAX));
    };
    Err(Trouble::BadWeight { road, kind })
}

#[cfg(test)]
mod tests {
    use super::{ONE, Threat};
    use crate::trouble::{BadNumber, Trouble};

    fn kind(chance: f64) -> BadNumber {
        match Threat::of_chances(&[0.5, chance]) {
            Err(Trouble::BadWeight { road: 1, kind }) => kind,
            other => panic!("{chance}: {other:?}"),
        }
    }

    #[test]
    fn a_weight_that_is_none_is_named_with_its_road() {
        assert_eq!(kind(f64::NAN), BadNumber::NotANumber);
        assert_eq!(kind(-0.1), BadNumber::Negative);
        assert_eq!(kind(f64::NEG_INFINITY), BadNumber::Negative);
        assert_eq!(kind(f64::INFINITY), BadNumber::Infinite);
        assert_eq!(kind(1e9), BadNumber::TooLarge);
        let upside = Threat::of_bands(&[(0.1, 0.2), (0.3, 0.2)]);
        assert_eq!(upside, Err(Trouble::BandUpsideDown { road: 1 }));
    }

    #[test]
    fn a_weight_is_rounded_up_and_the_upper_end_counts() {
        let weights = |threat: Result<Threat, _>| threat.unwrap().weights().to_vec();
        assert_eq!(weights(Threat::of_chances(&[0.3, 0.000_000_1, 0.0])), [300_000, 1, 0]);
        assert_eq!(weights(Threat::of_bands(&[(0.1, 0.4)])), [400_000]);
        assert_eq!(weights(Threat::of_losses(&[0.5], &[4.0])), [2_000_000]);
    }

    #[test]
    fn a_watched_road_weighs_more() {
        let threat = Threat::of(vec![200_000, 500_000]).unwrap();
        let watched = threat.watched(&[(1, 2)], 250_000).unwrap();
        assert_eq!(watched.weights(), [200_000, 750_000]);
        assert_eq!(threat.watched(&[(7, 1)], ONE), Err(Trouble::NoRoad { road: 7 }));
    }
}
