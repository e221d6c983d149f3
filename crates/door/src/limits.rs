//! Every limit of the server, each with its reason.

use std::time::Duration;

/// A form or an act in JSON: the largest is an agreement in three languages, 256 KiB.
pub const BODY_BYTES_MAX: usize = 1_048_576;

/// A head with every cosignature that it may carry is a few kilobytes.
pub const HEAD_BYTES_MAX: usize = 65_536;

/// Requests that are worked on at once; each may wait for the engine's lock on a thread.
pub const REQUESTS_AT_ONCE: usize = 256;

/// Connections that are open at once on one port: 500 screens and as many phones.
pub const CONNECTIONS_MAX: usize = 2_048;

/// The slowest answer is the check of a large ledger.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A reader waits so long for two texts to be compared; solvers may take longer, and the page
/// says so.
pub const COMPARED_WITHIN: Duration = Duration::from_secs(6);

/// A planner waits so long for a mixture; what is found by then comes with its bound.
pub const SOLVED_WITHIN: Duration = Duration::from_secs(8);

/// A handshake or a request's head that takes longer is not a person's patience.
pub const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// How long open connections may finish what they do when the node stops.
pub const FINISH_WITHIN: Duration = Duration::from_secs(3);

/// An officer's shift: after so long without a request somebody else may sit there.
pub const SESSION_IDLE: Duration = Duration::from_hours(8);

/// Sessions at once: every officer of a large desk on several machines, and programs.
pub const SESSIONS_MAX: usize = 10_000;

/// Wrong passphrases are typing errors five times a minute; more are guesses.
pub const TRIES_MAX: usize = 5;

/// The time in which [`TRIES_MAX`] are counted.
pub const TRIES_WITHIN: Duration = Duration::from_mins(1);

/// Screens and phones that listen to the live stream.
pub const LIVE_CLIENTS_MAX: usize = 1_000;

/// Messages that a slow screen may be behind before it is cut off to connect anew: half a
/// minute of positions.
pub const LIVE_QUEUED_MAX: usize = 64;

/// Screens call themselves stale after 12 s: two beats may be late.
pub const BEAT_EVERY: Duration = Duration::from_secs(5);

/// Positions reach screens once a second, however many come in.
pub const UNITS_EVERY: Duration = Duration::from_secs(1);

/// Changes that follow each other faster are told together.
pub const CHANGES_EVERY: Duration = Duration::from_millis(250);

/// The engine's timed acts, heartbeats and overdue ladders are due to a quarter of a second.
pub const TICK_EVERY: Duration = Duration::from_millis(250);

/// A long poll ends after this time, so that a dead connection is noticed.
pub const LONG_POLL_MAX: Duration = Duration::from_secs(10);

/// An answer of the counterpart: the long poll, and a bundle over a slow link after it.
pub const PEER_ANSWER_WITHIN: Duration = Duration::from_secs(40);

/// The first pause after a failed step with the counterpart.
pub const PAUSE_MIN: Duration = Duration::from_millis(100);

/// The longest one: a counterpart that is back is heard within five seconds.
pub const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Positions of the counterpart are asked for once a second.
pub const SIGHTINGS_EVERY: Duration = Duration::from_secs(1);

/// The largest answer of a counterpart: a thousand entries of 64 KiB.
pub const PEER_ANSWER_BYTES_MAX: u64 = 80 * 1024 * 1024;

/// Entries and bodies that are held in memory until their head proves them: half a million
/// ordinary statements, for a first mirror of a long ledger.
pub const MIRROR_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Passkey ceremonies that wait at once.
pub const CEREMONIES_MAX: usize = 1_000;

/// A ceremony with a phone across the room takes a minute or two.
pub const CEREMONY_KEPT: Duration = Duration::from_mins(5);

/// A passkey signs for a year, then its person is looked at again.
pub const PASSKEY_KEPT_MS: i64 = 365 * 86_400_000;

/// An invitation to register a passkey is used the same day.
pub const TICKET_KEPT_MS: i64 = 86_400_000;
