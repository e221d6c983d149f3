//! Words that do not stay: unfinished thoughts, second paths, machines.

use crate::code::bare;
use crate::complaint::Complaint;

/// Written in two parts, so that this file does not complain of itself.
const UNFINISHED: [&str; 4] =
    [concat!("to", "do!"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("#[ig", "nore")];

/// Folders that only one machine has.
const MACHINE_FOLDERS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/Us", "ers/"),
];

/// An unfinished thought belongs into an issue.
pub(crate) fn unfinished(file: &str, text: &str) -> Vec<Complaint> {
    let found = |(line, content): (usize, &str)| {
        let word = UNFINISHED.iter().find(|word| content.contains(**word))?;
        Some(Complaint::new(file, line, "unfinished", format!("finish it and remove `{word}`")))
    };
    (1..).zip(text.lines()).filter_map(found).collect()
}

/// A thing has one path: `lib.rs` lists modules and passes nothing on.
pub(crate) fn second_path(file: &str, text: &str) -> Vec<Complaint> {
    if !file.ends_with("/lib.rs") {
        return Vec::new();
    }
    let code = bare(text);
    let lines = (1..).zip(code.lines());
    let passed_on = lines.filter(|(_, line)| line.trim_start().starts_with("pub use "));
    let remedy = "import it from where it is defined";
    passed_on.map(|(line, _)| Complaint::new(file, line, "second-path", remedy)).collect()
}

/// Nothing depends on, or tells of, the machine it was written on.
pub(crate) fn machine_path(file: &str, text: &str) -> Vec<Complaint> {
    let found = |(line, content): (usize, &str)| {
        let folder = MACHINE_FOLDERS.iter().find(|folder| names_folder(content, folder))?;
        let remedy = format!("name a path from the workspace's root, not one in `{folder}`");
        Some(Complaint::new(file, line, "machine-path", remedy))
    };
    (1..).zip(text.lines()).filter_map(found).collect()
}

// The folder stands at the beginning of a path, not in the middle of a longer one or of an address.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-~/}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::{MACHINE_FOLDERS, UNFINISHED, machine_path, second_path, unfinished};

    #[test]
    fn unfinished_thoughts_are_found_in_code_and_comments() {
        for word in UNFINISHED {
            let complaints = unfinished("a.rs", &format!("fn a() {{\n    {word} later\n}}\n"));
            assert_eq!(complaints.iter().map(|c| c.line).collect::<Vec<_>>(), [2], "{word}");
        }
        assert_eq!(unfinished("a.rs", "let todos = ignore(xxx);\n"), []);
    }

    #[test]
    fn only_lib_rs_may_not_pass_things_on() {
        let text = "pub mod a;\npub use a::B;\n// pub use a::C;\n";
        assert_eq!(second_path("crates/a/src/lib.rs", text).len(), 1);
        assert_eq!(second_path("crates/a/src/a.rs", text), []);
    }

    #[test]
    fn a_place_on_a_machine_is_told_from_an_address() {
        for folder in MACHINE_FOLDERS {
            for text in [format!("see {folder}x"), format!("`{folder}x`"), format!("{folder}x")] {
                assert_eq!(machine_path("a.md", &text).len(), 1, "{text}");
            }
            let address = format!("https://example.org{folder}x and src{folder}x");
            assert_eq!(machine_path("a.md", &address), []);
        }
    }
}
