//! What a pass says to a checkpoint: who, what, where, when; never a route.

use minicbor::bytes::ByteArray;
use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};
use thiserror::Error;
use words::id::{PassId, ZoneId};
use words::limit::SEATS_MAX;
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

/// One line on a guard's telephone.
pub const APPEARANCE_CHARS_MAX: usize = 60;

/// The longest number plates have ten characters; two vehicles are two passes.
pub const VEHICLE_CHARS_MAX: usize = 16;

/// A person carries a long arm, a sidearm and what is kept in the vehicle.
pub const SERIALS_MAX: usize = 4;

/// Serial numbers of small arms have up to twelve characters; some carry a maker's prefix.
pub const SERIAL_CHARS_MAX: usize = 16;

/// Half a day: a pass is issued when it is needed, so that a revocation which has not reached a
/// checkpoint dies out by itself.
pub const LIFE_MS_MAX: i64 = 12 * 3_600_000;

/// How many passes can live at once under one list of dead passes: with passes of half a day, more
/// than two states ever had in the field at the same time, and 8 KiB uncompressed.
pub const INDICES: u32 = 65_536;

/// Why claims are not those of a pass. The first that applies, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClaimsError {
    /// Not below [`INDICES`].
    #[error("the index in the list of dead passes is below {INDICES}")]
    Index,
    /// Empty, longer than [`APPEARANCE_CHARS_MAX`], or not plain text.
    #[error("the appearance is 1 to {APPEARANCE_CHARS_MAX} plain characters")]
    Appearance,
    /// Empty, longer than [`VEHICLE_CHARS_MAX`], or not plain text.
    #[error("the vehicle's plate is 1 to {VEHICLE_CHARS_MAX} plain characters")]
    Vehicle,
    /// Nobody, or more than a movement carries.
    #[error("the headcount is 1 to {SEATS_MAX}")]
    Headcount,
    /// Too many, one that is empty, too long or not plain text, or an arm of somebody unarmed.
    #[error("up to {SERIALS_MAX} serials of {SERIAL_CHARS_MAX} plain characters, unarmed none")]
    Serials,
    /// Longer than [`LIFE_MS_MAX`].
    #[error("a pass lives for at most 12 hours")]
    TooLongLived,
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident: $length:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub [u8; $length]);

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _ctx: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, DecodeError> {
                ByteArray::<$length>::decode(d, ctx).map(|bytes| Self(bytes.into()))
            }
        }
    )+};
}

fixed! {
    /// The first 16 bytes of a SHA-256: nobody finds a second thing with the same ones.
    Digest: 16,
    /// The public bytes of an Ed25519 key: of a node, or of a holder's phone.
    Ed25519: 32,
}

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let whole = note::digest::sha256(bytes).0;
        Self(*whole.first_chunk().expect("a SHA-256 has more than 16 bytes"))
    }
}

/// What both parties sign and every checkpoint reads. Whose people they are is no claim: it is
/// who has signed. For which movement and under which consent stands in the basis, of which a
/// checkpoint sees the digest only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Claims {
    /// The pass.
    #[n(0)]
    pub pass: PassId,
    /// Its bit in the list of dead passes.
    #[n(1)]
    pub index: u32,
    /// How a guard recognises the holder.
    #[n(2)]
    pub appearance: String,
    /// Of the file of the holder's photograph.
    #[n(3)]
    pub photo: Option<Digest>,
    /// The vehicle's plate.
    #[n(4)]
    pub vehicle: String,
    /// Persons in the vehicle.
    #[n(5)]
    pub headcount: u32,
    /// Doing what.
    #[n(6)]
    pub task: Task,
    /// How armed at most.
    #[n(7)]
    pub arms: ArmsClass,
    /// The serial numbers of the arms that are carried.
    #[n(8)]
    pub serials: Vec<String>,
    /// Where it is good.
    #[n(9)]
    pub zone: ZoneId,
    /// When it is good.
    #[cbor(n(10), with = "span")]
    pub window: Window,
    /// Of the basis: movement, holder, consent, articles, salted.
    #[n(11)]
    pub basis: Digest,
    /// The holder's phone: whoever holds it can answer a challenge.
    #[n(12)]
    pub phone: Option<Ed25519>,
}

impl Claims {
    /// Are these the claims of a pass? Nothing else is ever signed or shown to a guard.
    pub fn check(&self) -> Result<(), ClaimsError> {
        let life_ms = self.window.end().ms_since(self.window.start());
        let serial = |text: &String| is_plain(text, SERIAL_CHARS_MAX);
        let unarmed = self.arms == ArmsClass::Unarmed;
        let rules = [
            (self.index < INDICES, ClaimsError::Index),
            (is_plain(&self.appearance, APPEARANCE_CHARS_MAX), ClaimsError::Appearance),
            (is_plain(&self.vehicle, VEHICLE_CHARS_MAX), ClaimsError::Vehicle),
            ((1..=SEATS_MAX).contains(&self.headcount), ClaimsError::Headcount),
            (self.serials.len() <= SERIALS_MAX, ClaimsError::Serials),
            (self.serials.iter().all(serial), ClaimsError::Serials),
            (!unarmed || self.serials.is_empty(), ClaimsError::Serials),
            (life_ms <= LIFE_MS_MAX, ClaimsError::TooLongLived),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, error)| Err(error))
    }
}

// A guard reads this off a screen: no line breaks, and no marks that turn the reading direction,
// for they make a text look like another.
pub(crate) fn is_plain(text: &str, chars_max: usize) -> bool {
    let turns = |c: char| {
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(|c| c.is_control() || turns(c))
}

/// A window as its start and its length in milliseconds: four bytes fewer than two moments.
mod span {
    use super::{DecodeError, Decoder, EncodeError, Encoder, Moment, Window, Write};

    pub(super) fn encode<C, W: Write>(
        window: &Window,
        e: &mut Encoder<W>,
        _ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        let start = window.start();
        e.array(2)?.i64(start.unix_ms)?.i64(window.end().ms_since(start))?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _ctx: &mut C) -> Result<Window, DecodeError> {
        if d.array()? != Some(2) {
            return Err(DecodeError::message("a window has a start and a length"));
        }
        let start = Moment::from_ms(d.i64()?);
        let window = Window::new(start, start.plus_ms(d.i64()?));
        window.ok_or_else(|| DecodeError::message("a window has a length"))
    }
}
