//! Measures posts, escorts, queues, draws; baselines of the same run.
//!
//! Small and apart from the other benches, so that it is built in seconds. What is measured
//! waits for nothing, so the time of this thread on the processor is counted.

use std::error::Error;
use std::fmt::Display;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use fleet::demand::{Demand, District, Driver, Leg, Movement, Vehicle};
use fleet::measure::measure;
use mimalloc::MiMalloc;
use post::comb;
use post::escort::{Base, Day, Trip, escort};
use post::origami::allocate;
use post::site::{Sites, Stake};
use post::team;
use route::outcome::{Menu, outcome, pledge};
use sha2::{Digest, Sha256};
use words::hash::{Hash, Seed};
use words::id::{MovementId, PartyId};
use words::presence::{ArmourClass, Criticality};

// The binary's own, so that what is measured is what runs.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Failure = Box<dyn Error>;

/// Runs of one measurement: the median of five ignores two that were disturbed.
const RUNS: usize = 5;

/// A run takes at least so long.
const LEAST: Duration = Duration::from_millis(100);

/// Draws of one run.
const DRAWS: u32 = 100_000;

fn main() -> ExitCode {
    match posts().and_then(|()| escorts()).and_then(|()| queue()).and_then(|()| draws()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A reader that went away has read enough.
            writeln!(io::stderr(), "error: {failure}").ok();
            ExitCode::from(2)
        }
    }
}

fn line(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

fn on_cpu() -> Result<Duration, Failure> {
    let counted = fs::read_to_string("/proc/thread-self/schedstat")?;
    let first = counted.split_whitespace().next().ok_or("no time on the processor")?;
    Ok(Duration::from_nanos(first.parse()?))
}

// The median time of a deed, and what it gave last. The kernel counts in steps of up to some
// milliseconds, so a short deed is done again until it has taken a hundred.
fn median<T>(mut deed: impl FnMut() -> T) -> Result<(Duration, T), Failure> {
    let (mut took, mut last) = (Vec::new(), None);
    for _ in 0..RUNS {
        let (start, mut times) = (on_cpu()?, 0);
        let spent = loop {
            last = Some(black_box(deed()));
            times += 1;
            let spent = on_cpu()?.saturating_sub(start);
            if spent >= LEAST {
                break spent;
            }
        };
        took.push(spent / times);
    }
    took.sort_unstable();
    let middle = took.get(RUNS / 2).copied().unwrap_or_default();
    Ok((middle, last.ok_or("no run")?))
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

// Whole numbers that a seed makes, without a crate for it.
fn noise(seed: u64) -> impl FnMut(u32) -> u32 {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % u64::from(below.max(1))).unwrap_or(0)
    }
}

fn seeds(number: u32) -> (Seed, Seed) {
    let of = |number: u32| Seed(Sha256::digest(number.to_be_bytes()).into());
    (of(number), of(!number))
}

// The generator of the paper's tests: stakes in whole numbers, uncovered above covered.
fn posts() -> Result<(), Failure> {
    line("\n## Posts over sites\n")?;
    line("| sites | guards | chances | sorting the sites' worth | ratio | posts drawn |")?;
    line("|---|---|---|---|---|---|")?;
    for (count, guards) in [(3_000, 25), (40_000, 1_000), (1_000_000, 10_000)] {
        let mut dice = noise(count.into());
        let mut number = |below| i32::try_from(dice(below)).unwrap_or(0);
        let stakes = (0..count).map(|_| Stake {
            uncovered: number(100) + 1,
            covered: -number(100),
            lost: -number(100),
            kept: number(100),
        });
        let stakes: Vec<Stake> = stakes.collect();
        let sites = Sites::new(&stakes)?;
        let (took, found) = median(|| allocate(&sites, guards))?;
        let (sorted, _) = median(|| {
            let mut worth: Vec<i32> = stakes.iter().map(|stake| stake.uncovered).collect();
            worth.sort_unstable();
            worth
        })?;
        let (host, guest) = seeds(count);
        let (drawn, posts) =
            median(|| comb::draw(&found.cover, &mut comb::lot("bench", &host, &guest)))?;
        if posts.len() > usize::try_from(guards)? {
            return Err("more posts than guards".into());
        }
        let ratio = took.as_secs_f64() / sorted.as_secs_f64();
        line(format_args!(
            "| {count} | {guards} | {:.2} ms | {:.2} ms | {ratio:.1} | {:.2} ms |",
            ms(took),
            ms(sorted),
            ms(drawn)
        ))?;
    }
    Ok(())
}

fn day(movements: u32, teams: u32) -> Day {
    let mut dice = noise(movements.into());
    let places = 40;
    let table = |at: u32| (at / places).abs_diff(at % places) + 10;
    let trips = (0..movements).map(|_| {
        let (from, leaves) = (dice(places), 300 + dice(900));
        let (to, covered) = (dice(places), dice(5));
        let arrives = leaves + from.abs_diff(to) + 15;
        let worth = |value: u32| i32::try_from(value).unwrap_or(0);
        let uncovered = worth(covered + 1 + dice(100));
        Trip { from, to, leaves, arrives, uncovered, covered: worth(covered) }
    });
    let trips = trips.collect();
    let bases = (0..4).map(|base| Base { place: base * 10, teams: teams / 4, from: 240 });
    let minutes = (0..places * places).map(table).collect();
    Day { trips, bases: bases.collect(), places, minutes }
}

