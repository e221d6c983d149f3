//! `roads` commands over real, cut, hostile and missing files.

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;
    use std::path::{Path, PathBuf};

    use cli::given::{Asked, read};
    use cli::trouble::{Exit, Trouble};
    use road::import::{Begun, Reading, go_on};
    use road::part::heading;

    const MONACO: &str = "monaco.osm.pbf";

    // A folder of its own, gone when the test is.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("survey-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn at(&self, name: &str) -> String {
            self.0.join(name).display().to_string()
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<String> =
                entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    fn run(words: &[&str]) -> Result<(), Trouble> {
        match read(words.iter().map(OsString::from).collect())? {
            Asked::Command(given) => survey::run(&given),
            Asked::Help(_) => panic!("{words:?} is a command"),
        }
    }

    #[expect(clippy::print_stderr, reason = "a skip is loud")]
    fn monaco() -> Option<PathBuf> {
        let folder = std::env::var("SAFECONDUCT_DATA").map_or_else(
            |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
            PathBuf::from,
        );
        let path = folder.join(MONACO);
        if !path.exists() {
            eprintln!("SKIPPED: {} is not here", path.display());
        }
        path.exists().then_some(path)
    }

    fn said(done: Result<(), Trouble>) -> (Option<Exit>, String) {
        let trouble = done.err();
        let text = trouble.as_ref().map(ToString::to_string).unwrap_or_default();
        (trouble.map(|it| it.exit), text)
    }

    #[test]
    fn an_extract_is_imported_asked_and_imported_again() {
        let Some(extract) = monaco() else { return };
        let extract = extract.display().to_string();
        let folder = Folder::new("import");
        let out = folder.at("monaco.roads");
        run(&["roads", "import", &extract, "--out", &out]).unwrap();
        assert_eq!(folder.names(), ["monaco.roads"]);
        let first = fs::read(&out).unwrap();
        run(&["roads", "show", &out]).unwrap();
        run(&["roads", "show", &out, "--json"]).unwrap();
        run(&["roads", "snap", &out, "--place", "43.7384,7.4246"]).unwrap();
        let (from, to) = ("43.7311,7.4197", "43.7476,7.4357");
        run(&["roads", "fastest", &out, "--from", from, "--to", to]).unwrap();
        let depart = ["--depart", "07:30", "--turning-back", "dead-ends", "--json"];
        let asked = ["roads", "fastest", &out, "--from", from, "--to", to];
        run(&[&asked[..], &depart[..]].concat()).unwrap();
        let sea = run(&["roads", "snap", &out, "--place", "43.70,7.50"]);
        let (exit, text) = said(sea);
        assert_eq!(exit, Some(Exit::Refused));
        assert!(text.contains("is off the road") && text.contains("the nearest road"), "{text}");
        // What a crash in the last write leaves is written over, and comes to the same bytes.
        fs::write(folder.at("monaco.roads.partial"), b"half").unwrap();
        run(&["roads", "import", &extract, "--out", &out]).unwrap();
        assert_eq!(fs::read(&out).unwrap(), first);
        assert_eq!(folder.names(), ["monaco.roads"]);
        // A file of roads that was changed is told from one that was not.
        let mut changed = first.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        fs::write(&out, changed).unwrap();
        let (exit, text) = said(run(&["roads", "show", &out]));
        assert_eq!(exit, Some(Exit::Malformed), "{text}");
    }

    // What an import leaves that stops in the second reading, when its disk is full.
    fn left_behind(bytes: &[u8]) -> Vec<u8> {
        let mut left = heading();
        let places = std::cell::Cell::new(0_u64);
        let keep = |frame: &[u8]| {
            left.extend_from_slice(frame);
            if places.get() > 200_000 { Err(()) } else { Ok(()) }
        };
        let tell = |reading, bytes| {
            places.set(places.get() + if reading == Reading::Nodes { bytes } else { 0 });
        };
        let begun = Begun::default().every(1);
        let stopped = go_on(begun, || Ok(bytes), keep, tell).map(|_| ());
        assert_eq!(stopped, Err(()));
        left
    }

    #[test]
    fn what_an_interrupted_import_left_is_gone_on_with_or_named() {
        let Some(extract) = monaco() else { return };
        let bytes = fs::read(&extract).unwrap();
        let extract = extract.display().to_string();
        let folder = Folder::new("part");
        let (out, part) = (folder.at("monaco.roads"), folder.at("monaco.roads.part"));
        run(&["roads", "import", &extract, "--out", &out]).unwrap();
        let whole = fs::read(&out).unwrap();
        let left = left_behind(&bytes);
        let goes_on = |left: &[u8], extra: &[&str]| {
            fs::write(&part, left).unwrap();
            fs::remove_file(&out).ok();
            let done = run(&[&["roads", "import", &extract, "--out", &out][..], extra].concat());
            (said(done), fs::read(&out).ok())
        };
        let fine = ((None, String::new()), Some(whole));
        let of = |damage: &dyn Fn(&mut Vec<u8>)| {
            let mut left = left.clone();
            damage(&mut left);
            left
        };
        let end = left.len() - 1;
        for (what, left) in [
            ("whole", of(&|_| ())),
            ("torn", of(&|left| left.truncate(end))),
            ("flipped", of(&|left| left[end / 2] ^= 8)),
            ("nothing", Vec::new()),
            ("its heading torn", of(&|left| left.truncate(20))),
            ("another version's", of(&|left| left[40] ^= 1)),
            ("a heading", heading()),
        ] {
            assert!(goes_on(&left, &[]) == fine, "{what}");
            assert_eq!(folder.names(), ["monaco.roads"], "{what}");
        }
        let ((exit, text), roads) = goes_on(b"a diary", &[]);
        assert_eq!((exit, roads), (Some(Exit::Refused), None));
        assert!(text.contains("no part of an import") && text.contains("--anew"), "{text}");
        assert_eq!(fs::read(&part).unwrap(), b"a diary");
        assert!(goes_on(b"a diary", &["--anew"]) == fine);
    }

    #[test]
    fn one_import_writes_at_a_time_and_another_extract_is_begun_anew() {
        let Some(extract) = monaco() else { return };
        let bytes = fs::read(&extract).unwrap();
        let extract = extract.display().to_string();
        let folder = Folder::new("one");
        let (out, part) = (folder.at("monaco.roads"), folder.at("monaco.roads.part"));
        let held = fs::File::create(&part).unwrap();
        held.lock().unwrap();
        let (exit, text) = said(run(&["roads", "import", &extract, "--out", &out]));
        assert_eq!(exit, Some(Exit::Refused));
        assert!(text.contains("another import"), "{text}");
        drop(held);
        fs::remove_file(&part).unwrap();
        // What was begun with Monaco is no use for another place.
        let mut other = bytes.clone();
        let at = other.len() - 40;
        other[at] ^= 1;
        fs::write(folder.at("other.pbf"), &other).unwrap();
        fs::write(&part, left_behind(&bytes)).unwrap();
        let done = run(&["roads", "import", &folder.at("other.pbf"), "--out", &out]);
        assert_eq!(said(done).0, Some(Exit::Malformed), "begun anew, and found damaged");
        assert_eq!(folder.names(), ["other.pbf"]);
    }

    #[test]
    fn a_cut_or_hostile_extract_leaves_the_old_roads() {
        let Some(extract) = monaco() else { return };
        let folder = Folder::new("cut");
        let whole = fs::read(extract).unwrap();
        let (out, bad) = (folder.at("old.roads"), folder.at("bad.osm.pbf"));
        let old = b"what was there before".to_vec();
        fs::write(&out, &old).unwrap();
        let mut lying = whole.clone();
        lying[0] = 0x7f;
        // A block that claims to be enormous.
        let mut bomb = whole.clone();
        bomb.truncate(whole.len() / 2);
        bomb.extend([0, 0, 0, 13, 0x0a, 7]);
        bomb.extend(b"OSMData");
        bomb.extend([0x18, 0xff]);
        for bytes in [&whole[..whole.len() / 3], &whole[..5], &[][..], &lying, &bomb] {
            fs::write(&bad, bytes).unwrap();
            let (exit, text) = said(run(&["roads", "import", &bad, "--out", &out]));
            assert_eq!(exit, Some(Exit::Malformed), "{text}");
            assert!(text.contains("hint: "), "{text}");
            assert_eq!(fs::read(&out).unwrap(), old);
            assert_eq!(folder.names(), ["bad.osm.pbf", "old.roads"]);
        }
    }

    #[test]
    fn what_is_missing_or_no_place_is_named() {
        let folder = Folder::new("missing");
        let (exit, text) = said(run(&["roads", "import", &folder.at("none.pbf")]));
        assert_eq!(exit, Some(Exit::Fault));
        assert!(text.contains("none.pbf"), "{text}");
        let (exit, text) = said(run(&["roads", "show", &folder.at("none.roads")]));
        assert_eq!(exit, Some(Exit::Fault), "{text}");
        fs::write(folder.at("text.roads"), "these are no roads").unwrap();
        let (exit, text) = said(run(&["roads", "show", &folder.at("text.roads")]));
        assert_eq!(exit, Some(Exit::Malformed), "{text}");
        assert!(folder.names() == ["text.roads"], "nothing is left behind");
    }

    #[test]
    fn two_parties_have_one_overlay_in_whatever_order_it_is_written() {
        let Some(extract) = monaco() else { return };
        let folder = Folder::new("overlay");
        let out = folder.at("monaco.roads");
        let extract = extract.display().to_string();
        run(&["roads", "import", &extract, "--out", &out]).unwrap();
        // Written by two people, in two orders, with their remarks.
        let (close, block) = (
            "close way=4097656 why=\"works\"",
            "block at=43.7384,7.4246 from=2026-11-28T06:00:00Z until=2026-11-28T18:00:00Z",
        );
        let heading = "safeconduct overlay 1";
        fs::write(folder.at("ours"), format!("{heading}\n{close}\n# seen\n{block}\n")).unwrap();
        fs::write(folder.at("theirs"), format!("{heading}\n{block}\n{close}\n")).unwrap();
        for file in ["ours", "theirs"] {
            run(&["roads", "overlay", &folder.at(file)]).unwrap();
        }
        let both = format!("{},{}", folder.at("ours"), folder.at("theirs"));
        let read = |path: &str| survey::files::overlay(path).unwrap();
        let (ours, theirs) = (read(&folder.at("ours")), read(&folder.at("theirs")));
        assert_eq!(ours.hash(), theirs.hash());
        assert_eq!(read(&both).hash(), ours.hash(), "the same twice is the same");
        // A change for a time needs a time, and a change that meets nothing is told.
        let asked = ["roads", "snap", &out, "--place", "43.7384,7.4246"];
        let laid = ["--overlay", &folder.at("ours")];
        let (exit, text) = said(run(&[&asked[..], &laid[..]].concat()));
        assert_eq!(exit, Some(Exit::Malformed));
        assert!(text.contains("no time was said"), "{text}");
        let at = ["--at", "2026-11-28T07:00:00Z"];
        run(&[&asked[..], &laid[..], &at[..]].concat()).unwrap();
        fs::write(folder.at("nowhere"), format!("{heading}\nclose way=1\n")).unwrap();
        let told = run(&["roads", "overlay", &folder.at("nowhere"), "--roads", &out]);
        assert_eq!(said(told).0, Some(Exit::Refused));
        for (text, says) in [
            ("close nothing at all", "no overlay"),
            ("safeconduct overlay 1\nclose nothing at all", "line 2"),
        ] {
            fs::write(folder.at("bad"), text).unwrap();
            let (exit, text) = said(run(&["roads", "overlay", &folder.at("bad")]));
            assert_eq!(exit, Some(Exit::Malformed));
            assert!(text.contains(says), "{text}");
        }
    }
}
