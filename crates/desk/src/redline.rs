//! Textual redlines: what was added to a text and what was taken out.

use std::time::Duration;

use folio::review::Run;
use similar::{Algorithm, ChangeTag, TextDiff};

/// A page waits no longer than this for the shortest redline of one article; a longer one that
/// is just as true comes in no time.
const REDLINE_MS_MAX: u64 = 50;

/// What the eye compares a text by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Words between spaces.
    Word,
    /// Characters: Chinese has no spaces.
    Character,
    /// Lines of a file.
    Line,
}

/// The redline from an old text to a new one. Neighbouring pieces of one kind are one piece.
pub(crate) fn redline(old: &str, new: &str, unit: Unit) -> Vec<Run> {
    let mut diff = TextDiff::configure();
    diff.algorithm(Algorithm::Patience).timeout(Duration::from_millis(REDLINE_MS_MAX));
    let diff = match unit {
        Unit::Word => diff.diff_words(old, new),
        Unit::Character => diff.diff_chars(old, new),
        Unit::Line => diff.diff_lines(old, new),
    };
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let (tag, piece) = (change.tag(), change.value());
        match (tag, runs.last_mut()) {
            (ChangeTag::Equal, Some(Run::Kept(text)))
            | (ChangeTag::Insert, Some(Run::Added(text)))
            | (ChangeTag::Delete, Some(Run::Removed(text))) => text.push_str(piece),
            (ChangeTag::Equal, _) => runs.push(Run::Kept(piece.to_owned())),
            (ChangeTag::Insert, _) => runs.push(Run::Added(piece.to_owned())),
            (ChangeTag::Delete, _) => runs.push(Run::Removed(piece.to_owned())),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{Unit, redline};
    use folio::review::Run;

    // `+[…]` is new, `-[…]` is gone.
    fn check(old: &str, new: &str, unit: Unit, wanted: &str) {
        let runs = redline(old, new, unit);
        let text: String = runs
            .iter()
            .map(|run| match run {
                Run::Kept(text) => text.clone(),
                Run::Added(text) => format!("+[{text}]"),
                Run::Removed(text) => format!("-[{text}]"),
            })
            .collect();
        assert_eq!(text, wanted);
        let side = |keep: fn(&Run) -> Option<&String>| -> String {
            runs.iter().filter_map(keep).map(String::as_str).collect()
        };
        let before = side(|run| match run {
            Run::Kept(text) | Run::Removed(text) => Some(text),
            Run::Added(_) => None,
        });
        let after = side(|run| match run {
            Run::Kept(text) | Run::Added(text) => Some(text),
            Run::Removed(_) => None,
        });
        assert_eq!((before.as_str(), after.as_str()), (old, new), "both texts are in it whole");
    }

    #[test]
    fn a_redline_holds_both_texts_whole() {
        check("", "", Unit::Word, "");
        check("ten armed persons", "ten persons", Unit::Word, "ten -[armed ]persons");
        check("at most ten", "at most four", Unit::Word, "at most -[ten]+[four]");
        check("至多十人", "至多四人", Unit::Character, "至多-[十]+[四]人");
        check(
            "زیادہ سے زیادہ دس افراد",
            "زیادہ سے زیادہ چار افراد",
            Unit::Word,
            "زیادہ سے زیادہ -[دس]+[چار] افراد",
        );
        check("a\nb\n", "a\nc\nb\n", Unit::Line, "a\n+[c\n]b\n");
        check("gone", "", Unit::Word, "-[gone]");
    }
}
