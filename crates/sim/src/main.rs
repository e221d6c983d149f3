//! `sim SEED` tells one history; `sim --seeds N [--from S]` runs many.

use std::io::Write;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sim::check::Failure;
use sim::run::{Tally, run};
use sim::story::Story;

const USAGE: &str = "usage: sim SEED | sim --seeds N [--from S]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    let told = match words.as_slice() {
        ["--seeds", count] => number(count).map(|count| many(0, count)),
        ["--seeds", count, "--from", from] => {
            number(count).zip(number(from)).map(|(count, from)| many(from, count))
        }
        [seed] => number(seed).map(one),
        _ => None,
    };
    let (text, sound) = told.unwrap_or_else(|| (USAGE.to_owned(), false));
    let written = writeln!(std::io::stdout(), "{text}");
    if sound && written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(seed: u64) -> (String, bool) {
    let mut story = Story::told();
    let ended = run(seed, &mut story);
    let mut lines = story.lines().to_vec();
    lines.push(match &ended {
        Ok(tally) => format!("{tally:?}"),
        Err(failure) => report(seed, failure),
    });
    lines.push(closing(1, u64::from(ended.is_err())));
    (lines.join("\n"), ended.is_ok())
}

fn many(from: u64, count: u64) -> (String, bool) {
    let (next, total) = (AtomicU64::new(from), Mutex::new((Tally::default(), Vec::new())));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from.saturating_add(count) {
                return;
            }
            let ended = run(seed, &mut Story::default());
            let Ok(mut total) = total.lock() else { return };
            match ended {
                Ok(tally) => total.0.add(tally),
                Err(failure) => total.1.push((seed, failure)),
            }
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    let Ok((tally, mut failed)) = total.into_inner() else {
        return ("a worker died".to_owned(), false);
    };
    failed.sort_by_key(|(seed, _)| *seed);
    let mut lines: Vec<String> =
        failed.iter().map(|(seed, failure)| report(*seed, failure)).collect();
    let broken = u64::try_from(failed.len()).unwrap_or(u64::MAX);
    lines.push(format!("{tally:?}"));
    lines.push(format!("{count} seeds, {broken} failed"));
    lines.push(closing(count, broken));
    (lines.join("\n"), failed.is_empty())
}

fn report(seed: u64, failure: &Failure) -> String {
    format!("seed {seed}: violated: {}: {}", failure.check, failure.detail)
}

fn closing(count: u64, failed: u64) -> String {
    format!("{} passed, {failed} failed", count.saturating_sub(failed))
}
