//! Ranges of numbers that sources disagree on, and honest sums of them.

/// The lowest and the highest number that any source gives; `None` where nobody gives one.
pub type Range = (Option<u32>, Option<u32>);

/// A range for people: `3`, `2–3`, `≥ 2`, `≤ 7`, or `?` when nobody knows.
pub fn show(range: Range) -> String {
    match range {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("≥ {low}"),
        (None, Some(high)) => format!("≤ {high}"),
        (None, None) => "?".to_owned(),
    }
}

/// Do the sources name different numbers?
pub fn is_open(range: Range) -> bool {
    matches!(range, (Some(low), Some(high)) if low != high)
}

/// A sum of ranges. It never hides what nobody counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// If every lowest number is right; an unknown one counts as 0.
    pub low: u64,
    /// If every highest number is right; an unknown one counts as its lowest.
    pub high: u64,
    /// Of how many terms the highest number is unknown, so that even `high` may be too low.
    pub unbounded: u32,
}

impl Sum {
    /// The sum of all ranges.
    pub fn of(ranges: impl IntoIterator<Item = Range>) -> Self {
        ranges.into_iter().fold(Self::default(), |sum, (low, high)| Self {
            low: sum.low.saturating_add(low.unwrap_or(0).into()),
            high: sum.high.saturating_add(high.or(low).unwrap_or(0).into()),
            unbounded: sum.unbounded.saturating_add(u32::from(high.is_none())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Sum, is_open, show};

    #[test]
    fn a_range_says_what_is_known_and_no_more() {
        let cases = [
            ((Some(2), Some(2)), "2", false),
            ((Some(2), Some(3)), "2–3", true),
            ((Some(2), None), "≥ 2", false),
            ((None, Some(7)), "≤ 7", false),
            ((None, None), "?", false),
        ];
        for (range, text, open) in cases {
            assert_eq!((show(range).as_str(), is_open(range)), (text, open));
        }
    }

    #[test]
    fn a_sum_counts_what_nobody_counted() {
        let sum = Sum::of([(Some(1), Some(4)), (None, Some(7)), (Some(2), None), (None, None)]);
        assert_eq!(sum, Sum { low: 3, high: 13, unbounded: 2 });
    }
}
