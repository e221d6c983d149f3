//! How long this thread was on a processor: others are not counted.

use std::time::Duration;
use std::{fs, io};

/// A deed is done again until it worked for so long together: the count of some machines goes
/// in steps of four milliseconds.
const LONG_ENOUGH: Duration = Duration::from_millis(40);

/// How long a deed worked, and what it gave; a short one in the mean of several times.
pub(crate) fn worked<T>(mut deed: impl FnMut() -> T) -> io::Result<(Duration, T)> {
    let start = on_cpu()?;
    let mut times = 1;
    loop {
        let given = deed();
        let took = on_cpu()?.saturating_sub(start);
        if took >= LONG_ENOUGH {
            return Ok((took / times, given));
        }
        times += 1;
    }
}

fn on_cpu() -> io::Result<Duration> {
    let counted = fs::read_to_string("/proc/thread-self/schedstat")?;
    let first = counted.split_whitespace().next().and_then(|first| first.parse().ok());
    first.map(Duration::from_nanos).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The sample below which that share of a hundred lies.
pub(crate) fn percentile(samples: &[Duration], share: usize) -> Duration {
    let mut samples = samples.to_vec();
    samples.sort_unstable();
    let place = (samples.len() * share).div_ceil(100).saturating_sub(1);
    samples.get(place).copied().unwrap_or_default()
}

/// The mean of some numbers.
pub(crate) fn mean(numbers: &[f64]) -> f64 {
    let count = u32::try_from(numbers.len().max(1)).unwrap_or(u32::MAX);
    numbers.iter().sum::<f64>() / f64::from(count)
}

/// The greatest of some numbers.
pub(crate) fn most(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(0.0, f64::max)
}
