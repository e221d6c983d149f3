//! Measures the ambush game: medians, bounds, baselines of the same run.

mod cpu;
mod guard;
mod made;
mod say;

mod grids;
mod instances;
mod karachi;
mod sites;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

pub(crate) type Failure = Box<dyn Error>;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: trial all
       trial grids                       the game without a budget on grids
       trial karachi [PAIRS [BUDGET]]    with a budget, in millionths of the fastest time
       trial sites                       guards over a million sites
       trial instances FOLDER [ARCS]     games and their answers, for a general solver";

/// Pairs of places on an extract, and the budget of each route.
const PAIRS: usize = 300;
const BUDGET_PPM: u32 = 1_300_000;

/// Arcs of the largest game that is written for a general solver.
const ARCS: u32 = 100_000;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::failed(&*failure);
            ExitCode::from(2)
        }
    }
}

fn run(args: &[&str]) -> Result<(), Failure> {
    match args {
        ["all"] => {
            grids::run()?;
            karachi::run(PAIRS, BUDGET_PPM)?;
            sites::run()
        }
        ["grids"] => grids::run(),
        ["karachi"] => karachi::run(PAIRS, BUDGET_PPM),
        ["karachi", pairs] => karachi::run(pairs.parse()?, BUDGET_PPM),
        ["karachi", pairs, budget] => karachi::run(pairs.parse()?, budget.parse()?),
        ["sites"] => sites::run(),
        ["instances", folder] => instances::run(Path::new(folder), ARCS),
        ["instances", folder, arcs] => instances::run(Path::new(folder), arcs.parse()?),
        _ => Err(USAGE.into()),
    }
}
