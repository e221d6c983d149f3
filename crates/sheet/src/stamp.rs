//! Times on a page: 24 hours, always with the zone, UTC at hand.

use maud::{Markup, html};
use words::moment::{Moment, Window};

use tongue::speech::{Tongue, Value};

/// Pakistan Standard Time is five hours ahead of UTC all year.
pub const PKT_AHEAD_MS: i64 = 5 * 3_600_000;

/// The date of a moment in PKT: `2026-11-23`.
pub fn date(moment: Moment) -> String {
    let (year, month, day, ..) = moment.plus_ms(PKT_AHEAD_MS).civil();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The time of day of a moment in PKT: `13:05`.
pub fn hour(moment: Moment) -> String {
    let (.., hour, minute, _) = moment.plus_ms(PKT_AHEAD_MS).civil();
    format!("{hour:02}:{minute:02}")
}

/// What a `datetime-local` input holds for a moment: PKT, to the minute.
pub fn local(moment: Moment) -> String {
    format!("{}T{}", date(moment), hour(moment))
}

/// The moment that a `datetime-local` input holds, read as PKT.
pub fn parse_local(text: &str) -> Option<Moment> {
    let utc = if text.len() == 16 { format!("{text}:00Z") } else { format!("{text}Z") };
    Moment::parse(&utc).map(|moment| moment.plus_ms(-PKT_AHEAD_MS))
}

fn utc(moment: Moment) -> String {
    let (year, month, day, hour, minute, second) = moment.civil();
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Date and time of day.
pub fn at(moment: Moment) -> Markup {
    html! {
        time datetime=(moment) title=(utc(moment)) dir="ltr" {
            (date(moment)) " " (hour(moment)) " PKT"
        }
    }
}

/// The time of day alone, where the date is plain from the place.
pub fn at_hour(moment: Moment) -> Markup {
    html! { time datetime=(moment) title=(utc(moment)) dir="ltr" { (hour(moment)) " PKT" } }
}

/// How long ago, or in how long; the script keeps it true.
pub fn age(moment: Moment, now: Moment, tongue: &Tongue) -> Markup {
    html! { time data-age datetime=(moment) title=(utc(moment)) { (span(moment, now, tongue)) } }
}

/// How long until something is due, or since when it is overdue; the script keeps it true, and
/// does not take it for something that has happened.
pub fn due(moment: Moment, now: Moment, tongue: &Tongue) -> Markup {
    html! {
        time data-age data-ahead datetime=(moment) title=(utc(moment)) {
            (span(moment, now, tongue))
        }
    }
}

/// The time left until a moment, `mm:ss` or `h:mm:ss` and never below zero; the script counts
/// it down and marks it when it is over.
pub fn countdown(moment: Moment, now: Moment) -> Markup {
    html! {
        time data-countdown data-past[now >= moment] datetime=(moment) title=(utc(moment))
            dir="ltr" { (left(moment.ms_since(now).max(0) / 1_000)) }
    }
}

fn left(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("{minutes:02}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// From when to when, left to right in every language: the digits are read so, and the end must
/// not be taken for the start.
pub fn window(window: Window) -> Markup {
    let (start, end) = (window.start(), window.end());
    // One day's window says its date once.
    let same_day = date(start) == date(end);
    html! {
        span dir="ltr" {
            (at(start)) " – " @if same_day { (at_hour(end)) } @else { (at(end)) }
        }
    }
}

fn span(moment: Moment, now: Moment, tongue: &Tongue) -> String {
    let ms = now.ms_since(moment);
    let seconds = ms.unsigned_abs() / 1_000;
    let (unit, count) = match seconds {
        0..60 => ("s", seconds),
        60..3_600 => ("min", seconds / 60),
        3_600..172_800 => ("h", seconds / 3_600),
        _ => ("d", seconds / 86_400),
    };
    let key = if ms >= 0 { format!("ago-{unit}") } else { format!("in-{unit}") };
    tongue.say_with(&key, &[("n", Value::Number(count))])
}
