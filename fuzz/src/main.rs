//! Fuzz targets for every parser of foreign bytes, each with an oracle.
//!
//! `FUZZ_TARGET` says which one runs, `FUZZ_SEEDS` asks for its seeds instead. See `scripts/fuzz`.
#![no_main]

mod agreement;
mod carried;
mod coded;
mod heads;
mod maps;
mod orders;
mod passes;
mod phones;
mod plans;
mod proofs;
mod roads;
mod seed;
mod statements;
mod tiles;

use std::sync::OnceLock;
use std::{env, fs, process};

/// A parser, what must hold of whatever it reads, and inputs that it reads.
struct Target {
    /// Its name, a word.
    name: &'static str,
    /// Were the bytes read? Panics if they were and the oracle does not hold.
    run: fn(&[u8]) -> bool,
    /// Inputs of this target only, beside what the pool of all has.
    seeds: fn() -> Vec<Vec<u8>>,
}

const TARGETS: [Target; 27] = [
    Target { name: "agreement", run: agreement::run, seeds: agreement::seeds },
    Target { name: "statement", run: statements::entry, seeds: nothing },
    Target { name: "body", run: statements::body, seeds: nothing },
    Target { name: "head", run: heads::head, seeds: nothing },
    Target { name: "vkey", run: heads::vkey, seeds: nothing },
    Target { name: "policy", run: heads::policy, seeds: heads::policies },
    Target { name: "request", run: heads::request, seeds: nothing },
    Target { name: "tile", run: tiles::name, seeds: tiles::names },
    Target { name: "bundle", run: tiles::bundle, seeds: nothing },
    Target { name: "proof", run: proofs::proof, seeds: nothing },
    Target { name: "accusation", run: proofs::accusation, seeds: nothing },
    Target { name: "part", run: carried::part, seeds: carried::parts },
    Target { name: "carried", run: carried::file, seeds: carried::files },
    Target { name: "audit", run: carried::audit, seeds: carried::audits },
    Target { name: "revealed", run: carried::revealed, seeds: carried::shown },
    Target { name: "order", run: orders::run, seeds: orders::seeds },
    Target { name: "pass", run: passes::pass, seeds: nothing },
    Target { name: "kit", run: passes::kit, seeds: passes::kits },
    Target { name: "list", run: passes::list, seeds: passes::lists },
    Target { name: "paper", run: passes::paper, seeds: nothing },
    Target { name: "plan", run: plans::run, seeds: plans::seeds },
    Target { name: "phone", run: phones::run, seeds: phones::seeds },
    Target { name: "roads", run: roads::run, seeds: roads::seeds },
    Target { name: "map", run: maps::map, seeds: maps::maps },
    Target { name: "begun", run: maps::begun, seeds: maps::begun_ones },
    Target { name: "roadfile", run: maps::file, seeds: maps::files },
    Target { name: "overlay", run: maps::overlay, seeds: maps::overlays },
];

static CHOSEN: OnceLock<&Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: choose(), |bytes: &[u8]| {
    let target = CHOSEN.get().expect("a target is chosen before the first input");
    (target.run)(bytes);
});

fn nothing() -> Vec<Vec<u8>> {
    Vec::new()
}

fn choose() {
    let wanted = env::var("FUZZ_TARGET").unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == wanted) else {
        // The list goes where a script reads it; libFuzzer itself speaks on stderr.
        TARGETS.iter().for_each(|target| println!("{}", target.name));
        process::exit(if wanted.is_empty() { 0 } else { 2 });
    };
    if let Ok(folder) = env::var("FUZZ_SEEDS") {
        write_seeds(target, &folder);
        process::exit(0);
    }
    assert!(CHOSEN.set(target).is_ok(), "a target is chosen once");
}

// Only what the parser reads is a seed, and a target without one would test its refusals only.
fn write_seeds(target: &Target, folder: &str) {
    let candidates = (target.seeds)().into_iter().chain(seed::pool());
    let seeds: Vec<Vec<u8>> = candidates.filter(|bytes| (target.run)(bytes)).collect();
    assert!(!seeds.is_empty(), "no seed is read by `{}`", target.name);
    fs::create_dir_all(folder).expect("a folder for seeds");
    for (number, bytes) in seeds.iter().take(seed::SEEDS_MAX).enumerate() {
        fs::write(format!("{folder}/seed-{number:03}"), bytes).expect("a seed is written");
    }
}