fn escorts() -> Result<(), Failure> {
    line("\n## Escort teams over a day\n")?;
    line("| movements | teams | chances | flows | orders drawn | a flow |")?;
    line("|---|---|---|---|---|---|")?;
    for (movements, teams) in [(1_000, 40), (3_000, 100), (10_000, 300)] {
        let day = day(movements, teams);
        let (took, found) = median(|| escort(&day))?;
        let found = found?;
        let (host, guest) = seeds(movements);
        let (drawn, orders) =
            median(|| team::draw(&found, &mut comb::lot("bench", &host, &guest)))?;
        if orders.len() > usize::try_from(teams)? {
            return Err("more orders than teams".into());
        }
        line(format_args!(
            "| {movements} | {teams} | {:.1} ms | {} | {:.2} ms | {:.2} ms |",
            ms(took),
            found.rounds,
            ms(drawn),
            ms(took) / f64::from(found.rounds.max(1))
        ))?;
    }
    Ok(())
}

// A pool as one province published it, and more movements than it can serve at once.
fn demand(movements: u32) -> Demand {
    let mut dice = noise(movements.into());
    let vehicle = |seats| Vehicle { name: String::new(), armour: ArmourClass::BulletProof, seats };
    let driver = |at: u32| Driver { name: String::new(), from: 300 + at % 5 * 120, minutes: 720 };
    let movement = |_| Movement {
        name: String::new(),
        company: dice(6),
        ready: dice(movements / 40 + 1) * 1_440 + 360 + dice(600),
        seats: 1 + dice(24),
        armour: ArmourClass::BulletProof,
        criticality: [Criticality::Pc1, Criticality::Pc2, Criticality::Pc3, Criticality::Pc4]
            .into_iter()
            .nth(usize::try_from(dice(4)).unwrap_or(0))
            .unwrap_or(Criticality::Pc4),
        escorts: 1,
        legs: vec![Leg { district: 0, minutes: 20 + dice(60) }],
    };
    Demand {
        companies: (0..6).map(|company| format!("company-{company}")).collect(),
        districts: vec![District { name: "north".to_owned(), teams: 6 }],
        vehicles: [29, 29, 29, 14, 14, 14].into_iter().map(vehicle).collect(),
        drivers: (0..16).map(driver).collect(),
        movements: (0..movements).map(movement).collect(),
    }
}

fn queue() -> Result<(), Failure> {
    line("\n## The queue for armoured seats\n")?;
    line("| movements | run | mean wait | 95 of 100 wait at most | worst | fairness |")?;
    line("|---|---|---|---|---|---|")?;
    for movements in [80, 400, 2_000] {
        let demand = demand(movements);
        let (took, timetable) = median(|| fleet::queue::run(&demand))?;
        let found = measure(&demand, &timetable?);
        line(format_args!(
            "| {movements} | {:.1} ms | {:.1} min | {} min | {} min | {:.3} |",
            ms(took),
            found.all.mean,
            found.all.p95,
            found.all.worst,
            found.fairness
        ))?;
    }
    Ok(())
}

fn draws() -> Result<(), Failure> {
    line("\n## Joint draws\n")?;
    line("| what | a second | beside the hashes of as many bytes |")?;
    line("|---|---|---|")?;
    let movement = MovementId::new("karachi/1")?;
    let party = PartyId::new("host")?;
    let weight = (1_u64 << 52) / 64;
    let menu = Menu { hash: Hash([7; 32]), slots: 120, routes: vec![(weight, 3); 64], vehicles: 8 };
    let all: Vec<(Seed, Seed)> = (0..DRAWS).map(seeds).collect();
    let rate = |took: Duration| f64::from(DRAWS) / took.as_secs_f64();
    let (drawn, _) = median(|| {
        let slots = all.iter().filter_map(|(host, guest)| {
            outcome(&movement, &menu, host, guest).map(|drawn| drawn.slot)
        });
        slots.map(u64::from).sum::<u64>()
    })?;
    // Eleven or a few more words: three blocks of two compressions each.
    let (hashed, ()) = median(|| {
        for (host, guest) in &all {
            for block in 0..3_u64 {
                let start = Sha256::new().chain_update([0; 100]).chain_update(host.0);
                let whole = start.chain_update(guest.0).chain_update(block.to_be_bytes());
                black_box(whole.finalize());
            }
        }
    })?;
    let (committed, ()) = median(|| {
        for (host, _) in &all {
            black_box(pledge(&party, &movement, &menu.hash, host));
        }
    })?;
    let ratio = hashed.as_secs_f64() / drawn.as_secs_f64();
    line(format_args!(
        "| minute, one of 64 routes, gate, order of 8 vehicles | {:.0} | {ratio:.2} of {:.0} |",
        rate(drawn),
        rate(hashed)
    ))?;
    line(format_args!("| commitments | {:.0} | |", rate(committed)))?;
    Ok(())
}
