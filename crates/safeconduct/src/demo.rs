//! `demo`: two full nodes on this machine play the exercise.

use std::env::temp_dir;
use std::fs;
use std::io::stdout;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::id;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use audit::stranger::audit;
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use engine::engine::World;
use serde_json::json;
use store::memory::Memory;
use strongbox::clock::{ExerciseClock, SPEED_MAX};
use strongbox::dice::{Dice, SeededDice, SystemDice};
use tokio::runtime::Builder;
use words::role::Side;

use crate::signals::asked_to_end;
use exercise::cast::Cast;
use exercise::drill::{Drill, STRIDE_MS};
use exercise::forge::forge;
use exercise::promises::{Findings, findings};
use exercise::scenario::{KARACHI, PEOPLE, ROADS, Scenario, people};
use exercise::transcript::Transcript;
use theatre::nodes::{Nodes, PASSPHRASE, Pace, Plan};

/// Twenty posts a second from a dozen phones at sixty times real time.
const SHOWN_EVERY_MS: i64 = 30_000;

/// Exercise seconds in a real one.
const SPEED: u32 = 60;

/// How many of its last entries the forger rewrites.
const FORGED_ENTRIES: usize = 3;

/// Plays the exercise as the options say.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let once = given.has("once");
    if given.get("audit").is_some() && !once {
        return Err(Trouble::malformed("`--audit` goes with `--once`: the file has an end"));
    }
    let scenario = Scenario::parse(KARACHI).map_err(|cause| Trouble::of(&cause))?;
    let seed = match given.read("seed")? {
        Some(seed) => seed,
        None => u64::from_be_bytes(SystemDice.roll().first_chunk().copied().unwrap_or_default()),
    };
    let units = people(PEOPLE).map_err(|cause| Trouble::of(&cause))?;
    let cast = Cast::of(&scenario, units, seed).map_err(|cause| Trouble::of(&cause))?;
    let folder = Folder::of(given)?;
    let over = Arc::new(AtomicBool::new(false));
    let plan = plan(given, &scenario, (seed, &folder.path), &over)?;
    let started = Nodes::start(plan, &cast.host, &cast.guest);
    let nodes = started.map_err(|cause| {
        Trouble::of(&cause)
            .hint("where a port is in use, `--console-host` and `--console-guest` take another")
    })?;
    hear_the_end(over)?;
    let transcript = Transcript::to(Box::new(stdout()), scenario.local_minutes);
    let every_ms = if once { STRIDE_MS } else { SHOWN_EVERY_MS };
    let mut drill = Drill::new(nodes, scenario, cast, transcript, every_ms);
    introduce(&mut drill, &folder.path, seed);
    if !once {
        let ready = given.get("ready-file").map(PathBuf::from);
        let played = drill.script_and_rounds(Box::new(move |drill| {
            rounds_begin(drill);
            if let Some(cause) = ready.and_then(|file| write_ready(drill, &file).err()) {
                drill.transcript.free(&format!("cannot write the ready file: {cause}"));
            }
        }));
        drill.theatre.stop();
        return played.map_err(|cause| Trouble::of(&cause));
    }
    let audited = headless(&mut drill, seed, (&folder.path, given.get("audit")));
    drill.theatre.stop();
    audited
}

fn plan(
    given: &Given,
    scenario: &Scenario,
    (seed, folder): (u64, &Path),
    over: &Arc<AtomicBool>,
) -> Result<Plan, Trouble> {
    let roads = route::graph::parse(ROADS).map_err(|cause| Trouble::of(&cause))?;
    let speed = given.read("speed")?.unwrap_or(SPEED);
    if !(1..=SPEED_MAX).contains(&speed) {
        return Err(Trouble::malformed(format!("`--speed` is a number from 1 to {SPEED_MAX}")));
    }
    let once = given.has("once");
    // Whoever waits for the ready file waits for the script: it is played without pauses.
    let headless = once || given.get("ready-file").is_some();
    let console = |name: &str, usual: u16| {
        let usual = SocketAddr::from(([127, 0, 0, 1], if once { 0 } else { usual }));
        given.read::<SocketAddr>(name).map(|given| given.unwrap_or(usual))
    };
    Ok(Plan {
        folder: folder.to_owned(),
        seed,
        clock: Arc::new(ExerciseClock::start(scenario.start, speed)),
        roads: Arc::new(roads),
        consoles: [console("console-host", 7601)?, console("console-guest", 7701)?],
        pace: if headless { Pace::Headless } else { Pace::Shown },
        over: Arc::clone(over),
    })
}

// A folder of our own, removed at the end; or one that the operator named, which stays.
struct Folder {
    path: PathBuf,
    ours: bool,
}

