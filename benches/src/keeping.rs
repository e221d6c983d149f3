//! What a ledger takes in, durably; what a stick carries of it.

use std::time::Duration;

use ledger::reader::{Read, Reader};
use note::statement::Sealed;
use store::memory::Memory;
use store::port::{NewEntry, Store};
use store::sqlite::Sqlite;
use tlog::tree::{Tree, leaf_hash};
use words::act::Act;
use words::alarm::AlarmNoted;
use words::id::AlarmId;

use crate::ledgers::{Ledgers, write};
use crate::parties::{Failure, Parties, told};
use crate::scratch::Scratch;
use crate::timing::{RUNS, a_second, percentile, timed, worked};
use crate::{baseline, say};

/// Sizes of durable writes, and how many statements a run takes in.
const GROUPS: [(usize, u32); 4] = [(1, 200), (10, 1_000), (100, 4_000), (1_000, 8_000)];

/// Statements on a stick.
const CARRIED: u32 = 1_000;

/// Measures and prints. Everything that is durable takes turns: a disk has moods.
pub(crate) fn run() -> Result<(), Failure> {
    let made = "A counterpart's ledger taken in: read, verified strictly, opened, hashed, and kept \
                in SQLite (WAL, synchronous=FULL); one thread. Beside verifications by the \
                processor's time, beside a disk by real time.";
    say::heading("Durable verified appends", made)?;
    let ledgers = write(20_000)?;
    let message = ledgers.host.sealed.last().map_or_else(Vec::new, |last| last.entry.clone());
    let body = ledgers.host.sealed.last().map_or_else(Vec::new, |last| last.body.clone());
    for (group, count) in GROUPS {
        let (mut raws, mut verifies) = (Vec::new(), Vec::new());
        let (mut reals, mut works) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            raws.push(baseline::rows((&message, &body), u32::try_from(group)?, count)?);
            verifies.push(baseline::verified(&message, count)?);
            let (real, work) = keep(&ledgers, group, count)?;
            reals.push(real);
            works.push(work);
        }
        let middle = |all: &mut Vec<Duration>| a_second(count, percentile(all, 50));
        let (verify, raw) = (middle(&mut verifies), middle(&mut raws));
        let what = format!("{group} a durable write, processor");
        say::against(&what, middle(&mut works), ("strict verifications", verify))?;
        let what = format!("{group} a durable write, real time");
        say::against(&what, middle(&mut reals), ("raw SQLite's rows", raw))?;
    }
    carried()
}

// Reads on from the ledger's beginning, which is given first and not counted.
fn keep(ledgers: &Ledgers, group: usize, count: u32) -> Result<(Duration, Duration), Failure> {
    let (host, guest) = (&ledgers.host, &ledgers.guest);
    let scratch = Scratch::new("keeping")?;
    let mut store = Sqlite::create(&scratch.file("ledger.db"))?;
    let (mut reader, mut tree) = (Reader::new(host.party.clone()), Tree::new());
    let begins = host.sealed.len().saturating_sub(usize::try_from(count)?);
    let (before, counted) = host.sealed.split_at(begins);
    take(&mut reader, &mut tree, before, &guest.tree)?;
    keep_all(&mut store, host, 0, before)?;
    let taken_in = || {
        for some in counted.chunks(group) {
            let first = tree.size();
            take(&mut reader, &mut tree, some, &guest.tree)?;
            keep_all(&mut store, host, first, some)?;
        }
        Ok::<_, Failure>(())
    };
    let (real, worked) = timed(|| worked(taken_in));
    let (work, done) = worked?;
    done?;
    Ok((real, work))
}

fn take(
    reader: &mut Reader,
    tree: &mut Tree,
    some: &[Sealed],
    other: &Tree,
) -> Result<(), Failure> {
    for sealed in some {
        let holds = ledger::reader::seen_holds(&sealed.entry, other).unwrap_or(false);
        match reader.read(&sealed.entry, Some(&sealed.body), holds) {
            Read::Entry(entry) if entry.void.is_none() => {
                tree.push(leaf_hash(&sealed.entry));
            }
            Read::Entry(entry) => return Err(format!("void: {:?}", entry.void).into()),
            Read::WaitsForBody => return Err("a body is missing".into()),
        }
    }
    Ok(())
}

fn keep_all(
    store: &mut Sqlite,
    pen: &crate::ledgers::Pen,
    first: u64,
    some: &[Sealed],
) -> Result<(), Failure> {
    let new = some.iter().map(|it| NewEntry { entry: &it.entry, body: Some(&it.body) });
    Ok(store.append(&pen.party, first, &new.collect::<Vec<_>>())?)
}

// A part as a stick carries it: entries, bodies, head and proof, sealed to the counterpart's node.
fn carried() -> Result<(), Failure> {
    let made = "A guest's ledger of 1,000 acknowledged alarms, written for the host.";
    say::heading("What a stick carries", made)?;
    let mut parties = Parties::agreed(Box::new(Memory::new()), Box::new(Memory::new()))?;
    let note = |number: u32| {
        let alarm = AlarmId::new(&format!("sos:v-{number}"))?;
        Ok(Act::AlarmNoted(AlarmNoted { alarm }))
    };
    let acts = (0..CARRIED).map(note).collect::<Result<Vec<_>, Failure>>()?;
    let from = parties.guest.own().size();
    parties.guest.act_many(&parties.guest_officer, &acts).map_err(told)?;
    parties.guest.tick()?;
    let kept = parties.guest.store().read(&parties.guest.config().party, from, CARRIED)?;
    let plain: usize =
        kept.iter().map(|it| it.entry.len() + it.body.as_ref().map_or(0, Vec::len)).sum();
    let part = parties.guest.write_part(from, usize::MAX)?;
    let statements = part.after - part.first;
    let each = |bytes: usize| -> Result<f64, Failure> {
        Ok(f64::from(u32::try_from(bytes)?) / f64::from(u32::try_from(statements)?))
    };
    say::line(format_args!(
        "| {statements} statements in a part | {} bytes | {:.1} a statement, {:.1} of them the \
         statement and its body |",
        part.file.len(),
        each(part.file.len())?,
        each(plain)?,
    ))?;
    Ok(())
}
