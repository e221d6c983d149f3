//! Hours of drivers, and whether one more journey fits.

/// Driving without a break, in minutes (IOGP report 365, section B.3: four and a half hours).
/// A longer journey takes a relief driver in each vehicle.
pub const DRIVING_RUNNING_MAX: u32 = 270;

/// The break after that, in minutes (the same: thirty).
pub const BREAK_MIN: u32 = 30;

/// Driving in any 24 hours, in minutes (the same: ten hours).
pub const DRIVING_A_DAY_MAX: u32 = 600;

/// Duty in any 24 hours, in minutes (the same: fourteen hours): from the first journey to the
/// end of the last one before a rest.
pub const DUTY_MAX: u32 = 840;

/// What counts as a rest that ends a duty, in minutes (Directive 2003/88/EC, article 3: eleven
/// hours; ten are what fourteen hours of duty leave of a day).
pub const REST_MIN: u32 = 600;

/// A day, in minutes.
pub const DAY: u32 = 1_440;

/// A journey of a driver: out with the convoy and back to where the vehicle belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Journey {
    /// From.
    pub from: u32,
    /// Until.
    pub until: u32,
    /// Minutes at the wheel; with a relief driver half of the way.
    pub driving: u32,
}

/// Does one more journey fit a driver's earlier ones? They are in order, and it is the last.
pub fn fits(before: &[Journey], more: Journey) -> bool {
    if before.last().is_some_and(|last| more.from < last.until) || more.driving > DRIVING_A_DAY_MAX
    {
        return false;
    }
    let all = || before.iter().copied().chain([more]);
    // The day that ends with the journey is the fullest that it is in.
    let day = more.until.saturating_sub(DAY);
    let driving: u32 = all().filter(|it| it.until > day).map(|it| it.driving).sum();
    driving <= DRIVING_A_DAY_MAX && duty(before, more) <= DUTY_MAX && running(before, more)
}

// How long the duty is that the journey belongs to: back to the last rest.
fn duty(before: &[Journey], more: Journey) -> u32 {
    let mut from = more.from;
    for earlier in before.iter().rev() {
        if from >= earlier.until + REST_MIN {
            break;
        }
        from = earlier.from;
    }
    more.until - from
}

// Journeys with no break between them are driven as one.
fn running(before: &[Journey], more: Journey) -> bool {
    let (mut from, mut driving) = (more.from, more.driving);
    for earlier in before.iter().rev() {
        if from >= earlier.until + BREAK_MIN {
            break;
        }
        from = earlier.from;
        driving += earlier.driving;
    }
    driving <= DRIVING_RUNNING_MAX
}

#[cfg(test)]
mod tests {
    use super::{Journey, fits};

    fn journey(from: u32, minutes: u32) -> Journey {
        Journey { from, until: from + minutes, driving: minutes }
    }

    #[test]
    fn each_limit_says_no_by_itself() {
        assert!(fits(&[], journey(0, 270)) && !fits(&[], journey(0, 271)), "without a break");
        let four = journey(0, 200);
        assert!(!fits(&[four], journey(210, 100)), "ten minutes are no break");
        assert!(fits(&[four], journey(230, 100)));
        assert!(!fits(&[four], journey(199, 10)), "at two places");
        let day = [journey(0, 250), journey(280, 250)];
        assert!(!fits(&day, journey(560, 101)) && fits(&day, journey(560, 100)), "ten hours");
        assert!(!fits(&day, journey(1_130, 200)), "ten hours of 24, rested or not");
        assert!(fits(&day, journey(1_500, 200)), "what is a day ago counts no more");
        assert!(!fits(&[journey(0, 60)], journey(600, 241)), "fourteen hours of duty");
        assert!(fits(&[journey(0, 60)], journey(600, 240)));
    }
}
