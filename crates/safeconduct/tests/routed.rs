//! `roads` and `route` commands of the program: asked, and what it answers.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const ROADS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/karachi/roads.json");
const MINE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const THEIRS: &str = "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-routed-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn run(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_safeconduct")).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn json(args: &[&str]) -> Value {
    let (code, answer, trouble) = run(&[args, &["--json"]].concat());
    assert_eq!(code, 0, "{args:?}: {trouble}");
    serde_json::from_str(&answer).unwrap()
}

#[track_caller]
fn no(args: &[&str], code: i32, part: &str) {
    let (exit, _, trouble) = run(args);
    assert!(exit == code && trouble.contains(part), "{args:?}: {exit}, {trouble}");
}

#[test]
fn a_list_is_made_drawn_from_and_proved_and_a_forged_one_is_not() {
    let folder = Folder::new("list");
    let list = folder.at("list");
    let ends = ["airport", "port-camp", "--roads", ROADS];
    let game = json(&[&["route", "game"], &ends[..], &["--slots", "30"]].concat());
    let number = |value: &Value| value.as_f64().unwrap();
    assert!(number(&game["bound"]) <= number(&game["value"]) + 1e-9, "{game}");
    assert!(number(&game["value"]) < 1.0 && !game["routes"].as_array().unwrap().is_empty());
    let plan = [&["route", "plan"], &ends[..], &["--slots", "30", "--out", &list]].concat();
    assert_eq!(run(&plan).0, 0);
    no(&plan, 1, "list");
    let seeds = ["--mine", MINE, "--theirs", THEIRS];
    let drawn = json(&[&["route", "draw", &list], &seeds[..]].concat());
    let swapped = [&["route", "draw", &list, "--side", "host"], &seeds[..]].concat();
    assert_ne!(json(&swapped)["slot"], Value::Null);
    let said = format!("{},{}", drawn["slot"], drawn["route"]);
    let audit = [&["route", "audit", &list, "--roads", ROADS], &seeds[..]].concat();
    let proved = json(&[&audit[..], &["--drawn", &said]].concat());
    assert_eq!((&proved["proved"], &proved["draw_follows"]), (&true.into(), &true.into()));
    assert_eq!(proved["sha256"], drawn["sha256"], "both parties compare one hash");
    let other = format!("{},{}", drawn["slot"].as_u64().unwrap() ^ 1, drawn["route"]);
    no(&[&audit[..], &["--drawn", &other]].concat(), 4, "does not follow");
    let text = fs::read_to_string(&list).unwrap();
    let digit = text.rfind(|letter: char| ('1'..='8').contains(&letter)).unwrap();
    let mut forged = text.into_bytes();
    forged[digit] += 1;
    fs::write(&list, forged).unwrap();
    let (code, _, trouble) = run(&audit);
    assert!(code == 2 || code == 4, "a changed list is not proved: {code}, {trouble}");
}

#[test]
fn what_cannot_be_asked_is_named_with_a_way_on() {
    no(&["route", "game", "airport", "moon", "--roads", ROADS], 2, "moon");
    no(&["route", "game", "airport", "airport", "--roads", ROADS], 1, "hint: ");
    let game = ["route", "game", "airport", "port-camp", "--roads", ROADS];
    no(&[&game[..], &["--budget", "0.5"]].concat(), 2, "the budget");
    no(&[&game[..], &["--guards", "no-such-road"]].concat(), 2, "no-such-road");
    no(&["route", "game", "airport", "port-camp"], 2, "--roads");
    no(&["route", "draw", "/nowhere/list", "--mine", MINE, "--theirs", THEIRS], 3, "/nowhere");
}

#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn monaco() -> Option<String> {
    let folder = std::env::var("SAFECONDUCT_DATA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("monaco.osm.pbf");
    if !path.exists() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    path.exists().then(|| path.display().to_string())
}

#[test]
fn a_map_answers_where_a_site_is_how_fast_one_drives_and_how_long_pairs_take() {
    let Some(extract) = monaco() else { return };
    let folder = Folder::new("map");
    let (out, pairs) = (folder.at("m.roads"), folder.at("pairs"));
    let import = json(&["roads", "import", &extract, "--out", &out]);
    let show = json(&["roads", "show", &out]);
    assert_eq!(import["source_sha256"], show["source_sha256"]);
    assert_eq!((&show["junctions"], &show["segments"]), (&980.into(), &1202.into()));
    let snap = json(&["roads", "snap", &out, "--place", "43.7384,7.4246"]);
    assert!(snap["off_metres"].as_u64().unwrap() < 100 && snap["way"].is_i64(), "{snap}");
    let (from, to) = ("43.7311,7.4197", "43.7476,7.4357");
    let fastest = json(&["roads", "fastest", &out, "--from", from, "--to", to]);
    let told = &fastest["properties"];
    assert!(told["streets"].as_array().unwrap().len() > 3, "{fastest}");
    fs::write(&pairs, format!("{from} {to}\n43.70,7.50 {to}\n")).unwrap();
    let (code, answer, _) = run(&["roads", "times", &out, "--pairs", &pairs]);
    let metres = told["length_mm"].as_u64().unwrap() / 1000;
    assert_eq!((code, answer.as_str()), (0, &*format!("{} {metres}\n- -\n", told["millis"])));
    fs::write(&pairs, "no pair\n").unwrap();
    no(&["roads", "times", &out, "--pairs", &pairs], 2, "hint");
}
