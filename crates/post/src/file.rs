//! Files that people plan in, and where something is wrong in them.

use std::fmt;

use serde::de::DeserializeOwned;
use words::moment::Moment;

/// A plan of twenty thousand movements, with room to spare.
pub const FILE_BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// What is wrong with a file, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Which line, from 1; 0 if it is no one line's fault.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => out.write_str(&self.problem),
            line => write!(out, "line {line}: {}", self.problem),
        }
    }
}

impl Wrong {
    /// Something wrong with the thing of that name: the line where the name stands first.
    pub fn named(text: &str, name: &str, problem: impl Into<String>, remedy: &str) -> Self {
        let quoted = format!("\"{name}\"");
        let found = (1..).zip(text.lines()).find(|(_, line)| line.contains(&quoted));
        let line = found.map_or(0, |(line, _)| line);
        Self { line, problem: problem.into(), remedy: remedy.to_owned() }
    }
}

/// Reads a file: JSON if it begins with a brace, else TOML.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    let remedy = "the head of `scenarios/posts/port-camp.toml` and of \
                  `scenarios/fleet/three-districts.toml` name every field";
    let wrong =
        |line, problem: String| Wrong { line, problem: one_line(&problem), remedy: remedy.into() };
    if text.len() > FILE_BYTES_MAX {
        return Err(wrong(0, format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|cause| wrong(cause.line(), cause.to_string()));
    }
    toml::from_str(text).map_err(|cause| {
        let start = cause.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        wrong(before.matches('\n').count() + 1, cause.message().to_owned())
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The minute of a time of day, such as `06:30`; `24:00` is the day's end.
pub fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse::<u32>().ok() } else { None }
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 1_440).then_some(minute)
}

/// The midnight of a date such as `2025-03-10`.
pub fn date(text: &str) -> Option<Moment> {
    Moment::parse(&format!("{text}T00:00:00Z"))
}

/// The date so many days later.
pub fn day(first: Moment, days: u32) -> String {
    let later = first.plus_ms(i64::from(days) * 86_400_000);
    later.to_string().get(..10).unwrap_or_default().to_owned()
}

/// The time of day of a minute since the first midnight.
pub fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Wrong, clock, date, day, minute, read};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Small {
        guards: u32,
    }

    #[test]
    fn what_is_wrong_is_found_by_its_line() {
        assert_eq!(read::<Small>("guards = 3\n").unwrap().guards, 3);
        assert_eq!(read::<Small>("{\"guards\": 4}").unwrap().guards, 4);
        let line = |text| read::<Small>(text).unwrap_err().line;
        assert_eq!(line("# a\nguards = \"x\"\n"), 2);
        assert_eq!(line("guards = 3\nguard = 1\n"), 2);
        assert_eq!(line("{\"guards\":\n -1}"), 2);
        let named = Wrong::named("a\nid = \"gate-2\"\n", "gate-2", "it has no use", "");
        assert_eq!(named.to_string(), "line 2: it has no use");
    }

    #[test]
    fn times_and_dates_are_read_as_they_are_printed() {
        assert_eq!((minute("06:30"), minute("24:00")), (Some(390), Some(1_440)));
        for text in ["6:30", "24:01", "12:60", "+1:00", "noon", ""] {
            assert_eq!(minute(text), None, "{text}");
        }
        assert_eq!(clock(1_440 + 390), "06:30");
        assert_eq!(day(date("2025-02-27").unwrap(), 2), "2025-03-01");
        assert_eq!(date("2025-02-30"), None);
    }
}
