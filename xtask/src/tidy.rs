//! Every rule over the whole tree.

use std::fs;

use crate::complaint::Complaint;
use crate::rule::floor::{self, HOUSE, Room};
use crate::rule::{function, prose, size, word};
use crate::tree::{File, Tree};

type Rule = fn(&str, &str) -> Vec<Complaint>;

const OF_RUST: [Rule; 6] = [
    size::caption,
    size::columns,
    size::file,
    function::length,
    word::unfinished,
    word::second_path,
];

/// Every complaint, in order of file and line.
pub(crate) fn complaints(tree: &Tree) -> Vec<Complaint> {
    let rust = tree.with_extension("rs").flat_map(|file| apply(&OF_RUST, file));
    let pages = tree.with_extension("md").flat_map(|file| apply(&[prose::title], file));
    let all = tree.files.iter().flat_map(|file| apply(&[word::machine_path], file));
    let manifests = tree.files.iter().filter(|file| is_manifest(&file.path));
    let manifests = manifests.flat_map(|file| apply(&[floor::manifest], file));
    let fuzz = tree.files.iter().filter(|file| file.path == "fuzz/Cargo.toml");
    let fuzz = fuzz.flat_map(|file| apply(&[floor::fuzzed], file));
    let rooms = HOUSE.iter().flat_map(|room| of_room(tree, room));
    let mut complaints: Vec<Complaint> =
        rust.chain(pages).chain(all).chain(manifests).chain(fuzz).chain(rooms).collect();
    complaints.sort();
    complaints
}

fn apply(rules: &[Rule], file: &File) -> Vec<Complaint> {
    rules.iter().flat_map(|rule| rule(&file.path, &file.text)).collect()
}

fn is_manifest(path: &str) -> bool {
    path.starts_with("crates/") && path.ends_with("/Cargo.toml")
}

fn of_room(tree: &Tree, room: &Room) -> Vec<Complaint> {
    let folder = format!("crates/{}", room.name);
    let (manifest, src) = (format!("{folder}/Cargo.toml"), format!("{folder}/src/"));
    let sources = tree.with_extension("rs").filter(|file| file.path.starts_with(&src));
    let sources = sources.filter(|file| !size::is_test(&file.path));
    let mut complaints = size::of_crate(&manifest, sources.map(|file| file.text.as_str()));
    let settings = tree.root.join(&folder).join("clippy.toml");
    let link = settings.symlink_metadata().is_ok().then(|| {
        // A file in place of a link points nowhere, which is complained of too.
        fs::read_link(settings).map(|to| to.to_string_lossy().into_owned()).unwrap_or_default()
    });
    complaints.extend(floor::pure_link(room, link.as_deref()));
    complaints
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::complaints;
    use crate::tree::{File, Tree};

    #[test]
    fn the_whole_tree_is_tidy() {
        let tree = Tree::read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
        assert!(tree.files.iter().any(|file| file.path == "xtask/src/tidy.rs"), "nothing was read");
        let lines: Vec<_> = complaints(&tree).iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{} complaints:\n{}", lines.len(), lines.join("\n"));
    }

    #[test]
    fn every_rule_is_applied_to_the_tree() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let wide = "x".repeat(101);
        let long = format!("fn f() {{\n{}}}\n", "1;\n".repeat(4_000));
        let unfinished = concat!("// FIX", "ME");
        let lib = format!("{wide}\n{long}pub use a::B;\n{unfinished}\n");
        let tree = Tree {
            root: Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned(),
            files: vec![
                file("crates/words/src/lib.rs", &lib),
                file("crates/words/Cargo.toml", "[package]\nname = \"attic\"\n"),
                file("README.md", concat!("see /ho", "me/x\n")),
                file("fuzz/Cargo.toml", "[dependencies]\nstore = \"1\"\n"),
            ],
        };
        let mut rules: Vec<_> = complaints(&tree).iter().map(|complaint| complaint.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        let expected = [
            "caption",
            "columns",
            "crate-length",
            "file-length",
            "floor",
            "function-length",
            "fuzzed",
            "machine-path",
            "second-path",
            "title",
            "unfinished",
        ];
        assert_eq!(rules, expected);
    }
}
