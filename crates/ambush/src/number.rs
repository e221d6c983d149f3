//! Numbers as places and as fractions: every cast of the crate is here.

/// A number as a fraction; above 2^53 the nearest one.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "what must be exact is counted in whole numbers; this is for the search"
)]
pub(crate) const fn real(number: u64) -> f64 {
    number as f64
}

/// A wide number as a fraction, in the same manner.
pub(crate) fn wide(number: u128) -> f64 {
    let half = |number: u128| real(fit(number));
    half(number >> 64) * 2_f64.powi(64) + half(number & u128::from(u64::MAX))
}

/// A fraction rounded down to a whole number; nothing below zero, at most 2^64 - 1.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and a number that is none becomes zero"
)]
pub(crate) const fn whole(number: f64) -> u64 {
    number as u64
}

/// A place in a list as a number of 32 bits.
///
/// # Panics
///
/// With more than 2^32 - 1 things; columns of a network are numbered with 32 bits.
pub(crate) fn id(place: usize) -> u32 {
    u32::try_from(place).expect("the columns of a network are numbered with 32 bits")
}

/// The number of a list's end, and with it of the next thing put there.
pub(crate) fn end<T>(list: &[T]) -> u32 {
    id(list.len())
}

/// Wide numbers that are known to fit 64 bits, or the greatest one.
pub(crate) fn fit(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
