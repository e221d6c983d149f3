//! Numbers to be shown, and places: every cast of the crate is here.

/// A number as a fraction; above 2^53 the nearest one. To be shown, never drawn from.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "what must be exact is counted in whole numbers; this is for people"
)]
pub const fn real(number: u64) -> f64 {
    number as f64
}

/// Millionths from a fraction, rounded; nothing below zero or above `u32::MAX`.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and a number that is none becomes zero"
)]
pub fn millionths(part: f64) -> u32 {
    (part * 1e6).round() as u32
}

/// A count as a number of 32 bits; the greatest one for more.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A part of a whole time.
pub fn part(whole: u32, of: u64, all: u64) -> u32 {
    let part = u128::from(whole) * u128::from(of) / u128::from(all.max(1));
    u32::try_from(part).unwrap_or(u32::MAX)
}
