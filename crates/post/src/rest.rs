//! What nobody may be asked for: rest, hours of a week, nights.

/// Rest between two duties, in minutes: eleven hours (Directive 2003/88/EC, article 3).
pub const REST_MIN: u32 = 11 * 60;

/// Duty in any seven days, in minutes: forty-eight hours (the same, article 6; there on average,
/// here at most, because a roster is a promise for these days).
pub const WEEK_MAX: u32 = 48 * 60;

/// Duties in any seven days: six, so that one day is free (the same, article 5).
pub const DUTIES_A_WEEK_MAX: u32 = 6;

/// Nights in a row: three (HSE, Managing shift work, HSG256: two to three where possible).
pub const NIGHTS_RUNNING_MAX: u32 = 3;

/// A duty begins this long before the one that it relieves ends, in minutes: time to be told
/// what happened, to count weapons and keys, to walk the post once together.
pub const HANDOVER: u32 = 15;

/// A duty is a night if so many minutes of it lie between midnight and five (Directive
/// 2003/88/EC, article 2).
pub const NIGHT_MIN: u32 = 180;

/// A day, in minutes.
pub const DAY: u32 = 24 * 60;

/// The rules of a roster. An agreement may ask for more rest, and for less where it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Minutes between two duties.
    pub rest_min: u32,
    /// Minutes of duty in any seven days.
    pub week_max: u32,
    /// Duties in any seven days.
    pub duties_a_week_max: u32,
    /// Nights in a row.
    pub nights_running_max: u32,
    /// Minutes of a handover, before a shift; they count as duty.
    pub handover: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            rest_min: REST_MIN,
            week_max: WEEK_MAX,
            duties_a_week_max: DUTIES_A_WEEK_MAX,
            nights_running_max: NIGHTS_RUNNING_MAX,
            handover: HANDOVER,
        }
    }
}

/// A span of duty, in minutes since the first day's midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// From, the handover included.
    pub from: u32,
    /// Until.
    pub until: u32,
    /// Is it a night, and the day that it began on?
    pub night: Option<u32>,
}

impl Span {
    /// The span of a shift that begins at a minute of a day and lasts so long.
    pub fn new(day: u32, start: u32, minutes: u32, handover: u32) -> Self {
        let begins = day * DAY + start;
        let until = begins + minutes;
        let midnights = [day * DAY, (day + 1) * DAY];
        let dark = midnights.map(|at| until.min(at + 5 * 60).saturating_sub(begins.max(at)));
        let night = (dark.iter().sum::<u32>() >= NIGHT_MIN).then_some(day);
        Self { from: begins.saturating_sub(handover), until, night }
    }

    /// How long, in minutes.
    pub const fn minutes(self) -> u32 {
        self.until - self.from
    }
}

/// Why somebody may not take a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Away on that day.
    Away,
    /// On duty at that time.
    OnDuty,
    /// Would not have rested before or after.
    Rest,
    /// Has had the hours or duties of a week.
    Week,
    /// Has had the nights in a row.
    Nights,
}

impl Rules {
    /// May somebody with these duties take one more? Their order does not matter.
    pub fn allow(&self, duties: &[Span], more: Span) -> Result<(), Why> {
        // Who hands over to himself has had no rest; he is not in two places.
        let meets = |other: &Span| {
            other.from + self.handover < more.until && more.from + self.handover < other.until
        };
        if duties.iter().any(meets) {
            return Err(Why::OnDuty);
        }
        let near = |other: &Span| {
            other.from < more.until + self.rest_min && more.from < other.until + self.rest_min
        };
        if duties.iter().any(near) {
            return Err(Why::Rest);
        }
        let all: Vec<Span> = duties.iter().copied().chain([more]).collect();
        // A week that is too full is too full counted from one of its duties.
        let full = |from: u32| {
            let week = all.iter().filter(|it| it.from >= from && it.from < from + 7 * DAY);
            let (count, minutes) =
                week.fold((0, 0), |(count, sum), it| (count + 1, sum + it.minutes()));
            count > self.duties_a_week_max || minutes > self.week_max
        };
        let weeks = all.iter().map(|it| it.from);
        let mut weeks = weeks.filter(|from| *from <= more.from && more.from < from + 7 * DAY);
        if weeks.any(full) {
            return Err(Why::Week);
        }
        let Some(night) = more.night else { return Ok(()) };
        let on = |day: u32| all.iter().any(|it| it.night == Some(day));
        let after =
            (night + 1..night + 1 + self.nights_running_max).take_while(|day| on(*day)).count();
        let before = (0..night).rev().take_while(|day| on(*day)).count();
        let running = u32::try_from(before + after + 1).unwrap_or(u32::MAX);
        if running > self.nights_running_max { Err(Why::Nights) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rules, Span, Why};

    fn span(day: u32, hour: u32) -> Span {
        Span::new(day, hour * 60, 8 * 60, 0)
    }

    #[test]
    fn each_rule_says_no_by_itself() {
        let rules = Rules::default();
        let late = span(0, 14);
        assert_eq!(rules.allow(&[late], span(0, 18)), Err(Why::OnDuty));
        assert_eq!(rules.allow(&[late], span(1, 6)), Err(Why::Rest), "eight hours after 22:00");
        assert_eq!(rules.allow(&[span(1, 6)], late), Err(Why::Rest), "and before it");
        assert_eq!(rules.allow(&[late], span(1, 9)), Ok(()), "eleven hours are rest");
        let week: Vec<Span> = (0..6).map(|day| span(day, 6)).collect();
        assert_eq!(rules.allow(&week, span(6, 6)), Err(Why::Week));
        assert_eq!(rules.allow(&week, span(7, 6)), Ok(()), "a new week");
        let nights: Vec<Span> = [0, 1, 3].map(|day| span(day, 22)).into();
        assert_eq!(rules.allow(&nights, span(2, 22)), Err(Why::Nights), "it joins two runs");
        assert_eq!(rules.allow(&nights[..2], span(2, 22)), Ok(()));
    }

    #[test]
    fn a_night_has_three_hours_between_midnight_and_five() {
        assert_eq!(span(2, 22).night, Some(2));
        assert_eq!(span(2, 19).night, Some(2));
        assert_eq!(span(2, 18).night, None, "it ends at two");
        assert_eq!(Span::new(2, 0, 480, 15).night, Some(2));
        assert_eq!(Span::new(0, 0, 480, 15).from, 0, "nobody comes before the first midnight");
    }
}
