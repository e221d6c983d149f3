//! Columns that are read and written by number.

use route::net::ix;

/// What stands there.
pub(crate) fn at<T: Copy + Default>(column: &[T], number: u32) -> T {
    column.get(ix(number)).copied().unwrap_or_default()
}

/// Puts a value there.
pub(crate) fn put<T>(column: &mut [T], number: u32, value: T) {
    if let Some(place) = column.get_mut(ix(number)) {
        *place = value;
    }
}
