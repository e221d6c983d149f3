//! Reads, lints and lays out the largest worked agreement.

use std::hint::black_box;
use std::time::{Duration, Instant};

use article::document::parse;
use draft::format::format;
use draft::lint::lint;

use crate::parties::Failure;
use crate::say;
use crate::timing::percentile;

const LARGEST: &str = include_str!("../../scenarios/agreements/close-protection.toml");

/// Runs of each.
const RUNS: usize = 100;

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let document = parse(LARGEST)?;
    let (articles, bytes) = (document.articles.len(), LARGEST.len());
    say::heading("Texts", "The agreement on close protection: 51 kinds of provision.")?;
    say::line(format_args!("{articles} articles, {bytes} bytes.\n"))?;
    let read = each(|| parse(LARGEST).map(|_| ()).map_err(Into::into))?;
    let linted = each(|| {
        black_box(lint(LARGEST, &document, None));
        Ok(())
    })?;
    let laid = each(|| format(LARGEST).map(|_| ()).map_err(Into::into))?;
    for (what, (half, most)) in [("read", read), ("lint", linted), ("lay out", laid)] {
        let (half, most) = (half.as_secs_f64() * 1_000.0, most.as_secs_f64() * 1_000.0);
        say::line(format_args!("{what}: {half:.2} ms (p50), {most:.2} ms (p99)"))?;
    }
    Ok(())
}

fn each(deed: impl Fn() -> Result<(), Failure>) -> Result<(Duration, Duration), Failure> {
    let mut samples = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        deed()?;
        samples.push(start.elapsed());
    }
    Ok((percentile(&mut samples, 50), percentile(&mut samples, 99)))
}
