//! Sites that could be struck, as columns: what each is worth.

use thiserror::Error;

/// More sites than a country has junctions, and what 100 MB of columns hold.
pub const SITES_MAX: usize = 5_000_000;

/// Stakes lie between minus and plus this, so that differences fit 32 bits.
pub const STAKE_MAX: i32 = 1_000_000_000;

/// What is at stake at one site or segment, in whole units that are the same for all of them
/// (persons at risk times a hundred, say). The attacker's and the planner's may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stake {
    /// What an attack is worth to the attacker where nobody stands.
    pub uncovered: i32,
    /// What it is worth to him where somebody does; less than `uncovered`.
    pub covered: i32,
    /// What the protected have left after an attack where nobody stands, mostly negative.
    pub lost: i32,
    /// What they have left where somebody does; at least `lost`.
    pub kept: i32,
}

impl Stake {
    /// One loss for both sides: what the attacker gains is what the protected lose. `left` of
    /// `loss` remains where somebody stands.
    pub const fn opposed(loss: i32, left: i32) -> Self {
        Self { uncovered: loss, covered: left, lost: -loss, kept: -left }
    }
}

/// Why stakes cannot be played on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StakeError {
    /// No site at all.
    #[error("there is no site")]
    None,
    /// More than [`SITES_MAX`].
    #[error("{0} sites are more than {SITES_MAX}")]
    TooMany(usize),
    /// A guard must make a site worth less to an attacker.
    #[error("site {0}: an attack is worth as much to the attacker with a guard as without")]
    NoUse(u32),
    /// A guard must not make an attack worse for the protected.
    #[error("site {0}: a guard makes it worse for the protected")]
    Worse(u32),
    /// Beyond [`STAKE_MAX`].
    #[error("site {0}: a stake lies beyond {STAKE_MAX}")]
    TooLarge(u32),
}

/// The stakes of many sites, a column each; a site's number is its place in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sites {
    pub(crate) uncovered: Vec<i32>,
    pub(crate) covered: Vec<i32>,
    pub(crate) lost: Vec<i32>,
    pub(crate) kept: Vec<i32>,
}

impl Sites {
    /// Takes stakes of sites, or names the first that cannot be played on.
    pub fn new(stakes: &[Stake]) -> Result<Self, StakeError> {
        if stakes.is_empty() {
            return Err(StakeError::None);
        }
        if stakes.len() > SITES_MAX {
            return Err(StakeError::TooMany(stakes.len()));
        }
        for (site, stake) in (0..).zip(stakes) {
            let all = [stake.uncovered, stake.covered, stake.lost, stake.kept];
            if all.iter().any(|it| !(-STAKE_MAX..=STAKE_MAX).contains(it)) {
                return Err(StakeError::TooLarge(site));
            }
            if stake.covered >= stake.uncovered {
                return Err(StakeError::NoUse(site));
            }
            if stake.kept < stake.lost {
                return Err(StakeError::Worse(site));
            }
        }
        let column = |of: fn(&Stake) -> i32| stakes.iter().map(of).collect();
        Ok(Self {
            uncovered: column(|it| it.uncovered),
            covered: column(|it| it.covered),
            lost: column(|it| it.lost),
            kept: column(|it| it.kept),
        })
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.uncovered.len()
    }

    /// The stakes of one site.
    pub fn stake(&self, site: u32) -> Option<Stake> {
        let at = usize::try_from(site).ok()?;
        Some(Stake {
            uncovered: *self.uncovered.get(at)?,
            covered: *self.covered.get(at)?,
            lost: *self.lost.get(at)?,
            kept: *self.kept.get(at)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{STAKE_MAX, Sites, Stake, StakeError};

    #[test]
    fn a_site_that_cannot_be_played_on_is_named() {
        let good = Stake::opposed(10, 2);
        let after = |bad| Sites::new(&[good, bad]).unwrap_err();
        assert_eq!(Sites::new(&[]), Err(StakeError::None));
        assert_eq!(after(Stake { covered: 10, ..good }), StakeError::NoUse(1));
        assert_eq!(after(Stake { kept: -11, ..good }), StakeError::Worse(1));
        assert_eq!(after(Stake { uncovered: STAKE_MAX + 1, ..good }), StakeError::TooLarge(1));
        assert_eq!(Sites::new(&[good]).unwrap().stake(0), Some(good));
    }
}
