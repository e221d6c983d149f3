//! Clocks: the system's, an exercise's, and one set by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use words::moment::Moment;

/// The highest speed of an exercise: an hour in a second still shows every minute.
pub const SPEED_MAX: u32 = 3_600;

/// Tells the moment.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;

    /// The real moment, if this clock runs beside the real one.
    fn beside(&self) -> Option<Moment> {
        None
    }

    /// How many seconds pass in one real second.
    fn speed(&self) -> u32 {
        1
    }
}

/// The system's clock, at its own pace.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// An exercise's clock: starts at a moment of its own and runs `speed` times as fast.
#[derive(Debug)]
pub struct ExerciseClock {
    start: Moment,
    started: Instant,
    speed: u32,
    // Steps added by hand, so that a script may skip the hours in which nothing happens.
    skipped_ms: AtomicI64,
}

impl ExerciseClock {
    /// Starts now; a speed of 0 counts as 1, above [`SPEED_MAX`] as that.
    pub fn start(start: Moment, speed: u32) -> Self {
        let speed = speed.clamp(1, SPEED_MAX);
        Self { start, started: Instant::now(), speed, skipped_ms: AtomicI64::new(0) }
    }

    /// Skips ahead; never back.
    pub fn skip_ms(&self, ms: i64) {
        self.skipped_ms.fetch_add(ms.max(0), Ordering::SeqCst);
    }
}

impl Clock for ExerciseClock {
    fn now(&self) -> Moment {
        let real = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let run = real.saturating_mul(i64::from(self.speed)) / 1_000;
        self.start.plus_ms(run).plus_ms(self.skipped_ms.load(Ordering::SeqCst))
    }

    fn beside(&self) -> Option<Moment> {
        Some(SystemClock.now())
    }

    fn speed(&self) -> u32 {
        self.speed
    }
}

/// A clock that stands until it is set.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at that moment.
    pub fn at(moment: Moment) -> Self {
        Self(AtomicI64::new(moment.unix_ms))
    }

    /// Sets it, also back: a clock an hour off is a fault we must survive.
    pub fn set(&self, moment: Moment) {
        self.0.store(moment.unix_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment::from_ms(self.0.load(Ordering::SeqCst))
    }
}
