//! The real engine over a disk that fails at every deed in turn.
#![cfg(test)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs};

use common::{Base, Folder, SECRET, START, STEPS, Told, hand, key, open, party, restart, step};
use engine::engine::Engine;
use engine::fault::chain;
use fault::disk::{Deed, Fault};
use fault::vfs::disk;
use node::fold::replay;
use store::memory::Memory;
use strongbox::clock::ManualClock;
use words::act::Act;
use words::alarm::AlarmNoted;
use words::id::AlarmId;
use words::role::Side;

/// Set in the child that looks at what was left with SQLite's own file system.
const CHILD: &str = "FAULT_TEST_CHILD_FOLDER";

/// Seeds of scattered changes, at every deed: more find more, and take longer.
const SEEDS: u64 = 1;

// One disk for the process, so one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

struct Day {
    folder: Folder,
    base: Base,
}

impl Day {
    fn new(name: &str) -> Self {
        disk().plan(None);
        let folder = Folder::new(name);
        let base = Base::make(&folder);
        Self { folder, base }
    }

    // A day on a disk that fails as planned, from the start of the node to its end.
    fn live(&self, plan: Option<(usize, Fault)>) -> (Told, Engine, Arc<ManualClock>) {
        self.base.lay(&self.folder);
        let clock = Arc::new(ManualClock::at(START));
        let guest = Memory::from_image(self.base.guest.clone());
        let mut guest = open(Side::Guest, Box::new(guest), &clock, 1).unwrap();
        let mut told = Told::default();
        disk().plan(plan);
        let mut host = match restart(&self.folder.store(), &clock, 1) {
            Ok(host) => host,
            Err(fault) => {
                told.failed.push((0, chain(&fault)));
                return (told, guest, clock);
            }
        };
        for n in 0..STEPS {
            clock.set(START.plus_ms(i64::try_from(n).unwrap() * 1_000 + 1_000));
            match step(n, &mut host, &mut guest) {
                Ok(()) => told.hear(n, &host),
                Err(said) => told.failed.push((n, said)),
            }
            if disk().dead() {
                break;
            }
            disk().relieve();
        }
        if disk().dead() {
            // Whatever a dying process still asks of the disk is in vain.
            disk().end().unwrap();
        }
        drop(host);
        if disk().dead() {
            disk().end().unwrap();
        }
        (told, guest, clock)
    }
}

// What a restart finds, held against what was told, and a day that goes on.
fn look(what: &str, day: &Day, told: &Told, guest: &mut Engine, clock: &Arc<ManualClock>) {
    let path = day.folder.store();
    let mut host = restart(&path, clock, 2).unwrap_or_else(|fault| {
        panic!("{what}: {}", chain(&fault));
    });
    let kept = host.entries_from(0).unwrap();
    assert!(kept.starts_with(&told.entries), "{what}: an acknowledged statement is lost");
    assert!(host.peer_size() >= told.mirrored, "{what}: a cosigned entry is lost");
    let report = host.fsck().unwrap();
    assert_eq!(report.broken, [""; 0], "{what}");
    assert_eq!(report.void, [""; 0], "{what}");
    for (name, value) in &told.values {
        // The step after the last one that was acknowledged may have been done all the same.
        let found = host.store().get(name).unwrap();
        let later = told.failed.iter().any(|(n, _)| [4, 7].contains(n));
        assert!(found == *value || later, "{what}: {name}");
    }
    replays(what, &host);
    if told.values.get("test/secret") == Some(&None) {
        assert_eq!(disk().files_with(SECRET), [""; 0], "{what}: what was deleted is there");
    }
    goes_on(what, &mut host, guest, clock);
    drop(host);
}

// The state that the node built while it read is that of its entries read anew.
fn replays(what: &str, host: &Engine) {
    let lines = |ledger: Option<&ledger::held::Ledger>| {
        let lines = ledger.map(ledger::held::Ledger::lines).unwrap_or_default();
        lines.iter().map(|line| line.entry.clone()).collect::<Vec<_>>()
    };
    let again = replay(lines(Some(host.own())), lines(host.peer()));
    assert_eq!(again.hash(), host.fold().hash(), "{what}: replay gives another state");
}

