//! Why a question has no answer, in a closed set, and what to do then.

use ambush::trouble::Trouble;
use thiserror::Error;
use words::place::Point;

/// Why a question has no answer. Nothing is left half done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum No {
    /// A text that names no place here.
    #[error("`{0}` is no place of these roads")]
    NoPlace(String),
    /// A place too far from every road.
    #[error("{at} is off the road: the nearest one, {name}, is {metres} m away", at = told(*.at))]
    OffRoad {
        /// The place.
        at: Point,
        /// What the nearest road is called.
        name: String,
        /// How far it is.
        metres: u64,
        /// Where it is nearest.
        nearest: Point,
    },
    /// There is no road anywhere near: these are the roads of another country.
    #[error("{at} has no road within 100 km: these are other roads", at = told(*.0))]
    FarOff(Point),
    /// A text that names no road here.
    #[error("`{0}` is no road of this network")]
    NoRoad(String),
    /// More of something than there may be.
    #[error("at most {max} {things} are weighed at once, there are {got}")]
    TooMany {
        /// Of what.
        things: &'static str,
        /// How many there may be.
        max: usize,
        /// How many there are.
        got: usize,
    },
    /// A number out of its range.
    #[error("{what} must be {range}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// From where to where.
        range: &'static str,
    },
    /// The game itself has no answer.
    #[error(transparent)]
    Game(#[from] Trouble),
}

fn told(at: Point) -> String {
    format!("{},{}", at.lat(), at.lon())
}

impl No {
    /// Its kind, one word of a closed set: pages say it in the reader's language.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoPlace(_) => "no-place",
            Self::OffRoad { .. } | Self::FarOff(_) => "off-road",
            Self::NoRoad(_) => "no-road",
            Self::TooMany { .. } | Self::OutOfRange { .. } => "out-of-range",
            Self::Game(trouble) => of_game(trouble),
        }
    }

    /// What to do.
    pub fn remedy(&self) -> String {
        match self {
            Self::OffRoad { nearest, .. } => {
                format!("begin at {}, or add the way there by an overlay", told(*nearest))
            }
            Self::Game(Trouble::NoneWithin { limit_ms, fastest_ms }) => {
                let least = fastest_ms.saturating_mul(1_000).div_ceil((*limit_ms).max(1));
                format!("allow more time: {}.{:03} times this budget", least / 1_000, least % 1_000)
            }
            Self::NoPlace(_)
            | Self::FarOff(_)
            | Self::NoRoad(_)
            | Self::TooMany { .. }
            | Self::OutOfRange { .. }
            | Self::Game(_) => remedy_of(self.word()).to_owned(),
        }
    }
}

// What to do, by the kind.
fn remedy_of(word: &str) -> &'static str {
    match word {
        "no-place" => "name a junction's id, or give latitude and longitude: 24.8607,67.0011",
        "off-road" => "import the roads of this country, or correct the place",
        "no-road" => "name a road's id, `#NUMBER` of a piece, or a place on it",
        "same-place" => "name two different places",
        "island" => "a closure or an island lies between: open it, or choose another end",
        "slow" => "give a budget of at least 1, in times of the fastest route",
        "no-threat" => "give weights above 0, or take the fastest route: nothing waits anywhere",
        "safe-route" => "take that route, or give the roads on it a weight",
        "bad-weight" => "give every road a number from 0 to 1000",
        "bad-sum" => "the menu was changed after it was made: make it again",
        "bad-menu" => "the menu is of other roads, or was changed: make it again",
        _ => "correct the number",
    }
}

const fn of_game(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::SamePlace => "same-place",
        Trouble::Island { .. } => "island",
        Trouble::NoneWithin { .. } | Trouble::BudgetBelowFastest { .. } => "slow",
        Trouble::BadWeight { .. } | Trouble::BandUpsideDown { .. } => "bad-weight",
        Trouble::NoThreat => "no-threat",
        Trouble::SafeRoute { .. } => "safe-route",
        Trouble::BadSum { .. } => "bad-sum",
        Trouble::BrokenRoute { .. } | Trouble::SlowRoute { .. } => "bad-menu",
        Trouble::NoRoad { .. } => "no-road",
        Trouble::NoJunction { .. }
        | Trouble::OtherRoads { .. }
        | Trouble::OutOfRange { .. }
        | Trouble::BadNet { .. } => "out-of-range",
    }
}

/// Every kind of no, for the pages' words.
pub const NOS: &[&str] = &[
    "no-place",
    "off-road",
    "no-road",
    "out-of-range",
    "same-place",
    "island",
    "slow",
    "bad-weight",
    "no-threat",
    "safe-route",
    "bad-sum",
    "bad-menu",
];
