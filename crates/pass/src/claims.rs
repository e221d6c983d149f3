//! What a pass says: who may pass where and when, with what; never a route.

use minicbor::{Decode, Encode};
use thiserror::Error;
use words::id::{ConsentId, MovementId, PartyId, PassId, UnitId, ZoneId};
use words::limit::SEATS_MAX;
use words::moment::Window;
use words::presence::{ArmsClass, Task};

/// One line on a guard's telephone.
pub const APPEARANCE_CHARS_MAX: usize = 60;

/// The longest number plates have ten characters; two vehicles are two passes.
pub const VEHICLE_CHARS_MAX: usize = 16;

/// A pass cites the few articles that a guard may be asked about.
pub const ARTICLES_MAX: usize = 6;

/// An article is cited as `4(1)` or `Annex B 3(2)`.
pub const ARTICLE_CHARS_MAX: usize = 16;

/// Half a day: a pass is issued when it is needed, so that a revocation which has not reached a
/// checkpoint dies out by itself.
pub const LIFE_MS_MAX: i64 = 12 * 3_600_000;

/// Why claims are not those of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClaimsError {
    /// One party cannot be both.
    #[error("host and guest are the same party")]
    SameParty,
    /// Empty, longer than [`APPEARANCE_CHARS_MAX`], or not plain text.
    #[error("the appearance is 1 to {APPEARANCE_CHARS_MAX} plain characters")]
    Appearance,
    /// Empty, longer than [`VEHICLE_CHARS_MAX`], or not plain text.
    #[error("the vehicle's plate is 1 to {VEHICLE_CHARS_MAX} plain characters")]
    Vehicle,
    /// Nobody, or more than a movement carries.
    #[error("the headcount is 1 to {SEATS_MAX}")]
    Headcount,
    /// Too many, or one that is empty, too long or not plain text.
    #[error("a pass cites up to {ARTICLES_MAX} articles of {ARTICLE_CHARS_MAX} plain characters")]
    Articles,
    /// Longer than [`LIFE_MS_MAX`].
    #[error("a pass lives for at most 12 hours")]
    TooLongLived,
}

/// What both parties sign.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Claims {
    /// The pass.
    #[n(0)]
    pub pass: PassId,
    /// Whose territory it is.
    #[n(1)]
    pub host: PartyId,
    /// Whose people they are.
    #[n(2)]
    pub guest: PartyId,
    /// For which movement.
    #[n(3)]
    pub movement: MovementId,
    /// Who carries it, by pseudonym.
    #[n(4)]
    pub holder: UnitId,
    /// How a guard recognises the holder.
    #[n(5)]
    pub appearance: String,
    /// The vehicle's plate.
    #[n(6)]
    pub vehicle: String,
    /// Persons in the vehicle.
    #[n(7)]
    pub headcount: u32,
    /// Doing what.
    #[n(8)]
    pub task: Task,
    /// How armed at most.
    #[n(9)]
    pub arms: ArmsClass,
    /// Where it is good.
    #[n(10)]
    pub zone: ZoneId,
    /// When it is good.
    #[n(11)]
    pub window: Window,
    /// Articles of the agreement that say so.
    #[n(12)]
    pub articles: Vec<String>,
    /// The consent it rests on.
    #[n(13)]
    pub consent: ConsentId,
}

impl Claims {
    /// Are these the claims of a pass? Nothing else is ever signed or shown to a guard.
    pub fn check(&self) -> Result<(), ClaimsError> {
        let life_ms = self.window.end().ms_since(self.window.start());
        let article = |text: &String| is_plain(text, ARTICLE_CHARS_MAX);
        let rules = [
            (self.host != self.guest, ClaimsError::SameParty),
            (is_plain(&self.appearance, APPEARANCE_CHARS_MAX), ClaimsError::Appearance),
            (is_plain(&self.vehicle, VEHICLE_CHARS_MAX), ClaimsError::Vehicle),
            ((1..=SEATS_MAX).contains(&self.headcount), ClaimsError::Headcount),
            (self.articles.len() <= ARTICLES_MAX, ClaimsError::Articles),
            (self.articles.iter().all(article), ClaimsError::Articles),
            (life_ms <= LIFE_MS_MAX, ClaimsError::TooLongLived),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, error)| Err(error))
    }
}

// A guard reads this off a screen: no line breaks, and no marks that turn the reading direction,
// for they make a text look like another.
fn is_plain(text: &str, chars_max: usize) -> bool {
    let turns = |c: char| {
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(|c| c.is_control() || turns(c))
}
