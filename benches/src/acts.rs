//! Acts kept and applied by one node, beside the raw limits.

use std::time::Duration;

use ledger::outcome::Outcome;
use note::statement::parse;
use store::memory::Memory;
use store::sqlite::Sqlite;
use words::act::Act;
use words::alarm::AlarmNoted;
use words::id::AlarmId;

use crate::parties::{Failure, Parties, deployment, order, told};
use crate::scratch::Scratch;
use crate::timing::{RUNS, a_second, percentile, timed};
use crate::{baseline, say};

/// Sizes of durable writes, and how many acts a run does with them.
const WRITES: [(u32, u32); 4] = [(1, 200), (10, 1_000), (100, 2_000), (1_000, 2_000)];

/// What is done: acts that only the ledger's own rules judge, or that ask the agreement too.
#[derive(Clone, Copy)]
enum Mix {
    Alarms,
    Permits,
}

impl Mix {
    const fn name(self) -> &'static str {
        match self {
            Self::Alarms => "alarm acknowledged",
            Self::Permits => "task ordered or deployment requested (asks Cedar)",
        }
    }

    fn act(self, number: u32) -> Result<Act, Failure> {
        Ok(match (self, number % 2) {
            (Self::Alarms, _) => {
                Act::AlarmNoted(AlarmNoted { alarm: AlarmId::new(&format!("sos:v-{number}"))? })
            }
            (Self::Permits, 0) => Act::TaskOrdered(order(number)?),
            (Self::Permits, _) => Act::DeploymentRequested(deployment(&format!("d-n{number}"))?),
        })
    }

    fn acts(self, count: u32) -> Result<Vec<Act>, Failure> {
        (0..count).map(|number| self.act(number)).collect()
    }
}

/// Measures and prints. Raw writes and acts take turns: a disk has moods.
pub(crate) fn run() -> Result<(), Failure> {
    say::heading("Acts", "One guest node on SQLite (WAL, synchronous=FULL), one officer's key.")?;
    let (entry, body) = sizes()?;
    say::line(format_args!("Statement: {} + {} bytes.\n", entry.len(), body.len()))?;
    let message = vec![0; entry.len()];
    let signs = baseline::signs(&message)?;
    say::rate("raw Ed25519 signatures", signs)?;
    say::rate("raw Ed25519 strict verifications", baseline::verifies(&message)?)?;
    for (size, count) in WRITES {
        let (mut raws, mut alarms, mut permits) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            raws.push(baseline::rows((&entry, &body), size, count)?);
            alarms.push(acts(Mix::Alarms, size, count)?);
            permits.push(acts(Mix::Permits, size, count)?);
        }
        let raw = a_second(count, percentile(&mut raws, 50));
        let rows = if size == 1 { "row" } else { "rows" };
        say::rate(&format!("raw SQLite, {size} {rows} a durable transaction"), raw)?;
        for (mix, mut took) in [(Mix::Alarms, alarms), (Mix::Permits, permits)] {
            let rate = a_second(count, percentile(&mut took, 50));
            let what = format!("acts, {size} a durable write: {}", mix.name());
            say::against(&what, rate, ("the slower raw limit", signs.min(raw)))?;
        }
    }
    Ok(())
}

// Entry and body of a typical act, for rows of the same size.
fn sizes() -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let (mut parties, _scratch) = parties()?;
    parties.guest.act(&parties.guest_officer, Mix::Alarms.act(0)?).map_err(told)?;
    let own = &parties.guest.config().party;
    let last = parties.guest.own().size() - 1;
    let kept = parties.guest.store().read(own, last, 1)?.pop().ok_or("nothing kept")?;
    parse(&kept.entry)?;
    Ok((kept.entry, kept.body.unwrap_or_default()))
}

fn parties() -> Result<(Parties, Scratch), Failure> {
    let scratch = Scratch::new("acts")?;
    let guest = Sqlite::create(&scratch.file("ledger.db"))?;
    Ok((Parties::agreed(Box::new(Memory::new()), Box::new(guest))?, scratch))
}

// A node of its own does the acts, so that each run starts from the same ledger.
fn acts(mix: Mix, size: u32, count: u32) -> Result<Duration, Failure> {
    let (mut parties, _scratch) = parties()?;
    let acts = mix.acts(count)?;
    let (took, done) = timed(|| do_all(&mut parties, &acts, usize::try_from(size)?));
    done?;
    Ok(took)
}

fn do_all(parties: &mut Parties, acts: &[Act], size: usize) -> Result<(), Failure> {
    let key = &parties.guest_officer;
    for acts in acts.chunks(size) {
        let done = match acts {
            [act] => vec![parties.guest.act(key, act.clone()).map_err(told)?],
            acts => parties.guest.act_many(key, acts).map_err(told)?,
        };
        done.iter().try_for_each(|done| acted(done.outcome.as_ref()))?;
    }
    Ok(())
}

fn acted(outcome: Option<&Outcome>) -> Result<(), Failure> {
    if outcome == Some(&Outcome::Acted) { Ok(()) } else { Err(format!("{outcome:?}").into()) }
}
