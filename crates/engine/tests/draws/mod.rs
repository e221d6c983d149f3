//! What nodes do about a draw, and what they hold before its time.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use joint::movement::Standing;
use lots::record::record;
use store::sqlite::Sqlite;
use strongbox::clock::ManualClock;
use strongbox::dice::SystemDice;
use words::hash::{Seed, unhex};
use words::id::MovementId;
use words::role::Side;

use super::{AGREEMENT, Pair, SecretWish, agreed, agreed_on, found_on, mirror, sealed, start};

const BEFORE: &str = "2024-10-06T15:29:00Z";
const AFTER: &str = "2024-10-06T15:31:00Z";
const LATE: &str = "2024-10-06T15:36:00Z";

fn movement() -> MovementId {
    MovementId::new("m-1").unwrap()
}

#[test]
fn both_nodes_draw_the_order_of_the_vehicles_too() {
    let mut pair = agreed();
    sealed(&mut pair, &movement());
    pair.at(AFTER);
    let drawn = pair.host.drawn(&movement()).unwrap();
    assert_eq!(drawn.order.iter().map(words::id::UnitId::as_str).collect::<Vec<_>>(), ["v-01"]);
    assert_eq!(Some(drawn), pair.guest.drawn(&movement()));
}

// The guest's node goes on, the host's says nothing any more; then they meet again.
fn without_the_host(pair: &mut Pair) {
    sealed(pair, &movement());
    pair.at(BEFORE);
    for at in [AFTER, LATE] {
        pair.clock.set(words::moment::Moment::parse(at).unwrap());
        pair.guest.tick().unwrap();
        let state = pair.guest.state();
        assert_eq!(state.movements[&movement()].draw.defaulted, None, "nobody was heard since");
    }
    // Its ledger, as of after the time, lacks the share.
    pair.host.publish_head().unwrap();
    mirror(&mut pair.host, &mut pair.guest);
    pair.guest.tick().unwrap();
}

#[test]
fn a_node_that_was_away_first_listens() {
    let mut pair = agreed();
    sealed(&mut pair, &movement());
    pair.at("2024-10-06T15:50:00Z");
    let state = pair.guest.state();
    assert_eq!(state.movements[&movement()].draw.defaulted, None);
    assert!(pair.guest.drawn(&movement()).is_some());
}

#[test]
fn a_node_names_whoever_keeps_its_share_back_and_holds_the_movement() {
    let mut pair = agreed();
    without_the_host(&mut pair);
    let state = pair.guest.state();
    let known = &state.movements[&movement()];
    assert_eq!(known.standing, Standing::Held);
    let found = record(state, &movement(), known, pair.guest.now());
    assert_eq!(found.defaulted.unwrap().named, [Side::Host]);
    assert_eq!(pair.guest.drawn(&movement()), None);
}

fn fixed() -> String {
    let text =
        AGREEMENT.replace("urgent_hours = 24 }", "urgent_hours = 24, draw_fallback = \"fixed\" }");
    assert_ne!(text, AGREEMENT);
    text
}

#[test]
fn a_node_shows_the_fixed_entry_where_that_is_agreed() {
    let mut pair = agreed_on(Pair::new(), &fixed());
    without_the_host(&mut pair);
    assert_eq!(pair.guest.state().movements[&movement()].standing, Standing::Drawn);
    let drawn = pair.guest.drawn(&movement()).unwrap();
    // The host's node, when it is heard again, has the same, and its own late share is nothing.
    mirror(&mut pair.guest, &mut pair.host);
    assert_eq!(pair.host.drawn(&movement()), Some(drawn));
}

