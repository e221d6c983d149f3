//! An answer of a planner's command, and whether it could be met.

use std::fs;

use cli::print;
use cli::trouble::Trouble;
use post::file::{FILE_BYTES_MAX, Wrong};
use serde_json::Value;

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// For people.
    pub text: String,
    /// For programs: the same facts.
    pub json: Value,
    /// What could not be met, in one line; nothing if all of it could.
    pub unmet: Option<String>,
}

impl Answer {
    /// Prints it; what could not be met is a refusal, so that a script notices.
    pub fn say(self, as_json: bool) -> Result<(), Trouble> {
        if as_json {
            print::json(&self.json);
        } else {
            print::answer(&self.text);
        }
        self.unmet.map_or(Ok(()), |unmet| Err(Trouble::refused(unmet)))
    }
}

/// Reads a file of text.
pub fn read(path: &str) -> Result<String, Trouble> {
    let long =
        fs::metadata(path).is_ok_and(|it| it.len() > u64::try_from(FILE_BYTES_MAX).unwrap_or(0));
    if long {
        let what = format!("`{path}` is longer than {FILE_BYTES_MAX} bytes");
        return Err(Trouble::malformed(what).hint("plan one region a file"));
    }
    fs::read_to_string(path).map_err(|cause| {
        let hint = "is the path right, and is it text?";
        Trouble::malformed(format!("`{path}` cannot be read")).because(cause).hint(hint)
    })
}

/// What is wrong with a file, as trouble with the file's name.
pub(crate) fn malformed(path: &str, wrong: &Wrong) -> Trouble {
    Trouble::malformed(format!("`{path}`, {wrong}")).hint(wrong.remedy.clone())
}
