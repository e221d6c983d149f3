//! An import as a process that is killed without warning, and gone on with.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const EXTRACT: &str = "liechtenstein-latest.osm.pbf";

struct Folder(PathBuf);

impl Folder {
    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn extract() -> Option<PathBuf> {
    let folder = std::env::var("SAFECONDUCT_DATA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(EXTRACT);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    path.exists().then_some(path)
}

fn import(extract: &Path, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safeconduct"));
    command.args(["roads", "import"]).arg(extract).arg("--out").arg(out);
    command
}

fn done(mut command: Command) -> (Output, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(output.status.success(), "{said}");
    (output, said)
}

// SIGKILL as soon as the part has grown beyond some bytes; `false` if it was over before.
fn killed(extract: &Path, out: &Path, beyond: u64) -> bool {
    let mut command = import(extract, out);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let part = out.with_extension("roads.part");
    let until = Instant::now() + Duration::from_mins(1);
    while Instant::now() < until && child.try_wait().unwrap().is_none() {
        if fs::metadata(&part).is_ok_and(|it| it.len() > beyond) {
            break;
        }
    }
    child.kill().ok();
    child.wait().unwrap();
    part.exists()
}

#[test]
fn an_import_that_is_killed_goes_on_and_comes_to_the_same_bytes() {
    let Some(extract) = extract() else { return };
    let folder = Folder(std::env::temp_dir().join(format!("sc-import-{}", std::process::id())));
    fs::create_dir_all(&folder.0).unwrap();
    let whole = folder.at("whole.roads");
    let (_, said) = done(import(&extract, &whole));
    assert!(!said.contains("interrupted"), "{said}");
    let out = folder.at("killed.roads");
    let part = folder.at("killed.roads.part");
    let (mut kills, mut beyond) = (0, 60);
    // Killed again and again, each time a little farther on: the part only grows.
    while killed(&extract, &out, beyond) {
        kills += 1;
        let there = fs::read(&out).ok();
        assert!(there.is_none_or(|it| it == fs::read(&whole).unwrap()), "nothing is half there");
        let grown = fs::metadata(&part).unwrap().len();
        assert!(grown >= beyond, "a kill takes nothing away");
        beyond = grown + 1;
    }
    assert!(kills >= 2, "it was killed {kills} times");
    assert!(fs::read(&out).unwrap() == fs::read(&whole).unwrap(), "other bytes");
    // Killed once, and then left in peace: it says from where it goes on.
    fs::remove_file(&out).unwrap();
    assert!(killed(&extract, &out, 60));
    let (_, said) = done(import(&extract, &out));
    assert!(said.contains("an earlier import was interrupted: it goes on in reading"), "{said}");
    assert!(fs::read(&out).unwrap() == fs::read(&whole).unwrap(), "other bytes");
    assert!(!part.exists());
}
