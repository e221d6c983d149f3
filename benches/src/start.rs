//! A cold start: to the first answer, memory at rest, size of the program.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::node::{Home, program};
use crate::parties::Failure;
use crate::say;
use crate::scratch::Scratch;
use crate::timing::percentile;

/// Starts; each is a new process.
const STARTS: usize = 9;

/// After so long nothing of the start is left to do.
const RESTS: Duration = Duration::from_secs(5);

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    say::heading("Start", "A founded node of one party in a new process, SQLite, files in cache.")?;
    let scratch = Scratch::new("start")?;
    let home = Home::make(&scratch, "host", 0)?;
    let mut took = Vec::new();
    for _ in 0..STARTS {
        took.push(home.serve()?.ready);
    }
    let ready = percentile(&mut took, 50).as_secs_f64() * 1e3;
    say::line(format_args!("| start to first page (median of {STARTS}) | {ready:.0} ms |"))?;
    let node = home.serve()?;
    thread::sleep(RESTS);
    say::line(format_args!("| memory at rest | {:.1} MiB |", node.resident_mib()?))?;
    let bytes = fs::metadata(program()?)?.len();
    say::line(format_args!("| size of the program | {} MB |", bytes / 1_000_000))?;
    Ok(())
}
