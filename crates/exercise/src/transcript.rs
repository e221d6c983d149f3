//! What an exercise prints: one line an event, by the clock of the place.

use std::fmt;
use std::io::Write;

use words::moment::Moment;

/// Where the lines go.
pub struct Transcript {
    out: Box<dyn Write + Send>,
    local_minutes: i64,
}

impl fmt::Debug for Transcript {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Transcript")
    }
}

impl Transcript {
    /// Prints to `out`, by clocks that are so many minutes ahead of UTC.
    pub fn to(out: Box<dyn Write + Send>, local_minutes: i64) -> Self {
        Self { out, local_minutes }
    }

    /// Somebody does something, and what comes of it.
    pub fn line(&mut self, at: Moment, who: &str, what: &str, outcome: &str) {
        let (_, month, day, hour, minute, _) = at.plus_ms(self.local_minutes * 60_000).civil();
        let arrow = if outcome.is_empty() { "" } else { " → " };
        self.free(&format!(
            "{month:02}-{day:02} {hour:02}:{minute:02}  {who:<12}  {what}{arrow}{outcome}"
        ));
    }

    /// A line of its own.
    pub fn free(&mut self, line: &str) {
        // Whoever closed the reading end does not want to hear more; the exercise goes on.
        drop(writeln!(self.out, "{line}"));
        drop(self.out.flush());
    }
}
