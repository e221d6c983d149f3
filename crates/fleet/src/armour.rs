//! Ratings of armour as laboratories write them, and their classes.

use thiserror::Error;
use words::presence::ArmourClass;

/// A ballistic rating of a whole vehicle or its glass. A class needs rifle fire to be resisted;
/// what stops pistols only is an ordinary vehicle to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    /// No rating.
    None,
    /// EN 1063 (glass) BR1 to BR7; rifles from BR5.
    En1063(u8),
    /// EN 1522 (opaque parts) FB1 to FB7; rifles from FB5.
    En1522(u8),
    /// VPAM BRV (whole vehicles) VR1 to VR14; rifles from VR6.
    Vpam(u8),
    /// NIJ 0108.01, levels I, IIA, II, IIIA, III, IV as 1 to 6; rifles from III.
    Nij(u8),
}

/// A text is no rating that we know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no rating of armour: `BR6`, `FB6`, `VR7`, `NIJ III` or `none`")]
pub struct RatingError(String);

const NIJ: [&str; 6] = ["I", "IIA", "II", "IIIA", "III", "IV"];

impl Rating {
    /// Reads a rating, with the standard's name before it or without.
    pub fn parse(text: &str) -> Result<Self, RatingError> {
        let wrong = || RatingError(text.to_owned());
        let upper = text.trim().to_uppercase();
        let last = upper.split_whitespace().next_back().unwrap_or_default();
        if last == "NONE" {
            return Ok(Self::None);
        }
        if upper.starts_with("NIJ") {
            let level = NIJ.iter().zip(1..).find(|(name, _)| **name == last);
            return level.map(|(_, level)| Self::Nij(level)).ok_or_else(wrong);
        }
        let level = |name: &str, most: u8| {
            let level: u8 = last.strip_prefix(name)?.parse().ok()?;
            (1..=most).contains(&level).then_some(level)
        };
        let found = level("BR", 7).map(Self::En1063);
        let found = found.or_else(|| level("FB", 7).map(Self::En1522));
        let found = found.or_else(|| level("VR", 14).map(Self::Vpam));
        found.ok_or_else(wrong)
    }

    /// Does it resist rifle fire?
    pub const fn rifles(self) -> bool {
        match self {
            Self::None => false,
            Self::En1063(level) | Self::En1522(level) | Self::Nij(level) => level >= 5,
            Self::Vpam(level) => level >= 6,
        }
    }

    /// The class of a vehicle with this rating; `blast` if it was also tested against charges
    /// beside or under it (VPAM ERV, STANAG 4569).
    pub const fn class(self, blast: bool) -> ArmourClass {
        match (self.rifles(), blast) {
            (true, true) => ArmourClass::BlastProof,
            (true, false) => ArmourClass::BulletProof,
            (false, _) => ArmourClass::Soft,
        }
    }
}

#[cfg(test)]
mod tests {
    use words::presence::ArmourClass::{BlastProof, BulletProof, Soft};

    use super::Rating;

    #[test]
    fn a_rating_that_stops_pistols_only_is_no_armour() {
        let class = |text| Rating::parse(text).unwrap().class(false);
        for (text, expected) in [
            ("EN 1063 BR4", Soft),
            ("BR6", BulletProof),
            ("FB4", Soft),
            ("en 1522 fb5", BulletProof),
            ("VPAM BRV VR4", Soft),
            ("VR7", BulletProof),
            ("NIJ IIIA", Soft),
            ("NIJ III", BulletProof),
            ("none", Soft),
        ] {
            assert_eq!(class(text), expected, "{text}");
        }
        assert_eq!(Rating::parse("VR9").unwrap().class(true), BlastProof);
        assert_eq!(Rating::parse("BR2").unwrap().class(true), Soft, "doors, but pistols only");
        for text in ["", "B6", "BR8", "VR0", "NIJ V", "III"] {
            assert!(Rating::parse(text).is_err(), "{text}");
        }
    }
}
