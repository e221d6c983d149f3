//! Numbers that change their kind, each way in one place.

/// A whole number as a real one; above 2⁵³ the nearest.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "rounding is what is asked")]
pub(crate) const fn real(number: u64) -> f64 {
    number as f64
}

/// The whole part of a real number; zero for a negative one and for what is not a number.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates here, and that is asked for"
)]
pub(crate) const fn whole(number: f64) -> u64 {
    number as u64
}

/// The whole part of a real number, towards zero; at the ends of the type the end.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "`as` saturates here")]
pub(crate) const fn nearest_below(number: f64) -> i32 {
    number.floor() as i32
}

/// How many there are; a column longer than 32 bits can count is refused where it is read.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