fn goes_on(what: &str, host: &mut Engine, guest: &mut Engine, clock: &Arc<ManualClock>) {
    clock.set(START.plus_ms(600_000));
    let act = Act::AlarmNoted(AlarmNoted { alarm: AlarmId::new("sos:after").unwrap() });
    host.act(&key(Side::Host, "officer"), act).unwrap();
    for _ in 0..3 {
        hand(host, guest).unwrap_or_else(|error| panic!("{what}: {error}"));
        hand(guest, host).unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    assert_eq!(host.fold().sizes(), guest.fold().sizes(), "{what}");
    assert_eq!(host.fold().hash(), guest.fold().hash(), "{what}");
    assert!(!guest.peer_is_broken() && !host.peer_is_broken(), "{what}: somebody forked");
    assert_eq!(host.own().cosigned(), host.own().size(), "{what}");
}

fn run(day: &Day, plan: Option<(usize, Fault)>) -> Told {
    let what = format!("{plan:?}");
    let (told, mut guest, clock) = day.live(plan);
    if matches!(plan, Some((_, Fault::Forgotten))) {
        // The day went on; at its end the power fails, and what was forgotten is gone.
        disk().end().unwrap();
    }
    disk().plan(None);
    look(&what, day, &told, &mut guest, &clock);
    told
}

// What a sound day does to the disk, deed by deed.
fn deeds(day: &Day) -> Vec<Deed> {
    let (told, mut guest, clock) = day.live(None);
    assert_eq!(told.failed, [], "a sound day");
    let deeds = disk().deeds().to_vec();
    disk().plan(None);
    look("a sound day", day, &told, &mut guest, &clock);
    deeds
}

#[test]
fn at_every_deed_the_power_may_fail_and_nothing_acknowledged_is_lost() {
    if let Some(folder) = env::var_os(CHILD) {
        return look_with_the_own_file_system(Path::new(&folder));
    }
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let day = Day::new("power");
    let left = Folder::new("left");
    let deeds = deeds(&day);
    assert!(deeds.len() > 80, "a day writes: {}", deeds.len());
    for kind in [Deed::Write, Deed::Sync, Deed::Resize, Deed::Delete, Deed::Create] {
        assert!(deeds.contains(&kind), "a day has no {kind:?}");
    }
    for number in 0..deeds.len() {
        run(&day, Some((number, Fault::Killed)));
        run(&day, Some((number, Fault::Lost)));
        for seed in 0..SEEDS {
            let plan = (number, Fault::Scattered(seed * 1_000 + u64::try_from(number).unwrap()));
            if number % 8 == 0 && seed == 0 {
                keep_for_the_child(&day, plan, &left);
            }
            run(&day, Some(plan));
        }
    }
    ask_the_child(&left);
}

#[test]
fn a_disk_that_fails_or_fills_up_is_told_and_survived() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let day = Day::new("fails");
    let deeds = deeds(&day);
    let mut full = 0;
    for (number, deed) in deeds.iter().enumerate() {
        run(&day, Some((number, Fault::Refused)));
        let told = run(&day, Some((number, Fault::Full)));
        full += usize::from(told.failed.iter().any(|(_, said)| said.contains("the disk is full")));
        if *deed == Deed::Sync {
            run(&day, Some((number, Fault::Forgotten)));
        }
    }
    assert!(full > deeds.len() / 2, "a full disk is told in {full} of {} cases", deeds.len());
}

// Copies what a loss of power leaves, before anybody has repaired it.
fn keep_for_the_child(day: &Day, plan: (usize, Fault), left: &Folder) {
    let (told, _, _) = day.live(Some(plan));
    disk().plan(None);
    let to = left.0.join(format!("{}-{}", plan.0, told.entries.len()));
    fs::create_dir_all(&to).unwrap();
    for (path, bytes) in day.folder.files() {
        fs::write(to.join(path.file_name().unwrap()), bytes).unwrap();
    }
}

// The disk of these tests reads its own writing; SQLite's own reads it as well.
fn ask_the_child(left: &Folder) {
    let name = "at_every_deed_the_power_may_fail_and_nothing_acknowledged_is_lost";
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, &left.0)
        .status()
        .unwrap();
    assert!(status.success(), "another process finds what this one found");
}

fn look_with_the_own_file_system(left: &Path) {
    let clock = Arc::new(ManualClock::at(START.plus_ms(600_000)));
    let mut looked = 0;
    for entry in fs::read_dir(left).unwrap() {
        let folder = entry.unwrap().path();
        let host = restart(&folder.join("ledger.db"), &clock, 3).unwrap();
        assert_eq!(host.fsck().unwrap().broken, [""; 0]);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let acknowledged: usize = name.split('-').nth(1).unwrap().parse().unwrap();
        let kept = host.store().size(&party(Side::Host)).unwrap();
        assert!(kept >= u64::try_from(acknowledged).unwrap(), "{name}");
        looked += 1;
    }
    assert!(looked > 5, "{looked} folders");
}
