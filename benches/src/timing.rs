//! Measures: medians of runs, percentiles of samples.

use std::time::{Duration, Instant};
use std::{fs, io};

/// Runs of one measurement: the median of five ignores two that were disturbed.
pub(crate) const RUNS: usize = 5;

/// How long a deed takes, and what it gave.
pub(crate) fn timed<T>(deed: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let given = deed();
    (start.elapsed(), given)
}

/// How long this thread was on a processor for a deed: what another program takes from the
/// machine is not counted. For work that waits for nothing.
pub(crate) fn worked<T>(deed: impl FnOnce() -> T) -> io::Result<(Duration, T)> {
    let start = on_cpu()?;
    let given = deed();
    Ok((on_cpu()?.saturating_sub(start), given))
}

fn on_cpu() -> io::Result<Duration> {
    let counted = fs::read_to_string("/proc/thread-self/schedstat")?;
    let first = counted.split_whitespace().next().and_then(|first| first.parse().ok());
    first.map(Duration::from_nanos).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// How many a second, if `count` took that long.
pub(crate) fn a_second(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

/// The sample below which that share of a hundred lies.
pub(crate) fn percentile(samples: &mut [Duration], share: usize) -> Duration {
    samples.sort_unstable();
    let place = (samples.len() * share).div_ceil(100).saturating_sub(1);
    samples.get(place).copied().unwrap_or_default()
}

/// The median rate of [`RUNS`] runs of `count` deeds each; a run may fail.
pub(crate) fn median_rate<E>(
    count: u32,
    mut run: impl FnMut() -> Result<Duration, E>,
) -> Result<f64, E> {
    let mut took = (0..RUNS).map(|_| run()).collect::<Result<Vec<_>, E>>()?;
    Ok(a_second(count, percentile(&mut took, 50)))
}