/// The other half of the next test: two nodes on disk that stop where they are told.
#[test]
fn a_process_with_two_nodes() {
    let Ok(folder) = std::env::var("SAFECONDUCT_DRAW_FOLDER") else { return };
    let folder = PathBuf::from(folder);
    let clock = Arc::new(ManualClock::at(start()));
    let node = |id: &str, side| {
        let store = Sqlite::create(&folder.join(format!("{id}.db"))).unwrap();
        found_on(Box::new(store), Box::new(SystemDice), (id, side), &clock)
    };
    let (host, host_officer) = node("host", Side::Host);
    let (guest, guest_officer) = node("guest", Side::Guest);
    let mut pair = Pair { clock, host, guest, host_officer, guest_officer };
    pair.sync();
    let mut pair = agreed_on(pair, &fixed());
    sealed(&mut pair, &movement());
    // Drafted too early, as an impatient officer would: the vault stays closed.
    let wish = SecretWish::RevealDraw { movement: movement() };
    drop(pair.host.resolve(super::Wish::Secret(wish)).unwrap());
    pair.at(BEFORE);
    fs::write(folder.join("sealed"), "").unwrap();
    wait_for(&folder.join("go-on"));
    pair.at(AFTER);
    let shares = pair.host.state().movements[&movement()].shares().unwrap();
    let shown = shares.iter().flat_map(|(seed, half)| [seed.to_string(), half.to_string()]);
    let shown: Vec<String> = shown.collect();
    fs::write(folder.join("shown.part"), shown.join("\n")).unwrap();
    fs::rename(folder.join("shown.part"), folder.join("shown")).unwrap();
    wait_for(&folder.join("end"));
}

fn wait_for(file: &Path) {
    let started = Instant::now();
    while !file.exists() {
        assert!(started.elapsed() < Duration::from_mins(5), "nobody wrote {}", file.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

// What a process could have written anywhere: each writable stretch of its memory.
fn memory(of: &Child) -> Vec<Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{}/maps", of.id())).unwrap();
    let mut file = File::open(format!("/proc/{}/mem", of.id())).unwrap();
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw") && !line.contains("[vvar")) {
        let (from, rest) = line.split_once('-').unwrap();
        let (to, _) = rest.split_once(' ').unwrap();
        let number = |text| u64::from_str_radix(text, 16).unwrap();
        let (from, to) = (number(from), number(to));
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        file.seek(SeekFrom::Start(from)).unwrap();
        if file.read_exact(&mut bytes).is_ok() {
            found.push(bytes);
        }
    }
    found
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect()
}

// How often the secrets stand in these bytes, as they are and in hexadecimal.
fn count(secrets: &[Seed], bytes: &[Vec<u8>]) -> usize {
    let forms = secrets.iter().flat_map(|seed| [seed.0.to_vec(), seed.to_string().into_bytes()]);
    let forms: Vec<Vec<u8>> = forms.collect();
    let mut begins = [false; 256];
    for form in &forms {
        begins[usize::from(form[0])] = true;
    }
    let here = |part: &[u8], at: usize| forms.iter().any(|form| part[at..].starts_with(form));
    let mut found = 0;
    for part in bytes {
        let likely = part.iter().enumerate().filter(|(_, byte)| begins[usize::from(**byte)]);
        found += likely.filter(|(at, _)| here(part, *at)).count();
    }
    found
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_of_a_draw_is_in_memory_or_files_before_its_time() {
    let folder = std::env::temp_dir().join(format!("safeconduct-draw-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let log = folder.join("log");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "draws::a_process_with_two_nodes", "--nocapture"])
        .env("SAFECONDUCT_DRAW_FOLDER", &folder)
        .stdout(File::create(&log).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&folder.join("sealed"));
    let (before, on_disk) = (memory(&child), files(&folder));
    fs::write(folder.join("go-on"), "").unwrap();
    wait_for(&folder.join("shown"));
    let (after, shown) = (memory(&child), fs::read_to_string(folder.join("shown")).unwrap());
    fs::remove_file(folder.join("shown")).unwrap();
    let on_disk_after = files(&folder);
    fs::write(folder.join("end"), "").unwrap();
    assert!(child.wait().unwrap().success());
    fs::remove_dir_all(&folder).unwrap();
    let secret = |line: &str| Seed::from_slice(&unhex(line).unwrap()).unwrap();
    let secrets: Vec<Seed> = shown.lines().map(secret).collect();
    assert_eq!(secrets.len(), 4, "two seeds, two halves");
    assert!(count(&secrets, &after) > 3 && count(&secrets, &on_disk_after) > 3, "they are found");
    assert_eq!(count(&secrets, &on_disk), 0, "files and log before the draw");
    for (what, secret) in ["host seed", "host half", "guest seed", "guest half"].iter().zip(secrets)
    {
        assert_eq!(count(&[secret], &before), 0, "{what} in memory before the draw");
    }
}
