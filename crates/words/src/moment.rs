//! Moments and windows of time, in whole milliseconds since 1970 UTC.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A point in time, milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Moment {
    /// Milliseconds since the epoch.
    #[n(0)]
    pub unix_ms: i64,
}

impl Moment {
    /// A moment from milliseconds since the epoch.
    pub const fn from_ms(unix_ms: i64) -> Self {
        Self { unix_ms }
    }

    /// The moment `ms` milliseconds later (earlier, if negative); stops at the ends of time.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self { unix_ms: self.unix_ms.saturating_add(ms) }
    }

    /// Milliseconds from `earlier` to this moment; negative if it is the later one.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.unix_ms.saturating_sub(earlier.unix_ms)
    }

    /// Reads `2024-10-06T18:30:00Z`, whole seconds of UTC and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
        let bytes = text.as_bytes();
        if bytes.len() != 20 || marks.iter().any(|(at, mark)| bytes.get(*at) != Some(mark)) {
            return None;
        }
        let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
        let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
        let real = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60;
        let moment = Self::from_ms((seconds + second) * 1_000);
        // 31 April reads as 1 May: what does not print as it was written is not a date.
        (real && moment.to_string() == text).then_some(moment)
    }

    /// Year, month, day, hour, minute, second of UTC.
    pub fn civil(self) -> (i64, i64, i64, i64, i64, i64) {
        let seconds = self.unix_ms.div_euclid(1_000);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        (year, month, day, rest / 3_600, rest / 60 % 60, rest % 60)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil();
        write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

// Days since 1970-01-01 of the proleptic Gregorian calendar, counted in 400-year eras that
// start on 1 March, so that the leap day is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A span of time that holds its start and not its end; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode)]
pub struct Window {
    #[n(0)]
    start: Moment,
    #[n(1)]
    end: Moment,
}

impl Window {
    /// A window, if it ends after it starts.
    pub fn new(start: Moment, end: Moment) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The first moment inside.
    pub const fn start(self) -> Moment {
        self.start
    }

    /// The first moment outside.
    pub const fn end(self) -> Moment {
        self.end
    }

    /// Is `at` inside?
    pub fn holds(self, at: Moment) -> bool {
        self.start <= at && at < self.end
    }

    /// Is all of `inner` inside?
    pub fn contains(self, inner: Self) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// Do the two share a moment?
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl<'b, C> Decode<'b, C> for Window {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let wrong = |text: &str| minicbor::decode::Error::message(text.to_owned()).at(at);
        if d.array()? != Some(2) {
            return Err(wrong("a window has two moments"));
        }
        let (start, end) = (Moment::decode(d, ctx)?, Moment::decode(d, ctx)?);
        Self::new(start, end).ok_or_else(|| wrong("a window ends after it starts"))
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            start: Moment,
            end: Moment,
        }
        let raw = Raw::deserialize(source)?;
        Self::new(raw.start, raw.end)
            .ok_or_else(|| serde::de::Error::custom("a window ends after it starts"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Window};

    #[test]
    fn moments_print_as_they_are_read() {
        for text in ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2024-10-06T18:30:00Z"] {
            assert_eq!(Moment::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Moment::parse("2024-10-06T18:30:00Z").unwrap().unix_ms, 1_728_239_400_000);
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in ["", "2023-02-29T00:00:00Z", "2024-10-06 18:30:00Z", "2024-13-01T00:00:00Z"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_window_holds_its_start_and_not_its_end() {
        let at = Moment::from_ms;
        let window = Window::new(at(10), at(20)).unwrap();
        assert!(window.holds(at(10)) && window.holds(at(19)) && !window.holds(at(20)));
        assert_eq!(Window::new(at(20), at(20)), None);
    }
}
