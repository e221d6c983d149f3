//! Captions and sizes: what is small and named can be read.

use crate::complaint::Complaint;

/// A caption fits into the printed plan, beside path and length.
const CAPTION_CHARS_MAX: usize = 72;

/// Two files fit side by side on a screen.
const COLUMNS_MAX: usize = 100;

/// A file is read in one sitting.
const FILE_LINES_MAX: usize = 500;

/// A crate is read in a day.
const CRATE_LINES_MAX: usize = 4_000;

/// The first line of a file says what it is for.
pub(crate) fn caption(file: &str, text: &str) -> Vec<Complaint> {
    let complain = |remedy: String| vec![Complaint::new(file, 1, "caption", remedy)];
    match text.lines().next().and_then(|line| line.strip_prefix("//! ")) {
        None => complain("begin the file with `//! ` and what it is for".to_owned()),
        Some(caption) => match caption.chars().count() {
            0..=CAPTION_CHARS_MAX => Vec::new(),
            chars => complain(format!("say it in {CAPTION_CHARS_MAX} characters, not {chars}")),
        },
    }
}

/// Lines fit on half a screen.
pub(crate) fn columns(file: &str, text: &str) -> Vec<Complaint> {
    let widths = (1..).zip(text.lines().map(|line| line.chars().count()));
    let wide = widths.filter(|(_, columns)| *columns > COLUMNS_MAX);
    let complain = |(line, columns)| {
        let remedy = format!("break the line: {columns} columns, {COLUMNS_MAX} are allowed");
        Complaint::new(file, line, "columns", remedy)
    };
    wide.map(complain).collect()
}

/// Lines without the tests at the end.
pub(crate) fn own_lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.array_windows().position(|[attribute, module]| {
        *attribute == "#[cfg(test)]" && module.starts_with("mod tests")
    });
    tests.unwrap_or(lines.len())
}

/// Does the whole file consist of tests or benches?
pub(crate) fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.contains("/benches/") || file.ends_with("/tests.rs")
}

/// A file is short; its tests are not counted, nor are files of tests.
pub(crate) fn file(file: &str, text: &str) -> Vec<Complaint> {
    let lines = own_lines(text);
    if lines <= FILE_LINES_MAX || is_test(file) {
        return Vec::new();
    }
    let remedy = format!("split the file: {lines} lines, {FILE_LINES_MAX} are allowed");
    vec![Complaint::new(file, FILE_LINES_MAX + 1, "file-length", remedy)]
}

/// A crate is short; `texts` are the files of its `src`, counted as in [`file`].
pub(crate) fn of_crate<'a>(manifest: &str, texts: impl Iterator<Item = &'a str>) -> Vec<Complaint> {
    let lines: usize = texts.map(own_lines).sum();
    if lines <= CRATE_LINES_MAX {
        return Vec::new();
    }
    let remedy = format!("split the crate: {lines} lines, {CRATE_LINES_MAX} are allowed");
    vec![Complaint::new(manifest, 1, "crate-length", remedy)]
}

#[cfg(test)]
mod tests {
    use super::{caption, columns, file, of_crate, own_lines};

    #[test]
    fn a_file_begins_with_a_short_caption() {
        assert_eq!(caption("a.rs", &format!("//! {}\n", "ä".repeat(72))), []);
        assert_eq!(caption("a.rs", &format!("//! {}\n", "a".repeat(73))).len(), 1);
        for text in ["", "fn main() {}\n", "//!\n", "// A comment.\n"] {
            assert_eq!(caption("a.rs", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_wide_line_is_named_by_its_number() {
        let text = format!("short\n{}\n{}\n", "ä".repeat(100), "a".repeat(101));
        let complaints = columns("a.rs", &text);
        assert_eq!(complaints.iter().map(|c| c.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn tests_are_not_counted() {
        let tested = |lines| format!("{}#[cfg(test)]\nmod tests {{\n{0}", "x\n".repeat(lines));
        assert_eq!(own_lines(&tested(7)), 7);
        assert_eq!(own_lines("a\n#[cfg(test)]\nuse b;\nc\n"), 4);
        assert_eq!(file("crates/a/src/a.rs", &tested(500)), []);
        assert_eq!(file("crates/a/src/a.rs", &tested(501)).len(), 1);
        for path in ["crates/a/tests/a.rs", "crates/a/src/a/tests.rs", "crates/a/benches/a.rs"] {
            assert_eq!(file(path, &tested(501)), [], "{path}");
        }
        let crate_of = |lines| of_crate("Cargo.toml", [tested(lines).as_str(), "x"].into_iter());
        assert_eq!((crate_of(3_999).len(), crate_of(4_000).len()), (0, 1));
    }
}