impl Folder {
    fn of(given: &Given) -> Result<Self, Trouble> {
        let (path, ours) = match given.get("folder") {
            Some(path) => (PathBuf::from(path), false),
            None => (temp_dir().join(format!("safeconduct-demo-{}", id())), true),
        };
        if path.exists() {
            let what = format!("`{}` exists already, and an exercise starts anew", path.display());
            return Err(Trouble::malformed(what).hint("name a folder that does not exist yet"));
        }
        Ok(Self { path, ours })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.ours {
            // What cannot be removed lies in the system's folder for such things.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

fn hear_the_end(over: Arc<AtomicBool>) -> Result<(), Trouble> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Trouble::of(&cause))?;
    let hear = move || {
        if runtime.block_on(asked_to_end()).is_ok() {
            over.store(true, Ordering::SeqCst);
        }
    };
    thread::Builder::new().spawn(hear).map(|_| ()).map_err(|cause| Trouble::of(&cause))
}

fn introduce(drill: &mut Drill<Nodes>, folder: &Path, seed: u64) {
    let mut lines = vec![drill.scenario().label.clone(), String::new()];
    for (side, word) in [(Side::Host, "host "), (Side::Guest, "guest")] {
        let port = drill.theatre.console(side).port();
        let fingerprint = drill.theatre.fingerprint(side);
        lines.push(format!("{word}  http://localhost:{port}   root key {fingerprint}"));
    }
    lines.push("paired over TLS by these fingerprints; every officer's passphrase:".to_owned());
    lines.push(format!("       {PASSPHRASE}"));
    lines.push(String::new());
    for officer in &drill.scenario().officers {
        lines.push(format!("  {:<12} {}", officer.person.as_str(), officer.office));
    }
    lines.push(String::new());
    lines.extend(drill.cast.phones().find(|(_, kind, _)| *kind == "protected").map(
        |(unit, _, login)| {
            let port = drill.theatre.console(login.side).port();
            let (user, password) = (&login.user, &login.password);
            format!(
                "phone of {unit}: http://localhost:{port}/me   user {user}   password {password}"
            )
        },
    ));
    lines.push(format!("kept in {} · seed {seed} · Ctrl-C ends it", folder.display()));
    lines.push(String::new());
    for line in lines {
        drill.transcript.free(&line);
    }
}

fn rounds_begin(drill: &mut Drill<Nodes>) {
    drill.theatre.set_pace(Pace::Real);
    for line in [
        "",
        "The script is over; quiet movements go on, one every two hours of the exercise, until",
        "Ctrl-C. Try: sign in as host/kamran and take back the consent of a round (r-1, r-2 …);",
        "as guest/lin start a task without consent; as guest/zhao leave with a red gate; as",
        "host/ayesha suspend the agreement; `safeconduct demo --once` rewrites a ledger.",
        "",
    ] {
        drill.transcript.free(line);
    }
}

// Where to look and how to sign in, for programs: written whole or not at all.
fn write_ready(drill: &Drill<Nodes>, file: &Path) -> std::io::Result<()> {
    let console = |side| json!({ "console": format!("http://{}", drill.theatre.console(side)) });
    let officers = drill
        .scenario()
        .officers
        .iter()
        .map(|officer| json!({ "person": officer.person, "roles": officer.roles }));
    let phones = drill.cast.phones().map(|(unit, kind, login)| {
        json!({
            "unit": unit, "kind": kind, "side": login.side,
            "user": login.user, "password": login.password,
        })
    });
    let ready = json!({
        "host": console(Side::Host),
        "guest": console(Side::Guest),
        "passphrase": PASSPHRASE,
        "officers": officers.collect::<Vec<_>>(),
        "phones": phones.collect::<Vec<_>>(),
    });
    let whole = file.with_extension("part");
    fs::write(&whole, ready.to_string())?;
    fs::rename(&whole, file)
}

// The script alone, the promises, the file, and the one number.
fn headless(
    drill: &mut Drill<Nodes>,
    seed: u64,
    (folder, file): (&Path, Option<&str>),
) -> Result<(), Trouble> {
    let guest = drill.cast.guest.clone();
    let paired = (drill.cast.host.id.clone(), drill.cast.host.root().public());
    drill.forging(Box::new(move |original| {
        let world = World {
            store: Box::new(Memory::new()),
            clock: Arc::clone(original.clock()),
            dice: Box::new(SeededDice::of(seed, "forger")),
            roads: None,
        };
        let config = guest.config(Some(paired.clone()));
        forge(original, &guest, config, (world, FORGED_ENTRIES))
    }));
    drill.script().map_err(|cause| Trouble::of(&cause))?;
    let found = findings(drill).map_err(|cause| Trouble::of(&cause))?;
    let path = file.map_or_else(|| folder.join("exercise.audit"), PathBuf::from);
    fs::write(&path, &found.export).map_err(|cause| {
        Trouble::fault(format!("cannot write `{}`", path.display())).because(cause)
    })?;
    // What a stranger would do: nothing but the bytes of the file.
    let bytes = fs::read(&path).map_err(|cause| Trouble::of(&cause))?;
    let audited = audit(&bytes)
        .map_err(|cause| Trouble::unverified("the export does not verify").because(cause))?;
    tell(drill, &found);
    print::answer(&format!("unconsented guest minutes: {}", audited.unconsented_guest_minutes));
    if found.all_kept() && audited.unconsented_guest_minutes == 0 {
        return Ok(());
    }
    Err(Trouble::refused("a promise was broken").hint("the lines with ✗ say which"))
}

fn tell(drill: &mut Drill<Nodes>, found: &Findings) {
    let record = &drill.record;
    let entries: u64 = found.audit.entries.iter().map(|(_, entries)| entries).sum();
    let counts = format!(
        "{entries} statements, {} refused attempts, {} alarms, {} reports of phones; state {}",
        record.attempts.len(),
        record.alarms.len(),
        record.reports,
        found.audit.state
    );
    drill.transcript.free("");
    drill.transcript.free(&counts);
    for promise in &found.promises {
        let mark = if promise.kept { '✓' } else { '✗' };
        drill.transcript.free(&format!("{mark} {}: {}", promise.name, promise.found));
    }
}
